/**
 * One connection of the settings file: its placeholders filled in, its files read, its secrets cleaned, and its provider's
 * settings decoded.
 */
import type { Connection as CoreConnection } from "@scanjobs/core"
import { Effect, Path, Predicate, Result } from "effect"
import type { KnownProviders } from "./KnownProviders.ts"
import * as Placeholders from "./Placeholders.ts"
import type { Installed } from "./Plugin.ts"
import type { Code, Problem } from "./Problem.ts"
import * as SecretText from "./SecretText.ts"
import * as Suggestion from "./Suggestion.ts"
import * as TextFile from "./TextFile.ts"

/** A decoded connection; its provider knows its other settings. */
export interface Connection {
  readonly provider: string
  readonly name: string
}

/** What a connection is decoded with. */
export interface Options {
  /** Its place in the file, counted from 1. Errors name a connection without a name by it. */
  readonly position: number
  /** What `@file` is relative to. */
  readonly folder: string
  /** Settings for every connection whose provider has them; the connection's own win. */
  readonly defaults: { readonly [key: string]: unknown }
  readonly values: Placeholders.Values
  readonly providers: KnownProviders
}

/** A connection, or what is wrong with it. */
export interface Decoded {
  /** Such as `connection "dc"`. */
  readonly label: string
  readonly name: string | undefined
  readonly tags: ReadonlyArray<string>
  readonly connection: Connection | undefined
  readonly problems: ReadonlyArray<Problem>
}

/** The keys of every connection that are not settings of its provider. */
const general = ["name", "provider", "tags"]

const secrets = new WeakMap<object, ReadonlyArray<string>>()

/** A connection's secrets as they were given and as they are sent. */
export const secretsOf = (connection: object): ReadonlyArray<string> => secrets.get(connection) ?? []

/** Decodes one entry of `connections`, and finds everything that is wrong with it. */
export const decode = Effect.fnUntraced(function* (input: unknown, options: Options) {
  const { providers, values } = options
  const problems: Array<Problem> = []
  if (!Predicate.isObject(input) || Array.isArray(input)) {
    const label = `connection ${options.position}`
    return ended(label, undefined, [], [{ code: "InvalidValue", at: label, message: "expected object" }])
  }
  const own: { readonly [key: string]: unknown } = { ...input }
  const name = Placeholders.fill(own["name"], values)
  const known = typeof name === "string" && name !== "" ? name : undefined
  const label = known === undefined ? `connection ${options.position}` : `connection ${JSON.stringify(known)}`
  const tell = (code: Code, key: string, message: string) =>
    void problems.push({ code, at: key === "" ? label : `${label}: ${key}`, message })
  const tellUnresolved = (key: string, value: unknown, note = "") => {
    for (const { code, message } of Placeholders.unresolved(value, values)) tell(code, key, message + note)
  }

  const { tags = [] } = own
  if (!isTexts(tags)) tell("InvalidValue", "tags", "expected array of string")
  const used = isTexts(tags) ? tags : []

  const id = Placeholders.fill(own["provider"], values)
  const provider = yield* providers.find(id)
  if (provider === undefined) {
    if (known === undefined) tell(missingOrInvalid(own["name"]), "name", nameExpected(own["name"]))
    tell(
      id === undefined ? "MissingKey" : "UnknownProvider",
      "provider",
      providerExpected(own["provider"], providers.ids)
    )
    for (const [key, value] of Object.entries(own)) tellUnresolved(key, value)
    return ended(label, known, used, problems)
  }

  const isSetting = new Map(provider.settings.map((setting) => [setting.key, setting]))
  const inherited = Object.entries(options.defaults).filter(([key]) => isSetting.has(key) && !Object.hasOwn(own, key))
  const given: { readonly [key: string]: unknown } = { ...Object.fromEntries(inherited), ...own }
  const fromDefaults = new Set(inherited.map(([key]) => key))
  const noteOf = (key: string) => (fromDefaults.has(key) ? " (from defaults)" : "")

  const settings: { [key: string]: unknown } = {}
  const asGiven: Array<string> = []
  const broken = new Set<string>()
  for (const [key, value] of Object.entries(given)) {
    if (key === "tags") continue
    const setting = isSetting.get(key)
    const filled = Placeholders.fill(value, values, setting?.type)
    settings[key] = filled
    if (Placeholders.unresolved(value, values).length > 0) {
      tellUnresolved(key, value, noteOf(key))
      broken.add(key)
      continue
    }
    const read = yield* textOf(key, filled, provider, options.folder)
    if (Result.isFailure(read)) {
      tell(read.failure.code, key, read.failure.message + noteOf(key))
      broken.add(key)
      continue
    }
    settings[key] = read.success
    if (setting?.secret === true) asGiven.push(...[filled, read.success].filter((text) => typeof text === "string"))
  }
  const decoded = provider.decode(settings)
  if (Result.isFailure(decoded)) {
    for (const problem of decoded.failure) {
      const [key = ""] = problem.key.split(".")
      if (broken.has(key)) continue
      tell(codeOf(problem), problem.key, explained(problem, key, provider, given[key]) + noteOf(key))
    }
  }
  if (Result.isFailure(decoded) || problems.length > 0) return ended(label, known, used, problems)
  const connection: Connection = decoded.success
  secrets.set(connection, [...new Set(asGiven)])
  return { label, name: known, tags: used, connection, problems } satisfies Decoded
})

