/**
 * One connection of the settings file: its placeholders filled in, its files read, and its provider's settings decoded.
 */
import type { Connection as CoreConnection } from "@scanjobs/core"
import { Effect, FileSystem, Path, Result } from "effect"
import * as Placeholders from "./Placeholders.ts"
import type { Installed } from "../plugins/Plugin.ts"

/** A decoded connection; its provider knows its other settings. */
export interface Connection {
  readonly provider: string
  readonly name: string
}

/** What a connection is decoded with. */
export interface Options {
  /** Its place in the file, counted from 1: what it is called where it has no name. */
  readonly position: number
  /** Where `@file` is looked for. */
  readonly folder: string
  readonly environment: ReadonlyMap<string, string>
  readonly providers: ReadonlyArray<Installed>
}

/** A connection, or what is wrong with it. */
export interface Decoded {
  /** Such as `connection "dc"`. */
  readonly label: string
  readonly name: string | undefined
  readonly connection: Connection | undefined
  readonly problems: ReadonlyArray<CoreConnection.Problem>
}

const secrets = new WeakMap<object, ReadonlyArray<string>>()

/**
 * A connection's secrets as they were given. Those of a plugin that brings its own copy of Effect cannot be read from the
 * connection itself: each copy gives only the secrets that it has wrapped.
 */
export const secretsOf = (connection: object): ReadonlyArray<string> => secrets.get(connection) ?? []

/** Says that variables are not set. */
export const unset = (names: ReadonlyArray<string>): string =>
  names.map((name) => `the environment variable ${name} is not set`).join("; ")

/** Decodes one entry of `connections`, and finds everything that is wrong with it. */
export const decode = Effect.fnUntraced(function* (input: unknown, options: Options) {
  const numbered = `connection ${options.position}`
  const failed = (label: string, name: string | undefined, problems: Decoded["problems"]): Decoded => ({
    label,
    name,
    connection: undefined,
    problems
  })
  if (typeof input !== "object" || input === null || Array.isArray(input)) {
    return failed(numbered, undefined, [{ key: "", message: "expected object" }])
  }
  const given: { readonly [key: string]: unknown } = { ...input }
  const name = Placeholders.fill(given["name"], options.environment)
  const id = Placeholders.fill(given["provider"], options.environment)
  const isNamed = typeof name === "string" && name !== ""
  const label = isNamed ? `connection ${JSON.stringify(name)}` : numbered
  const known = isNamed ? name : undefined

  const provider = options.providers.find((candidate) => candidate.id === id)
  if (provider === undefined) {
    return failed(label, known, [
      ...(isNamed ? [] : [nameProblem(given["name"])]),
      {
        key: "provider",
        message: `${id === undefined ? "missing key" : "is not known"}; expected one of ${options.providers.map((one) => one.id).join(", ")}`
      },
      ...unsetIn(given, options.environment)
    ])
  }

  const problems = [...unsetIn(given, options.environment)]
  const settings: { [key: string]: unknown } = {}
  for (const [key, value] of Object.entries(given)) {
    const type = provider.settings.find((setting) => setting.key === key)?.type
    const filled = Placeholders.fill(value, options.environment, type)
    const read = yield* readFile(key, filled, provider, options.folder)
    if (Result.isFailure(read)) problems.push({ key, message: read.failure })
    settings[key] = Result.isSuccess(read) ? read.success : filled
  }
  const broken = new Set(problems.map(({ key }) => key.split(".", 1).join("")))
  const decoded = provider.decode(settings)
  if (Result.isFailure(decoded)) {
    for (const problem of decoded.failure) {
      const [key = ""] = problem.key.split(".")
      if (!broken.has(key)) problems.push({ key: problem.key, message: explained(problem, key, provider) })
    }
  }
  if (Result.isFailure(decoded) || problems.length > 0) return failed(label, known, problems)
  const connection: Connection = decoded.success
  const secret = new Set(provider.settings.flatMap((setting) => (setting.secret ? [setting.key] : [])))
  secrets.set(
    connection,
    Object.entries(settings).flatMap(([key, value]) => (secret.has(key) && typeof value === "string" ? [value] : []))
  )
  return { label, name: known, connection, problems } satisfies Decoded
})

const nameProblem = (given: unknown): CoreConnection.Problem => ({
  key: "name",
  message: `${given === undefined ? "missing key; " : ""}expected string that is not empty`
})

const unsetIn = (
  given: { readonly [key: string]: unknown },
  environment: ReadonlyMap<string, string>
): Array<CoreConnection.Problem> =>
  Object.entries(given).flatMap(([key, value]) => {
    const names = [...Placeholders.namesIn(value)].filter((name) => !environment.has(name))
    return names.length === 0 ? [] : [{ key, message: unset(names) }]
  })

/** A value `@path`, where the setting may be given so, stands for the content of that file. */
const readFile = Effect.fnUntraced(function* (key: string, value: unknown, provider: Installed, folder: string) {
  if (typeof value !== "string" || !value.startsWith("@") || !provider.fileSettings.has(key))
    return Result.succeed(value)
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const file = path.resolve(folder, value.slice(1))
  return yield* Effect.result(
    Effect.mapError(files.readFileString(file), ({ reason }) => `the file ${file} cannot be read (${reason._tag})`)
  )
})

/** A problem in the words of the settings' own description, so that it always says what was expected. */
const explained = ({ message }: CoreConnection.Problem, key: string, provider: Installed): string => {
  const type = typeOf(key, provider)
  if (message === "is not a setting of this provider") {
    return `${message}; expected one of ${["name", ...provider.settings.map((setting) => setting.key)].join(", ")}`
  }
  if (type === undefined) return message
  if (message === "missing key") return `missing key; expected ${type}`
  const isVague = message === "expected number" || message === "expected an integer"
  return isVague ? `expected ${type.replace(/^array of /, "")}` : message
}

const typeOf = (key: string, provider: Installed): string | undefined =>
  key === "name" ? "string" : provider.settings.find((setting) => setting.key === key)?.type
