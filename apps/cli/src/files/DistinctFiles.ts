/**
 * Refuses one file for two purposes, before anything is read or written: the second would destroy what the first needs.
 *
 * Files are compared by what they are, and not by their names. One that does not exist yet is compared by its folder and its name.
 */
import { Effect } from "effect"
import { fstatSync, realpathSync, statSync } from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import { SettingsProblem } from "../Problem.ts"

/** A file, and what it is for, as it stands in a message: `--resume`, or `the settings file`. */
export interface Use {
  readonly purpose: string
  readonly path: string
}

/** Fails where two of the files are the same, or where standard output or standard error goes to one of them. */
export const check = (uses: ReadonlyArray<Use>): Effect.Effect<void, SettingsProblem> =>
  Effect.suspend(() => {
    const seen = new Map<string, Use>()
    const problems: Array<string> = []
    for (const use of uses) {
      const identity = identityOf(use.path)
      const other = seen.get(identity)
      if (other === undefined) seen.set(identity, use)
      else {
        problems.push(
          `${other.purpose} and ${use.purpose} are the same file, ${resolve(use.path)}; name a file of its own for each`
        )
      }
    }
    for (const [fd, name] of outputs) {
      const use = seen.get(identityOfOpen(fd) ?? "")
      if (use !== undefined) {
        problems.push(
          `${name} goes to ${resolve(use.path)}, and that is ${use.purpose}; send ${name} to a file of its own`
        )
      }
    }
    return problems.length === 0 ? Effect.void : Effect.fail(new SettingsProblem({ problems }))
  })

const outputs = [
  [1, "standard output"],
  [2, "standard error"]
] as const

/** What a path leads to, or would lead to once it exists. */
const identityOf = (path: string): string => {
  const absolute = resolve(path)
  return (
    attempt(() => numbersOf(statSync(absolute, { bigint: true }))) ??
    attempt(() => join(realpathSync(dirname(absolute)), basename(absolute))) ??
    absolute
  )
}

/** What a plain file is that is open already; a pipe, a terminal or a device is nobody's file. */
const identityOfOpen = (fd: number): string | undefined =>
  attempt(() => {
    const stats = fstatSync(fd, { bigint: true })
    return stats.isFile() ? numbersOf(stats) : undefined
  })

const numbersOf = ({ dev, ino }: { readonly dev: bigint; readonly ino: bigint }): string => `${dev}:${ino}`

/** What cannot be looked at is refused with its reason when it is opened. */
const attempt = <A>(look: () => A): A | undefined => {
  try {
    return look()
  } catch {
    return undefined
  }
}
