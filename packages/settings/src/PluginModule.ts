/**
 * Loads plugins with Node's module loader.
 */
import { Contract } from "@scanjobs/core"
import { Effect } from "effect"
import { dirname, extname, resolve } from "node:path"
import * as ModuleImport from "./ModuleImport.ts"
import type { Installed, Loader } from "./Plugin.ts"

/**
 * Imports a package or a path, as seen from the settings file.
 *
 * **Example** (settings whose plugins are loaded)
 *
 * ```ts
 * import { DigiCert } from "@scanjobs/digicert"
 * import { Settings } from "@scanjobs/settings"
 * import * as PluginModule from "@scanjobs/settings/plugins"
 *
 * export const settings = Settings.load({ providers: [DigiCert], plugins: PluginModule.load })
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const load: Loader = (specifier, settingsFile) =>
  Effect.gen(function* () {
    if (ModuleImport.isForeign(specifier))
      return yield* Effect.fail("is an address, and a plugin is a package or a path")
    const exports = yield* Effect.mapError(ModuleImport.load(specifier, settingsFile), ({ message }) => message)
    const values = new Set(Object.values(exports).filter(isLikeProvider))
    if (values.size === 0) return yield* Effect.fail("exports no provider")
    const version = ModuleImport.versionOf(specifier, settingsFile)
    const emulator = yield* Effect.cached(emulatorOf(specifier, settingsFile))
    return yield* Effect.forEach(values, (provider) => {
      const problem = whyIncompatible(provider)
      if (problem !== undefined) return Effect.fail(problem)
      return Effect.succeed({
        provider: used(provider),
        specifier,
        location: ModuleImport.isPath(specifier) ? resolve(dirname(settingsFile), specifier) : specifier,
        version,
        exports,
        emulator
      })
    })
  })

interface Like {
  readonly id: string
}

/** Providers of older and newer cores count, so that they are told apart from modules without a provider. */
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
    return isProvider(like) ? undefined : `${name} was not made with Provider.make of @scanjobs/core`
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

/** A module that is imported by name has no types; the provider's contract and members were checked. */
const used = (provider: Like) => provider as Installed

const emulatorOf = (specifier: string, settingsFile: string): Effect.Effect<object | undefined, string> => {
  const emulator = ModuleImport.isPath(specifier)
    ? specifier.replace(/[^/\\]*$/, `Emulator${extname(specifier)}`)
    : `${specifier}/emulator`
  return ModuleImport.load(emulator, settingsFile).pipe(
    Effect.catchIf(
      ({ isMissing }) => isMissing,
      () => Effect.undefined
    ),
    Effect.mapError(({ message }) => message)
  )
}
