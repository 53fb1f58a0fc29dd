/**
 * How a console reports errors: the status, as a text, and a message.
 */
import { Rejection } from "@scanjobs/core"
import { Schema } from "effect"

const Body = Schema.Struct({ status: Schema.Union([Schema.String, Schema.Finite]), message: Schema.String })

/** Finds the error in an answer. Without such a body, the HTTP status decides. */
export const reader: Rejection.Reader = Rejection.fromSchema(Body, ({ message, status }, answer) => ({
  code: String(status),
  message,
  ...(answer.status < 300 && Number(status) >= 400 ? { as: Rejection.conditionOf(Number(status)) } : {})
}))
