/**
 * Tenable Vulnerability Management: configured scans, their planned runs, and the history of their runs.
 */
import { Connection, Credential, Listing, Paging, Provider, type Query, Time } from "@scanjobs/core"
import { Redacted, Schema } from "effect"
import { HttpApiSecurity } from "effect/http-api"
import * as Api from "./Api.ts"
import * as Errors from "./Errors.ts"
import * as Scan from "./Scan.ts"
import * as State from "./State.ts"

const categories = ["vulnerability"] as const

/** The list of scans is not paged. */
const all = { rows: <Row>({ scans }: { readonly scans: ReadonlyArray<Row> | null }) => scans ?? [] }

const inFolder = ({ connection: { folderId } }: { readonly connection: { readonly folderId?: number } }) =>
  folderId === undefined ? {} : { folder_id: folderId }

/**
 * The Tenable provider, with the listings `scans` (each scan with the status of its latest run), `planned` (the runs that
 * the enabled schedules foresee) and `runs` (the history of each scan, newest first).
 *
 * Planned runs are computed from each scan's start time, rule and time zone. A `from` in the past also gives the runs that were due
 * since.
 *
 * **Example** (the runs that failed in the last seven days)
 *
 * ```ts
 * import { Tenable } from "@scanjobs/tenable"
 * import { Clock, Effect, Redacted, Stream } from "effect"
 *
 * export const failed = Stream.unwrap(
 *   Effect.map(Clock.currentTimeMillis, (now) =>
 *     Tenable.jobs(
 *       { provider: "tenable", name: "tvm", accessKey: Redacted.make("…"), secretKey: Redacted.make("…") },
 *       { from: now - 7 * 86_400_000, states: ["failed"] },
 *       { listings: ["runs"] }
 *     )
 *   )
 * )
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const Tenable = Provider.make("tenable", {
  connection: {
    /** Both halves of the user's key, sent as `X-ApiKeys`. */
    accessKey: Schema.Redacted(Schema.NonEmptyString),
    secretKey: Schema.Redacted(Schema.NonEmptyString),
    /** Only the scans of this folder. */
    folderId: Schema.optionalKey(Schema.Int),
    /** Whether to leave out what the vendor calls rollover scans. Default false. */
    excludeRollover: Schema.optionalKey(Schema.Boolean),
    /** Runs of a page of history. Default 50, the vendor's own; its maximum is not documented. */
    pageSize: Schema.optionalKey(Connection.tuning(Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))))
  },
  security: HttpApiSecurity.apiKey({ in: "header", key: "X-ApiKeys" }),
  // The vendor limits concurrent requests separately, at a number that it does not publish.
  concurrency: 1,
  listings: {
    scans: Listing.make({ row: Api.Scan, endpoint: Api.scans, holds: { kinds: ["definition"], categories } }),
    planned: Listing.make({
      row: Api.Scan,
      endpoint: Api.scans,
      endless: true,
      holds: { kinds: ["occurrence"], states: ["scheduled"], categories }
    }),
    runs: Listing.make({
      row: Api.Run,
      endpoint: Api.history,
      scope: Schema.Int,
      parents: Listing.make({ row: Api.Scan, endpoint: Api.scans }),
      holds: { kinds: ["run"], categories }
    })
  }
})({
  baseUrl: () => "https://cloud.tenable.com",
  credential: ({ accessKey, secretKey }) =>
    Credential.fixed(Redacted.make(`accessKey=${Redacted.value(accessKey)};secretKey=${Redacted.value(secretKey)}`)),
  quotaOf: ({ accessKey }) => accessKey,
  rejection: Errors.reader,
  hint: ({ _tag }) =>
    _tag === "Unauthorized" || _tag === "Forbidden"
      ? "check accessKey and secretKey (a new pair replaces the user's previous one), and that the user may view the scans"
      : undefined,
  listings: {
    scans: {
      ...all,
      paging: Paging.single({ request: (start) => ({ query: inFolder(start) }) }),
      job: (scan) => ({
        ...Scan.fieldsOf(scan),
        vendorId: String(scan.id),
        kind: "definition",
        state: State.of(scan.status),
        vendorState: scan.status ?? null,
        progress: Number(scan.progress) >= 0 && Number(scan.progress) <= 100 ? (scan.progress ?? null) : null,
        startTime: scan.status === "empty" ? null : Time.fromEpoch(scan.last_modification_date)
      })
    },
    planned: {
      ...all,
      paging: Paging.single({ request: (start) => ({ query: inFolder(start) }) }),
      job: (scan, { span }) => Scan.planned(scan, span)
    },
    runs: {
      parents: {
        ...all,
        paging: Paging.single({ request: (start) => ({ query: { ...inFolder(start), ...startedFrom(start.query) } }) }),
        child: ({ id, status }) => (status === "imported" ? undefined : id)
      },
      paging: Paging.offset({
        size: ({ connection: { pageSize = 50 } }) => pageSize,
        request: ({ connection: { excludeRollover = false }, query, scope }, { offset, size }) => ({
          params: { scan_id: scope },
          query: { limit: size, offset, sort: sorts[orderOf(query)], exclude_rollover: excludeRollover }
        }),
        offset: ({ query }) => query.offset,
        end: "total"
      }),
      order: ({ query }) => orderOf(query),
      rows: ({ history }) => history ?? [],
      total: ({ pagination }) => pagination?.total ?? undefined,
      skips: (reason, { parent }) =>
        reason._tag === "VendorRejected" && reason.status === 404
          ? `${JSON.stringify(parent?.name ?? "the scan")} has no history: it was deleted meanwhile, or keeps none`
          : undefined,
      job: (run, { parent, scope }) => ({
        ...Scan.fieldsOf({ id: scope, name: parent?.name }),
        vendorId: String(run.id),
        kind: "run",
        state: State.of(run.status),
        vendorState: run.status ?? null,
        startTime: Time.fromEpoch(run.time_start),
        finishTime: Time.fromEpoch(run.time_end)
      })
    }
  }
})

/** Newest first is the vendor's default, and the order in which a query with `from` can end early. */
const orderOf = ({ order }: Query.Query) => order ?? "descending"

const sorts = { ascending: "start_date:asc", descending: "start_date:desc" }

const startedFrom = ({ from }: Query.Query) => (from === undefined ? {} : { started_from: Math.floor(from / 1000) })
