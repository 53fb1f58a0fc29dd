/**
 * Decodes the rows of an answer: all at once, and, if that fails, one by one, so that only bad rows are rejected.
 */
import { Result, Schema, SchemaIssue } from "effect"
import type { HttpApiEndpoint } from "effect/http-api"
import * as Compiled from "./Compiled.ts"
import * as JsonDepth from "./JsonDepth.ts"
import type { RejectedRow } from "../telemetry/Progress.ts"

/** A decoded answer. */
export interface PageRows {
  /** The decoded answer. */
  readonly body: unknown
  readonly rows: ReadonlyArray<unknown>
  readonly rejected: ReadonlyArray<RejectedRow>
}

/** Reads answers of one endpoint. Where the JSON was cut by {@link JsonDepth}, the rows that hold a marker are rejected. */
export type PageReader = (json: unknown, isCut?: boolean) => Result.Result<PageRows, string>

/** Decodes one answer of an endpoint. */
export type Decoder = (json: unknown) => Result.Result<unknown, string>

/**
 * The decoder of an endpoint's success. If the schema transforms nothing, accepted input is returned as it is, so that unknown
 * fields are kept.
 */
export const decoder = (endpoint: HttpApiEndpoint.Top): Decoder => described(decoderOf(successOf(endpoint)))

/** The schema of an endpoint's success. */
export const successOf = ({ success: [schema = Schema.Void] }: HttpApiEndpoint.Top) => schema

const described =
  (decode: ReturnType<typeof decoderOf>): Decoder =>
  (json) =>
    Result.mapError(decode(json), (mistake) => said(mistake()))

const said = ({ issue, path }: Mistake): string => (path === "" ? issue : `${path}: ${issue}`)

/** What is wrong, and where; without values. */
type Mistake = Pick<RejectedRow, "path" | "issue">

const unfit: Mistake = { path: "", issue: "does not fit" }

const format = SchemaIssue.makeFormatterStandardSchemaV1()

const mistakeOf = ({ issue }: Schema.SchemaError): Mistake => {
  const [first] = format(issue).issues
  return { path: (first?.path ?? []).map(String).join("."), issue: first?.message ?? unfit.issue }
}

/** Decodes, and describes what is wrong on demand. A schema that throws does not fit. */
const decoderOf = (schema: Schema.Constraint): ((json: unknown) => Result.Result<unknown, () => Mistake>) => {
  const codec = Compiled.decoding(withoutServices(Schema.toCodecJson(schema)))
  const decode = Schema.decodeUnknownResult(codec)
  const fits = Compiled.guard(codec)
  const decoder =
    fits === undefined
      ? (json: unknown) => Result.mapError(decode(json), (error) => () => mistakeOf(error))
      : (json: unknown) => (fits(json) ? Result.succeed(json) : Result.fail(() => mistakeIn(decode(json))))
  return (json) => {
    try {
      return decoder(json)
    } catch (thrown) {
      return Result.fail(() => ({ path: "", issue: `decoding it throws: ${thrownText(thrown)}` }))
    }
  }
}

const thrownText = (thrown: unknown): string => (thrown instanceof Error ? thrown.message : typeof thrown)

const mistakeIn = (decoded: Result.Result<unknown, Schema.SchemaError>): Mistake =>
  Result.isFailure(decoded) ? mistakeOf(decoded.failure) : unfit

/** Makes the reader of a listing's pages. */
export const make = (
  row: Schema.Constraint,
  endpoint: (row: Schema.Constraint) => HttpApiEndpoint.ConstraintRequest,
  rowsOf: (body: unknown) => ReadonlyArray<unknown>
): PageReader => {
  const whole = decoderOf(successOf(top(endpoint(row))))
  const envelope = decoder(top(endpoint(Schema.Any)))
  const one = decoderOf(row)
  return (json, isCut = false) => {
    const page = isCut ? Result.fail(undefined) : whole(json)
    if (Result.isSuccess(page)) {
      return Result.succeed({ body: page.success, rows: rowsOf(page.success), rejected: [] })
    }
    const body = envelope(json)
    if (Result.isFailure(body)) return Result.fail(body.failure)
    const rows: Array<unknown> = []
    const rejected: Array<RejectedRow> = []
    for (const [index, raw] of rowsOf(body.success).entries()) {
      if (isCut && JsonDepth.isCut(raw)) {
        rejected.push({ index, path: "", issue: `is nested more than ${JsonDepth.most} levels deep`, raw })
        continue
      }
      const decoded = one(raw)
      if (Result.isSuccess(decoded)) rows.push(decoded.success)
      else {
        if (rejected.length === mostRejected) {
          return Result.fail(
            `more than ${mostRejected} rows of this answer do not fit; the latest: ${said(decoded.failure())}`
          )
        }
        rejected.push({ index, ...(rejected.length < mostDescribed ? decoded.failure() : unfit), raw })
      }
    }
    return Result.succeed({ body: body.success, rows, rejected })
  }
}

/**
 * How many rejected rows of one page are described in detail. Describing a mistake takes far longer than finding it, and more
 * rows than this have the same one.
 */
const mostDescribed = 1000

/** An answer with more rejected rows than this is as a whole not what the vendor documents. */
const mostRejected = 10_000

/** `HttpApiEndpoint.get` and the like always make whole endpoints; plugins are typed by the part that decodes. */
export const top = (endpoint: HttpApiEndpoint.ConstraintRequest): HttpApiEndpoint.Top => endpoint as HttpApiEndpoint.Top

/** Wire schemas need no services; `Listing.make` and `HttpApiEndpoint` take them as plain constraints. */
export const withoutServices = (schema: Schema.Constraint) => schema as Schema.ConstraintDecoder<unknown>
