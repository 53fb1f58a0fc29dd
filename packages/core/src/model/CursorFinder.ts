/**
 * Finds the cursor to resume a listing from.
 */
import type { Cursor } from "./Cursor.ts"

/** A listing of a connection for a scope. */
export type Place = Omit<Cursor, "request" | "received">

/** Finds the cursor of a place. */
export type Finder = (place: Place) => Cursor | undefined

/** Finds cursors among these; the first one, if several are for the same place. */
export const make = (cursors: ReadonlyArray<Cursor>): Finder => {
  const byPlace = new Map(cursors.toReversed().map((cursor) => [keyOf(cursor), cursor]))
  return (place) => byPlace.get(keyOf(place))
}

const keyOf = ({ connection, listing, scope }: Place): string => JSON.stringify([connection, listing, scope])
