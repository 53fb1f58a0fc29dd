/**
 * The operations of GitHub's REST API that return scan jobs, as in its OpenAPI description.
 *
 * **Example** (the OpenAPI document of the endpoints)
 *
 * ```ts
 * import { Api } from "@scanjobs/github"
 * import { HttpApi, HttpApiGroup, OpenApi } from "effect/http-api"
 *
 * const group = HttpApiGroup.make("scans").add(
 *   Api.analyses(Api.Analysis),
 *   Api.scanHistory(Api.Scan),
 *   Api.repositories(Api.Repository),
 *   Api.oneRepository
 * )
 *
 * export const document = OpenApi.fromApi(HttpApi.make("github").add(group))
 *
 * export const emptyHistory = Object.fromEntries(Api.groups.map((group) => [group, []]))
 * ```
 */
import { Schema } from "effect"
import { HttpApiEndpoint } from "effect/http-api"

const Text = Schema.optionalKey(Schema.NullOr(Schema.String))

/** A documented field that this package does not use. */
const Unread = Schema.optionalKey(Schema.Any)

/**
 * A code scanning analysis that ended. It has no state; `error` and `warning` are empty where all is well.
 *
 * @since 0.1.0
 * @category schemas
 */
export class Analysis extends Schema.Opaque<Analysis>()(
  Schema.Struct({
    id: Schema.Int,
    /** When the analysis was created; GitHub does not tell when its run began. */
    created_at: Schema.String,
    ref: Text,
    analysis_key: Text,
    category: Text,
    error: Text,
    warning: Text,
    tool: Schema.optionalKey(Schema.NullOr(Schema.Struct({ name: Text, guid: Unread, version: Unread }))),
    commit_sha: Unread,
    environment: Unread,
    results_count: Unread,
    rules_count: Unread,
    sarif_id: Unread,
    url: Unread,
    deletable: Unread
  })
) {}

/**
 * A secret scanning scan. It has no id, and its description requires no field. It is a union because a history without custom
 * patterns has not drifted: a plain struct's fields are expected in some row at least.
 *
 * @since 0.1.0
 * @category schemas
 */
export class Scan extends Schema.Opaque<Scan>()(
  Schema.Union([
    Schema.Struct({
      type: Text,
      status: Text,
      /** Not there while the scan is pending. */
      started_at: Text,
      /** Not there while the scan is running. */
      completed_at: Text,
      /** Documented for scans for custom patterns. */
      pattern_name: Text,
      /** What the published example has in place of `pattern_name`. */
      pattern_slug: Text,
      pattern_scope: Text
    })
  ])
) {}

/**
 * A repository of an organization.
 *
 * @since 0.1.0
 * @category schemas
 */
export class Repository extends Schema.Opaque<Repository>()(Schema.Struct({ full_name: Schema.String })) {}

/**
 * The lists of a scan history; each has only the latest scan of each type.
 *
 * @since 0.1.0
 * @category schemas
 */
export const groups = [
  "incremental_scans",
  "pattern_update_scans",
  "backfill_scans",
  "custom_pattern_backfill_scans",
  "generic_secrets_backfill_scans"
] as const

const repository = { owner: Schema.String, repo: Schema.String }

const page = {
  per_page: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100 }))),
  page: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))),
  direction: Schema.optionalKey(Schema.Literals(["asc", "desc"]))
}

/**
 * The analyses of a repository, newest first unless `direction` says otherwise.
 *
 * @since 0.1.0
 * @category schemas
 */
export const analyses = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("analyses", "/repos/:owner/:repo/code-scanning/analyses", {
    params: repository,
    query: {
      ...page,
      sort: Schema.optionalKey(Schema.Literal("created")),
      tool_name: Schema.optionalKey(Schema.String),
      tool_guid: Schema.optionalKey(Schema.String),
      ref: Schema.optionalKey(Schema.String),
      pr: Schema.optionalKey(Schema.Int),
      sarif_id: Schema.optionalKey(Schema.String)
    },
    success: Schema.Array(row)
  })

/**
 * The latest scans of a repository, all at once.
 *
 * @since 0.1.0
 * @category schemas
 */
export const scanHistory = <Row extends Schema.Constraint>(row: Row) => {
  const scans = Schema.optionalKey(Schema.NullOr(Schema.Array(row)))
  return HttpApiEndpoint.get("scanHistory", "/repos/:owner/:repo/secret-scanning/scan-history", {
    params: repository,
    success: Schema.Struct({
      incremental_scans: scans,
      pattern_update_scans: scans,
      backfill_scans: scans,
      custom_pattern_backfill_scans: scans,
      generic_secrets_backfill_scans: scans
    })
  })
}

/**
 * One repository. GitHub redirects a former name to `/repositories/{id}`, whose answer has the present name.
 *
 * @since 0.1.0
 * @category schemas
 */
export const oneRepository = HttpApiEndpoint.get("repository", "/repos/:owner/:repo", {
  params: repository,
  success: Repository
})

/**
 * The repositories of an organization.
 *
 * @since 0.1.0
 * @category schemas
 */
export const repositories = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("repositories", "/orgs/:org/repos", {
    params: { org: Schema.String },
    query: {
      ...page,
      sort: Schema.optionalKey(Schema.Literals(["created", "updated", "pushed", "full_name"])),
      type: Schema.optionalKey(Schema.Literals(["all", "public", "private", "forks", "sources", "member"]))
    },
    success: Schema.Array(row)
  })
