/**
 * Results as they are kept: one file for each commit, to which later parts of a benchmark are added.
 */
import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Machine } from "./Machine.ts"
import type { Result } from "./Result.ts"

/** What is kept. */
export interface Results {
  readonly commit: string
  /** Whether the sources were those of the commit, without changes. */
  readonly clean: boolean
  readonly size: string
  readonly machine: Machine
  readonly benchmarks: { readonly [name: string]: Result }
}

const folder = join(import.meta.dirname, "../results")

const git = (...args: ReadonlyArray<string>) =>
  execFileSync("git", args, { cwd: import.meta.dirname, encoding: "utf8" }).trim()

/** The commit that is measured. */
export const commit = (): Pick<Results, "clean" | "commit"> => ({
  commit: git("rev-parse", "--short", "HEAD"),
  clean: git("status", "--porcelain", "--", ":/apps", ":/packages") === ""
})

/** Only results of the full size are for keeping; the others lie beside them, and outside version control. */
const fileOf = ({ commit, size }: Pick<Results, "commit" | "size">) =>
  join(folder, size === "full" ? `${commit}.json` : `${commit}.${size}.json`)

/** Keeps results, with those of the same commit that are there already. */
export const save = (results: Results): void => {
  mkdirSync(folder, { recursive: true })
  const file = fileOf(results)
  const before = existsSync(file) ? read(file).benchmarks : {}
  writeFileSync(file, `${JSON.stringify({ ...results, benchmarks: { ...before, ...results.benchmarks } }, null, 2)}\n`)
}

/** What was kept last, of the full size where there is any. */
export const latest = (): Results | undefined => {
  if (!existsSync(folder)) return undefined
  const files = readdirSync(folder).filter((name) => name.endsWith(".json"))
  const full = files.filter((name) => !/\.\w+\.json$/.test(name))
  const [newest] = (full.length > 0 ? full : files)
    .map((name) => join(folder, name))
    .toSorted((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)
  return newest === undefined ? undefined : read(newest)
}

const read = (file: string) => JSON.parse(readFileSync(file, "utf8")) as Results
