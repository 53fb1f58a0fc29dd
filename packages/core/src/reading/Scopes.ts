/**
 * The scopes that a listing runs once for.
 */
import { Option, type Schema } from "effect"
import * as VerbFailure from "../contract/VerbFailure.ts"
import type { PreparedListing } from "./PreparedListing.ts"

/** What one lane is read for. */
export interface Scope {
  readonly scope: unknown
  /** The scope as JSON; `null` for a listing without scopes. */
  readonly encoded: Schema.Json
  /** Identifies the scope as the vendor does; `null` for a listing without scopes. */
  readonly key: string | null
  /** The parent item that gave the scope; `null` where the connection names it, or where the item does not fit its schema. */
  readonly parent: unknown
}

/** The single scope of a listing that declares none. */
const unscoped: Scope = { scope: undefined, encoded: null, key: null, parent: null }

/** The scopes that the connection names, each once. Of two that the vendor takes for one, the first counts. */
export const named = (listing: PreparedListing, connection: object): ReadonlyArray<Scope> => {
  if (listing.encodeScope === undefined) return [unscoped]
  const scopes = new Map<string | null, Scope>()
  for (const given of listing.verbs.scopes?.(connection) ?? []) {
    const scope = VerbFailure.named("scopes", () => make(listing, given, null))()
    if (!scopes.has(scope.key)) scopes.set(scope.key, scope)
  }
  return [...scopes.values()]
}

/** The scope that a parent item gives. */
export const discovered = (listing: PreparedListing, scope: unknown, parent: unknown): Scope =>
  VerbFailure.named("child", () => make(listing, scope, parent))()

const make = ({ encodeScope, verbs }: PreparedListing, scope: unknown, parent: unknown): Scope => {
  const encoded = encodeScope?.(scope) ?? null
  return { scope, encoded, key: verbs.scopeKey?.(scope) ?? textOf(encoded), parent }
}

/** The key of a scope that was encoded before, such as in a cursor; the scope itself, where it does not fit the listing any more. */
export const keyOf = ({ decodeScope, verbs }: PreparedListing, encoded: Schema.Json): string | null => {
  const scope = decodeScope?.(encoded)
  if (scope === undefined || Option.isNone(scope)) return textOf(encoded)
  return VerbFailure.attempt(
    () => verbs.scopeKey?.(scope.value) ?? textOf(encoded),
    () => textOf(encoded)
  )
}

/** The scope as text for people and for ids; `null` for a listing without scopes. */
export const textOf = (encoded: Schema.Json): string | null => {
  if (encoded === null) return null
  return typeof encoded === "string" ? encoded : JSON.stringify(encoded)
}
