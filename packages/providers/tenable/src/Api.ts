/**
 * The endpoints of Tenable Vulnerability Management that scan jobs come from, as its documentation gives them.
 */
import { Schema } from "effect"
import { HttpApiEndpoint } from "effect/http-api"

/** Epoch seconds. */
const Epoch = Schema.optionalKey(Schema.NullOr(Schema.Finite))
const Text = Schema.optionalKey(Schema.NullOr(Schema.String))
const Count = Schema.optionalKey(Schema.NullOr(Schema.Finite))
/** A field that nobody reads here; the published examples break their own types for some. */
const Unread = Schema.optionalKey(Schema.Any)

/** A scan as it is configured, with the status of its latest run. */
export class Scan extends Schema.Opaque<Scan>()(
  Schema.Struct({
    id: Schema.Int,
    name: Text,
    status: Schema.String,
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

/** One run of a scan. */
export class Run extends Schema.Opaque<Run>()(
  Schema.Struct({
    id: Schema.Int,
    status: Schema.String,
    time_start: Epoch,
    time_end: Epoch,
    scan_uuid: Unread,
    is_archived: Unread,
    visibility: Unread,
    targets: Unread,
    reporting_mode: Unread
  })
) {}

/** Every scan that the user may view, on one page. */
export const scans = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("scans", "/scans", {
    query: {
      folder_id: Schema.optionalKey(Schema.Int),
      /** Only scans that started then or later: epoch seconds. */
      started_from: Schema.optionalKey(Schema.Int)
    },
    success: Schema.Struct({ scans: Schema.NullOr(Schema.Array(row)), folders: Unread, timestamp: Unread })
  })

/** The runs of one scan. */
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
