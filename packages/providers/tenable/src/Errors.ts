/**
 * How Tenable says no: a JSON body for 401 and 500, HTML for 429, and no body at all for 404.
 */
import { Rejection } from "@scanjobs/core"
import { Schema } from "effect"

const Body = Schema.Struct({
  statusCode: Schema.Finite,
  error: Schema.optionalKey(Schema.NullOr(Schema.String)),
  message: Schema.optionalKey(Schema.NullOr(Schema.String))
})

/** Finds the error in an answer; without such a body, the HTTP status alone says what is the matter. */
export const reader: Rejection.Reader = Rejection.fromSchema(Body, ({ error, message, statusCode }, { status }) => ({
  code: error ?? String(statusCode),
  message: message ?? null,
  ...(status < 300 ? { as: Rejection.conditionOf(statusCode) } : {})
}))
