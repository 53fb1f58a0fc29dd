/**
 * Reads text files as UTF-8, or as the UTF-16 that PowerShell and Notepad write.
 */
import { Effect, FileSystem } from "effect"
import type { Code } from "./Problem.ts"

/** Why a file gives no text. `message` names the file. */
export interface Unreadable {
  readonly code: Extract<Code, "FileMissing" | "FileUnreadable" | "NotText">
  readonly message: string
}

/** Reads a file of this absolute path, without its byte order mark. */
export const read = (file: string): Effect.Effect<string, Unreadable, FileSystem.FileSystem> =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const bytes = yield* Effect.mapError(files.readFile(file), ({ reason }): Unreadable => ({
      code: reason._tag === "NotFound" ? "FileMissing" : "FileUnreadable",
      message: `the file ${file} cannot be read (${reason._tag})`
    }))
    const encoding = encodingOf(bytes)
    return yield* Effect.try({
      try: () => new TextDecoder(encoding, { fatal: true }).decode(bytes),
      catch: (): Unreadable => ({
        code: "NotText",
        message: `the file ${file} is not ${encoding.toUpperCase()} text; save it as UTF-8`
      })
    })
  })

/** By the byte order mark; without one, JSON and secrets begin with ASCII, which is two bytes in UTF-16, one of them zero. */
const encodingOf = ([first, second]: Uint8Array): "utf-8" | "utf-16le" | "utf-16be" => {
  if ((first === 0xff && second === 0xfe) || (first !== 0 && second === 0)) return "utf-16le"
  if ((first === 0xfe && second === 0xff) || (first === 0 && second !== 0 && second !== undefined)) return "utf-16be"
  return "utf-8"
}
