/**
 * Providers that are installed beside the settings file rather than built in.
 */
import type { Provider } from "@scanjobs/core"
import { Effect, Result } from "effect"
import type { HttpClient } from "effect/http"
import { type RegisterHooksOptions, registerHooks } from "node:module"
import { pathToFileURL } from "node:url"
import { whyNotLoaded } from "./SettingsFile.ts"

/** A provider that this program can run: it needs nothing but the HTTP client. */
export type Installed = Provider.Any & { readonly "~Services": HttpClient.HttpClient }

/** A provider, and where it comes from: `built-in`, or the name of a package. */
export interface Source {
  readonly provider: Installed
  readonly source: string
}

/**
 * Imports a package or a relative path as the settings file itself would import it, and gives all the providers that it
 * exports, or says why there are none.
 */
export const load = (specifier: string, settingsFile: string): Effect.Effect<ReadonlyArray<Source>, string> =>
  Effect.flatMap(
    Effect.tryPromise({
      try: () => importFrom(specifier, settingsFile),
      catch: (error) =>
        `cannot be loaded: ${isMissing(error) ? `install it beside ${settingsFile}` : whyNotLoaded(error)}`
    }),
    (exports) => {
      const providers = new Set(Object.values(exports).filter(isProvider))
      return providers.size === 0
        ? Effect.fail("exports no provider")
        : Effect.succeed([...providers].map((provider) => ({ provider, source: specifier })))
    }
  )

const isMissing = (error: unknown): boolean =>
  error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND"

/** Only a hook can say from where a specifier is to be resolved. */
const importFrom = (specifier: string, settingsFile: string): Promise<object> => {
  const parentURL = pathToFileURL(settingsFile).href
  const alias = `scanjobs-plugin:${specifier}`
  const resolve: RegisterHooksOptions["resolve"] = (asked, context, next) =>
    asked === alias ? next(specifier, { ...context, parentURL }) : next(asked, context)
  const hooks = registerHooks({ resolve })
  return import(alias).finally(() => hooks.deregister())
}

/** What a plugin was typed as is gone once it is loaded by name; its members tell a provider from other exports. */
const isProvider = (value: unknown): value is Installed =>
  typeof value === "object" &&
  value !== null &&
  "id" in value &&
  typeof value.id === "string" &&
  ["lanes", "check", "decode"].every((name) => typeof Reflect.get(value, name) === "function") &&
  ["settings", "quotas"].every((name) => Array.isArray(Reflect.get(value, name))) &&
  "listings" in value &&
  typeof value.listings === "object" &&
  "fileSettings" in value &&
  value.fileSettings instanceof Set

/** Adds providers to those that are there; one whose id is taken is a problem. */
export const add = (
  known: ReadonlyArray<Source>,
  found: ReadonlyArray<Source>
): Result.Result<ReadonlyArray<Source>, string> => {
  const taken = found.find(({ provider }) => known.some((other) => other.provider.id === provider.id))
  return taken === undefined
    ? Result.succeed([...known, ...found])
    : Result.fail(`its provider ${JSON.stringify(taken.provider.id)} is there already`)
}
