/**
 * How token servers refuse: as RFC 6749, section 5.2, says, or in a way of their own.
 */
import { Schema } from "effect"
import * as Rejection from "../contract/Rejection.ts"

const standard = Rejection.fromSchema(
  Schema.Struct({ error: Schema.String, error_description: Schema.optionalKey(Schema.String) }),
  ({ error, error_description }) => ({ code: error, message: error_description ?? null })
)

/** Finds the error in an answer, by a server's own reader first. Below status 500, the server does not accept the client. */
export const reader =
  (own: Rejection.Reader | undefined): Rejection.Reader =>
  (answer) => {
    const found = own?.(answer) ?? standard(answer)
    const isOfClient = found !== undefined && answer.status < 500 && answer.status !== 429
    return isOfClient ? { as: "Unauthorized", ...found } : found
  }
