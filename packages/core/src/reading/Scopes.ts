/**
 * The scopes that a listing runs once for.
 */
import type { Schema } from "effect"
import * as VerbFailure from "../contract/VerbFailure.ts"
import type { PreparedListing } from "./PreparedListing.ts"

/** What one lane is read for. */
export interface Scope {
  readonly scope: unknown
  /** The scope as JSON; `null` for a listing without scopes. */
  readonly encoded: Schema.Json
  /** The parent item that gave the scope; `null` where the connection names it. */
  readonly parent: unknown
}

/** The single scope of a listing that declares none. */
export const unscoped: Scope = { scope: undefined, encoded: null, parent: null }

/** The scopes that the connection names, each once. */
export const named = ({ encodeScope, verbs }: PreparedListing, connection: object): ReadonlyArray<Scope> => {
  if (encodeScope === undefined) return [unscoped]
  const scopes = new Map<string, Scope>()
  for (const scope of verbs.scopes?.(connection) ?? []) {
    const encoded = VerbFailure.named("scopes", encodeScope)(scope)
    scopes.set(JSON.stringify(encoded), { scope, encoded, parent: null })
  }
  return [...scopes.values()]
}

/** The scope as text for people and for ids; `null` for a listing without scopes. */
export const textOf = (encoded: Schema.Json): string | null => {
  if (encoded === null) return null
  return typeof encoded === "string" ? encoded : JSON.stringify(encoded)
}
