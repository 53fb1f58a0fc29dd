/**
 * Reads text files as UTF-8, or as the UTF-16 that PowerShell and Notepad write.
 *
 * Only regular files of bounded size are read: a device gives bytes without end, and opening a pipe waits for its writer, which
 * even the end of the program does not interrupt.
 */
import { Effect } from "effect"
import { constants } from "node:fs"
import { type FileHandle, open } from "node:fs/promises"
import type { Code } from "./Problem.ts"

/** Why a file gives no text. `message` names the file. */
export interface Unreadable {
  readonly code: Extract<Code, "FileMissing" | "FileUnreadable" | "NotText">
  readonly message: string
}

/** The most bytes of a settings file: far more than ten thousand connections need. */
export const mostOfSettings = 8 * 1024 * 1024

/** The most bytes of a file that a setting names: far more than any secret, key or bundle of certificates. */
export const mostOfSecret = 1024 * 1024

/** Reads a file of this absolute path, without its byte order mark. */
export const read = (file: string, most: number): Effect.Effect<string, Unreadable> =>
  Effect.acquireUseRelease(
    opened(file),
    (handle) =>
      Effect.gen(function* () {
        const bytes = yield* contentOf(handle, file, most)
        const encoding = encodingOf(bytes)
        return yield* Effect.try({
          try: () => new TextDecoder(encoding, { fatal: true }).decode(bytes),
          catch: (): Unreadable => ({
            code: "NotText",
            message: `the file ${file} is not ${encoding.toUpperCase()} text; save it as UTF-8`
          })
        })
      }),
    (handle) => Effect.ignore(Effect.tryPromise(() => handle.close()))
  )

/** Effect's file system cannot open without waiting. Windows has no such flag, and no such pipes. */
const opened = (file: string): Effect.Effect<FileHandle, Unreadable> =>
  Effect.tryPromise({
    try: () => open(file, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0)),
    catch: (error) => unreadable(file, error)
  })

const contentOf = Effect.fnUntraced(function* (handle: FileHandle, file: string, most: number) {
  const found = yield* Effect.tryPromise({ try: () => handle.stat(), catch: (error) => unreadable(file, error) })
  if (!found.isFile()) {
    const kind = found.isDirectory() ? "a folder" : found.isFIFO() ? "a pipe" : "a device or a socket"
    return yield* refused(file, `is ${kind}; expected a regular file`)
  }
  // Some files of /proc say that they are empty, and others grow while they are read.
  const bytes = new Uint8Array(Math.min(Math.max(found.size, 4096), most) + 1)
  let length = 0
  let isEnded = false
  let content = bytes
  while (!isEnded && length <= most) {
    if (length === content.length) {
      const larger = new Uint8Array(Math.min(content.length * 2, most + 1))
      larger.set(content)
      content = larger
    }
    const { bytesRead } = yield* Effect.tryPromise({
      try: () => handle.read(content, length, content.length - length),
      catch: (error) => unreadable(file, error)
    })
    length += bytesRead
    isEnded = bytesRead === 0
  }
  if (length > most) {
    const size = most >= 1024 * 1024 ? `${most / 1024 / 1024} MiB` : `${most / 1024} KiB`
    return yield* refused(file, `is larger than ${size}; expected a text of at most that size`)
  }
  return content.subarray(0, length)
})

const refused = (file: string, why: string): Effect.Effect<never, Unreadable> =>
  Effect.fail({ code: "FileUnreadable", message: `the file ${file} ${why}` })

const unreadable = (file: string, error: unknown): Unreadable => {
  const code = error instanceof Error && "code" in error ? error.code : undefined
  return {
    code: code === "ENOENT" ? "FileMissing" : "FileUnreadable",
    message: `the file ${file} cannot be read (${conditions.get(code) ?? "Unknown"})`
  }
}

/** What the system's codes mean, in the words of Effect's file system. */
const conditions: ReadonlyMap<unknown, string> = new Map([
  ["ENOENT", "NotFound"],
  ["ENOTDIR", "BadResource"],
  ["EACCES", "PermissionDenied"],
  ["EPERM", "PermissionDenied"],
  ["ELOOP", "BadResource"],
  ["EISDIR", "BadResource"],
  ["EBUSY", "Busy"],
  ["ENXIO", "BadResource"]
])

/** By the byte order mark; without one, JSON and secrets begin with ASCII, which is two bytes in UTF-16, one of them zero. */
const encodingOf = ([first, second]: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" => {
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return "utf-16le"
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0 && second !== undefined)) return "utf-16be"
  return "utf-8"
}
