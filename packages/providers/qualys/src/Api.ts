/**
 * The calls of Qualys VMDR (XML) and Qualys WAS (JSON) that return scans and schedules.
 *
 * **Example** (the OpenAPI document of the endpoints)
 *
 * ```ts
 * import { Api } from "@scanjobs/qualys"
 * import { HttpApi, HttpApiGroup, OpenApi } from "effect/http-api"
 *
 * const group = HttpApiGroup.make("scans").add(
 *   Api.vmScans(Api.VmScan),
 *   Api.complianceScans(Api.VmScan),
 *   Api.vmSchedules(Api.VmSchedule),
 *   Api.wasScans(Api.WasScan),
 *   Api.wasSchedules(Api.WasSchedule)
 * )
 *
 * export const document = OpenApi.fromApi(HttpApi.make("qualys").add(group))
 * export const isXml = Api.xml.name === "XML"
 * ```
 */
import { Format } from "@scanjobs/core"
import { Schema } from "effect"
import { HttpApiEndpoint } from "effect/http-api"

const Text = Schema.optionalKey(Schema.NullOr(Schema.String))
/** JSON booleans of WAS are texts in some answers. */
const Flag = Schema.optionalKey(Schema.NullOr(Schema.Union([Schema.Boolean, Schema.String])))
/** A documented field that this package does not use. */
const Unread = Schema.optionalKey(Schema.Any)

/**
 * The XML of VMDR. One scan is a list, too.
 *
 * @since 0.3.0
 * @category schemas
 */
export const xml: Format.Format = Format.xml({ lists: { SCAN_LIST: ["SCAN"], SCHEDULE_SCAN_LIST: ["SCAN"] } })

/**
 * A scan of VMDR or of policy compliance.
 *
 * @since 0.3.0
 * @category schemas
 */
export class VmScan extends Schema.Opaque<VmScan>()(
  Schema.Struct({
    /** Such as `scan/1736361211.27337`. */
    REF: Schema.String,
    TITLE: Text,
    TYPE: Text,
    LAUNCH_DATETIME: Text,
    /** `HH:MM:SS`, or `Pending`. */
    DURATION: Text,
    STATUS: Schema.Struct({ STATE: Schema.String, SUB_STATE: Text }),
    ID: Unread,
    USER_LOGIN: Unread,
    PROCESSING_PRIORITY: Unread,
    PROCESSED: Unread,
    TARGET: Unread,
    OPTION_PROFILE: Unread,
    CLIENT: Unread,
    ASSET_GROUP_TITLE_LIST: Unread
  })
) {}

/** The next launch may be inside of `SCHEDULE` or beside it. */
const Schedule = Schema.Union([Schema.Struct({ NEXTLAUNCH_UTC: Text }), Schema.String])

/**
 * A scheduled scan of VMDR.
 *
 * @since 0.3.0
 * @category schemas
 */
export class VmSchedule extends Schema.Opaque<VmSchedule>()(
  Schema.Struct({
    ID: Schema.String,
    TITLE: Text,
    /** `0` or `1`. */
    ACTIVE: Text,
    SCHEDULE: Schema.optionalKey(Schedule),
    NEXTLAUNCH_UTC: Text,
    TARGET: Unread,
    USER_LOGIN: Unread,
    ISCANNER_NAME: Unread,
    OPTION_PROFILE: Unread,
    PROCESSING_PRIORITY: Unread,
    NOTIFICATIONS: Unread,
    ASSET_GROUP_TITLE_LIST: Unread
  })
) {}

/**
 * A scan of WAS.
 *
 * @since 0.3.0
 * @category schemas
 */
export class WasScan extends Schema.Opaque<WasScan>()(
  Schema.Struct({
    id: Schema.Int,
    name: Text,
    status: Text,
    mode: Text,
    launchedDate: Text,
    endScanDate: Text,
    resultsStatus: Text,
    summary: Schema.optionalKey(Schema.NullOr(Schema.Struct({ resultsStatus: Text, authStatus: Unread }))),
    reference: Unread,
    type: Unread,
    target: Unread,
    profile: Unread,
    launchedBy: Unread,
    multi: Unread,
    consolidatedStatus: Unread,
    cancelTime: Unread
  })
) {}

