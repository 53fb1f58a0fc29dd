/** A small vendor with every kind of listing, as a plugin and as a server. */
import { Credential, Listing, Paging, Provider, type ScanJob } from "@scanjobs/core"
import { Redacted, Schema } from "effect"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"
import * as Vendor from "./Vendor.ts"

/** A run of a repository's scan. */
export const Run = Schema.Struct({ id: Schema.String, at: Schema.NullOr(Schema.Int), ok: Schema.Boolean })
export type Run = typeof Run.Type

/** A planned scan. */
export const Plan = Schema.Struct({ id: Schema.String, at: Schema.Int })
export type Plan = typeof Plan.Type

const Repository = Schema.Struct({ id: Schema.String, name: Schema.String })
const repository = HttpApiEndpoint.get("repository", "/repositories/:repository", {
  params: { repository: Schema.String },
  success: Repository
})

/** How many runs are on a page. */
export const pageSize = 3

const fields = { kind: "run", category: "code", vendorState: null } as const satisfies Partial<ScanJob.Fields>

/** The plugin: pages by number for each repository, single pages, and pages by link. */
export const Acme = Provider.make("acme", {
  connection: {
    token: Schema.Redacted(Schema.String),
    repositories: Schema.Array(Schema.String),
    region: Schema.optionalKey(Schema.String)
  },
  security: HttpApiSecurity.bearer,
  listings: {
    runs: Listing.make({
      row: Run,
      endpoint: (row) =>
        HttpApiEndpoint.get("runs", "/runs/:repository", {
          params: { repository: Schema.String },
          query: { page: Schema.Int },
          success: Schema.Struct({ runs: Schema.Array(row), total: Schema.optionalKey(Schema.Int) })
        }),
      scope: Schema.String,
      lookup: repository
    }),
    repositories: Listing.make({ row: Repository, endpoint: () => repository, scope: Schema.String }),
    plans: Listing.make({
      row: Plan,
      endpoint: (row) =>
        HttpApiEndpoint.get("plans", "/plans", {
          query: { from: Schema.optionalKey(Schema.Int) },
          success: Schema.Struct({ plans: Schema.Array(row), next: Schema.NullOr(Schema.String) })
        })
    })
  }
})({
  baseUrl: () => "https://acme.invalid",
  credential: ({ token }) => Credential.fixed(token),
  rules: (has) => (has("region") && has("baseUrl") ? [{ key: "region", message: "give region or baseUrl" }] : []),
  hint: (reason) => (reason._tag === "Unauthorized" ? "make a new token" : undefined),
  headers: () => ({ "x-acme-version": "2" }),
  listings: {
    runs: {
      scopes: ({ repositories }) => repositories,
      lookup: ({ scope }) => ({ params: { repository: scope } }),
      first: ({ scope }) => ({ params: { repository: scope }, query: { page: 1 } }),
      rows: ({ runs }) => runs,
      next: ({ body, request }) =>
        body.runs.length < pageSize ? undefined : { ...request, query: { page: request.query.page + 1 } },
      order: () => "ascending",
      job: (row, { lookup, scope }) => ({
        ...fields,
        vendorId: row.id,
        definitionId: scope,
        name: lookup?.name ?? null,
        state: row.ok ? "succeeded" : "failed",
        startTime: row.at
      })
    },
    repositories: {
      scopes: ({ repositories }) => repositories,
      first: ({ scope }) => ({ params: { repository: scope } }),
      rows: (body) => [body],
      next: () => undefined,
      job: (row) => ({ ...fields, kind: "definition", vendorId: row.id, name: row.name, state: "scheduled" })
    },
    plans: {
      first: () => ({ query: {} }),
      rows: ({ plans }) => plans,
      next: ({ body }) => Paging.link(body.next),
      job: (row) => ({ ...fields, kind: "occurrence", vendorId: row.id, state: "scheduled", startTime: row.at })
    }
  }
})

/** A connection to a vendor that runs; `repositories` are none by default, so that there are plans only. */
export const connection = (
  { origin }: { readonly origin: string },
  repositories: ReadonlyArray<string> = [],
  name = "main"
): Provider.ConnectionOf<typeof Acme> => ({
  provider: "acme",
  name,
  token: Redacted.make(Vendor.canary),
  repositories,
  baseUrl: origin
})

/** What the vendor holds: runs by repository, and pages of plans, each with the link to the next one. */
export interface Data {
  readonly runs?: { readonly [repository: string]: ReadonlyArray<unknown> }
  readonly plans?: ReadonlyArray<{ readonly plans: ReadonlyArray<unknown>; readonly next?: string | null }>
}

/** Runs of a repository, one a millisecond from `start` on. */
export const runsOf = (repository: string, count: number, start = 0): ReadonlyArray<Run> =>
  Array.from({ length: count }, (_, index) => ({ id: `${repository}${index}`, at: start + index, ok: true }))

const answerOf = ({ plans = [], runs = {} }: Data, { url }: Vendor.Seen): Vendor.Answer => {
  const [, path = "", name = ""] = url.pathname.split("/").map(decodeURIComponent)
  if (path === "repositories") return Vendor.json({ id: name, name: `the ${name}`, owner: "someone" })
  if (path === "runs") {
    const start = (Number(url.searchParams.get("page")) - 1) * pageSize
    return Vendor.json({ runs: runs[name]?.slice(start, start + pageSize) ?? [] })
  }
  if (path !== "plans") return Vendor.text("no such address", 404)
  const page = plans[Number(url.searchParams.get("from") ?? 0)]
  return Vendor.json({ plans: page?.plans ?? [], next: page?.next ?? null })
}

/** The vendor's server; what `special` gives is the answer instead. */
export const serve = (data: Data, special: (seen: Vendor.Seen) => Vendor.Answer | undefined = () => undefined) =>
  Vendor.serve((seen) => special(seen) ?? answerOf(data, seen))

/** The paths that were asked for, with their queries. */
export const asked = ({ seen }: Vendor.Vendor): ReadonlyArray<string> =>
  seen.map(({ url }) => `${url.pathname}${url.search}`)
