/**
 * Providers, and where they come from: built in, or installed beside the settings file.
 */
import type { Plugin } from "@scanjobs/settings"
import type { Playground } from "@scanjobs/testing"
import { Effect } from "effect"

/** A provider that this program can run. */
export type Installed = Plugin.Installed

/** A provider, and where it comes from. */
export interface Source {
  readonly provider: Installed
  /** `built-in`, or what the settings file names: a package or a path. */
  readonly source: string
  /** What names it in a settings file of any folder; `null` for what is built in. */
  readonly plugin: string | null
  /** The version of its package; `null` where a path is in none. */
  readonly version: string | null
  /** Loads the provider's emulator; `undefined` where there is none. Fails with the end of a sentence about the emulator. */
  readonly playground: Effect.Effect<Playground.Playground | undefined, string>
}

/** A plugin's provider. Its emulator is among the plugin's own exports, or in the module beside it. */
export const ofPlugin = ({ emulator, exports, location, provider, specifier, version }: Plugin.Plugin): Source => {
  const own = playgroundsOf(exports)
  const all = own.length > 0 ? Effect.succeed(own) : Effect.map(emulator, playgroundsOf)
  return {
    provider,
    source: specifier,
    plugin: location,
    version,
    playground: Effect.map(all, (playgrounds) => playgrounds.find((playground) => playground.provider === provider.id))
  }
}

const playgroundsOf = (exports: object = {}): ReadonlyArray<Playground.Playground> =>
  Object.values(exports).filter(isPlayground)

const isPlayground = (value: unknown): value is Playground.Playground =>
  typeof value === "object" &&
  value !== null &&
  "provider" in value &&
  typeof value.provider === "string" &&
  "serve" in value &&
  typeof value.serve === "function"
