/**
 * The operations of Sensitive Data Protection (DLP), Web Security Scanner and Dataplex that list scans, as Google's own descriptions of the services
 * have them.
 *
 * **Example** (the OpenAPI document of the operations)
 *
 * ```ts
 * import { Api } from "@scanjobs/google"
 * import { HttpApi, HttpApiGroup, OpenApi } from "effect/http-api"
 *
 * const group = HttpApiGroup.make("scans")
 *   .add(Api.dlpJobs(Api.DlpJob))
 *   .add(Api.jobTriggers(Api.JobTrigger))
 *   .add(Api.scanConfigs(Api.ScanConfig))
 *   .add(Api.scanRuns(Api.ScanRun))
 *   .add(Api.dataScans(Api.DataScan))
 *   .add(Api.dataScanJobs(Api.DataScanJob))
 *
 * export const document = OpenApi.fromApi(HttpApi.make("google").add(group))
 * export const both: ReadonlyArray<typeof Api.DlpJobType.Type> = ["INSPECT_JOB", "RISK_ANALYSIS_JOB"]
 * ```
 */
import { Schema } from "effect"
import { HttpApiEndpoint } from "effect/http-api"

const Text = Schema.optionalKey(Schema.NullOr(Schema.String))
/** A name; a number where the request asks for numbers. Absent means unspecified. */
const Enum = Schema.optionalKey(Schema.NullOr(Schema.Union([Schema.String, Schema.Int])))
/** A documented field that this package does not use. */
const Unread = Schema.optionalKey(Schema.Any)
const listOf = <Item extends Schema.Constraint>(item: Item) => Schema.optionalKey(Schema.NullOr(Schema.Array(item)))
const structOf = <Fields extends Schema.Struct.Fields>(fields: Fields) =>
  Schema.optionalKey(Schema.NullOr(Schema.Struct(fields)))

/** What went wrong, with the times at which it did. */
const Errors = listOf(
  Schema.Struct({
    details: structOf({ code: Unread, message: Text, details: Unread }),
    timestamps: Unread,
    extraInfo: Unread
  })
)

/**
 * A job of Sensitive Data Protection.
 *
 * @since 0.3.0
 * @category schemas
 */
export class DlpJob extends Schema.Opaque<DlpJob>()(
  Schema.Struct({
    name: Schema.String,
    type: Enum,
    state: Enum,
    createTime: Text,
    startTime: Text,
    endTime: Text,
    jobTriggerName: Text,
    errors: Errors,
    lastModified: Unread,
    inspectDetails: Unread,
    riskDetails: Unread,
    actionDetails: Unread
  })
) {}

/**
 * A trigger that starts jobs of Sensitive Data Protection: after a period, or by hand.
 *
 * @since 0.3.0
 * @category schemas
 */
export class JobTrigger extends Schema.Opaque<JobTrigger>()(
  Schema.Struct({
    name: Schema.String,
    displayName: Text,
    status: Enum,
    /** At most one of them has a schedule. */
    triggers: listOf(
      Schema.Struct({
        /** The period in seconds, such as `86400s`. */
        schedule: structOf({ recurrencePeriodDuration: Text }),
        manual: Unread
      })
    ),
    lastRunTime: Text,
    createTime: Text,
    errors: Errors,
    updateTime: Unread,
    description: Unread,
    inspectJob: Unread
  })
) {}

/**
 * A configuration of Web Security Scanner.
 *
 * @since 0.3.0
 * @category schemas
 */
export class ScanConfig extends Schema.Opaque<ScanConfig>()(
  Schema.Struct({
    name: Schema.String,
    displayName: Text,
    /** Its next run, and the days from one to the next. */
    schedule: structOf({ scheduleTime: Text, intervalDurationDays: Schema.optionalKey(Schema.NullOr(Schema.Int)) }),
    startingUrls: Unread,
    maxQps: Unread,
    authentication: Unread,
    userAgent: Unread,
    blacklistPatterns: Unread,
    exportToSecurityCommandCenter: Unread,
    riskLevel: Unread,
    managedScan: Unread,
    staticIpScan: Unread,
    ignoreHttpStatusErrors: Unread
  })
) {}

/**
 * A run of Web Security Scanner.
 *
 * @since 0.3.0
 * @category schemas
 */
export class ScanRun extends Schema.Opaque<ScanRun>()(
  Schema.Struct({
    name: Schema.String,
    executionState: Enum,
    resultState: Enum,
    startTime: Text,
    endTime: Text,
    progressPercent: Schema.optionalKey(Schema.NullOr(Schema.Finite)),
    errorTrace: structOf({ code: Enum, scanConfigError: Unread, mostCommonHttpErrorCode: Unread }),
    warningTraces: listOf(Schema.Struct({ code: Enum })),
    hasVulnerabilities: Unread,
    urlsCrawledCount: Unread,
    urlsTestedCount: Unread
  })
) {}

