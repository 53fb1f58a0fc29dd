/**
 * Rapid7 InsightVM, a console that a company runs itself: its scans, and the schedules of its sites.
 */
import { Connection, Credential, Listing, Paging, Provider, type Reason, ScanJob, Time } from "@scanjobs/core"
import { Redacted, Schema } from "effect"
import { Base64 } from "effect/encoding"
import { HttpApiSecurity } from "effect/http-api"
import * as Api from "./Api.ts"
import * as Errors from "./Errors.ts"
import * as Schedule from "./Schedule.ts"
import * as State from "./State.ts"

const categories = ["vulnerability"] as const

const sites = Listing.make({ row: Api.Site, endpoint: Api.sites })

/** The most that the vendor gives; its default is ten. */
const sizeOf = ({ connection: { pageSize = 500 } }: { readonly connection: { readonly pageSize?: number } }) => pageSize

/** A page has a number from 0, and the vendor answers 404 behind the last one. */
const pages = {
  start: 0,
  size: sizeOf,
  pages: ({ body }: { readonly body: { readonly page: { readonly totalPages: number } } }) => body.page.totalPages
} as const

/** The list may become shorter while it is read. */
const ends = ({ status }: Reason.Refusal) =>
  status === 404 ? "the list became shorter while it was read, and ended at the page before" : undefined

const schedulesOfSites = {
  parents: {
    paging: Paging.pageNumber<{ readonly pageSize?: number }, typeof sites>({
      ...pages,
      request: (_, { page, size }) => ({ query: { page, size, sort: "id,ASC" } }),
      page: ({ query }) => query.page
    }),
    rows: ({ resources }: { readonly resources: ReadonlyArray<Api.Site> }) => resources,
    total: ({ page }: { readonly page: { readonly totalResources: number } }) => page.totalResources,
    ends,
    child: ({ id }: Api.Site) => id
  },
  rows: ({ resources }: { readonly resources: ReadonlyArray<Api.Schedule> }) => resources,
  skips: ({ status }: Reason.Refusal) => (status === 404 ? "the site was deleted meanwhile" : undefined)
}

const nameOf = (site: Api.Site | null) => site?.name ?? null

/**
 * The InsightVM provider, with the listings `scans` (running ones, and then those that are over), `schedules` (of each site) and
 * `planned` (the next starts of each schedule, of which the console tells at most ten).
 *
 * **Example** (the scans that failed in the last seven days)
 *
 * ```ts
 * import { InsightVM } from "@scanjobs/insightvm"
 * import { Redacted } from "effect"
 *
 * const connection = {
 *   provider: "insightvm",
 *   name: "console",
 *   baseUrl: "https://insightvm.example.com:3780",
 *   username: "scanjobs",
 *   password: Redacted.make("…")
 * } as const
 *
 * export const failed = InsightVM.jobs(connection, { from: "-7 days", states: ["failed"] }, { listings: ["scans"] })
 * ```
 *
 * @since 0.3.0
 * @category constructors
 */
export const InsightVM = Provider.make("insightvm", {
  connection: {
    /** The address of the console, such as `https://host:3780`. */
    baseUrl: Connection.BaseUrl,
    /** A user of the console without two-factor authentication. */
    username: Schema.NonEmptyString,
    password: Schema.Redacted(Schema.NonEmptyString),
    /** Rows of a page. Default 500, the most. */
    pageSize: Schema.optionalKey(Connection.tuning(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 500 }))))
  },
  security: HttpApiSecurity.http({ scheme: "Basic" }),
  // A console serves its own scans at the same time.
  concurrency: 2,
  listings: {
    scans: Listing.make({
      row: Api.Scan,
      endpoint: Api.scans,
      part: Schema.Struct({ active: Schema.Boolean }),
      holds: { kinds: ["run"], categories }
    }),
    schedules: Listing.make({
      row: Api.Schedule,
      endpoint: Api.schedules,
      scope: Schema.Int,
      parents: sites,
      holds: { kinds: ["definition"], categories }
    }),
    planned: Listing.make({
      row: Api.Schedule,
      endpoint: Api.schedules,
      scope: Schema.Int,
      parents: sites,
      endless: "rows",
      holds: { kinds: ["occurrence"], states: ["scheduled"], categories }
    })
  }
})({
  baseUrl: ({ baseUrl }) => baseUrl,
  credential: ({ password, username }) =>
    Credential.fixed(Redacted.make(Base64.encode(`${username}:${Redacted.value(password)}`))),
  rejection: Errors.reader,
  hint: ({ _tag }) =>
    _tag === "Unauthorized" || _tag === "Forbidden"
      ? "check username and password, that the user may view all sites, and that it has no two-factor authentication"
      : undefined,
  listings: {
    scans: {
      // A scan that ends meanwhile is in one of the two lists, or in both.
      parts: () => [{ active: true }, { active: false }],
      paging: Paging.pageNumber({
        ...pages,
        request: ({ part }, { page, size }) => ({ query: { ...part, page, size, sort: "id,ASC" } }),
        page: ({ query }) => query.page
      }),
      rows: ({ resources }) => resources,
      total: ({ page }) => page.totalResources,
      ends,
      // What a console answers to a page of an empty list is not documented.
      skips: ({ detail, status }) =>
        status === 404 && detail?.includes("out of range") === true ? "the console has no such scans" : undefined,
      job: (scan) => ({
        vendorId: String(scan.id),
        kind: "run",
        name: ScanJob.firstText(scan.scanName, scan.siteName),
        category: "vulnerability",
        state: State.of(scan.status),
        vendorState: scan.status ?? null,
        detail: scan.message ?? null,
        startTime: Time.fromIso(scan.startTime),
        finishTime: Time.fromIso(scan.endTime)
      })
    },
    schedules: {
      ...schedulesOfSites,
      paging: Paging.single({ request: ({ scope }) => ({ params: { site: scope } }) }),
      job: (schedule, { parent }) => Schedule.definition(schedule, nameOf(parent))
    },
    planned: {
      ...schedulesOfSites,
      paging: Paging.single({ request: ({ scope }) => ({ params: { site: scope } }) }),
      knownUntil: Schedule.knownUntil,
      job: (schedule, { parent, span }) => Schedule.planned(schedule, nameOf(parent), span)
    }
  }
})
