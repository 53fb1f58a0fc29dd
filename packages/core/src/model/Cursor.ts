/**
 * The place in a listing from which reading can go on.
 *
 * A request *is* the page cursor: it is typed, comparable, and encoded by the endpoint's own schemas. A `Cursor` is that
 * request as JSON, with the listing and the scope that it belongs to, so that it can be stored and sent.
 */
import { Schema } from "effect"

/** A request of a listing, encoded as JSON; or that the listing was read to its end. */
export const Cursor = Schema.Struct({
  /** The connection's name. */
  connection: Schema.String,
  listing: Schema.String,
  /** What the listing runs once for, as JSON; `null` for a listing without scopes. */
  scope: Schema.Json,
  /** The next request, encoded by the endpoint's own schemas; `null` where there is none, because everything was read. */
  request: Schema.Json,
  /** How many different rows came before that request, so that a run that goes on can tell the end from a gap, too. */
  received: Schema.optionalKey(Schema.Natural)
})
export type Cursor = typeof Cursor.Type

/** What a cursor is the place in. */
export type Place = Omit<Cursor, "request" | "received">

/** Finds the cursor of a connection's listing for a scope. */
export type Finder = (place: Place) => Cursor | undefined

/** Finds cursors among these; of several for one place, the first. */
export const finder = (cursors: ReadonlyArray<Cursor>): Finder => {
  const byPlace = new Map(cursors.toReversed().map((cursor) => [keyOf(cursor), cursor]))
  return (place) => byPlace.get(keyOf(place))
}

const keyOf = ({ connection, listing, scope }: Place): string => JSON.stringify([connection, listing, scope])
