/**
 * How Tenable reports errors: a JSON body with 401 and 500, HTML with 429, and no body with 404.
 */
import { Rejection } from "@scanjobs/core"
import { Schema } from "effect"

const Body = Schema.Struct({
  statusCode: Schema.Finite,
  error: Schema.optionalKey(Schema.NullOr(Schema.String)),
  message: Schema.optionalKey(Schema.NullOr(Schema.String))
})

/** Finds the error in an answer. Without such a body, the HTTP status decides. */
export const reader: Rejection.Reader = Rejection.fromSchema(Body, ({ error, message, statusCode }, { status }) => ({
  code: error ?? String(statusCode),
  message: message ?? null,
  ...(status < 300 ? { as: Rejection.conditionOf(statusCode) } : {})
}))
