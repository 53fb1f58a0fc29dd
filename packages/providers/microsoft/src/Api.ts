/**
 * The operations of Purview Data Map that list scans, their runs and triggers, as version 2023-09-01 of their description has them, and the list
 * of machine actions of Defender for Endpoint.
 *
 * **Example** (the OpenAPI documents of the operations)
 *
 * ```ts
 * import { Api } from "@scanjobs/microsoft"
 * import { HttpApi, HttpApiGroup, OpenApi } from "effect/http-api"
 *
 * const scanning = HttpApiGroup.make("scanning").add(
 *   Api.dataSources(Api.DataSource),
 *   Api.scans(Api.Scan),
 *   Api.runs(Api.Run),
 *   Api.trigger(Api.Trigger)
 * )
 * const defender = HttpApiGroup.make("defender").add(Api.machineActions(Api.MachineAction))
 *
 * export const purviewDocument = OpenApi.fromApi(HttpApi.make("purview").add(scanning))
 * export const defenderDocument = OpenApi.fromApi(HttpApi.make("defender").add(defender))
 * export const monthly: typeof Api.Recurrence.Type = {
 *   frequency: "Month",
 *   interval: 1,
 *   startTime: "2026-01-01T00:00:00Z",
 *   schedule: { hours: [3], minutes: [0], monthlyOccurrences: [{ day: "Sunday", occurrence: -1 }] }
 * }
 * ```
 */
import { Schema } from "effect"
import { HttpApiEndpoint } from "effect/http-api"

const Text = Schema.optionalKey(Schema.NullOr(Schema.String))

/** A field that this package does not use. */
const Unread = Schema.optionalKey(Schema.Any)

/**
 * A data source of a Purview account.
 *
 * @since 0.3.0
 * @category schemas
 */
export class DataSource extends Schema.Opaque<DataSource>()(
  Schema.Struct({
    name: Schema.String,
    kind: Text,
    id: Unread,
    creationType: Unread,
    properties: Unread,
    scans: Unread
  })
) {}

/**
 * A scan of a data source: what runs again and again.
 *
 * @since 0.3.0
 * @category schemas
 */
export class Scan extends Schema.Opaque<Scan>()(
  Schema.Struct({
    name: Schema.String,
    kind: Text,
    id: Unread,
    scanId: Unread,
    dataSourceName: Unread,
    dataSourceIdentifier: Unread,
    creationType: Unread,
    properties: Unread,
    scanResults: Unread,
    scanResultsWithIngestion: Unread
  })
) {}

const Phase = Schema.optionalKey(Schema.NullOr(Schema.Struct({ status: Text })))

/**
 * A run of a scan: it discovers assets, and then the Data Map takes them in (ingestion).
 *
 * @since 0.3.0
 * @category schemas
 */
export class Run extends Schema.Opaque<Run>()(
  Schema.Struct({
    id: Schema.String,
    status: Text,
    /** ISO 8601 with up to seven digits of a second. */
    startTime: Text,
    endTime: Text,
    queuedTime: Text,
    errorMessage: Text,
    error: Schema.optionalKey(Schema.NullOr(Schema.Struct({ code: Text, message: Text }))),
    ingestionExecutionDetails: Phase,
    discoveryExecutionDetails: Unread,
    pipelineStartTime: Unread,
    runType: Unread,
    scanLevelType: Unread,
    scanRulesetType: Unread,
    scanRulesetVersion: Unread,
    dataSourceType: Unread,
    parentId: Unread,
    ingestionJobId: Unread,
    resourceId: Unread,
    diagnostics: Unread,
    webScanResults: Unread,
    assetsDiscovered: Unread,
    assetsClassified: Unread,
    isErrorLogAvailable: Unread
  })
) {}

const Numbers = Schema.optionalKey(Schema.NullOr(Schema.Array(Schema.Int)))

/**
 * When a trigger is due.
 *
 * @since 0.3.0
 * @category schemas
 */
