/**
 * The endpoints of Tenable Vulnerability Management that return scan jobs, as documented.
 *
 * **Example** (the OpenAPI document of the endpoints)
 *
 * ```ts
 * import { Api } from "@scanjobs/tenable"
 * import { HttpApi, HttpApiGroup, OpenApi } from "effect/http-api"
 *
 * const group = HttpApiGroup.make("scans").add(Api.scans(Api.Scan), Api.history(Api.Run))
 *
 * export const document = OpenApi.fromApi(HttpApi.make("tenable").add(group))
 * ```
 */
import { Schema } from "effect"
import { HttpApiEndpoint } from "effect/http-api"

/** Epoch seconds. */
const Epoch = Schema.optionalKey(Schema.NullOr(Schema.Finite))
const Text = Schema.optionalKey(Schema.NullOr(Schema.String))
const Count = Schema.optionalKey(Schema.NullOr(Schema.Finite))
/** A field that this package does not use; for some, the published examples contradict the documented types. */
const Unread = Schema.optionalKey(Schema.Any)

/**
 * A scan as it is configured, with the status of its latest run.
 *
 * @since 0.1.0
 * @category schemas
 */
export class Scan extends Schema.Opaque<Scan>()(
  Schema.Struct({
    id: Schema.Int,
    name: Text,
    status: Text,
    /** Whether its schedule is; a scan without one can still be launched by hand. */
    enabled: Schema.optionalKey(Schema.NullOr(Schema.Boolean)),
    /** `YYYYMMDDTHHMMSS`, a local time of `timezone`. */
    starttime: Text,
    /** `FREQ=…;INTERVAL=…;BYDAY=…` */
    rrules: Text,
    /** An IANA time zone. */
    timezone: Text,
    /** When it was last launched, in spite of the name. */
    last_modification_date: Epoch,
    /** 0 to 100. */
    progress: Count,
    uuid: Unread,
    schedule_uuid: Unread,
    type: Unread,
    control: Unread,
    creation_date: Unread,
    total_targets: Unread,
    owner: Unread,
    policy_id: Unread,
    template_uuid: Unread,
    wizard_uuid: Unread,
    has_triggers: Unread,
    legacy: Unread,
    read: Unread,
    shared: Unread,
    permissions: Unread,
    user_permissions: Unread
  })
) {}

/**
 * One run of a scan.
 *
 * @since 0.1.0
 * @category schemas
 */
export class Run extends Schema.Opaque<Run>()(
  Schema.Struct({
    id: Schema.Int,
    status: Text,
    time_start: Epoch,
    time_end: Epoch,
    scan_uuid: Unread,
    is_archived: Unread,
    visibility: Unread,
    targets: Unread,
    reporting_mode: Unread
  })
) {}

/**
 * Every scan that the user may view, on one page.
 *
 * @since 0.1.0
 * @category schemas
 */
export const scans = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("scans", "/scans", {
    query: {
      folder_id: Schema.optionalKey(Schema.Int),
      /** Only scans that started then or later: epoch seconds. */
      started_from: Schema.optionalKey(Schema.Int)
    },
    success: Schema.Struct({ scans: Schema.NullOr(Schema.Array(row)), folders: Unread, timestamp: Unread })
  })

/**
 * The runs of one scan.
 *
 * @since 0.1.0
 * @category schemas
 */
export const history = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("history", "/scans/:scan_id/history", {
    params: { scan_id: Schema.Int },
    query: {
      /** 50 is the default; no maximum is documented. */
      limit: Schema.Int,
      offset: Schema.Int,
      sort: Schema.String,
      exclude_rollover: Schema.Boolean
    },
    success: Schema.Struct({
      history: Schema.NullOr(Schema.Array(row)),
      pagination: Schema.optionalKey(
        Schema.NullOr(Schema.Struct({ total: Count, limit: Unread, offset: Unread, sort: Unread }))
      )
    })
  })
