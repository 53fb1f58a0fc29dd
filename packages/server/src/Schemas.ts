/**
 * What the API sends: stored jobs, changes, connections, and what a time line shows. Times are ISO 8601 in jobs and changes, as in
 * every other output, and epoch milliseconds in the time line, which is made for drawing.
 */
import { ScanJob } from "@scanjobs/core"
import { Change, Verdict, Views } from "@scanjobs/history"
import { Schema } from "effect"
import { HttpApiError } from "effect/http-api"

const Millis = Schema.Finite.pipe(Schema.annotate({ description: "epoch milliseconds" }))

const Length = Schema.Finite.pipe(Schema.annotate({ description: "milliseconds" }))

export const Job = Schema.Struct({
  ...ScanJob.schema(Schema.Unknown).fields,
  verdict: Schema.NullOr(Verdict.Name),
  why: Schema.NullOr(Verdict.Why),
  delay: Schema.NullOr(Schema.Finite),
  firstSeen: Millis
}).annotate({ identifier: "Job" })

export const JobPage = Schema.Struct({
  jobs: Schema.Array(Job),
  /** Where the next page begins; `null` after the last one. */
  next: Schema.NullOr(Schema.String)
})

export const ChangeRecord = Schema.Struct({
  id: Schema.Int,
  at: Millis,
  what: Change.What,
  was: Schema.NullOr(Schema.String),
  now: Schema.NullOr(Schema.String),
  job: Job
}).annotate({ identifier: "Change" })

export const Fleet = Schema.Struct({
  runners: Schema.Array(
    Schema.Struct({
      name: Schema.String,
      version: Schema.String,
      slots: Schema.Int,
      running: Schema.Int,
      age: Length,
      seen: Length,
      isAlive: Schema.Boolean
    })
  ),
  connections: Schema.Int,
  paused: Schema.Int,
  running: Schema.Int,
  waiting: Schema.Int,
  idle: Schema.Int,
  lag: Schema.Struct({ now: Length, p50: Length, p99: Length }),
  failing: Schema.Array(Schema.Struct({ reason: Schema.String, connections: Schema.Int }))
}).annotate({ identifier: "Fleet" })

export const Connection = Schema.Struct({
  provider: Schema.String,
  name: Schema.String,
  tags: Schema.Array(Schema.String),
  syncedAt: Schema.NullOr(Millis),
  completeAt: Schema.NullOr(Millis),
  failingSince: Schema.NullOr(Millis),
  failures: Schema.Array(
    Schema.Struct({
      listing: Schema.NullOr(Schema.String),
      scope: Schema.NullOr(Schema.String),
      since: Schema.NullOr(Millis),
      message: Schema.String
    })
  )
}).annotate({ identifier: "Connection" })

export const Definition = Schema.Struct({
  provider: Schema.String,
  connection: Schema.String,
  scope: Schema.NullOr(Schema.String),
  definitionId: Schema.NullOr(Schema.String),
  name: Schema.NullOr(Schema.String),
  category: ScanJob.Category,
  lastStart: Schema.NullOr(Millis),
  nextStart: Schema.NullOr(Millis),
  expectedBy: Schema.NullOr(Millis),
  isSilent: Schema.Boolean,
  longest: Schema.NullOr(Schema.Finite)
}).annotate({ identifier: "Definition" })

export const Detail = Schema.Struct({
  job: Job,
  /** With its rhythm. */
  definition: Schema.NullOr(Definition),
  changes: Schema.Array(ChangeRecord)
})

export const Attention = Schema.Literals(Views.attentionNames).annotate({
  identifier: "Attention",
  description: "why something needs attention, most pressing first"
})

/** One run, or one planned run that no run met; or many that are closer together than a row has room for. */
export const Mark = Schema.Struct({
  id: Schema.String,
  kind: Schema.Literals(["run", "occurrence"]),
  state: ScanJob.State,
  verdict: Schema.NullOr(Verdict.Name),
  why: Schema.NullOr(Verdict.Why),
  start: Millis,
  finish: Schema.NullOr(Millis),
  /** Milliseconds from the planned time to the start. */
  delay: Schema.NullOr(Schema.Finite),
  needs: Schema.NullOr(Attention),
  /** Where it stands for several: how many, and how many of them need attention. It is the most pressing one, with the start of the first and the finish of the last. */
  together: Schema.optionalKey(Schema.Struct({ marks: Schema.Int, needing: Schema.Int }))
}).annotate({ identifier: "Mark" })

