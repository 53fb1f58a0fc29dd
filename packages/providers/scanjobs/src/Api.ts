/**
 * The endpoints of another scanjobs that scan jobs come from, as its OpenAPI document gives them.
 */
import { Schema } from "effect"
import { HttpApiEndpoint } from "effect/http-api"

const Text = Schema.NullOr(Schema.String)

/** One job. Fields that are not declared here are still kept in `raw`. */
export class Job extends Schema.Opaque<Job>()(
  Schema.Struct({
    provider: Schema.String,
    connection: Schema.String,
    listing: Schema.String,
    scope: Text,
    /** Unique across everything that the other scanjobs has. */
    id: Schema.String,
    vendorId: Schema.String,
    kind: Schema.String,
    definitionId: Text,
    name: Text,
    /** Any text, because later versions may add categories and states. */
    category: Schema.String,
    state: Schema.String,
    vendorState: Text,
    detail: Text,
    progress: Schema.NullOr(Schema.Finite),
    /** ISO 8601. */
    startTime: Text,
    finishTime: Text,
    /** Earlier versions have none. */
    link: Schema.optionalKey(Text),
    /** The row as the vendor sent it to the other scanjobs. */
    raw: Schema.optionalKey(Schema.Any),
    verdict: Schema.optionalKey(Text),
    why: Schema.optionalKey(Text),
    delay: Schema.optionalKey(Schema.NullOr(Schema.Finite)),
    firstSeen: Schema.optionalKey(Schema.Finite)
  })
) {}

/** One connection of the other scanjobs. */
export const Connection = Schema.Struct({
  name: Schema.String,
  provider: Schema.String,
  tags: Schema.optionalKey(Schema.Any),
  syncedAt: Schema.optionalKey(Schema.Any),
  completeAt: Schema.optionalKey(Schema.Any),
  failingSince: Schema.optionalKey(Schema.Any),
  failures: Schema.optionalKey(Schema.Any)
})

/** The most rows of a page. */
export const maxPageSize = 1000

/** The size of a page. */
export const PageSize = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: maxPageSize }))

/** What is asked for. */
export const Query = Schema.Struct({
  connection: Schema.String,
  /** ISO 8601, inclusive. Jobs without a start time match. */
  from: Schema.optionalKey(Schema.String),
  /** ISO 8601, exclusive. */
  until: Schema.optionalKey(Schema.String),
  /** Whether the last page is followed by a refusal where the connection was not read completely. */
  complete: Schema.Literal("true"),
  cursor: Schema.optionalKey(Schema.String),
  limit: PageSize
})

/** Jobs by start time, a page at a time. */
export const jobs = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("jobs", "/api/v1/jobs", {
    query: Query,
    success: Schema.Struct({ jobs: Schema.Array(row), next: Text })
  })

/** The connections. */
export const connections = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("connections", "/api/v1/connections", { success: Schema.Array(row) })
