/**
 * Stores results: one file for each commit, to which later benchmarks of that commit are added.
 */
import { execFileSync } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import type { Machine } from "./Machine.ts"
import type { Result } from "./Result.ts"

/** The content of a file. */
export interface Results {
  readonly commit: string
  /** Whether the working tree had no uncommitted changes. */
  readonly clean: boolean
  readonly size: string
  readonly machine: Machine
  readonly benchmarks: { readonly [name: string]: Result }
}

const folder = join(import.meta.dirname, "../results")

const git = (...args: ReadonlyArray<string>) =>
  execFileSync("git", args, { cwd: import.meta.dirname, encoding: "utf8" }).trim()

/** The measured commit. */
export const commit = (): Pick<Results, "clean" | "commit"> => ({
  commit: git("rev-parse", "--short", "HEAD"),
  clean: git("status", "--porcelain", "--", ":/apps", ":/packages") === ""
})

/** The file of a commit's results. Git tracks only those of the full size. */
const fileOf = ({ commit, size }: Pick<Results, "commit" | "size">) =>
  join(folder, size === "full" ? `${commit}.json` : `${commit}.${size}.json`)

/** Adds results to the file of their commit. */
export const save = (results: Results): void => {
  mkdirSync(folder, { recursive: true })
  const file = fileOf(results)
  const before = existsSync(file) ? read(file).benchmarks : {}
  writeFileSync(file, `${JSON.stringify({ ...results, benchmarks: { ...before, ...results.benchmarks } }, null, 2)}\n`)
}

/** The latest results, of the full size if there are any. */
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