/** What stands above the rows of a time line. The rows of a connection follow those of the one before. */
export const Timeline = Schema.Struct({
  now: Millis,
  /** A word that changes with the rows that match, or with their order. */
  order: Schema.String,
  /** How many rows match. */
  rows: Schema.Int,
  /** Of all rows, whether they match or not. */
  counts: Schema.Record(Attention, Schema.Int),
  connections: Schema.Array(Schema.Struct({ ...Connection.fields, rows: Schema.Int }))
}).annotate({ identifier: "Timeline" })

/** Some rows of a time line, from `offset` on. */
export const TimelineRows = Schema.Struct({
  order: Schema.String,
  offset: Schema.Int,
  total: Schema.Int,
  rows: Schema.Array(Schema.Struct({ definition: Definition, marks: Schema.Array(Mark) }))
}).annotate({ identifier: "TimelineRows" })

/** Some of what needs attention, from `offset` on: runs that are not over, then the latest, then definitions that are silent. */
export const AttentionPage = Schema.Struct({
  offset: Schema.Int,
  total: Schema.Int,
  items: Schema.Array(Schema.Struct({ needs: Attention, definition: Definition, mark: Schema.NullOr(Mark) }))
}).annotate({ identifier: "AttentionPage" })

/** A definition of which something needs attention for this reason, how often, and the latest of these; none where it is silent. */
const Pressing = Schema.Struct({
  needs: Attention,
  count: Schema.Int,
  definition: Definition,
  mark: Schema.NullOr(Mark)
})

/** What matters first. Totals are of all jobs, and the items are the first few definitions. */
export const Overview = Schema.Struct({
  wrong: Schema.Struct({ total: Schema.Int, items: Schema.Array(Pressing) }),
  /** Planned runs of which it is not known whether they came are told last, and counted apart. */
  missing: Schema.Struct({ total: Schema.Int, unknown: Schema.Int, items: Schema.Array(Pressing) }),
  /** Of the next 24 hours. */
  due: Schema.Struct({
    total: Schema.Int,
    items: Schema.Array(Schema.Struct({ definition: Definition, mark: Mark }))
  })
}).annotate({ identifier: "Overview" })

export const Health = Schema.Struct({
  status: Schema.Literals(["ok", "incomplete"]),
  connections: Schema.Int,
  failing: Schema.Array(Schema.String)
})

/** A change, by whose id a client goes on after it was cut off; or a sign of life for what sits between. */
export const Event = Schema.Union([
  Schema.Struct({ id: Schema.String, event: Schema.Literal("change"), data: Schema.fromJsonString(ChangeRecord) }),
  Schema.Struct({ event: Schema.Literal("ping"), data: Schema.String })
])

export class NotFound extends HttpApiError.Problem<NotFound>()(
  "NotFound",
  { type: "about:blank", status: 404, title: "Not found" },
  { detail: Schema.String }
) {}

export class BadQuery extends HttpApiError.Problem<BadQuery>()(
  "BadQuery",
  { type: "about:blank", status: 400, title: "Bad request" },
  { detail: Schema.String }
) {}

export class NotComplete extends HttpApiError.Problem<NotComplete>()(
  "NotComplete",
  { type: "about:blank", status: 409, title: "Not complete" },
  { detail: Schema.String }
) {}

export class Unauthorized extends HttpApiError.Problem<Unauthorized>()(
  "Unauthorized",
  { type: "about:blank", status: 401, title: "Unauthorized" },
  { detail: Schema.String }
) {}

export class StoreUnavailable extends HttpApiError.Problem<StoreUnavailable>()(
  "StoreUnavailable",
  { type: "about:blank", status: 503, title: "The store cannot be used" },
  { detail: Schema.String }
) {}
