/**
 * CrowdStrike Falcon: network scans and their runs, on-demand scans of hosts, and scheduled ones.
 */
import { Connection, Listing, Paging, Provider, Time } from "@scanjobs/core"
import { Redacted, Schema } from "effect"
import { HttpApiSecurity } from "effect/http-api"
import * as Api from "./Api.ts"
import * as Cloud from "./Cloud.ts"
import * as Errors from "./Errors.ts"
import * as Schedule from "./Schedule.ts"
import * as Search from "./Search.ts"
import * as State from "./State.ts"

/**
 * The CrowdStrike provider, with the listings `networkRuns` and `networkScans` (network scans with their planned runs), `onDemandScans`
 * and `scheduledScans`. All are read by the time of creation, oldest first.
 *
 * **Example** (the on-demand scans that failed)
 *
 * ```ts
 * import { CrowdStrike } from "@scanjobs/crowdstrike"
 * import { Redacted } from "effect"
 *
 * export const failed = CrowdStrike.jobs(
 *   { provider: "crowdstrike", name: "falcon", cloud: "us-2", clientId: "…", clientSecret: Redacted.make("…") },
 *   { states: ["failed"] },
 *   { listings: ["onDemandScans"] }
 * )
 * ```
 *
 * @since 0.3.0
 * @category constructors
 */
export const CrowdStrike = Provider.make("crowdstrike", {
  connection: {
    clientId: Schema.NonEmptyString,
    clientSecret: Schema.Redacted(Schema.NonEmptyString),
    /** The cloud of the account. Instead, its address can be given as `baseUrl`. */
    cloud: Schema.optionalKey(Cloud.Cloud),
    /** The customer whose scans to read, of those that a provider of managed services looks after. */
    memberCid: Schema.optionalKey(Schema.NonEmptyString),
    /** The customer of the account: connections that name the same one share its limit. */
    cid: Schema.optionalKey(Schema.NonEmptyString),
    /** How many days after its creation a run starts at the latest. With it, a query with `from` reads no older runs. */
    startsWithinDays: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))),
    /** Ids of a page. Default: the documented maximum, which is 100 for network scans and 500 for the others. */
    pageSize: Schema.optionalKey(Connection.tuning(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 500 }))))
  },
  security: HttpApiSecurity.bearer,
  quotas: [{ requests: 6000, window: "1 minute" }],
  listings: {
    networkRuns: Listing.make({
      row: Api.NetworkRun,
      endpoint: Api.networkRunIds,
      details: { size: 100, endpoint: Api.networkRuns },
      holds: { kinds: ["run"], categories: ["vulnerability", "inventory", "other"] }
    }),
    networkScans: Listing.make({
      row: Api.NetworkScan,
      endpoint: Api.networkScanIds,
      details: { size: 100, endpoint: Api.networkScans },
      endless: "rows",
      holds: { kinds: ["definition", "occurrence"], categories: ["vulnerability", "inventory", "other"] }
    }),
    onDemandScans: Listing.make({
      row: Api.OnDemandScan,
      endpoint: Api.onDemandScanIds,
      details: { size: 100, endpoint: Api.onDemandScans },
      holds: { kinds: ["run"], categories: ["malware"] }
    }),
    scheduledScans: Listing.make({
      row: Api.ScheduledScan,
      endpoint: Api.scheduledScanIds,
      details: { size: 100, endpoint: Api.scheduledScans },
      endless: "rows",
      holds: { kinds: ["definition", "occurrence"], states: ["scheduled"], categories: ["malware"] }
    })
  }
})({
  baseUrl: Cloud.addressOf,
  credential: Cloud.credential,
  quotaOf: ({ cid, clientSecret }) => (cid === undefined ? clientSecret : Redacted.make(cid)),
  rules: Cloud.rules,
  rejection: Errors.reader,
  hint: Errors.hint,
  listings: {
    networkRuns: {
      ...Search.verbs,
      paging: Paging.offset(Search.by("created_timestamp", 100, Search.createdFrom)),
      job: (row) => ({
        vendorId: row.id,
        kind: "run",
        category: Schedule.categoryOf(row.type),
        state: State.ofRun(row.status),
        vendorState: row.status ?? null,
        definitionId: row.scan_id ?? null,
        name: row.template_name ?? null,
        detail: row.error_reason ?? null,
        progress: row.progress_pct ?? null,
        startTime: Time.fromIso(row.start_timestamp),
        finishTime: Time.fromIso(row.end_timestamp)
      })
    },
    networkScans: {
      ...Search.verbs,
      paging: Paging.offset(Search.by("created_timestamp", 100)),
      knownUntil: Schedule.networkScanKnownUntil,
      job: (row, { span }) => Schedule.ofNetworkScan(row, span)
    },
    onDemandScans: {
      ...Search.verbs,
      paging: Paging.offset(Search.by("created_on", 500, Search.createdFrom)),
      job: (row) => ({
        vendorId: row.id,
        kind: "run",
        category: "malware",
        state: State.ofOnDemand(row.status),
        vendorState: row.status ?? null,
        definitionId: row.profile_id ?? null,
        name: row.description ?? null,
        startTime: Time.fromIso(row.scan_started_on),
        finishTime: Time.fromIso(row.scan_completed_on)
      })
    },
    scheduledScans: {
      ...Search.verbs,
      paging: Paging.offset(Search.by("created_on", 500)),
      knownUntil: Schedule.scheduledScanKnownUntil,
      job: Schedule.ofScheduledScan
    }
  }
})
