/**
 * How scanjobs reports errors: as `application/problem+json` (RFC 9457).
 */
import { Rejection } from "@scanjobs/core"
import { Schema } from "effect"

/** The body of an error. */
const Problem = Schema.Struct({
  type: Schema.String,
  status: Schema.Finite,
  title: Schema.String,
  detail: Schema.String
})

/** Finds the error in an answer. */
export const reader: Rejection.Reader = Rejection.fromSchema(Problem, ({ detail, title }) => ({
  code: title,
  message: detail
}))
