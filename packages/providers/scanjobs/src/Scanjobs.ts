/**
 * Another scanjobs: what `scanjobs serve` shows elsewhere, as scan jobs.
 */
import { Connection, Credential, Listing, Paging, Provider, ScanJob, Time } from "@scanjobs/core"
import { Schema } from "effect"
import { HttpApiSecurity } from "effect/http-api"
import * as Api from "./Api.ts"
import * as Errors from "./Errors.ts"

const isKind = Schema.is(ScanJob.Kind)
const isCategory = Schema.is(ScanJob.Category)

const iso = (time: number | undefined) => (time === undefined ? undefined : new Date(time).toISOString())

/** The definition within its connection: ids of definitions are unique together with their scope. */
const definitionOf = ({ definitionId, scope }: typeof Api.Job.Type) =>
  definitionId === null || scope === null || scope === definitionId ? definitionId : `${scope}/${definitionId}`

/**
 * The provider of another scanjobs, with the listing `jobs`: runs, planned runs and definitions of every connection that it has.
 *
 * A connection that the other scanjobs could not read completely fails here, too, after all rows that are known.
 *
 * **Example** (what failed at another site)
 *
 * ```ts
 * import { Scanjobs } from "@scanjobs/scanjobs"
 * import { Redacted } from "effect"
 *
 * export const failed = Scanjobs.jobs(
 *   { provider: "scanjobs", name: "emea", baseUrl: "https://scans.emea.example", token: Redacted.make("…") },
 *   { states: ["failed"] }
 * )
 * ```
 *
 * @since 0.3.0
 * @category constructors
 */
export const Scanjobs = Provider.make("scanjobs", {
  connection: {
    /** The token of `scanjobs serve --token-file`. A server of this machine without one takes any. */
    token: Schema.Redacted(Schema.NonEmptyString),
    /** Default: the largest that the API allows. */
    pageSize: Schema.optionalKey(Connection.tuning(Api.PageSize))
  },
  security: HttpApiSecurity.bearer,
  concurrency: 4,
  listings: {
    jobs: Listing.make({
      row: Api.Job,
      endpoint: Api.jobs,
      scope: Schema.String,
      parents: Listing.make({ row: Api.Connection, endpoint: Api.connections })
    })
  }
})({
  // Where `scanjobs serve` listens on this machine; a connection's `baseUrl` replaces it.
  baseUrl: () => "http://127.0.0.1:4700",
  credential: ({ token }) => Credential.fixed(token),
  rejection: Errors.reader,
  hint: (reason) => {
    if (reason._tag === "Unauthorized")
      return "check token: it is the first line of the file that scanjobs serve was given"
    if (reason._tag !== "VendorRejected" || reason.status !== 409) return undefined
    return "look at the other scanjobs: it could not read this connection itself"
  },
  listings: {
    jobs: {
      parents: {
        paging: Paging.single({ request: () => ({}) }),
        rows: (connections) => connections,
        child: ({ name }) => name
      },
      paging: Paging.cursor({
        request: ({ connection: { pageSize = Api.maxPageSize }, query, scope }, cursor) => {
          const [from, until] = [iso(query.from), iso(query.until)]
          return {
            query: {
              connection: scope,
              complete: "true",
              limit: pageSize,
              ...(from === undefined ? {} : { from }),
              ...(until === undefined ? {} : { until }),
              ...(cursor === undefined ? {} : { cursor })
            }
          }
        },
        token: ({ body }) => body.next
      }),
      rows: ({ jobs }) => jobs,
      // By start time, but those without one come last.
      order: () => "none",
      job: (row) => ({
        vendorId: row.id,
        kind: isKind(row.kind) ? row.kind : "run",
        definitionId: definitionOf(row),
        name: row.name,
        category: isCategory(row.category) ? row.category : "other",
        state: ScanJob.isState(row.state) ? row.state : "unknown",
        // What a later version calls a state is worth more than what its vendor does.
        vendorState: ScanJob.isState(row.state) ? (row.vendorState ?? row.state) : row.state,
        detail: row.detail,
        progress: row.progress,
        startTime: Time.fromIso(row.startTime),
        finishTime: Time.fromIso(row.finishTime),
        link: row.link ?? null
      })
    }
  }
})
