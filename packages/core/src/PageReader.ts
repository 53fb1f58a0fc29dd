/**
 * Reads the rows of an answer: a page at once, and where that fails row by row, so that a bad row is rejected alone.
 */
import { Result, Schema, SchemaAST } from "effect"
import type { HttpApiEndpoint } from "effect/http-api"
import type { Endpoint } from "./Listing.ts"
import type { RejectedRow } from "./Progress.ts"

/** An answer, read. */
export interface PageRows {
  /** The decoded answer. */
  readonly body: unknown
  readonly rows: ReadonlyArray<unknown>
  readonly rejected: ReadonlyArray<RejectedRow & { readonly key: string }>
}

/** Reads answers of one endpoint. */
export type PageReader = (json: unknown) => Result.Result<PageRows, string>

/** Decodes one answer of an endpoint. */
export type Decoder = (json: unknown) => Result.Result<unknown, string>

/**
 * The decoder of an endpoint's success. Where the schema transforms nothing, what it accepts is given back as it came, so
 * that fields that it does not know are kept.
 */
export const decoder = (endpoint: HttpApiEndpoint.Top): Decoder => {
  const [success = Schema.Void] = endpoint.success
  return decoderOf(success)
}

const decoderOf = (schema: Schema.Constraint): Decoder => {
  const codec = Schema.toCodecJson(schema)
  const decode = Schema.decodeUnknownResult(withoutServices(codec))
  const isPlain = SchemaAST.toEncoded(codec.ast) === codec.ast
  return (json) => {
    const decoded = decode(json)
    if (Result.isFailure(decoded)) return Result.fail(decoded.failure.message.replaceAll(/\s*\n\s*/g, " "))
    return Result.succeed(isPlain ? json : decoded.success)
  }
}

/** Makes the reader of a listing's pages. */
export const make = (
  row: Schema.Constraint,
  endpoint: (row: Schema.Constraint) => Endpoint,
  rowsOf: (body: unknown) => ReadonlyArray<unknown>
): PageReader => {
  const strict = decoder(top(endpoint(row)))
  const lenient = decoder(top(endpoint(Schema.Any)))
  const one = decoderOf(row)
  return (json) => {
    const whole = strict(json)
    if (Result.isSuccess(whole))
      return Result.succeed({ body: whole.success, rows: rowsOf(whole.success), rejected: [] })
    const envelope = lenient(json)
    if (Result.isFailure(envelope)) return Result.fail(envelope.failure)
    const rows: Array<unknown> = []
    const rejected: Array<RejectedRow & { readonly key: string }> = []
    for (const [index, raw] of rowsOf(envelope.success).entries()) {
      const decoded = one(raw)
      if (Result.isSuccess(decoded)) rows.push(decoded.success)
      else rejected.push({ index, issue: decoded.failure, key: `rejected ${JSON.stringify(raw)}` })
    }
    return Result.succeed({ body: envelope.success, rows, rejected })
  }
}

/** `HttpApiEndpoint.get` and its like make nothing but whole endpoints; a plugin is typed by the part that it is read by. */
export const top = (endpoint: Endpoint): HttpApiEndpoint.Top => endpoint as HttpApiEndpoint.Top

/** Wire schemas need no services: `Listing.make` and `HttpApiEndpoint` take them as plain constraints. */
const withoutServices = (schema: Schema.Constraint) => schema as Schema.ConstraintDecoder<unknown>
