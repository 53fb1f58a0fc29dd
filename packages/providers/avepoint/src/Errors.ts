/**
 * How AvePoint reports errors. The error bodies of this endpoint are not documented; these are those of related APIs.
 */
import { Rejection } from "@scanjobs/core"
import { Schema } from "effect"

const Text = Schema.optionalKey(Schema.NullOr(Schema.String))
const Code = Schema.optionalKey(Schema.NullOr(Schema.Union([Schema.Finite, Schema.String])))

const Traced = Schema.Struct({ error: Schema.String, statusCode: Code, traceId: Text })

const Nested = Schema.Struct({ error: Schema.Struct({ code: Code, message: Text }), statusCode: Code, traceId: Text })

const Plain = Schema.Struct({
  statusCode: Schema.Union([Schema.Finite, Schema.String]),
  message: Text,
  errors: Schema.optionalKey(Schema.NullOr(Schema.Array(Schema.Struct({ code: Code, message: Text })))),
  requestId: Text
})

const Other = Schema.Struct({ error: Schema.Any })

interface Known {
  readonly code?: number | string | null | undefined
  readonly message?: string | null | undefined
  readonly statusCode?: number | string | null | undefined
  readonly requestId?: string | null | undefined
}

const rejected = ({ code, message, requestId, statusCode }: Known, status: number): Rejection.Rejection => ({
  code: code === null || code === undefined ? null : String(code),
  message: message ?? null,
  ...(typeof requestId === "string" ? { requestId } : {}),
  // With a successful HTTP status, the status in the body counts.
  ...(status < 300 ? { as: Rejection.conditionOf(Number(statusCode ?? 200)) } : {})
})

/** Finds the error in an answer, also in one with status 200. */
export const reader: Rejection.Reader = Rejection.firstOf(
  Rejection.fromSchema(Traced, ({ error, statusCode, traceId }, { status }) =>
    rejected({ message: error, statusCode, requestId: traceId }, status)
  ),
  Rejection.fromSchema(Nested, ({ error, statusCode, traceId }, { status }) =>
    rejected({ ...error, statusCode, requestId: traceId }, status)
  ),
  Rejection.fromSchema(Plain, ({ errors, message, requestId, statusCode }, { status }) => {
    const [first] = errors ?? []
    return status < 300 && Number(statusCode) < 400
      ? undefined
      : rejected({ code: first?.code, message: first?.message ?? message, statusCode, requestId }, status)
  }),
  Rejection.fromSchema(Other, ({ error }, { status }) =>
    error === null || error === undefined ? undefined : rejected({ message: JSON.stringify(error) }, status)
  )
)