const ended = (
  label: string,
  name: string | undefined,
  tags: ReadonlyArray<string>,
  problems: ReadonlyArray<Problem>
): Decoded => ({ label, name, tags, connection: undefined, problems })

const isTexts = (value: unknown): value is ReadonlyArray<string> =>
  Array.isArray(value) && value.every((item) => typeof item === "string" && item !== "")

const missingOrInvalid = (given: unknown): Code => (given === undefined ? "MissingKey" : "InvalidValue")

const nameExpected = (given: unknown): string =>
  `${given === undefined ? "missing key; " : ""}expected string that is not empty`

/** Repeats a wrong id only if it is literally in the file: a placeholder's value may be a secret. */
const providerExpected = (given: unknown, ids: ReadonlyArray<string>): string => {
  const expected = `expected one of ${ids.join(", ")}, or the provider of a plugin`
  if (given === undefined) return `missing key; ${expected}`
  return typeof given === "string" && Placeholders.within(given).size === 0
    ? `${JSON.stringify(given)} is not a provider${Suggestion.of(given, ids)}; ${expected}`
    : `is not known; ${expected}`
}

/** Reads a secret or a file setting that is given as `@PATH`, and cleans secrets. Other values stay as they are. */
const textOf = Effect.fnUntraced(function* (key: string, value: unknown, provider: Installed, folder: string) {
  const isFile = provider.fileSettings.has(key)
  const isSecret = provider.settings.some((setting) => setting.key === key && setting.secret)
  if (typeof value !== "string" || !(isFile || isSecret)) return Result.succeed(value)
  const text = yield* Effect.result(value.startsWith("@@") ? Effect.succeed(value.slice(1)) : fileOr(value, folder))
  // PEM text has several lines, and its own decoder checks it.
  if (Result.isFailure(text) || isFile) return text
  return Result.mapError(
    SecretText.clean(text.success, { allowsUnicode: isBasic(provider) }),
    (message): Placeholders.Unresolved => ({ code: "InvalidSecret", message })
  )
})

const fileOr = Effect.fnUntraced(function* (value: string, folder: string) {
  if (!value.startsWith("@")) return value
  const path = yield* Path.Path
  return yield* Effect.mapError(
    TextFile.read(path.resolve(folder, value.slice(1)), TextFile.mostOfSecret),
    ({ code, message }): Placeholders.Unresolved => ({
      code: code === "FileMissing" ? "FileUnreadable" : code,
      message: `${message}; a secret that begins with @ is written @@`
    })
  )
})

/** Whether requests carry the credential as HTTP Basic, which encodes it. */
const isBasic = (provider: object): boolean =>
  "security" in provider &&
  Predicate.hasProperty(provider.security, "scheme") &&
  String(provider.security.scheme).toLowerCase() === "basic"

const codeOf = ({ code }: CoreConnection.Problem): Code =>
  code === "UnknownKey" || code === "MissingKey" ? code : "InvalidValue"

/** A problem in the words of the settings' own description, so that it always says what was expected. */
const explained = (problem: CoreConnection.Problem, key: string, provider: Installed, given: unknown): string => {
  const { code, message } = problem
  const keys = [...general, ...provider.settings.map((setting) => setting.key)]
  if (code === "UnknownKey") return `${message}${Suggestion.of(key, keys)}; expected one of ${keys.join(", ")}`
  const type = key === "name" ? "string" : provider.settings.find((setting) => setting.key === key)?.type
  if (type === undefined || code === undefined) return message
  if (code === "MissingKey") return `missing key; expected ${type}`
  const expected = problem.key === key ? type : type.replace(/^array of /, "")
  const isSaidByType = code === "InvalidType" || /^(?:integer|number)\b/.test(expected)
  return `${isSaidByType ? `expected ${expected}` : message}${gotOf(given, type)}`
}

/** Names the wrong value if it cannot be a misplaced secret: a number, a boolean, or a wrong member of an enumeration. */
const gotOf = (given: unknown, type: string): string => {
  const isPlain = typeof given === "number" || typeof given === "boolean"
  const isMember = typeof given === "string" && type.startsWith('"') && Placeholders.within(given).size === 0
  return isPlain || isMember ? `, got ${JSON.stringify(given)}` : ""
}
