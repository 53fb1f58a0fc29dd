/**
 * The place in a listing from which reading can go on.
 *
 * A request *is* the page cursor: it is typed, comparable, and encoded by the endpoint's own schemas. A `Cursor` is that
 * request as JSON, with the listing and the scope that it belongs to, so that it can be stored and sent.
 */
import { Schema } from "effect"

/** A request of a listing, encoded as JSON. */
export const Cursor = Schema.Struct({
  listing: Schema.String,
  /** What the listing runs once for, as JSON; `null` for a listing without scopes. */
  scope: Schema.Json,
  /** The next request, encoded by the endpoint's own schemas. */
  request: Schema.Json
})
export type Cursor = typeof Cursor.Type
