/**
 * Qualys: the scans and schedules of VMDR, policy compliance and WAS.
 */
import { Connection, Credential, Listing, Paging, Provider, type ScanJob } from "@scanjobs/core"
import { Redacted, Schema } from "effect"
import { Base64 } from "effect/encoding"
import { HttpApiSecurity } from "effect/http-api"
import * as Api from "./Api.ts"
import * as Errors from "./Errors.ts"
import * as Scan from "./Scan.ts"
import * as Search from "./Search.ts"
import * as VmWindows from "./VmWindows.ts"

const schedules = (category: ScanJob.Category) =>
  ({ endless: "rows", holds: { kinds: ["definition", "occurrence"], categories: [category] } }) as const

/**
 * The Qualys provider, with the listings `vmScans` and `complianceScans` (the scans of VMDR and of policy compliance), `wasScans` (those of
 * WAS), and `vmSchedules` and `wasSchedules` (schedules with their next run). It lists what the user may see.
 *
 * Scans of VMDR and of policy compliance are listed from the query's `from` on, or for `historyDays`, in windows of thirty days. Their end
 * is their launch and their duration, because Qualys tells no end.
 *
 * **Example** (the web scans that failed)
 *
 * ```ts
 * import { Qualys } from "@scanjobs/qualys"
 * import { Redacted } from "effect"
 *
 * export const failed = Qualys.jobs(
 *   {
 *     provider: "qualys",
 *     name: "qg2",
 *     baseUrl: "https://qualysapi.qg2.apps.qualys.com",
 *     username: "acme_ab1",
 *     password: Redacted.make("…")
 *   },
 *   { states: ["failed"] },
 *   { listings: ["wasScans"] }
 * )
 * ```
 *
 * @since 0.3.0
 * @category constructors
 */
export const Qualys = Provider.make("qualys", {
  connection: {
    username: Schema.NonEmptyString,
    password: Schema.Redacted(Schema.NonEmptyString),
    /** How many days of scans to list where the query has no `from`. Default 90. */
    historyDays: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))),
    /** The version in the addresses of VMDR. Default `2.0`. */
    apiVersion: Schema.optionalKey(Connection.tuning(Schema.NonEmptyString)),
    /** Rows of a page of WAS. Default 1000, the documented maximum. */
    pageSize: Schema.optionalKey(Connection.tuning(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 }))))
  },
  security: HttpApiSecurity.http({ scheme: "Basic" }),
  // The usual limits of a subscription.
  quotas: [{ requests: 300, window: "1 hour" }],
  concurrency: 2,
  listings: {
    vmScans: Listing.make({
      row: Api.VmScan,
      endpoint: Api.vmScans,
      format: Api.xml,
      holds: { kinds: ["run"], categories: ["vulnerability"] }
    }),
    complianceScans: Listing.make({
      row: Api.VmScan,
      endpoint: Api.complianceScans,
      format: Api.xml,
      holds: { kinds: ["run"], categories: ["configuration"] }
    }),
    vmSchedules: Listing.make({
      row: Api.VmSchedule,
      endpoint: Api.vmSchedules,
      format: Api.xml,
      ...schedules("vulnerability")
    }),
    wasScans: Listing.make({
      row: Api.WasScan,
      endpoint: Api.wasScans,
      holds: { kinds: ["run"], categories: ["web"] }
    }),
    wasSchedules: Listing.make({ row: Api.WasSchedule, endpoint: Api.wasSchedules, ...schedules("web") })
  }
})({
  baseUrl: () => "https://qualysapi.qualys.com",
  rules: (has) =>
    has("baseUrl")
      ? []
      : [
          {
            key: "baseUrl",
            message: "missing key; give the API server of your platform, such as https://qualysapi.qualys.eu"
          }
        ],
  credential: ({ password, username }) =>
    Credential.fixed(Redacted.make(Base64.encode(`${username}:${Redacted.value(password)}`))),
  quotaOf: ({ password }) => password,
  headers: () => ({ "x-requested-with": "scanjobs" }),
  rejection: Errors.reader,
  quotaState: Errors.quotaState,
  hint: Errors.hint,
  listings: {
    vmScans: {
      paging: Paging.windows(VmWindows.options),
      rows: VmWindows.rowsOf,
      job: (row) => Scan.ofVm(row, "vulnerability")
    },
    complianceScans: {
      paging: Paging.windows(VmWindows.options),
      rows: VmWindows.rowsOf,
      job: (row) => Scan.ofVm(row, "configuration")
    },
    vmSchedules: {
      paging: Paging.single({
        request: ({ connection: { apiVersion = "2.0" } }) => ({
          params: { version: apiVersion },
          query: { action: "list" }
        })
      }),
      rows: ({ SCHEDULE_SCAN_LIST_OUTPUT: { RESPONSE } }) => RESPONSE.SCHEDULE_SCAN_LIST?.SCAN ?? [],
      knownUntil: (row) => Scan.knownUntil(Scan.vmSchedule(row)),
      job: (row, { span }) => Scan.ofSchedule(Scan.vmSchedule(row), span)
    },
    wasScans: {
      paging: Paging.cursor({
        request: ({ connection, query }, after) => Search.request(connection, after, query.from),
        token: ({ body }) => Search.lastId(body)
      }),
      rows: ({ ServiceResponse: { data = [] } }) => data.map(({ WasScan }) => WasScan),
      job: Scan.ofWas
    },
    wasSchedules: {
      paging: Paging.cursor({
        request: ({ connection }, after) => Search.request(connection, after),
        token: ({ body }) => Search.lastId(body)
      }),
      rows: ({ ServiceResponse: { data = [] } }) => data.map(({ WasScanSchedule }) => WasScanSchedule),
      knownUntil: (row) => Scan.knownUntil(Scan.wasSchedule(row)),
      job: (row, { span }) => Scan.ofSchedule(Scan.wasSchedule(row), span)
    }
  }
})
