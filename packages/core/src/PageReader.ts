/**
 * Reads the rows of an answer: a page at once, and where that fails row by row, so that a bad row is rejected alone.
 */
import { Result, Schema, SchemaAST, SchemaIssue } from "effect"
import type { HttpApiEndpoint } from "effect/http-api"
import type { Endpoint } from "./Listing.ts"
import type { RejectedRow } from "./Progress.ts"

/** An answer, read. */
export interface PageRows {
  /** The decoded answer. */
  readonly body: unknown
  readonly rows: ReadonlyArray<unknown>
  readonly rejected: ReadonlyArray<RejectedRow>
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
  const decode = decoderOf(success)
  return (json) => Result.mapError(decode(json), ({ issue, path }) => (path === "" ? issue : `${path}: ${issue}`))
}

/** What is wrong, and where; no value is repeated. */
type Mistake = Pick<RejectedRow, "path" | "issue">

const format = SchemaIssue.makeFormatterStandardSchemaV1()

const mistakeOf = ({ issue }: Schema.SchemaError): Mistake => {
  const [first] = format(issue).issues
  return { path: (first?.path ?? []).map(String).join("."), issue: first?.message ?? "does not fit" }
}

const decoderOf = (schema: Schema.Constraint) => {
  const codec = Schema.toCodecJson(schema)
  const decode = Schema.decodeUnknownResult(withoutServices(codec))
  const isPlain = SchemaAST.toEncoded(codec.ast) === codec.ast
  return (json: unknown): Result.Result<unknown, Mistake> =>
    Result.mapBoth(decode(json), { onSuccess: (value) => (isPlain ? json : value), onFailure: mistakeOf })
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
    if (Result.isSuccess(whole)) {
      return Result.succeed({ body: whole.success, rows: rowsOf(whole.success), rejected: [] })
    }
    const envelope = lenient(json)
    if (Result.isFailure(envelope)) return Result.fail(envelope.failure)
    const rows: Array<unknown> = []
    const rejected: Array<RejectedRow> = []
    for (const [index, raw] of rowsOf(envelope.success).entries()) {
      const decoded = one(raw)
      if (Result.isSuccess(decoded)) rows.push(decoded.success)
      else rejected.push({ index, ...decoded.failure, raw })
    }
    return Result.succeed({ body: envelope.success, rows, rejected })
  }
}

/** `HttpApiEndpoint.get` and its like make nothing but whole endpoints; a plugin is typed by the part that it is read by. */
export const top = (endpoint: Endpoint): HttpApiEndpoint.Top => endpoint as HttpApiEndpoint.Top

/** Wire schemas need no services: `Listing.make` and `HttpApiEndpoint` take them as plain constraints. */
export const withoutServices = (schema: Schema.Constraint) => schema as Schema.ConstraintDecoder<unknown>
