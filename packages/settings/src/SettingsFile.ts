/**
 * Reads the settings file, JSON or a module, without yet knowing what should be in it.
 */
import { Effect, Path } from "effect"
import * as JsonPosition from "./JsonPosition.ts"
import * as LoadFailure from "./LoadFailure.ts"
import { type Code, InvalidSettings } from "./Problem.ts"
import * as TextFile from "./TextFile.ts"

/** The file that is read if no other is named. */
export const defaultName = "scanjobs.json"

/** A settings file's content. */
export interface SettingsFile {
  /** Absolute. */
  readonly path: string
  /** What `@file`, `${file:…}` and plugins are relative to. */
  readonly folder: string
  readonly content: unknown
}

const modules = /\.(?:ts|mts|mjs|js)$/

/** Reads the named file, or {@link defaultName} in the current folder. */
export const read = Effect.fnUntraced(function* (named: string | undefined) {
  const path = yield* Path.Path
  const file = path.resolve(named ?? defaultName)
  // Also for a module: the file system says why a file cannot be read, and says it the same way for both.
  const text = yield* Effect.mapError(TextFile.read(file), ({ code, message }) =>
    invalid(code, code === "FileMissing" ? `there is no settings file ${file}` : message)
  )
  const content = modules.test(file) ? yield* importModule(file) : yield* parse(text, file)
  const settings: SettingsFile = { path: file, folder: path.dirname(file), content }
  return settings
})

const invalid = (code: Code, message: string, at = "") => new InvalidSettings({ problems: [{ code, at, message }] })

const parse = (text: string, file: string) =>
  Effect.try({
    try: (): unknown => JSON.parse(text),
    catch: () => {
      const mistake = JsonPosition.find(text)
      return mistake === undefined
        ? invalid("NotJson", "is not JSON", file)
        : invalid("NotJson", `is not JSON; expected ${mistake.expected}`, `${file}:${mistake.line}:${mistake.column}`)
    }
  })

const importModule = Effect.fnUntraced(function* (file: string) {
  const path = yield* Path.Path
  const loaded: object = yield* path.toFileUrl(file).pipe(
    Effect.flatMap(({ href }) => Effect.tryPromise((): Promise<object> => import(href))),
    Effect.mapError((error) =>
      invalid("ModuleFailed", `cannot be loaded: ${LoadFailure.describe(error.cause ?? error)}`, file)
    )
  )
  return "default" in loaded
    ? loaded.default
    : yield* invalid("ModuleFailed", "has no default export; expected the settings as one", file)
})
