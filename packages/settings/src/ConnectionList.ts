/**
 * The connections of the settings file, each with the defaults that its provider knows.
 */
import { Effect, Predicate } from "effect"
import * as ConnectionSettings from "./ConnectionSettings.ts"
import type { KnownProviders } from "./KnownProviders.ts"
import * as Placeholders from "./Placeholders.ts"
import type { Installed } from "./Plugin.ts"
import type { Problem } from "./Problem.ts"
import * as Suggestion from "./Suggestion.ts"

const isRecord = (value: unknown): value is { readonly [key: string]: unknown } =>
  Predicate.isObject(value) && !Array.isArray(value)

/** Decodes all of them, and finds everything that is wrong. There must be one, unless `mayBeEmpty`. */
export const decode = Effect.fnUntraced(function* (
  { connections: given, defaults = {} }: { readonly [key: string]: unknown },
  folder: string,
  providers: KnownProviders,
  mayBeEmpty: boolean
) {
  const problems: Array<Problem> = []
  const connections: Array<ConnectionSettings.Connection> = []
  const tags = new Map<string, ReadonlyArray<string>>()
  const usable = isRecord(defaults) ? defaults : {}
  if (!isRecord(defaults)) problems.push({ code: "InvalidValue", at: "defaults", message: "expected object" })
  if (!Array.isArray(given) || (given.length === 0 && !mayBeEmpty)) {
    const is = given === undefined ? "missing key; " : Array.isArray(given) ? "is empty; " : ""
    problems.push({
      code: given === undefined ? "MissingKey" : "InvalidValue",
      at: "connections",
      message: `${is}expected ${Array.isArray(given) ? "at least one connection" : "array of object"}`
    })
    return { connections, problems: [...(yield* unknownDefaults(usable, providers)), ...problems], tags }
  }
  const values = yield* Placeholders.resolve([given, usable], folder)
  for (const [index, input] of given.entries()) {
    const decoded = yield* ConnectionSettings.decode(input, {
      position: index + 1,
      folder,
      defaults: usable,
      values,
      providers
    })
    problems.push(...decoded.problems)
    if (decoded.name !== undefined) {
      if (tags.has(decoded.name)) {
        const message = "is used twice; expected a name of its own"
        problems.push({ code: "DuplicateName", at: `${decoded.label}: name`, message })
      }
      tags.set(decoded.name, decoded.tags)
    }
    if (decoded.connection !== undefined) connections.push(decoded.connection)
  }
  return { connections, problems: [...(yield* unknownDefaults(usable, providers)), ...problems], tags }
})

/** The defaults that no provider has. Those that no connection names are loaded only where a key may be theirs. */
const unknownDefaults = Effect.fnUntraced(function* (defaults: object, { all, loaded }: KnownProviders) {
  const known = keysOf(yield* loaded)
  if (Object.keys(defaults).every((key) => known.has(key))) return []
  const settings = keysOf(yield* all)
  return Object.keys(defaults).flatMap((key): ReadonlyArray<Problem> => {
    if (settings.has(key)) return []
    const message = `is not a setting of any provider${Suggestion.of(key, settings)}`
    return [{ code: "UnknownKey", at: `defaults: ${key}`, message }]
  })
})

const keysOf = (providers: ReadonlyArray<Installed>) =>
  new Set(providers.flatMap((provider) => provider.settings.map(({ key }) => key)))
