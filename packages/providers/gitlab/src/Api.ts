/**
 * The operations of GitLab's REST API that scans come from.
 *
 * **Example** (the OpenAPI document of the endpoints)
 *
 * ```ts
 * import { Api } from "@scanjobs/gitlab"
 * import { HttpApi, HttpApiGroup, OpenApi } from "effect/http-api"
 *
 * const group = HttpApiGroup.make("scans").add(
 *   Api.jobs(Api.Job),
 *   Api.pipelines(Api.Pipeline),
 *   Api.schedules(Api.Schedule),
 *   Api.projects(Api.Project),
 *   Api.oneProject
 * )
 *
 * export const document = OpenApi.fromApi(HttpApi.make("gitlab").add(group))
 * ```
 */
import { Schema } from "effect"
import { HttpApiEndpoint } from "effect/http-api"

const Text = Schema.optionalKey(Schema.NullOr(Schema.String))
/** A documented field that this package does not use. */
const Unread = Schema.optionalKey(Schema.Any)

/**
 * A CI job. `artifacts` tell what an ended job scanned.
 *
 * @since 0.3.0
 * @category schemas
 */
export class Job extends Schema.Opaque<Job>()(
  Schema.Struct({
    id: Schema.Int,
    name: Schema.String,
    status: Schema.String,
    created_at: Text,
    started_at: Text,
    finished_at: Text,
    failure_reason: Text,
    /** Null means false. */
    allow_failure: Schema.optionalKey(Schema.NullOr(Schema.Boolean)),
    artifacts: Schema.optionalKey(
      Schema.NullOr(
        Schema.Array(Schema.Struct({ file_type: Text, size: Unread, filename: Unread, file_format: Unread }))
      )
    ),
    stage: Unread,
    duration: Unread,
    queued_duration: Unread,
    erased_at: Unread,
    artifacts_expire_at: Unread,
    artifacts_file: Unread,
    archived: Unread,
    coverage: Unread,
    ref: Unread,
    tag: Unread,
    /** Its page. */
    web_url: Text,
    pipeline: Unread,
    project: Unread,
    commit: Unread,
    runner: Unread,
    runner_manager: Unread,
    source: Unread,
    tag_list: Unread,
    user: Unread
  })
) {}

/**
 * A pipeline. A list does not tell when it began and ended.
 *
 * @since 0.3.0
 * @category schemas
 */
export class Pipeline extends Schema.Opaque<Pipeline>()(
  Schema.Struct({
    id: Schema.Int,
    status: Schema.String,
    source: Schema.String,
    name: Text,
    ref: Text,
    created_at: Text,
    iid: Unread,
    project_id: Unread,
    sha: Unread,
    updated_at: Unread,
    /** Its page. */
    web_url: Text
  })
) {}

/**
 * A pipeline schedule.
 *
 * @since 0.3.0
 * @category schemas
 */
export class Schedule extends Schema.Opaque<Schedule>()(
  Schema.Struct({
    id: Schema.Int,
    description: Text,
    cron: Text,
    /** An IANA time zone, or a name of Rails such as `Pacific Time (US & Canada)`. */
    cron_timezone: Text,
    next_run_at: Text,
    active: Schema.optionalKey(Schema.NullOr(Schema.Boolean)),
    ref: Text,
    created_at: Unread,
    updated_at: Unread,
    owner: Unread
  })
) {}

/**
 * A project of a group.
 *
 * @since 0.3.0
 * @category schemas
 */
export class Project extends Schema.Opaque<Project>()(Schema.Struct({ id: Schema.Int, path_with_namespace: Text })) {}

const page = {
  per_page: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100 }))),
  page: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(1))),
  order_by: Schema.optionalKey(Schema.String),
  sort: Schema.optionalKey(Schema.Literals(["asc", "desc"]))
}

const keyset = {
  pagination: Schema.optionalKey(Schema.Literal("keyset")),
  cursor: Schema.optionalKey(Schema.String),
  id_after: Schema.optionalKey(Schema.Int),
  id_before: Schema.optionalKey(Schema.Int)
}

/** A number, or a path: `group%2Fproject` is one part of the address. */
const project = { id: Schema.String }

/**
 * The jobs of a project, newest first, which is the only order.
 *
 * @since 0.3.0
 * @category schemas
 */
export const jobs = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("jobs", "/api/v4/projects/:id/jobs", {
    params: project,
    query: { ...page, ...keyset, "scope[]": Schema.optionalKey(Schema.Array(Schema.String)) },
    success: Schema.Array(row)
  })

/**
 * The pipelines of a project.
 *
 * @since 0.3.0
 * @category schemas
 */
export const pipelines = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("pipelines", "/api/v4/projects/:id/pipelines", {
    params: project,
    query: { ...page, source: Schema.optionalKey(Schema.String), updated_after: Schema.optionalKey(Schema.String) },
    success: Schema.Array(row)
  })

/**
 * The pipeline schedules of a project.
 *
 * @since 0.3.0
 * @category schemas
 */
export const schedules = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("schedules", "/api/v4/projects/:id/pipeline_schedules", {
    params: project,
    query: { ...page, scope: Schema.optionalKey(Schema.Literals(["active", "inactive"])) },
    success: Schema.Array(row)
  })

/**
 * One project, by its number or any of its paths.
 *
 * @since 0.3.0
 * @category schemas
 */
export const oneProject = HttpApiEndpoint.get("project", "/api/v4/projects/:id", { params: project, success: Project })

/**
 * The projects of a group and of its subgroups.
 *
 * @since 0.3.0
 * @category schemas
 */
export const projects = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("projects", "/api/v4/groups/:id/projects", {
    params: { id: Schema.String },
    query: {
      ...page,
      ...keyset,
      include_subgroups: Schema.optionalKey(Schema.Boolean),
      simple: Schema.optionalKey(Schema.Boolean)
    },
    success: Schema.Array(row)
  })
