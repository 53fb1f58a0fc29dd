/**
 * Reads the settings file, JSON or a module, without yet knowing what should be in it.
 */
import { Effect, Path } from "effect"
import * as JsonPosition from "./JsonPosition.ts"
import * as LoadFailure from "./LoadFailure.ts"
import * as ModulePatience from "./ModulePatience.ts"
import * as Nesting from "./Nesting.ts"
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
  const text = yield* Effect.mapError(TextFile.read(file, TextFile.mostOfSettings), ({ code, message }) =>
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
    catch: () => mistakeIn(text, file, "NotJson", "is not JSON")
  }).pipe(
    Effect.filterOrFail(
      (content) => !Nesting.isExceeded(content),
      () => mistakeIn(text, file, "InvalidValue", "is nested too deeply")
    )
  )

const mistakeIn = (text: string, file: string, code: Code, what: string) => {
  const found = JsonPosition.find(text)
  return found === undefined
    ? invalid(code, what, file)
    : invalid(code, `${what}; expected ${found.expected}`, `${file}:${found.line}:${found.column}`)
}

/** Imports a module, and waits for its default export if that is a promise. */
const importModule = Effect.fnUntraced(function* (file: string) {
  const path = yield* Path.Path
  const failed = (message: string) => invalid("ModuleFailed", message, file)
  const loaded = yield* path.toFileUrl(file).pipe(
    Effect.flatMap(({ href }) => Effect.tryPromise(() => defaultOf(href))),
    Effect.mapError((error) => failed(`cannot be loaded: ${LoadFailure.describe(error.cause ?? error)}`)),
    (settled) => ModulePatience.bounded(settled, failed)
  )
  if (loaded === undefined) return yield* failed("has no default export; expected the settings as one")
  return Effect.isEffect(loaded.content)
    ? yield* failed("has an Effect as its default export; expected the settings, such as `await Effect.runPromise(…)`")
    : loaded.content
})

const defaultOf = async (href: string): Promise<{ readonly content: unknown } | undefined> => {
  const loaded: object = await import(href)
  return "default" in loaded ? { content: await loaded.default } : undefined
}
