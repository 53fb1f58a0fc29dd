/**
 * The operations of CrowdStrike Falcon that scans come from: each list gives ids, and another operation the rows with these ids.
 *
 * **Example** (the OpenAPI document of two of the operations)
 *
 * ```ts
 * import { Api } from "@scanjobs/crowdstrike"
 * import { HttpApi, HttpApiGroup, OpenApi } from "effect/http-api"
 *
 * const group = HttpApiGroup.make("scans").add(
 *   Api.networkRunIds(),
 *   Api.networkRuns(Api.NetworkRun),
 *   Api.networkScanIds(),
 *   Api.networkScans(Api.NetworkScan),
 *   Api.onDemandScanIds(),
 *   Api.onDemandScans(Api.OnDemandScan),
 *   Api.scheduledScanIds(),
 *   Api.scheduledScans(Api.ScheduledScan)
 * )
 *
 * export const document = OpenApi.fromApi(HttpApi.make("crowdstrike").add(group))
 *
 * export const nightly: typeof Api.Scheduling.Type = { frequency: "daily", start_date: "2026-01-05", start_time: "02:30" }
 * ```
 */
import { Schema } from "effect"
import { HttpApiEndpoint } from "effect/http-api"

/** Times are texts, and may be empty. */
const Text = Schema.optionalKey(Schema.NullOr(Schema.String))
const Count = Schema.optionalKey(Schema.NullOr(Schema.Finite))
/** A documented field that this package does not use. */
const Unread = Schema.optionalKey(Schema.Any)

/**
 * A run of a network scan.
 *
 * @since 0.3.0
 * @category schemas
 */
export class NetworkRun extends Schema.Opaque<NetworkRun>()(
  Schema.Struct({
    id: Schema.String,
    scan_id: Text,
    status: Text,
    /** `discovery` or `assessment`. */
    type: Text,
    template_name: Text,
    progress_pct: Count,
    error_code: Unread,
    error_reason: Text,
    created_timestamp: Text,
    start_timestamp: Text,
    end_timestamp: Text,
    cid: Unread,
    config: Unread,
    created_by: Unread,
    credentialed_asset_summary: Unread,
    scanners: Unread,
    target_type: Unread,
    targets_configured: Unread,
    targets_found: Unread,
    targets_scanned: Unread,
    template_id: Unread,
    trigger_type: Unread,
    updated_by: Unread,
    updated_timestamp: Unread
  })
) {}

/**
 * When a network scan is due. The numbers of `days_of_week` are documented as `Sun` to `Sat`, and not which number a day has.
 *
 * @since 0.3.0
 * @category schemas
 */
export const Scheduling = Schema.Struct({
  /** `once`, `daily`, `weekly` or `monthly`. */
  frequency: Text,
  /** Of a monthly one: `Day(s)`, or `First` to `Last`. */
  occurrence: Text,
  days_of_week: Schema.optionalKey(Schema.NullOr(Schema.Array(Schema.Union([Schema.String, Schema.Finite])))),
  days_of_month: Schema.optionalKey(Schema.NullOr(Schema.Array(Schema.Finite))),
  start_date: Text,
  start_time: Text,
  end_date: Text,
  timezone: Text,
  timeout_seconds: Unread
})

/**
 * A network scan: what its runs scan, and when.
 *
 * @since 0.3.0
 * @category schemas
 */
export class NetworkScan extends Schema.Opaque<NetworkScan>()(
  Schema.Struct({
    id: Schema.String,
    name: Text,
    description: Text,
    type: Text,
    /** As in `scheduling`, or `not_scheduled`. */
    frequency: Text,
    scheduling: Schema.optionalKey(Schema.NullOr(Scheduling)),
    next_run_timestamp: Text,
    created_timestamp: Text,
    block_windows: Unread,
    cid: Unread,
    created_by: Unread,
    credentialed: Unread,
    credentials: Unread,
    fragile_device_detection: Unread,
    last_run_timestamp: Unread,
    last_scan_status: Unread,
    target_asset: Unread,
    target_asset_filter: Unread,
    target_external_ip: Unread,
    target_ip: Unread,
    target_type: Unread,
    template_id: Unread,
    updated_by: Unread,
    updated_timestamp: Unread
  })
) {}

/** What on-demand scans and scheduled ones are set to. */
const settings = {
  cid: Unread,
  cloud_ml_level_detection: Unread,
  cloud_ml_level_prevention: Unread,
  cloud_pup_adware_level_detection: Unread,
  cloud_pup_adware_level_prevention: Unread,
  cpu_priority: Unread,
  created_by: Unread,
  endpoint_notification: Unread,
  file_paths: Unread,
  host_groups: Unread,
  hosts: Unread,
  initiated_from: Unread,
  last_updated: Unread,
  mac_cloud_ml_level_detection: Unread,
  mac_cloud_ml_level_prevention: Unread,
  mac_cloud_pup_adware_level_detection: Unread,
  mac_cloud_pup_adware_level_prevention: Unread,
  mac_policy_setting: Unread,
  mac_scan_exclusions: Unread,
  mac_scan_inclusions: Unread,
  mac_sensor_ml_level_detection: Unread,
  mac_sensor_ml_level_prevention: Unread,
  mac_sensor_pup_adware_level_detection: Unread,
  mac_sensor_pup_adware_level_prevention: Unread,
  max_duration: Unread,
  metadata: Unread,
  pause_duration: Unread,
  policy_setting: Unread,
  preemption_priority: Unread,
  quarantine: Unread,
  scan_exclusions: Unread,
  scan_inclusions: Unread,
  sensor_ml_level_detection: Unread,
  sensor_ml_level_prevention: Unread,
  targeted_host_count: Unread,
  targeted_platforms: Unread
}

