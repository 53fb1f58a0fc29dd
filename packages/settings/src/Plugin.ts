/**
 * Providers that the settings file names, and what loads them.
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
  /** The version of its package; `null` where a path is in none. */
  readonly version: string | null
  /** Everything that the plugin's module exports. */
  readonly exports: object
  /**
   * Imports what serves the plugin's emulator: the entry point `emulator` of a package, or the file `Emulator` beside a path.
   * `undefined` where there is none; fails with the reason, as the end of a sentence.
   */
  readonly emulator: Effect.Effect<object | undefined, string>
}

/**
 * Loads a plugin from where the settings file is. Gives every provider that it exports, or the reason why there are none, as the
 * end of a sentence. `@scanjobs/settings/plugins` has the loader for Node.
 *
 * @since 0.1.0
 * @category models
 */
export type Loader = (specifier: string, settingsFile: string) => Effect.Effect<ReadonlyArray<Plugin>, string>