/**
 * A data scan of Dataplex, in its basic view. Without a trigger, it runs on demand.
 *
 * @since 0.3.0
 * @category schemas
 */
export class DataScan extends Schema.Opaque<DataScan>()(
  Schema.Struct({
    name: Schema.String,
    displayName: Text,
    executionSpec: structOf({
      trigger: structOf({
        onDemand: Unread,
        /** It leaves no job. */
        oneTime: structOf({ ttlAfterScanCompletion: Unread }),
        /** A cron expression, which may begin with `TZ=` or `CRON_TZ=` and a zone. */
        schedule: structOf({ cron: Text })
      }),
      field: Unread
    }),
    uid: Unread,
    state: Unread,
    type: Unread,
    description: Unread,
    labels: Unread,
    createTime: Unread,
    updateTime: Unread,
    data: Unread,
    executionStatus: Unread
  })
) {}

/**
 * A job of a data scan.
 *
 * @since 0.3.0
 * @category schemas
 */
export class DataScanJob extends Schema.Opaque<DataScanJob>()(
  Schema.Struct({
    name: Schema.String,
    state: Enum,
    message: Text,
    partialFailureMessage: Text,
    startTime: Text,
    endTime: Text,
    uid: Unread,
    createTime: Unread,
    type: Unread
  })
) {}

/**
 * The types of jobs of Sensitive Data Protection. Without a type, only inspections are listed.
 *
 * @since 0.3.0
 * @category schemas
 */
export const DlpJobType = Schema.Literals(["INSPECT_JOB", "RISK_ANALYSIS_JOB"])

const page = {
  pageSize: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))),
  pageToken: Schema.optionalKey(Schema.String),
  /** The encoding of the answer; with `json;enum-encoding=int`, which Google's own clients ask for, enumerations are numbers. */
  $alt: Schema.optionalKey(Schema.String)
}

/** An absent or empty token ends a list, and an absent list has no rows. */
const NextPageToken = Text

const ofOwner = {
  owners: Schema.Literals(["projects", "organizations"]),
  owner: Schema.NonEmptyString,
  location: Schema.NonEmptyString
}

/**
 * `ListDlpJobs`.
 *
 * @since 0.3.0
 * @category schemas
 */
export const dlpJobs = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("dlpJobs", "/v2/:owners/:owner/locations/:location/dlpJobs", {
    params: ofOwner,
    // Google's own clients send the number of a type.
    query: { ...page, type: Schema.optionalKey(Schema.Literals([...DlpJobType.literals, "1", "2"])) },
    success: Schema.Struct({ jobs: listOf(row), nextPageToken: NextPageToken })
  })

/**
 * `ListJobTriggers`.
 *
 * @since 0.3.0
 * @category schemas
 */
export const jobTriggers = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("jobTriggers", "/v2/:owners/:owner/locations/:location/jobTriggers", {
    params: ofOwner,
    query: page,
    success: Schema.Struct({ jobTriggers: listOf(row), nextPageToken: NextPageToken })
  })

/**
 * `ListScanConfigs`.
 *
 * @since 0.3.0
 * @category schemas
 */
export const scanConfigs = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("scanConfigs", "/v1/projects/:project/scanConfigs", {
    params: { project: Schema.NonEmptyString },
    query: page,
    success: Schema.Struct({ scanConfigs: listOf(row), nextPageToken: NextPageToken })
  })

/**
 * `ListScanRuns`, by their end, the latest first.
 *
 * @since 0.3.0
 * @category schemas
 */
export const scanRuns = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("scanRuns", "/v1/projects/:project/scanConfigs/:config/scanRuns", {
    params: { project: Schema.NonEmptyString, config: Schema.NonEmptyString },
    query: page,
    success: Schema.Struct({ scanRuns: listOf(row), nextPageToken: NextPageToken })
  })

/**
 * `ListDataScans`. `unreachable` names the locations that the list lacks.
 *
 * @since 0.3.0
 * @category schemas
 */
export const dataScans = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("dataScans", "/v1/projects/:project/locations/:location/dataScans", {
    params: { project: Schema.NonEmptyString, location: Schema.NonEmptyString },
    query: page,
    success: Schema.Struct({
      dataScans: listOf(row),
      nextPageToken: NextPageToken,
      unreachable: listOf(Schema.String)
    })
  })

/**
 * `ListDataScanJobs`.
 *
 * @since 0.3.0
 * @category schemas
 */
export const dataScanJobs = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("dataScanJobs", "/v1/projects/:project/locations/:location/dataScans/:scan/jobs", {
    params: { project: Schema.NonEmptyString, location: Schema.NonEmptyString, scan: Schema.NonEmptyString },
    query: page,
    success: Schema.Struct({ dataScanJobs: listOf(row), nextPageToken: NextPageToken })
  })
