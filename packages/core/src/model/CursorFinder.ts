/**
 * Finds the cursor to resume a listing from.
 */
import type { Cursor } from "./Cursor.ts"

/** A listing of a connection for a scope. */
export interface Place {
  readonly connection: string
  readonly listing: string
  /** Identifies the scope as the vendor does; `null` for a listing without scopes. */
  readonly key: string | null
}

/** Finds the cursor of a place. */
export type Finder = (place: Place) => Cursor | undefined

/** Finds cursors among these; the first one, if several are for the same place. `keyOf` gives the key of a cursor's scope. */
export const make = (cursors: ReadonlyArray<Cursor>, keyOf: (cursor: Cursor) => string | null): Finder => {
  const byPlace = new Map(
    cursors.toReversed().map((cursor) => [textOf({ ...cursor, key: keyOf(cursor) }), cursor] as const)
  )
  return (place) => byPlace.get(textOf(place))
}

const textOf = ({ connection, key, listing }: Place): string => JSON.stringify([connection, listing, key])
