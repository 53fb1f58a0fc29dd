/**
 * DigiCert CertCentral Discovery: certificate scans that are planned, running or finished.
 *
 * The vendor documents the endpoint that lists scans by name only, so the scans to read are a setting, `surveyDefIds`. The planned
 * runs of a recurring scan have no end; without an `until`, they are read to the default horizon.
 */
import { Connection, Credential, Listing, Paging, Provider, Time } from "@scanjobs/core"
import { Schema } from "effect"
import { HttpApiSecurity } from "effect/http-api"
import * as Api from "./Api.ts"
import * as Errors from "./Errors.ts"
import * as State from "./State.ts"

/** Only the scan's name is used here, so its running jobs may have any form. */
const lookup = Api.getScanDetails(Schema.Any)

const categories = ["certificate"] as const

interface Account {
  readonly accountId: string
  readonly divisionId: number
  readonly surveyDefIds: ReadonlyArray<number>
  readonly pageSize?: number
}

interface Scan {
  readonly connection: Account
  /** The `surveyDefId`. */
  readonly scope: number
}

interface Jobs<Row> {
  readonly data: { readonly scanJobDTOList: ReadonlyArray<Row> | null; readonly totalCount?: number | string | null }
  readonly totalCount?: number | string | null
}

const scans = ({ surveyDefIds }: Account) => [...new Set(surveyDefIds)]

const detailsOf = ({ connection: { accountId, divisionId }, scope }: Scan) => ({
  query: { surveyDefId: scope, accountId, divisionId }
})

/** The paging of planned and past runs: `startIndex` counts records from 1. */
const pages = {
  start: 1,
  size: ({ connection }: Scan) => connection.pageSize ?? 512,
  request: ({ connection: { accountId, divisionId }, scope }: Scan, { offset, size }: Paging.Rows) => ({
    payload: { accountId, divisionId, surveyDefId: scope, startIndex: offset, pageSize: size }
  }),
  offset: ({ payload }: { readonly payload: { readonly startIndex: number } }) => payload.startIndex
} as const

/** The verbs that planned and past runs share. */
const recorded = {
  scopes: scans,
  lookup: detailsOf,
  rows: <Row>({ data }: Jobs<Row>) => data.scanJobDTOList ?? [],
  total: (body: Jobs<unknown>) => {
    const total = Number(body.data.totalCount ?? body.totalCount ?? Number.NaN)
    return total >= 0 ? total : undefined
  }
}

/**
 * The DigiCert provider. Its listings `future` (planned runs), `past` and `current` are read for each of `surveyDefIds`.
 *
 * **Example** (the planned runs of one scan)
 *
 * ```ts
 * import { DigiCert } from "@scanjobs/digicert"
 * import { Redacted, Stream } from "effect"
 *
 * export const planned = DigiCert.jobs({
 *   provider: "digicert",
 *   name: "dc",
 *   apiKey: Redacted.make("…"),
 *   accountId: "5153184",
 *   divisionId: 677793,
 *   surveyDefIds: [293514]
 * }).pipe(Stream.filter((job) => job.listing === "future"))
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const DigiCert = Provider.make("digicert", {
  connection: {
    /** Sent as `X-DC-DEVKEY`. */
    apiKey: Schema.Redacted(Schema.NonEmptyString),
    accountId: Schema.NonEmptyString,
    divisionId: Schema.Int,
    surveyDefIds: Schema.NonEmptyArray(Schema.Int),
    /** Rows of a page. Default 512, the documented maximum. */
    pageSize: Schema.optionalKey(Connection.tuning(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 512 }))))
  },
  security: HttpApiSecurity.apiKey({ in: "header", key: "X-DC-DEVKEY" }),
  quotas: [
    { requests: 1000, window: "3 minutes" },
    { requests: 100, window: "5 seconds" }
  ],
  pageConcurrency: 4,
  listings: {
    future: Listing.make({
      row: Api.FutureScanJob,
      endpoint: Api.futureScanJobs,
      scope: Schema.Int,
      lookup,
      endless: true,
      holds: { kinds: ["occurrence"], states: ["scheduled", "running", "skipped", "cancelled"], categories }
    }),
    past: Listing.make({
      row: Api.PastScanJob,
      endpoint: Api.pastScanJobs,
      scope: Schema.Int,
      lookup,
      // Running scans are in `current`, so a query for them does not read the history.
      holds: {
        kinds: ["run"],
        states: ["succeeded", "partially_succeeded", "failed", "skipped", "cancelled"],
        categories
      },
      series: "runs"
    }),
    current: Listing.make({
      row: Api.CurrentScanJob,
      endpoint: Api.getScanDetails,
      scope: Schema.Int,
      holds: { kinds: ["run"], categories },
      // That a run keeps its `jobId` as it moves from here to `past` is not documented.
      series: "runs"
    })
  }
})({
  baseUrl: () => "https://daas.digicert.com",
  credential: ({ apiKey }) => Credential.fixed(apiKey),
  quotaOf: ({ apiKey }) => apiKey,
  rejection: Errors.reader,
  hint: ({ _tag }) =>
    _tag === "Unauthorized" || _tag === "Forbidden"
      ? `check that apiKey is right, that it may be used from this address, and that it is not a "View Only" key, which cannot read these lists`
      : undefined,
  listings: {
    future: {
      ...recorded,
      paging: Paging.offset(pages),
      job: (row, { lookup: scan, scope }) => ({
        vendorId: row.jobId,
        kind: "occurrence",
        definitionId: String(scope),
        name: scan?.data.surveyName ?? null,
        category: "certificate",
        state: State.ofPlan(row.state),
        vendorState: String(row.state),
        startTime: Time.fromEpoch(row.startTime)
      })
    },
    past: {
      ...recorded,
      paging: Paging.offset(pages),
      job: (row, { lookup: scan, scope }) => ({
        ...runOf(row, scope, scan?.data.surveyName),
        finishTime: Time.fromEpoch(row.endTime)
      })
    },
    current: {
      scopes: scans,
      first: detailsOf,
      rows: ({ data }) => data.currentScanJobList ?? [],
      next: () => undefined,
      job: (row, { body, scope }) => runOf(row, scope, body.data.surveyName)
    }
  }
})

const runOf = (row: typeof Api.CurrentScanJob.Type, surveyDefId: number, surveyName: string | null | undefined) => ({
  vendorId: row.jobId,
  kind: "run" as const,
  definitionId: String(surveyDefId),
  name: surveyName ?? null,
  category: "certificate" as const,
  state: State.ofRun(row.state),
  vendorState: String(row.state),
  progress: percentage(row.percentageCompleted),
  startTime: Time.fromEpoch(row.startTime)
})

const percentage = (value: number | string | null | undefined): number | null => {
  const n = value === null || value === undefined || value === "" ? Number.NaN : Number(value)
  return n >= 0 && n <= 100 ? n : null
}
