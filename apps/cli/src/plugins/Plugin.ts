/**
 * Providers, and where they come from: built in, or installed beside the settings file.
 */
import { Contract, type Provider } from "@scanjobs/core"
import type { Playground } from "@scanjobs/testing"
import { Effect, Result } from "effect"
import type { HttpClient } from "effect/http"
import { dirname, extname, resolve } from "node:path"
import * as PluginModule from "./PluginModule.ts"

/** A provider that this program can run: it needs nothing but the HTTP client. */
export type Installed = Provider.Any & { readonly "~Services": HttpClient.HttpClient }

/** A provider, and where it comes from. */
export interface Source {
  readonly provider: Installed
  /** `built-in`, or what the settings file names: a package or a path. */
  readonly source: string
  /** What a settings file in any folder names it by, as far as that is possible; `null` for what is built in. */
  readonly plugin: string | null
  /** That of its package; `null` where a path is in none. */
  readonly version: string | null
  /** Loads the provider's emulator; `undefined` where there is none. What it fails with follows the emulator's name. */
  readonly playground: Effect.Effect<Playground.Playground | undefined, string>
}

/** Imports a package or a path, and gives all the providers that it exports, or says why there are none. */
export const load = (specifier: string, settingsFile: string): Effect.Effect<ReadonlyArray<Source>, string> =>
  Effect.gen(function* () {
    const exports = yield* Effect.mapError(PluginModule.load(specifier, settingsFile), ({ message }) => message)
    const values = new Set(Object.values(exports).filter(isLikeProvider))
    if (values.size === 0) return yield* Effect.fail("exports no provider")
    const version = PluginModule.versionOf(specifier, settingsFile)
    const playgrounds = yield* Effect.cached(playgroundsOf(specifier, settingsFile, exports))
    return yield* Effect.forEach(values, (provider) => {
      const problem = whyIncompatible(provider)
      if (problem !== undefined) return Effect.fail(problem)
      return Effect.succeed({
        provider: used(provider),
        source: specifier,
        plugin: PluginModule.isPath(specifier) ? resolve(dirname(settingsFile), specifier) : specifier,
        version,
        playground: Effect.map(playgrounds, (all) => all.find((playground) => playground.provider === provider.id))
      })
    })
  })

interface Like {
  readonly id: string
}

/** Something of an older core, or of a newer one, must be told from what is no provider at all. */
const isLikeProvider = (value: unknown): value is Like =>
  typeof value === "object" &&
  value !== null &&
  "id" in value &&
  typeof value.id === "string" &&
  ("contract" in value || "lanes" in value)

const whyIncompatible = (like: Like): string | undefined => {
  const contract: unknown = Reflect.get(like, "contract")
  const name = `its provider ${JSON.stringify(like.id)}`
  if (contract === Contract.version) {
    return isProvider(like) ? undefined : `${name} is none of @scanjobs/core: make it with Provider.make`
  }
  const isNewer = typeof contract === "number" && contract > Contract.version
  return `${name} was made by ${isNewer ? "a newer" : "another"} @scanjobs/core (contract ${typeof contract === "number" ? contract : "unknown"}, expected ${Contract.version}): update ${isNewer ? "scanjobs" : "the plugin"}`
}

const isProvider = (value: object): boolean =>
  ["lanes", "check", "decode"].every((name) => typeof Reflect.get(value, name) === "function") &&
  ["settings", "quotas"].every((name) => Array.isArray(Reflect.get(value, name))) &&
  "listings" in value &&
  typeof value.listings === "object" &&
  "fileSettings" in value &&
  value.fileSettings instanceof Set

/** What a plugin was typed as is gone once it is loaded by name; its contract and its members were checked. */
const used = (provider: Like) => provider as Installed

/** A package has them in its entry point `emulator`; a file itself, or the file `Emulator` beside it. */
const playgroundsOf = (specifier: string, settingsFile: string, own: object) => {
  const inPlugin = Object.values(own).filter(isPlayground)
  if (inPlugin.length > 0) return Effect.succeed(inPlugin)
  const emulator = PluginModule.isPath(specifier)
    ? specifier.replace(/[^/\\]*$/, `Emulator${extname(specifier)}`)
    : `${specifier}/emulator`
  return PluginModule.load(emulator, settingsFile).pipe(
    Effect.map((exports) => Object.values(exports).filter(isPlayground)),
    Effect.catch(({ isMissing, message }) => (isMissing ? Effect.succeed([]) : Effect.fail(message)))
  )
}

const isPlayground = (value: unknown): value is Playground.Playground =>
  typeof value === "object" &&
  value !== null &&
  "provider" in value &&
  typeof value.provider === "string" &&
  "serve" in value &&
  typeof value.serve === "function"

/** Adds providers to those that are there; one whose id is taken is a problem. */
export const add = (
  known: ReadonlyArray<Source>,
  found: ReadonlyArray<Source>
): Result.Result<ReadonlyArray<Source>, string> => {
  const ids = new Map(known.map(({ provider, source }) => [provider.id, source]))
  for (const { provider, source } of found) {
    const other = ids.get(provider.id)
    if (other !== undefined) {
      const from = other === source ? "the same plugin" : other
      return Result.fail(`its provider ${JSON.stringify(provider.id)} is there already, from ${from}`)
    }
    ids.set(provider.id, source)
  }
  return Result.succeed([...known, ...found])
}
