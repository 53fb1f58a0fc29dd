/**
 * Where a page of jobs ended, as text for readers who come back for the next.
 */
import { Effect, Schema } from "effect"
import { Base64Url } from "effect/encoding"
import type { After } from "./JobReader.ts"

/**
 * The text is no cursor of a page of jobs.
 *
 * @since 0.3.0
 * @category errors
 */
export class CursorUnreadable extends Schema.TaggedError<CursorUnreadable>()("CursorUnreadable", {}) {
  override get message(): string {
    return "the cursor cannot be read: give what `next` of an earlier page was"
  }
}

const Place = Schema.fromJsonString(Schema.Tuple([Schema.NullOr(Schema.Finite), Schema.Int, Schema.String]))
const decode = Schema.decodeUnknownEffect(Place)
const encode = Schema.encodeSync(Place)

/** The text of a place. */
export const write = ({ series, start, vendorId }: After): string => Base64Url.encode(encode([start, series, vendorId]))

/** The place of a text. */
export const read = (cursor: string): Effect.Effect<After, CursorUnreadable> =>
  Effect.fromResult(Base64Url.decodeString(cursor)).pipe(
    Effect.flatMap(decode),
    Effect.mapBoth({
      onSuccess: ([start, series, vendorId]) => ({ start, series, vendorId }),
      onFailure: () => new CursorUnreadable()
    })
  )