export const Recurrence = Schema.Struct({
  /** `Hour`, `Day`, `Week` or `Month`. */
  frequency: Text,
  interval: Schema.optionalKey(Schema.NullOr(Schema.Int)),
  startTime: Text,
  endTime: Text,
  /** Which names are sent is not documented. Without one, all times are UTC. */
  timeZone: Text,
  schedule: Schema.optionalKey(
    Schema.NullOr(
      Schema.Struct({
        minutes: Numbers,
        hours: Numbers,
        weekDays: Schema.optionalKey(Schema.NullOr(Schema.Array(Schema.String))),
        monthDays: Numbers,
        /** Weekdays of a month: `occurrence` 2 is the second one, and -1 the last one. */
        monthlyOccurrences: Schema.optionalKey(
          Schema.NullOr(Schema.Array(Schema.Struct({ day: Schema.String, occurrence: Schema.Int })))
        )
      })
    )
  )
})

/**
 * The trigger of a scan. A scan has one at most.
 *
 * @since 0.3.0
 * @category schemas
 */
export class Trigger extends Schema.Opaque<Trigger>()(
  Schema.Struct({
    name: Text,
    /** What is wrong with the trigger, as Purview sees it. */
    validationErrorInfo: Text,
    properties: Schema.Struct({
      /** `Enabled`, which is the default, or `Disabled`. */
      state: Text,
      recurrence: Schema.optionalKey(Schema.NullOr(Recurrence)),
      recurrenceInterval: Unread,
      scanLevel: Unread,
      lastScheduled: Unread,
      incrementalScanStartTime: Unread,
      createdAt: Unread,
      lastModifiedAt: Unread
    }),
    id: Unread
  })
) {}

/**
 * An action on a machine, such as an antivirus scan.
 *
 * @since 0.3.0
 * @category schemas
 */
export class MachineAction extends Schema.Opaque<MachineAction>()(
  Schema.Struct({
    id: Schema.String,
    type: Schema.String,
    /** Of an antivirus scan `Quick` or `Full`. */
    scope: Text,
    status: Text,
    computerDnsName: Text,
    creationDateTimeUtc: Text,
    lastUpdateDateTimeUtc: Text,
    /** The name by which the samples of the reference have the same time. */
    lastUpdateTimeUtc: Text,
    machineId: Unread,
    title: Unread,
    requestor: Unread,
    requestorComment: Unread,
    requestSource: Unread,
    externalID: Unread,
    commands: Unread,
    cancellationRequestor: Unread,
    cancellationComment: Unread,
    cancellationDateTimeUtc: Unread,
    relatedFileInfo: Unread
  })
) {}

/** The version of the description. Every request names it. */
const version = { "api-version": Schema.Literal("2023-09-01") }

const paged = { ...version, skipToken: Schema.optionalKey(Schema.String) }

const listOf = <Row extends Schema.Constraint>(row: Row) =>
  Schema.Struct({
    value: Schema.Array(row),
    /** Of what it is the number is not documented. */
    count: Unread,
    /** The last page has none, `null` or `""`. */
    nextLink: Text
  })

/**
 * `DataSources_List`.
 *
 * @since 0.3.0
 * @category schemas
 */
export const dataSources = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("dataSources", "/datasources", { query: paged, success: listOf(row) })

/**
 * `Scans_ListByDataSource`.
 *
 * @since 0.3.0
 * @category schemas
 */
export const scans = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("scans", "/datasources/:source/scans", {
    params: { source: Schema.String },
    query: paged,
    success: listOf(row)
  })

const ofScan = { source: Schema.String, scan: Schema.String }

/**
 * `ScanResult_ListScanHistory`.
 *
 * @since 0.3.0
 * @category schemas
 */
export const runs = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("runs", "/datasources/:source/scans/:scan/runs", {
    params: ofScan,
    query: paged,
    success: listOf(row)
  })

/**
 * `Triggers_Get`: one object, and 404 for a scan without a trigger.
 *
 * @since 0.3.0
 * @category schemas
 */
export const trigger = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("trigger", "/datasources/:source/scans/:scan/triggers/default", {
    params: ofScan,
    query: version,
    success: Schema.Union([row])
  })

/**
 * The list of machine actions, by OData V4. In which order it comes is not documented.
 *
 * @since 0.3.0
 * @category schemas
 */
export const machineActions = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("machineActions", "/api/machineactions", {
    query: {
      $filter: Schema.optionalKey(Schema.String),
      /** The reference has `$stop` in its text, and `$top` in its examples. */
      $top: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 10_000 }))),
      $skip: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))),
      $skiptoken: Schema.optionalKey(Schema.String)
    },
    success: Schema.Struct({
      value: Schema.Array(row),
      "@odata.context": Unread,
      "@odata.nextLink": Text
    })
  })
