/**
 * Providers that the settings file names, and what loads them.
 *
 * **Example** (a loader that knows its plugins)
 *
 * ```ts
 * import type { Plugin } from "@scanjobs/settings"
 *
 * export const providersOf = (plugins: ReadonlyArray<Plugin.Plugin>): ReadonlyArray<Plugin.Installed> =>
 *   plugins.map(({ provider }) => provider)
 * ```
 */
import type { Provider } from "@scanjobs/core"
import type { Effect } from "effect"
import type { HttpClient } from "effect/http"

/**
 * A provider that needs nothing but the HTTP client.
 *
 * @since 0.1.0
 * @category models
 */
export type Installed = Provider.Any & { readonly "~Services": HttpClient.HttpClient }

/**
 * A provider that is loaded when a connection names it.
 *
 * A program with many providers starts faster with these: importing one costs some milliseconds, whether or not it is used.
 *
 * @since 0.2.0
 * @category models
 */
export interface Lazy {
  /** The id of the provider that `load` gives. */
  readonly id: string
  /** Such as `Effect.promise(() => import("@scanjobs/digicert")).pipe(Effect.map(({ DigiCert }) => DigiCert))`. */
  readonly load: Effect.Effect<Installed>
}

/**
 * A provider that a plugin gave.
 *
 * @since 0.1.0
 * @category models
 */
export interface Plugin {
  readonly provider: Installed
  /** What the settings file names: a package or a path. */
  readonly specifier: string
  /** The same for a settings file in any folder: paths are absolute. */
  readonly location: string
  /** The version of its package; `null` if a path belongs to no package. */
  readonly version: string | null
  /** Everything that the plugin's module exports. */
  readonly exports: object
  /**
   * Imports what serves the plugin's emulator: the entry point `emulator` of a package, or the file `Emulator` beside a path.
   * `undefined` if there is none. Fails with the reason, as the end of a sentence.
   */
  readonly emulator: Effect.Effect<object | undefined, string>
}

/**
 * Loads a plugin, as seen from the settings file. Gives every provider that it exports; fails with the reason, as the end of a
 * sentence. `@scanjobs/settings/plugins` has the loader for Node.
 *
 * @since 0.1.0
 * @category models
 */
export type Loader = (specifier: string, settingsFile: string) => Effect.Effect<ReadonlyArray<Plugin>, string>
