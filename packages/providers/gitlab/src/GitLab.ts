/**
 * GitLab: CI jobs and pipelines that scan, and pipeline schedules.
 */
import { Connection, Credential, LinkHeader, Listing, Paging, Provider, ScanJob, Time } from "@scanjobs/core"
import { Schema } from "effect"
import { HttpApiSecurity } from "effect/http-api"
import * as Api from "./Api.ts"
import * as Errors from "./Errors.ts"
import * as Scan from "./Scan.ts"
import * as Scopes from "./Scopes.ts"
import * as State from "./State.ts"

const Name = Schema.NonEmptyString
const ofProjects = { scope: Schema.String, lookup: Api.oneProject, parents: Scopes.projects }

/**
 * The GitLab provider, also for GitLab of your own. Its listings `jobs` (CI jobs with a security report, or whose name says that they scan),
 * `pipelines` (those that are scans as a whole, such as on-demand DAST, and those that a schedule started) and `schedules` (pipeline schedules and their planned runs) are
 * read for each of `projects` and for every project of `groups` and their subgroups.
 *
 * GitLab lists jobs newest first by their creation, and not by their start: a query with `from` reads the whole list, unless
 * `startsWithinDays` says how long after its creation a job starts at the latest.
 *
 * **Example** (the failed scans of a group)
 *
 * ```ts
 * import { GitLab } from "@scanjobs/gitlab"
 * import { Redacted } from "effect"
 *
 * export const failed = GitLab.jobs(
 *   { provider: "gitlab", name: "gl", token: Redacted.make("…"), groups: ["acme/apps"] },
 *   { states: ["failed"] },
 *   { listings: ["jobs"] }
 * )
 * ```
 *
 * @since 0.3.0
 * @category constructors
 */
export const GitLab = Provider.make("gitlab", {
  connection: {
    /** A personal, group or project access token with the scope `read_api`. */
    token: Schema.Redacted(Name),
    /** By number, or by path such as `group/project`. */
    projects: Schema.optionalKey(Schema.NonEmptyArray(Name)),
    groups: Schema.optionalKey(Schema.NonEmptyArray(Name)),
    /** The names of further jobs that are scans. */
    jobNames: Schema.optionalKey(Schema.NonEmptyArray(Name)),
    /** How many days after its creation a job starts at the latest. With it, a query with `from` reads no older jobs. */
    startsWithinDays: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))),
    /** Rows of a page. Default 100, the documented maximum. */
    pageSize: Schema.optionalKey(Connection.tuning(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100 }))))
  },
  security: HttpApiSecurity.apiKey({ in: "header", key: "PRIVATE-TOKEN" }),
  listings: {
    jobs: Listing.make({ row: Api.Job, endpoint: Api.jobs, ...ofProjects, holds: { kinds: ["run"] } }),
    pipelines: Listing.make({
      row: Api.Pipeline,
      endpoint: Api.pipelines,
      ...ofProjects,
      holds: { kinds: ["run"], categories: ["web", "other"] }
    }),
    schedules: Listing.make({
      row: Api.Schedule,
      endpoint: Api.schedules,
      ...ofProjects,
      endless: "rows",
      holds: { kinds: ["definition", "occurrence"], categories: ["other"] }
    })
  }
})({
  baseUrl: () => "https://gitlab.com",
  credential: ({ token }) => Credential.fixed(token),
  quotaOf: ({ token }) => token,
  rules: (has) =>
    has("projects") || has("groups")
      ? []
      : [{ key: "projects", message: "missing key; give projects, groups, or both" }],
  rejection: Errors.reader,
  quotaState: Errors.quotaState,
  hint: Errors.hint,
  listings: {
    jobs: {
      ...Scopes.verbs,
      first: ({ connection: { pageSize = 100 }, scope }) => ({
        params: { id: scope },
        query: { pagination: "keyset", order_by: "id", sort: "desc", per_page: pageSize }
      }),
      next: ({ body, connection: { startsWithinDays = Infinity }, headers, query: { from = -Infinity } }) => {
        const created = Time.fromIso(body.at(-1)?.created_at) ?? Infinity
        return created < from - startsWithinDays * 86_400_000
          ? undefined
          : Paging.link(LinkHeader.find(headers["link"], "next"))
      },
      rows: (body) => body,
      job: (row, { connection: { jobNames = [] } }) => {
        const category = Scan.categoryOf(row, jobNames)
        if (category === undefined) return []
        return {
          vendorId: String(row.id),
          kind: "run",
          definitionId: row.name,
          name: row.name,
          category,
          state: State.ofJob(row),
          vendorState: row.status,
          detail: row.failure_reason ?? null,
          startTime: Time.fromIso(row.started_at),
          finishTime: Time.fromIso(row.finished_at),
          link: row.web_url ?? null
        }
      }
    },
    pipelines: {
      ...Scopes.verbs,
      // Oldest first, so that new ones come at the end.
      paging: Paging.linkHeader({
        request: ({ connection: { pageSize = 100 }, query: { from }, scope }) => ({
          params: { id: scope },
          query: {
            per_page: pageSize,
            order_by: "id",
            sort: "asc",
            ...(from === undefined ? {} : { updated_after: new Date(from).toISOString() })
          }
        })
      }),
      rows: (body) => body,
      job: (row) => {
        const category = Scan.categoryOfSource(row.source)
        if (category === undefined) return []
        return {
          vendorId: String(row.id),
          kind: "run",
          definitionId: Scan.definitionOf(row),
          name: ScanJob.firstText(row.name, row.source),
          category,
          state: State.of(row.status),
          vendorState: row.status,
          startTime: Time.fromIso(row.created_at),
          link: row.web_url ?? null
        }
      }
    },
    schedules: {
      ...Scopes.verbs,
      paging: Paging.linkHeader({
        request: ({ connection: { pageSize = 100 }, scope }) => ({
          params: { id: scope },
          query: { per_page: pageSize }
        })
      }),
      rows: (body) => body,
      knownUntil: Scan.knownUntil,
      job: (row, { span }) => Scan.ofSchedule(row, span)
    }
  }
})
