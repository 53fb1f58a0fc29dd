/**
 * The operations of AWS Backup, GuardDuty, Inspector and Macie that list scans, as the schemas of their official clients describe them.
 *
 * **Example** (the OpenAPI document of an operation)
 *
 * ```ts
 * import { Api } from "@scanjobs/aws"
 * import { HttpApi, HttpApiGroup, OpenApi } from "effect/http-api"
 *
 * const group = HttpApiGroup.make("scans")
 *   .add(Api.scanJobs(Api.BackupScan))
 *   .add(Api.malwareScans(Api.MalwareScan))
 *   .add(Api.cisScans(Api.CisScan))
 *   .add(Api.cisConfigurations(Api.CisConfiguration))
 *   .add(Api.classificationJobs(Api.ClassificationJob))
 *
 * export const document = OpenApi.fromApi(HttpApi.make("aws").add(group))
 *
 * export const nightly: typeof Api.Schedule.Type = { daily: { startTime: { timeOfDay: "02:30", timezone: "Europe/Berlin" } } }
 * ```
 */
import { Schema } from "effect"
import { HttpApiEndpoint } from "effect/http-api"

const Text = Schema.optionalKey(Schema.NullOr(Schema.String))

/** A documented field that this package does not use. */
const Unread = Schema.optionalKey(Schema.Any)

/** Epoch seconds with a fraction. */
const Seconds = Schema.optionalKey(Schema.NullOr(Schema.Finite))

/** The list ends where the token is missing, `null` or empty. */
const Token = Text

const size = (maximum: number) => Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum })))

/**
 * A scan of a backup.
 *
 * @since 0.3.0
 * @category schemas
 */
export class BackupScan extends Schema.Opaque<BackupScan>()(
  Schema.Struct({
    ScanJobId: Schema.String,
    State: Text,
    StatusMessage: Text,
    CreationDate: Seconds,
    CompletionDate: Seconds,
    ResourceName: Text,
    ResourceType: Text,
    CreatedBy: Schema.optionalKey(Schema.NullOr(Schema.Struct({ BackupPlanId: Text, BackupRuleId: Text }))),
    AccountId: Text,
    BackupVaultArn: Unread,
    BackupVaultName: Unread,
    ContinuousScanEndTime: Unread,
    ContinuousScanStartTime: Unread,
    IamRoleArn: Unread,
    MalwareScanner: Unread,
    RecoveryPointArn: Unread,
    ResourceArn: Unread,
    ScanBaseRecoveryPointArn: Unread,
    ScanId: Unread,
    ScanMode: Unread,
    ScanResult: Unread,
    ScannerRoleArn: Unread
  })
) {}

/**
 * A malware scan of GuardDuty.
 *
 * @since 0.3.0
 * @category schemas
 */
export class MalwareScan extends Schema.Opaque<MalwareScan>()(
  Schema.Struct({
    scanId: Schema.String,
    scanStatus: Text,
    scanType: Text,
    scanStartedAt: Seconds,
    scanCompletedAt: Seconds,
    resourceArn: Text,
    resourceType: Text,
    scanResultStatus: Unread
  })
) {}

/**
 * A CIS scan of Inspector.
 *
 * @since 0.3.0
 * @category schemas
 */
export class CisScan extends Schema.Opaque<CisScan>()(
  Schema.Struct({
    scanArn: Schema.String,
    scanConfigurationArn: Text,
    scanName: Text,
    status: Text,
    scanDate: Seconds,
    failedChecks: Unread,
    totalChecks: Unread,
    targets: Unread,
    scheduledBy: Unread,
    securityLevel: Unread
  })
) {}

const StartTime = Schema.Struct({ timeOfDay: Schema.String, timezone: Schema.String })

/**
 * When a CIS scan is due. `day` of a monthly one is a weekday, and which week is not documented.
 *
 * @since 0.3.0
 * @category schemas
 */
export const Schedule = Schema.Struct({
  oneTime: Schema.optionalKey(Schema.Struct({})),
  daily: Schema.optionalKey(Schema.Struct({ startTime: StartTime })),
  weekly: Schema.optionalKey(Schema.Struct({ startTime: StartTime, days: Schema.Array(Schema.String) })),
  monthly: Schema.optionalKey(Schema.Struct({ startTime: StartTime, day: Schema.String }))
})

/**
 * A configuration by which Inspector runs CIS scans.
 *
 * @since 0.3.0
 * @category schemas
 */
export class CisConfiguration extends Schema.Opaque<CisConfiguration>()(
  Schema.Struct({
    scanConfigurationArn: Schema.String,
    scanName: Text,
    ownerId: Text,
    schedule: Schema.optionalKey(Schema.NullOr(Schedule)),
    securityLevel: Unread,
    targets: Unread,
    tags: Unread
  })
) {}

/**
 * A job of Macie.
 *
 * @since 0.3.0
 * @category schemas
 */
export class ClassificationJob extends Schema.Opaque<ClassificationJob>()(
  Schema.Struct({
    jobId: Schema.String,
    name: Text,
    jobStatus: Text,
    jobType: Text,
    /** ISO 8601. */
    createdAt: Text,
    lastRunErrorStatus: Schema.optionalKey(Schema.NullOr(Schema.Struct({ code: Text }))),
    bucketCriteria: Unread,
    bucketDefinitions: Unread,
    userPausedDetails: Unread
  })
) {}

/**
 * `ListScanJobs` of AWS Backup.
 *
 * @since 0.3.0
 * @category schemas
 */
export const scanJobs = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("scanJobs", "/scan/jobs", {
    query: {
      ByAccountId: Schema.optionalKey(Schema.String),
      MaxResults: size(1000),
      NextToken: Schema.optionalKey(Schema.String)
    },
    success: Schema.Struct({ ScanJobs: Schema.Array(row), NextToken: Token })
  })

/**
 * `ListMalwareScans` of GuardDuty, which needs no detector and pages by its query. By what it can sort is not documented.
 *
 * @since 0.3.0
 * @category schemas
 */
export const malwareScans = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.post("malwareScans", "/malware-scan", {
    query: { maxResults: size(50), nextToken: Schema.optionalKey(Schema.String) },
    payload: Schema.Struct({}),
    success: Schema.Struct({ scans: Schema.Array(row), nextToken: Token })
  })

/**
 * `ListCisScans` of Inspector.
 *
 * @since 0.3.0
 * @category schemas
 */
export const cisScans = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.post("cisScans", "/cis/scan/list", {
    payload: Schema.Struct({
      maxResults: size(100),
      nextToken: Schema.optionalKey(Schema.String),
      sortBy: Schema.Literals(["SCAN_START_DATE"]),
      sortOrder: Schema.Literals(["ASC", "DESC"])
    }),
    success: Schema.Struct({ scans: Schema.Array(row), nextToken: Token })
  })

/**
 * `ListCisScanConfigurations` of Inspector.
 *
 * @since 0.3.0
 * @category schemas
 */
export const cisConfigurations = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.post("cisConfigurations", "/cis/scan-configuration/list", {
    payload: Schema.Struct({ maxResults: size(100), nextToken: Schema.optionalKey(Schema.String) }),
    success: Schema.Struct({ scanConfigurations: Schema.Array(row), nextToken: Token })
  })

/**
 * `ListClassificationJobs` of Macie.
 *
 * @since 0.3.0
 * @category schemas
 */
export const classificationJobs = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.post("classificationJobs", "/jobs/list", {
    payload: Schema.Struct({ maxResults: size(200), nextToken: Schema.optionalKey(Schema.String) }),
    success: Schema.Struct({ items: Schema.Array(row), nextToken: Token })
  })
