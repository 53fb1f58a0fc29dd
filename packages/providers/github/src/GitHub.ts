/**
 * GitHub: the code scanning analyses and secret scanning scans of repositories and organizations.
 */
import { Connection, Credential, Listing, Paging, Provider, Time } from "@scanjobs/core"
import { Schema } from "effect"
import { HttpApiSecurity } from "effect/http-api"
import * as Api from "./Api.ts"
import * as Errors from "./Errors.ts"
import * as Scan from "./Scan.ts"
import * as Scopes from "./Scopes.ts"
import * as State from "./State.ts"

/**
 * The GitHub provider. Its listings `codeScanning` and `secretScanning` are read for each of `repositories` and for every repository
 * of `organizations`.
 *
 * A repository that has several names, because it was renamed or moved, is read once: where it could be named twice, GitHub is asked
 * for the present name of each of `repositories`, with one request.
 *
 * A feature that is off and a blocked repository are notes. A refusal that is about the token (single sign-on, missing permissions,
 * an IP allow list) and a name that does not exist are failures.
 *
 * **Example** (the failed analyses of an organization)
 *
 * ```ts
 * import { GitHub } from "@scanjobs/github"
 * import { Redacted } from "effect"
 *
 * export const failed = GitHub.jobs(
 *   { provider: "github", name: "gh", token: Redacted.make("…"), organizations: ["octo-org"] },
 *   { states: ["failed"] },
 *   { listings: ["codeScanning"] }
 * )
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const GitHub = Provider.make("github", {
  connection: {
    /** A personal access token, or a token of an OAuth or GitHub App. */
    token: Schema.Redacted(Schema.NonEmptyString),
    /** As `owner/name`. */
    repositories: Schema.optionalKey(Schema.NonEmptyArray(Scopes.Repository)),
    organizations: Schema.optionalKey(Schema.NonEmptyArray(Scopes.Organization)),
    /** Only analyses by this tool. */
    toolName: Schema.optionalKey(Schema.NonEmptyString),
    /** Only analyses of this branch, as `refs/heads/main` or `main`, or pull request, as `refs/pull/1/merge`. */
    ref: Schema.optionalKey(Schema.NonEmptyString),
    /** Sent as `X-GitHub-Api-Version`. Default `2022-11-28`. */
    apiVersion: Schema.optionalKey(Connection.tuning(Schema.NonEmptyString)),
    /** Rows of a page. Default 100, the documented maximum. */
    pageSize: Schema.optionalKey(Connection.tuning(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 100 }))))
  },
  security: HttpApiSecurity.bearer,
  // The primary limit, and the secondary one of 900 points a minute, of which a GET takes one. "Rate limits for the REST API".
  quotas: [
    { requests: 5000, window: "1 hour" },
    { requests: 900, window: "1 minute" }
  ],
  concurrency: 1,
  listings: {
    codeScanning: Listing.make({
      row: Api.Analysis,
      endpoint: Api.analyses,
      scope: Schema.String,
      lookup: Api.oneRepository,
      parents: Scopes.repositories,
      holds: { kinds: ["run"], states: ["succeeded", "partially_succeeded", "failed"], categories: ["code"] }
    }),
    secretScanning: Listing.make({
      row: Api.Scan,
      endpoint: Api.scanHistory,
      scope: Schema.String,
      lookup: Api.oneRepository,
      parents: Scopes.repositories,
      holds: { kinds: ["run"], states: ["queued", "running", "succeeded", "failed"], categories: ["secret"] }
    })
  }
})({
  baseUrl: () => "https://api.github.com",
  credential: ({ token }) => Credential.fixed(token),
  quotaOf: ({ token }) => token,
  rules: (has) =>
    has("repositories") || has("organizations")
      ? []
      : [{ key: "repositories", message: "missing key; give repositories, organizations, or both" }],
  headers: ({ apiVersion = "2022-11-28" }) => ({
    accept: "application/vnd.github+json",
    "x-github-api-version": apiVersion,
    "user-agent": "scanjobs"
  }),
  rejection: Errors.reader,
  quotaState: Errors.quotaState,
  hint: Errors.hint,
  listings: {
    codeScanning: {
      ...Scopes.verbs("code scanning"),
      paging: Paging.linkHeader({
        request: ({ connection: { pageSize = 100, ref, toolName }, query, scope }) => ({
          params: Scopes.paramsOf(scope),
          query: {
            per_page: pageSize,
            direction: query.order === "ascending" ? "asc" : "desc",
            ...(toolName === undefined ? {} : { tool_name: toolName }),
            ...(ref === undefined ? {} : { ref })
          }
        })
      }),
      rows: (body) => body,
      order: ({ query }) => query.order ?? "descending",
      job: (row) => ({
        vendorId: String(row.id),
        kind: "run",
        definitionId: row.category || row.analysis_key || null,
        name: row.tool?.name ?? null,
        category: "code",
        ...State.ofAnalysis(row),
        vendorState: null,
        startTime: Time.fromIso(row.created_at)
      })
    },
    secretScanning: {
      ...Scopes.verbs("secret scanning"),
      paging: Paging.single({ request: ({ scope }) => ({ params: Scopes.paramsOf(scope) }) }),
      rows: Scan.rowsOf,
      job: (row, { body }) => ({
        ...Scan.identityOf(row, Scan.groupOf(row, body)),
        kind: "run",
        category: "secret",
        state: State.ofScan(row.status),
        vendorState: row.status ?? null,
        startTime: Time.fromIso(row.started_at),
        finishTime: Time.fromIso(row.completed_at)
      })
    }
  }
})
