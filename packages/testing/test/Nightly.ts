/** A small vendor and its provider, every part of which a test can replace with a wrong one. */
import {
  Connection,
  Credential,
  type Format,
  Listing,
  Paging,
  Provider,
  type Query,
  Rejection,
  type Reason,
  type ScanJob,
  Time
} from "@scanjobs/core"
import { type Conformance, Emulator, Wire } from "@scanjobs/testing"
import { Clock, Effect, Redacted, Schema } from "effect"
import { HttpApiEndpoint, HttpApiSecurity, type HttpApiSecurity as Security } from "effect/http-api"
import { type HttpClient, HttpServerResponse } from "effect/http"

/** The fields of a row that the provider reads. */
export interface Row {
  readonly id?: unknown
  readonly batch: string
  readonly state: string
  readonly at: string
  readonly end?: string
}

/** The row as the vendor documents it. */
export const fields = {
  id: Schema.String,
  batch: Schema.String,
  state: Schema.String,
  at: Schema.String,
  end: Schema.optionalKey(Schema.String)
}

type Page = { readonly runs: ReadonlyArray<Row> | null; readonly total: number; readonly more: string | null }
type Request = { readonly query: { readonly from: number; readonly top: number; readonly since?: number } }
type Turn = { readonly connection: object; readonly body: Page; readonly request: Request }

/** The parts of the provider that may be wrong. The defaults are correct. */
export interface Parts {
  readonly row?: Schema.ConstraintDecoder<Row>
  readonly security?: Security.Http | Security.ApiKey
  readonly endless?: boolean
  /** Of the listing that counts rows. */
  readonly first?: (connection: { readonly pageSize: number }) => void
  readonly next?: (turn: Turn) => Request | undefined
  /** The earliest time for which to request rows. */
  readonly since?: (from: number, query: Query.Query) => number | undefined
  /** Of the listing that follows links. */
  readonly follow?: (turn: Turn) => Request | Paging.Link<Request> | undefined
  readonly total?: (body: Page) => number
  readonly order?: (asked: Query.Query["order"]) => Query.Order
  readonly rejection?: Rejection.Reader
  readonly hint?: (reason: Reason.Reason, secret: string) => string
  readonly job?: (row: Row, secret: string) => Partial<ScanJob.Fields>
  readonly rows?: (body: Page) => ReadonlyArray<Row>
  /** Whether the endpoint's schema does without the list of rows. */
  readonly lenient?: boolean
  /** Whether a row becomes a job. */
  readonly keeps?: (row: Row, query: Query.Query) => boolean
  /** Rows of a page where the settings do not say how many; the vendor takes at most 100. */
  readonly defaultSize?: number
  readonly holds?: Listing.Holds
  readonly format?: Format.Format
  readonly skips?: (reason: Reason.Refusal) => string | undefined
  readonly ends?: (reason: Reason.Refusal) => string | undefined
  readonly credential?: (
    token: Redacted.Redacted,
    baseUrl: string
  ) => Credential.Credential<never, HttpClient.HttpClient>
}

const holds: Listing.Holds = { kinds: ["run"], states: ["succeeded", "failed"], categories: ["web"] }

export const states: { readonly [state: string]: ScanJob.State } = { done: "succeeded", broken: "failed" }

const endpoint =
  <const Name extends string>(name: Name, lenient = false) =>
  <R extends Schema.Constraint>(row: R) =>
    HttpApiEndpoint.get(name, `/${name}`, {
      query: { from: Schema.Int, top: Schema.Int, since: Schema.optionalKey(Schema.Int) },
      success: Schema.Struct({
        runs: lenient ? Schema.optionalKey(Schema.NullOr(Schema.Array(row))) : Schema.NullOr(Schema.Array(row)),
        total: Schema.Finite,
        more: Schema.NullOr(Schema.String)
      })
    })

/** How the vendor refuses requests. */
export const problem = Rejection.fromSchema(Schema.Struct({ problem: Schema.String }), ({ problem }) => ({
  code: null,
  message: problem
}))

/** Makes the provider: `runs` counts rows, `plans` follows links and has no end. */
export const nightly = (parts: Parts = {}) => {
  const row: Schema.ConstraintDecoder<Row> = parts.row ?? Schema.Struct(fields)
  const { defaultSize = 100 } = parts
  const verbs = (kind: ScanJob.Kind) => ({
    rows: parts.rows ?? (({ runs }: Page) => runs ?? []),
    ...(parts.skips === undefined ? {} : { skips: parts.skips }),
    ...(parts.ends === undefined ? {} : { ends: parts.ends }),
    total: parts.total ?? (({ total }: Page) => total),
    order: ({ query }: { readonly query: Query.Query }) => parts.order?.(query.order) ?? ("ascending" as const),
    job: (
      one: Row,
      {
        connection: { token },
        query
      }: { readonly connection: { readonly token: Redacted.Redacted }; readonly query: Query.Query }
    ) =>
      parts.keeps?.(one, query) === false
        ? []
        : {
            vendorId: String(one.id),
            kind,
            category: "web" as const,
            state: states[one.state] ?? ("unknown" as const),
            vendorState: one.state,
            startTime: Time.fromIso(one.at),
            finishTime: Time.fromIso(one.end),
            ...parts.job?.(one, Redacted.value(token))
          }
  })
  return Provider.make("nightly", {
    connection: {
      token: Schema.Redacted(Schema.String),
      pageSize: Schema.optionalKey(Connection.tuning(Schema.Int))
    },
    security: parts.security ?? HttpApiSecurity.bearer,
    quotas: [{ requests: 40, window: "2 seconds" }],
    ...(parts.format === undefined ? {} : { format: parts.format }),
    listings: {
      runs: Listing.make({ row, endpoint: endpoint("runs", parts.lenient), holds: parts.holds ?? holds }),
      plans: Listing.make({ row, endpoint: endpoint("plans", parts.lenient), endless: parts.endless ?? true })
    }
  })({
    baseUrl: () => "https://nightly.example",
    credential: ({ baseUrl = "", token }) => parts.credential?.(token, baseUrl) ?? Credential.fixed(token),
    rejection: parts.rejection ?? problem,
    hint: (reason, { token }) => parts.hint?.(reason, Redacted.value(token)),
    listings: {
      runs: {
        ...verbs("run"),
        first: ({ connection: { pageSize = defaultSize }, query }) => {
          parts.first?.({ pageSize })
          const { since: sinceOf = (from) => (from === 0 ? undefined : from) } = parts
          const since = sinceOf(query.from ?? 0, query)
          return { query: { from: 0, top: pageSize, ...(since === undefined ? {} : { since }) } }
        },
        next: parts.next ?? byCount
      },
      plans: {
        ...verbs("occurrence"),
        first: ({ connection: { pageSize = defaultSize } }) => ({ query: { from: 0, top: pageSize } }),
        next: parts.follow ?? (({ body }) => Paging.link(body.more))
      }
    }
  })
}

