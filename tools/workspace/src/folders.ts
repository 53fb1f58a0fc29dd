/**
 * Checks the folders inside a project: each may import only folders below it, and no source file grows too long.
 */
import { readFileSync } from "node:fs"
import { join, posix } from "node:path"
import type { Import } from "./imports.ts"

/**
 * The folders of each layered project, lowest first. A folder imports only folders before it in its list. A single file of
 * `src` may stand in a list, too; every other file of `src` itself is above all folders.
 */
export const folderOrder: Readonly<Record<string, ReadonlyArray<string>>> = {
  "packages/core": [
    "secrets",
    "model",
    "recurrence",
    "telemetry",
    "policies",
    "decoding",
    "contract",
    "paging",
    "http",
    "auth",
    "loop",
    "reading",
    "provider",
    "catalog"
  ],
  "packages/history": ["judgement", "ocsf", "store", "sync", "views", "notify"],
  "packages/fleet": ["sealing", "queue", "roster", "runner", "status"],
  "packages/testing": ["world", "ledger", "faults", "emulator", "checks", "suite"],
  "apps/cli": [
    "Problem.ts",
    "ExitCode.ts",
    "files",
    "plugins",
    "settings",
    "services",
    "output",
    "summary",
    "report",
    "resume",
    "commands"
  ]
}

/** The most lines that a source file may have, by project. */
const maxLines: Readonly<Record<string, number>> = { "packages/core": 300 }
const defaultMaxLines = 400

/** The folder of `src` that a file belongs to, or the file itself where it lies in `src`. */
const placeOf = (file: string): string => file.split("/")[1] ?? file

/** The place's position in the order: files of `src` that the order does not name are above everything. */
const rankOf = (order: ReadonlyArray<string>, place: string): number => {
  const rank = order.indexOf(place)
  return rank === -1 && place.endsWith(".ts") ? order.length : rank
}

/** What is wrong with a relative import between two folders of a project's `src`, if anything. */
export const checkFolderImport = (dir: string, file: string, { specifier }: Import): string | undefined => {
  const order = folderOrder[dir]
  if (order === undefined || specifier?.startsWith(".") !== true || !file.startsWith("src/")) return undefined
  const from = placeOf(file)
  const to = placeOf(posix.join(posix.dirname(file), specifier))
  if (from === to) return undefined
  const [rank, limit] = [rankOf(order, to), rankOf(order, from)]
  return rank < limit || (rank === limit && rank === order.length)
    ? undefined
    : `${from} may not import ${to}, which is above it: move what both need to ${from} or below (order of folders, lowest first: ${order.join(", ")})`
}

/** What is wrong with a source file as a file: its folder has no place in the order, or it is too long. */
export const checkFile = (root: string, dir: string, file: string): string | undefined => {
  if (!file.startsWith("src/") || !file.endsWith(".ts")) return undefined
  const order = folderOrder[dir]
  const place = placeOf(file)
  if (order !== undefined && rankOf(order, place) === -1) {
    return `the folder ${place} has no place in the order of ${dir}: add it to folderOrder in tools/workspace/src/folders.ts`
  }
  const most = maxLines[dir] ?? defaultMaxLines
  const lines = readFileSync(join(root, dir, file), "utf8")
    .trimEnd()
    .split("\n").length
  return lines <= most ? undefined : `has ${lines} lines, and may have ${most}: split it by concept`
}
