/**
 * The providers of one reading of the settings: those that are at hand, and those that are loaded when something names them.
 */
import { Effect } from "effect"
import type { Installed, Lazy } from "./Plugin.ts"

/** Finds providers by their id. */
export interface KnownProviders {
  /** All ids, also those of providers that are not loaded. */
  readonly ids: ReadonlyArray<string>
  /** Loads the provider where that is needed; `undefined` where there is none of this id. */
  readonly find: (id: unknown) => Effect.Effect<Installed | undefined>
  /** Loads all of them. */
  readonly all: Effect.Effect<ReadonlyArray<Installed>>
  /** Those that are loaded by now, in the order of their ids above. */
  readonly loaded: Effect.Effect<ReadonlyArray<Installed>>
}

/** Of several providers with one id, the first counts. */
export const make = (providers: ReadonlyArray<Installed>, lazy: ReadonlyArray<Lazy>): KnownProviders => {
  const ids = [...providers, ...lazy].map(({ id }) => id)
  const known = new Map(providers.map((provider) => [provider.id, provider]))
  const loads = new Map(lazy.map((one) => [one.id, one.load]))
  const find = Effect.fnUntraced(function* (id: unknown) {
    if (typeof id !== "string") return undefined
    const there = known.get(id)
    const load = loads.get(id)
    if (there !== undefined || load === undefined) return there
    const provider = yield* load
    known.set(id, provider)
    return provider
  })
  const loaded = Effect.sync(() => ids.map((id) => known.get(id)).filter((provider) => provider !== undefined))
  return { ids, find, all: Effect.andThen(Effect.forEach(ids, find), loaded), loaded }
}
