/**
 * The endpoints of version 3 of an InsightVM console that return scans, sites and schedules, as documented.
 *
 * **Example** (the OpenAPI document of the endpoints)
 *
 * ```ts
 * import { Api } from "@scanjobs/insightvm"
 * import { HttpApi, HttpApiGroup, OpenApi } from "effect/http-api"
 *
 * const group = HttpApiGroup.make("scans").add(Api.scans(Api.Scan), Api.sites(Api.Site), Api.schedules(Api.Schedule))
 *
 * export const document = OpenApi.fromApi(HttpApi.make("insightvm").add(group))
 * ```
 */
import { Schema } from "effect"
import { HttpApiEndpoint } from "effect/http-api"

const Text = Schema.optionalKey(Schema.NullOr(Schema.String))
/** A field that this package does not use. */
const Unread = Schema.optionalKey(Schema.Any)

/**
 * One scan, running or over.
 *
 * @since 0.3.0
 * @category schemas
 */
export class Scan extends Schema.Opaque<Scan>()(
  Schema.Struct({
    id: Schema.Int,
    scanName: Text,
    status: Text,
    message: Text,
    startTime: Text,
    /** Missing while the scan runs. */
    endTime: Text,
    siteName: Text,
    scanType: Unread,
    duration: Unread,
    engineId: Unread,
    engineName: Unread,
    siteId: Unread,
    startedBy: Unread,
    assets: Unread,
    vulnerabilities: Unread,
    links: Unread
  })
) {}

/**
 * A site: a group of assets, with its schedules.
 *
 * @since 0.3.0
 * @category schemas
 */
export class Site extends Schema.Opaque<Site>()(
  Schema.Struct({
    id: Schema.Int,
    name: Text,
    description: Unread,
    type: Unread,
    importance: Unread,
    riskScore: Unread,
    connectionType: Unread,
    lastScanTime: Unread,
    scanEngine: Unread,
    scanTemplate: Unread,
    assets: Unread,
    vulnerabilities: Unread,
    links: Unread
  })
) {}

/**
 * A schedule of a site.
 *
 * @since 0.3.0
 * @category schemas
 */
export class Schedule extends Schema.Opaque<Schedule>()(
  Schema.Struct({
    id: Schema.Int,
    enabled: Schema.Boolean,
    start: Text,
    /** Missing if it runs once. */
    repeat: Schema.optionalKey(Schema.NullOr(Schema.Any)),
    /** Its next starts, at most ten. */
    nextRuntimes: Schema.optionalKey(Schema.NullOr(Schema.Array(Schema.String))),
    scanName: Text,
    duration: Unread,
    onScanRepeat: Unread,
    scanTemplateId: Unread,
    scanEngineId: Unread,
    assets: Unread,
    links: Unread
  })
) {}

const Page = Schema.Struct({
  number: Schema.optionalKey(Schema.Int),
  size: Schema.optionalKey(Schema.Int),
  totalResources: Schema.Int,
  totalPages: Schema.Int
})

const paged = {
  /** From 0. */
  page: Schema.Int,
  size: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 500 })),
  sort: Schema.String
}

/**
 * All scans of the console.
 *
 * @since 0.3.0
 * @category schemas
 */
export const scans = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("scans", "/api/3/scans", {
    query: {
      /** Running scans, or else those that are over. */
      active: Schema.Boolean,
      ...paged
    },
    success: Schema.Struct({ resources: Schema.Array(row), page: Page, links: Unread })
  })

/**
 * All sites that the user may view.
 *
 * @since 0.3.0
 * @category schemas
 */
export const sites = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("sites", "/api/3/sites", {
    query: paged,
    success: Schema.Struct({ resources: Schema.Array(row), page: Page, links: Unread })
  })

/**
 * The schedules of a site, on one page.
 *
 * @since 0.3.0
 * @category schemas
 */
export const schedules = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("schedules", "/api/3/sites/:site/scan_schedules", {
    params: { site: Schema.Int },
    success: Schema.Struct({ resources: Schema.Array(row), links: Unread })
  })
