/**
 * A length of time in the settings file, such as `"30 minutes"` or `"2 days"`.
 */
import { Duration, Option, Schema } from "effect"

const decode = Schema.decodeUnknownOption(Schema.DurationFromString)

const isSpan = (text: string): boolean =>
  Option.exists(decode(text), (span) => Duration.isFinite(span) && Duration.isPositive(span))

/** The schema. */
export const Span = Schema.String.check(
  Schema.makeFilter(isSpan, { expected: 'a length of time such as "30 minutes" or "2 days"' })
).pipe(Schema.decodeTo(Schema.DurationFromString))
