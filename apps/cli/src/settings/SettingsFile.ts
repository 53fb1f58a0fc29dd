/**
 * Reads the settings file, JSON or a module, without yet knowing what should be in it.
 */
import { Effect, FileSystem, Option, Path, type PlatformError } from "effect"
import { pathToFileURL } from "node:url"
import * as JsonPosition from "./JsonPosition.ts"
import { SettingsProblem } from "../Problem.ts"

/** The file that is read where no other is named. */
export const defaultName = "scanjobs.json"

/** A settings file's content. */
export interface SettingsFile {
  /** Absolute. */
  readonly path: string
  /** What `@file` and plugins are looked for from. */
  readonly folder: string
  readonly content: unknown
}

const modules = /\.(?:ts|mts|mjs|js)$/

/** Reads the named file, or {@link defaultName} in the current folder. */
export const read = Effect.fnUntraced(function* (named: Option.Option<string>) {
  const path = yield* Path.Path
  const file = path.resolve(Option.getOrElse(named, () => defaultName))
  const content = modules.test(file) ? yield* readModule(file) : yield* readJson(file)
  const settings: SettingsFile = { path: file, folder: path.dirname(file), content }
  return settings
})

/** Whether there is a settings file to read: one is named, or the default one is there. */
export const isThere = Effect.fnUntraced(function* (named: Option.Option<string>) {
  if (Option.isSome(named)) return true
  const files = yield* FileSystem.FileSystem
  return yield* Effect.orElseSucceed(files.exists(defaultName), () => true)
})

/** Whether the settings file is there and has nothing in it, as where a shell has just made it for this program's output. */
export const isEmpty = Effect.fnUntraced(function* (named: Option.Option<string>) {
  const files = yield* FileSystem.FileSystem
  const file = Option.getOrElse(named, () => defaultName)
  const content = yield* Effect.orElseSucceed(files.readFileString(file), () => "there is none")
  return content.trim() === ""
})

const problem = (message: string) => new SettingsProblem({ problems: [message] })

const unreadable = (file: string, { reason }: PlatformError.PlatformError) =>
  problem(
    reason._tag === "NotFound"
      ? `there is no settings file ${file}; create it, or name another one with --config FILE or SCANJOBS_CONFIG`
      : `the settings file ${file} cannot be read (${reason._tag})`
  )

const readJson = Effect.fnUntraced(function* (file: string) {
  const files = yield* FileSystem.FileSystem
  const text = yield* Effect.mapError(files.readFileString(file), (error) => unreadable(file, error))
  return yield* Effect.try({
    try: (): unknown => JSON.parse(text.replace(/^\uFEFF/, "")),
    catch: () => {
      const mistake = JsonPosition.find(text.replace(/^\uFEFF/, ""))
      return problem(
        mistake === undefined
          ? `${file}: is not JSON`
          : `${file}:${mistake.line}:${mistake.column}: is not JSON; expected ${mistake.expected}`
      )
    }
  })
})

const readModule = Effect.fnUntraced(function* (file: string) {
  const files = yield* FileSystem.FileSystem
  yield* Effect.mapError(files.access(file, { readable: true }), (error) => unreadable(file, error))
  const loaded: object = yield* Effect.tryPromise({
    try: () => import(pathToFileURL(file).href),
    catch: (error) => problem(`${file}: cannot be loaded: ${whyNotLoaded(error)}`)
  })
  if (!("default" in loaded)) return yield* problem(`${file}: has no default export; expected the settings as one`)
  return loaded.default
})

/** An error's kind and place. Its message is kept back unless it is Node's own, because the module may hold secrets. */
export const whyNotLoaded = (error: unknown): string => {
  if (!(error instanceof Error)) return "it throws"
  const isOwn = "code" in error && typeof error.code === "string" && error.code.startsWith("ERR_")
  const place = /(?:file:\/\/)?(\/[^\s()]+:\d+(?::\d+)?)/.exec(error.stack ?? "")?.[1]
  return isOwn || place === undefined ? `${error.name}: ${firstLine(error.message)}` : `${error.name} at ${place}`
}

const firstLine = (text: string): string => text.split("\n", 1).join("")