/** The request after the rows received; an empty page is the end. */
export const byCount = ({ body, request: { query } }: Turn): Request | undefined => {
  const received = body.runs?.length ?? 0
  return received === 0 ? undefined : { query: { ...query, from: query.from + received } }
}

const right = nightly()

const lenses: Wire.Lenses<Page, Row> = {
  rows: { get: ({ runs }) => runs ?? [], set: (body, runs) => ({ ...body, runs }) },
  next: null,
  total: (body, total) => ({ ...body, total }),
  id: Wire.field("id"),
  state: Wire.field("state"),
  documented: { done: "succeeded", broken: "failed" },
  start: Wire.field("at"),
  finish: Wire.field("end")
}

const wires = {
  runs: Wire.make(right.listings.runs, lenses),
  plans: Wire.make(right.listings.plans, {
    ...lenses,
    next: Wire.inBody({ get: ({ more }) => more, set: (body, more) => ({ ...body, more }) })
  })
}

/** Each vendor that is started has an account of its own. */
let accounts = 0
const hour = 3_600_000

const serve = Effect.fnUntraced(function* ({ fault, listing, rows }: Conformance.Start) {
  const now = yield* Clock.currentTimeMillis
  const secret = `nightly-token-4711-${++accounts}`
  const rowAt = (index: number) => ({
    id: `${listing}-${index}`,
    batch: `batch-${Math.floor(index / 2)}`,
    state: index % 3 === 0 ? "broken" : "done",
    at: new Date(now + index * hour).toISOString(),
    end: new Date(now + (index + 0.5) * hour).toISOString(),
    duration: 20
  })
  const page =
    (name: string) =>
    ({ query: { from: place, since = now, top } }: Request, { baseUrl }: Emulator.Exchange) => {
      if (top > 100) return Effect.fail(new Emulator.Violation({ problem: "query: more than 100 rows" }))
      const all = name === listing ? rows : 0
      const skipped = Math.max(0, Math.ceil((since - now) / hour))
      const from = place + skipped
      const count = Math.max(0, Math.min(top, all - from))
      const more = from + count < all ? `${baseUrl}/${name}?from=${place + count}&top=${top}` : null
      const runs = Array.from({ length: count }, (_, index) => rowAt(from + index))
      return Effect.succeed(
        HttpServerResponse.jsonUnsafe({
          runs,
          total: Number.isFinite(all) ? Math.max(0, all - skipped) : 2_147_483_647,
          more
        })
      )
    }
  const no = (status: number) => () => HttpServerResponse.jsonUnsafe({ problem: "no" }, { status })
  const vendor = yield* Emulator.serve(right, {
    fault,
    accepts: (credential) => Effect.succeed(credential === secret),
    answers: { refused: no(401), invalid: no(400), missing: no(404), limited: no(429) },
    handlers: { runs: page("runs"), plans: page("plans") }
  })
  return { ...vendor, secret }
})

/** The subject of the conformance suite: the correct vendor, and a provider that may be wrong. */
export const subject = (
  parts: Parts = {},
  listings: ReadonlyArray<string> = ["runs", "plans"]
): Conformance.Subject<"nightly", Settings, Listings, never> => ({
  provider: nightly(parts),
  listings: {
    runs: listings.includes("runs") ? { wire: wires.runs } : "not now",
    plans: listings.includes("plans") ? { wire: wires.plans, endless: true } : "not now"
  },
  errorUnder200: (message) => ({ problem: message, runs: null, total: 0, more: null }),
  forbidden: { body: { problem: "your role lacks the permission to read runs" } },
  skips: { C17: "the token stays" },
  start: (start) =>
    Effect.map(serve(start), ({ baseUrl, ledger, secret }) => ({
      ledger,
      connection: {
        provider: "nightly",
        name: "main",
        baseUrl,
        token: Redacted.make(secret),
        pageSize: start.pageSize
      },
      secrets: Effect.succeed([secret]),
      revoke: null
    }))
})

type Made = ReturnType<typeof nightly>
type Listings = Made["listings"]
type Settings = Made extends Provider.Provider<"nightly", infer Fields, Listings> ? Fields : never
