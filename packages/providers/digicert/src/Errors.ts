/**
 * How DigiCert reports errors: an `error` beside `data` in an answer with status 200, or the `errors` of its sister API.
 */
import { Rejection } from "@scanjobs/core"
import { Schema } from "effect"

const Text = Schema.optionalKey(Schema.NullOr(Schema.String))

const Errors = Schema.Struct({ errors: Schema.NonEmptyArray(Schema.Struct({ code: Text, message: Text })) })

const Plain = Schema.Struct({ error: Schema.String, message: Text })

const Detailed = Schema.Struct({ error: Schema.Struct({ code: Text, message: Text }) })

const Other = Schema.Struct({ error: Schema.Any })

const rejected = (code: string | null, message: string | null): Rejection.Rejection => {
  if (code?.startsWith("access_denied") === true) return { code, message, as: "Forbidden" }
  return code === "request_limit_exceeded" ? { code, message, as: "RateLimited" } : { code, message }
}

/** Finds the error in an answer. Any `error` that is not null counts, because the vendor publishes no sample. */
export const reader: Rejection.Reader = Rejection.firstOf(
  Rejection.fromSchema(Errors, ({ errors: [first] }) => rejected(first.code ?? null, first.message ?? null)),
  Rejection.fromSchema(Plain, ({ error, message }) => rejected(error, message ?? null)),
  Rejection.fromSchema(Detailed, ({ error }) => rejected(error.code ?? null, error.message ?? null)),
  Rejection.fromSchema(Other, ({ error }) =>
    error === null || error === undefined ? undefined : rejected(null, JSON.stringify(error))
  )
)
