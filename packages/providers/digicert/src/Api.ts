/**
 * The endpoints of DigiCert CertCentral Discovery that return scan jobs, as documented.
 *
 * **Example** (the OpenAPI document of the endpoints)
 *
 * ```ts
 * import { Api } from "@scanjobs/digicert"
 * import { HttpApi, HttpApiGroup, OpenApi } from "effect/http-api"
 *
 * const group = HttpApiGroup.make("scans").add(Api.futureScanJobs(Api.FutureScanJob), Api.pastScanJobs(Api.PastScanJob), Api.getScanDetails(Api.CurrentScanJob))
 *
 * export const document = OpenApi.fromApi(HttpApi.make("digicert").add(group))
 * ```
 */
import { Schema } from "effect"
import { HttpApiEndpoint } from "effect/http-api"

/** Documented as a string of seconds, sent as a number of milliseconds; 0 for one-time scans. */
const EpochTime = Schema.optionalKey(Schema.NullOr(Schema.Union([Schema.Finite, Schema.String])))

/** Numbers 10 to 19 are documented, with gaps. */
const State = Schema.Union([Schema.Finite, Schema.String])

const Percentage = Schema.optionalKey(Schema.NullOr(Schema.Union([Schema.Finite, Schema.String])))

/**
 * A planned run. Its `jobId` is its start time as text, and so is unique only within one scan.
 *
 * @since 0.1.0
 * @category schemas
 */
export class FutureScanJob extends Schema.Opaque<FutureScanJob>()(
  Schema.Struct({
    jobId: Schema.String,
    startTime: EpochTime,
    state: State
  })
) {}

/** A field that is documented without a type. */
const Untyped = Schema.optionalKey(Schema.Any)

/**
 * A run that ended.
 *
 * @since 0.1.0
 * @category schemas
 */
export class PastScanJob extends Schema.Opaque<PastScanJob>()(
  Schema.Struct({
    jobId: Schema.String,
    state: State,
    startTime: EpochTime,
    endTime: EpochTime,
    percentageCompleted: Percentage,
    duration: Untyped,
    hasResults: Untyped,
    emulationScans: Untyped,
    vulEnabled: Untyped,
    vulState: Untyped,
    vulStartTime: Untyped,
    vulEndTime: Untyped,
    vulPercentageCompleted: Untyped,
    vulDuration: Untyped
  })
) {}

/**
 * The run under way.
 *
 * @since 0.1.0
 * @category schemas
 */
export class CurrentScanJob extends Schema.Opaque<CurrentScanJob>()(
  Schema.Struct({
    jobId: Schema.String,
    state: State,
    startTime: EpochTime,
    percentageCompleted: Percentage,
    duration: Untyped
  })
) {}

/** Documented as a number, and never relied on. */
const Count = Schema.optionalKey(Schema.NullOr(Schema.Union([Schema.Finite, Schema.String])))

/** Counts are documented beside `data` and sent within it. */
const jobs = <Row extends Schema.Constraint>(row: Row) =>
  Schema.Struct({
    data: Schema.Struct({
      scanJobDTOList: Schema.NullOr(Schema.Array(row)),
      totalCount: Count,
      currentCount: Count
    }),
    error: Untyped,
    totalCount: Count,
    currentCount: Count
  })

const payload = Schema.Struct({
  accountId: Schema.String,
  divisionId: Schema.Int,
  surveyDefId: Schema.Int,
  /** The index of the first record, from 1. */
  startIndex: Schema.Int,
  /** Documented as 0 to 512; what 0 means is not. */
  pageSize: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 512 }))
})

/**
 * Planned runs of one scan.
 *
 * @since 0.1.0
 * @category schemas
 */
export const futureScanJobs = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.post("futureScanJobs", "/apicontroller/v1/scan/futureScanJobs", { payload, success: jobs(row) })

/**
 * Past runs of one scan.
 *
 * @since 0.1.0
 * @category schemas
 */
export const pastScanJobs = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.post("pastScanJobs", "/apicontroller/v1/scan/pastScanJobs", { payload, success: jobs(row) })

/**
 * One scan and its running job. Its own `startTime` is milliseconds after midnight, not a date.
 *
 * @since 0.1.0
 * @category schemas
 */
export const getScanDetails = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("getScanDetails", "/apicontroller/v1/scan/getScanDetails", {
    query: { surveyDefId: Schema.Int, accountId: Schema.String, divisionId: Schema.Int },
    success: Schema.Struct({
      error: Untyped,
      // The details have dozens of settings that no job needs.
      data: Schema.StructWithRest(
        Schema.Struct({
          surveyName: Schema.optionalKey(Schema.NullOr(Schema.String)),
          currentScanJobList: Schema.optionalKey(Schema.NullOr(Schema.Array(row)))
        }),
        [Schema.Record(Schema.String, Schema.Any)]
      )
    })
  })