/**
 * A schedule of WAS.
 *
 * @since 0.3.0
 * @category schemas
 */
export class WasSchedule extends Schema.Opaque<WasSchedule>()(
  Schema.Struct({
    id: Schema.Int,
    name: Text,
    active: Flag,
    nextLaunchDate: Text,
    invalid: Unread,
    lastScan: Unread,
    type: Unread,
    target: Unread,
    owner: Unread,
    createdDate: Unread,
    updatedDate: Unread
  })
) {}

const params = { version: Schema.String }
const list = { action: Schema.Literal("list") }
const Instant = Schema.String.check(Schema.isPattern(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/))

const ofScans = <Row extends Schema.Constraint>(row: Row) => ({
  params,
  query: {
    ...list,
    /** Without it, the last thirty days only. */
    launched_after_datetime: Instant,
    launched_before_datetime: Instant,
    processed: Schema.Literals(["0", "1"]),
    show_status: Schema.Literal("1")
  },
  success: Schema.Struct({
    SCAN_LIST_OUTPUT: Schema.Struct({
      RESPONSE: Schema.Struct({
        DATETIME: Unread,
        /** Not there where there is no scan. */
        SCAN_LIST: Schema.optionalKey(Schema.Struct({ SCAN: Schema.Array(row) }))
      })
    })
  })
})

/**
 * The scans of VMDR that were launched in a span of time.
 *
 * @since 0.3.0
 * @category schemas
 */
export const vmScans = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("vmScans", "/api/:version/fo/scan/", ofScans(row))

/**
 * The scans of policy compliance that were launched in a span of time.
 *
 * @since 0.3.0
 * @category schemas
 */
export const complianceScans = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("complianceScans", "/api/:version/fo/scan/compliance/", ofScans(row))

/**
 * The scheduled scans of VMDR, all at once.
 *
 * @since 0.3.0
 * @category schemas
 */
export const vmSchedules = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("vmSchedules", "/api/:version/fo/schedule/scan/", {
    params,
    query: list,
    success: Schema.Struct({
      SCHEDULE_SCAN_LIST_OUTPUT: Schema.Struct({
        RESPONSE: Schema.Struct({
          DATETIME: Unread,
          SCHEDULE_SCAN_LIST: Schema.optionalKey(Schema.Struct({ SCAN: Schema.Array(row) }))
        })
      })
    })
  })

const Criteria = Schema.Struct({ field: Schema.String, operator: Schema.String, value: Schema.String })

/** A search: what to find, and how many at most. */
const payload = Schema.Struct({
  ServiceRequest: Schema.Struct({
    preferences: Schema.Struct({ limitResults: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 })) }),
    filters: Schema.optionalKey(Schema.Struct({ Criteria: Schema.Array(Criteria) }))
  })
})

const found = <Item extends Schema.Constraint>(item: Item) =>
  Schema.Struct({
    ServiceResponse: Schema.Struct({
      responseCode: Schema.String,
      count: Unread,
      hasMoreRecords: Flag,
      lastId: Schema.optionalKey(Schema.NullOr(Schema.Int)),
      data: Schema.optionalKey(Schema.Array(item))
    })
  })

/**
 * The scans of WAS, by id.
 *
 * @since 0.3.0
 * @category schemas
 */
export const wasScans = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.post("wasScans", "/qps/rest/3.0/search/was/wasscan", {
    payload,
    success: found(Schema.Struct({ WasScan: row }))
  })

/**
 * The schedules of WAS, by id.
 *
 * @since 0.3.0
 * @category schemas
 */
export const wasSchedules = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.post("wasSchedules", "/qps/rest/3.0/search/was/wasscanschedule", {
    payload,
    success: found(Schema.Struct({ WasScanSchedule: row }))
  })