/**
 * An on-demand scan of hosts: one that somebody started, or a run of a scheduled one.
 *
 * @since 0.3.0
 * @category schemas
 */
export class OnDemandScan extends Schema.Opaque<OnDemandScan>()(
  Schema.Struct({
    ...settings,
    id: Schema.String,
    status: Text,
    description: Text,
    /** The scheduled scan that it is a run of. */
    profile_id: Text,
    created_on: Text,
    scan_started_on: Text,
    scan_completed_on: Text,
    affected_hosts_count: Unread,
    completed_host_count: Unread,
    filecount: Unread,
    incomplete_host_count: Unread,
    mac_file_paths: Unread,
    missing_host_count: Unread,
    not_started_host_count: Unread,
    severity: Unread,
    started_host_count: Unread
  })
) {}

/**
 * A scheduled scan of hosts. In which unit its interval is, is not documented.
 *
 * @since 0.3.0
 * @category schemas
 */
export class ScheduledScan extends Schema.Opaque<ScheduledScan>()(
  Schema.Struct({
    ...settings,
    id: Schema.String,
    status: Text,
    description: Text,
    deleted: Schema.optionalKey(Schema.NullOr(Schema.Boolean)),
    schedule: Schema.optionalKey(
      Schema.NullOr(Schema.Struct({ start_timestamp: Text, interval: Count, ignored_by_channelfile: Unread }))
    ),
    created_on: Text,
    channel_file_status: Unread,
    max_file_size: Unread
  })
) {}

/** The envelope of every answer. `resources` may be null, beside errors or where there is nothing. */
const enveloped = <Item extends Schema.Constraint>(item: Item) =>
  Schema.Struct({
    resources: Schema.NullOr(Schema.Array(item)),
    errors: Unread,
    meta: Schema.optionalKey(
      Schema.NullOr(
        Schema.Struct({
          pagination: Schema.optionalKey(Schema.NullOr(Schema.Struct({ total: Count, offset: Unread, limit: Unread }))),
          trace_id: Unread,
          query_time: Unread,
          powered_by: Unread,
          writes: Unread
        })
      )
    )
  })

/** The query of a list of ids, with at most so many of a page. */
const search = (most: number) => ({
  /** In the query language FQL. */
  filter: Schema.optionalKey(Schema.String),
  sort: Schema.optionalKey(Schema.String),
  offset: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))),
  limit: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: most })))
})

const ids = { ids: Schema.Array(Schema.String).check(Schema.isMaxLength(100)) }

/**
 * The ids of runs of network scans.
 *
 * @since 0.3.0
 * @category schemas
 */
export const networkRunIds = () =>
  HttpApiEndpoint.get("networkRunIds", "/netscan/queries/scan-runs/v1", {
    query: search(100),
    success: enveloped(Schema.String)
  })

/**
 * Runs of network scans by their ids.
 *
 * @since 0.3.0
 * @category schemas
 */
export const networkRuns = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("networkRuns", "/netscan/entities/scan-runs/v1", { query: ids, success: enveloped(row) })

/**
 * The ids of network scans.
 *
 * @since 0.3.0
 * @category schemas
 */
export const networkScanIds = () =>
  HttpApiEndpoint.get("networkScanIds", "/netscan/queries/scans/v1", {
    query: search(100),
    success: enveloped(Schema.String)
  })

/**
 * Network scans by their ids.
 *
 * @since 0.3.0
 * @category schemas
 */
export const networkScans = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("networkScans", "/netscan/entities/scans/v1", { query: ids, success: enveloped(row) })

/**
 * The ids of on-demand scans.
 *
 * @since 0.3.0
 * @category schemas
 */
export const onDemandScanIds = () =>
  HttpApiEndpoint.get("onDemandScanIds", "/ods/queries/scans/v1", {
    query: search(500),
    success: enveloped(Schema.String)
  })

/**
 * On-demand scans by their ids.
 *
 * @since 0.3.0
 * @category schemas
 */
export const onDemandScans = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("onDemandScans", "/ods/entities/scans/v2", { query: ids, success: enveloped(row) })

/**
 * The ids of scheduled scans.
 *
 * @since 0.3.0
 * @category schemas
 */
export const scheduledScanIds = () =>
  HttpApiEndpoint.get("scheduledScanIds", "/ods/queries/scheduled-scans/v1", {
    query: search(500),
    success: enveloped(Schema.String)
  })

/**
 * Scheduled scans by their ids.
 *
 * @since 0.3.0
 * @category schemas
 */
export const scheduledScans = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("scheduledScans", "/ods/entities/scheduled-scans/v1", { query: ids, success: enveloped(row) })
