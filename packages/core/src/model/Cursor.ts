/**
 * The place in a listing to resume from.
 *
 * A request *is* the page cursor: it is typed, comparable, and encoded by the endpoint's own schemas. A `Cursor` is that request
 * as JSON, together with its listing and scope, so that it can be stored and sent.
 *
 * **Example** (a cursor as text)
 *
 * ```ts
 * import { Cursor } from "@scanjobs/core"
 * import { Schema } from "effect"
 *
 * export const CursorText = Schema.fromJsonString(Cursor.Cursor)
 * ```
 */
import { Schema } from "effect"

/**
 * The next request of a listing, encoded as JSON, or the fact that the listing was read to its end.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Cursor = Schema.Struct({
  /** The connection's name. */
  connection: Schema.String,
  listing: Schema.String,
  /** What the listing runs once for, as JSON; `null` for a listing without scopes. */
  scope: Schema.Json,
  /** The next request, encoded by the endpoint's own schemas; `null` where there is none, because everything was read. */
  request: Schema.Json,
  /** The part that the request belongs to, as JSON, where the listing is put together from several. */
  part: Schema.optionalKey(Schema.Json),
  /** How many different rows came before that request, so that a run that goes on can tell the end from a gap, too. */
  received: Schema.optionalKey(Schema.Natural)
})
/**
 * The type of {@link Cursor}.
 *
 * @since 0.1.0
 * @category models
 */
export type Cursor = typeof Cursor.Type
