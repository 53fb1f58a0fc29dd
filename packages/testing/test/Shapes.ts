/** A vendor whose lists have every shape that the library reads, one listing for each. */
import { Credential, Listing, Paging, Provider, Rejection, Time } from "@scanjobs/core"
import { type Conformance, Emulator, Wire } from "@scanjobs/testing"
import { Clock, Effect, Redacted, Schema } from "effect"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"
import { HttpServerResponse } from "effect/http"

const Row = Schema.Struct({ id: Schema.String, state: Schema.String })
type Row = typeof Row.Type

/** The vendor refuses the page behind the last one. */
const strict = Listing.make({
  row: Row,
  endpoint: (row) =>
    HttpApiEndpoint.get("strict", "/strict", {
      query: { page: Schema.Int, size: Schema.Int },
      success: Schema.Struct({ rows: Schema.Array(row) })
    })
})

/** The vendor gives five empty pages behind each page with rows. */
const sparse = Listing.make({
  row: Row,
  endpoint: (row) =>
    HttpApiEndpoint.get("sparse", "/sparse", {
      query: { token: Schema.optionalKey(Schema.String), size: Schema.Int },
      success: Schema.Struct({ rows: Schema.Array(row), token: Schema.NullOr(Schema.String) })
    })
})

/** The vendor gives ids, and then the rows with them, two at once. */
const entities = Listing.make({
  row: Row,
  endpoint: () =>
    HttpApiEndpoint.get("ids", "/ids", {
      query: { offset: Schema.Int, size: Schema.Int },
      success: Schema.Struct({ ids: Schema.Array(Schema.String), total: Schema.Int })
    }),
  details: {
    size: 2,
    endpoint: (row) =>
      HttpApiEndpoint.get("entities", "/entities", {
        query: { id: Schema.Array(Schema.String) },
        success: Schema.Struct({ rows: Schema.Array(row) })
      })
  }
})

/** The vendor has one list of what is open and one of what is over. */
const split = Listing.make({
  row: Row,
  endpoint: (row) =>
    HttpApiEndpoint.get("split", "/split", {
      query: { open: Schema.Boolean, page: Schema.Int, size: Schema.Int },
      success: Schema.Struct({ rows: Schema.Array(row), pages: Schema.Int, total: Schema.Int })
    }),
  part: Schema.Boolean
})

const Named = Schema.Struct({ id: Schema.String })
const named = Schema.Struct({ rows: Schema.Array(Named) })
const paged = { from: Schema.Int, size: Schema.Int }

const groups = Listing.make({
  row: Named,
  endpoint: () => HttpApiEndpoint.get("groups", "/groups", { query: paged, success: named })
})
const machines = Listing.make({
  row: Named,
  endpoint: (row) =>
    HttpApiEndpoint.get("machines", "/groups/:group/machines", {
      params: { group: Schema.String },
      query: paged,
      success: Schema.Struct({ rows: Schema.Array(row) })
    }),
  scope: Schema.String,
  parents: groups
})

/** The vendor has runs of each machine of each group. */
const deep = Listing.make({
  row: Row,
  endpoint: (row) =>
    HttpApiEndpoint.get("deep", "/machines/:machine/runs", {
      params: { machine: Schema.String },
      query: paged,
      success: Schema.Struct({ rows: Schema.Array(row) })
    }),
  scope: Schema.String,
  parents: machines
})

/** The vendor tells the next three runs of a schedule. */
const plans = Listing.make({
  row: Schema.Struct({ id: Schema.String, state: Schema.String, next: Schema.Array(Schema.String) }),
  endpoint: (row) =>
    HttpApiEndpoint.get("plans", "/plans", {
      query: paged,
      success: Schema.Struct({ rows: Schema.Array(row), unreachable: Schema.Array(Schema.String) })
    }),
  endless: "rows"
})

const run = (row: Row) =>
  ({
    vendorId: row.id,
    kind: "run",
    category: "web",
    state: row.state === "done" ? "succeeded" : "unknown",
    vendorState: row.state
  }) as const

type Settings = { readonly size: number }

/** The parts of the provider that may be wrong. The defaults are correct. */
export interface Parts {
  readonly groups?: Paging.Strategy<Settings, typeof groups>
  /** The lists of what is open and of what is over. */
  readonly lists?: ReadonlyArray<boolean>
}

/** Takes the first groups for all of them. */
export const firstGroups = Paging.single<Settings, typeof groups>({
  request: ({ connection: { size } }) => ({ query: { from: 0, size } })
})

const allGroups = Paging.offset<Settings, typeof groups>({
  size: ({ connection: { size } }) => size,
  request: (_, { offset, size }) => ({ query: { from: offset, size } }),
  offset: ({ query }) => query.from
})

const make = (parts: Parts = {}) =>
  Provider.make("shapes", {
    connection: { key: Schema.Redacted(Schema.String), size: Schema.Int },
    security: HttpApiSecurity.bearer,
    listings: { strict, sparse, entities, split, deep, plans }
  })({
    baseUrl: () => "https://shapes.example",
    credential: ({ key }) => Credential.fixed(key),
    rejection: Rejection.fromSchema(Schema.Struct({ problem: Schema.String }), ({ problem }) => ({
      code: null,
      message: problem
    })),
    listings: {
      strict: {
        paging: Paging.pageNumber({
          size: ({ connection: { size } }) => size,
          request: (_, { page, size }) => ({ query: { page, size } }),
          page: ({ query }) => query.page
        }),
        ends: (reason, { request }) => (reason.status === 404 ? `there is no page ${request.query.page}` : undefined),
        rows: ({ rows }) => rows,
        job: run
      },
      sparse: {
        paging: Paging.cursor({
          request: ({ connection: { size } }, token) => ({ query: token === undefined ? { size } : { size, token } }),
          token: ({ body }) => body.token,
          emptyPages: true
        }),
        rows: ({ rows }) => rows,
        job: run
      },
      entities: {
        paging: Paging.offset({
          size: ({ connection: { size } }) => size,
          request: (_, { offset, size }) => ({ query: { offset, size } }),
          offset: ({ query }) => query.offset,
          end: "total"
        }),
        total: ({ total }) => total,
        ids: ({ ids }) => ids,
        details: {
          request: (ids) => ({ query: { id: ids } }),
          rows: ({ rows }) => rows,
          id: ({ id }) => id
        },
        job: run
      },
      split: {
        parts: () => parts.lists ?? [true, false],
        paging: Paging.pageNumber({
          size: ({ connection: { size } }) => size,
          request: ({ part }, { page, size }) => ({ query: { open: part, page, size } }),
          page: ({ query }) => query.page,
          pages: ({ body }) => body.pages
        }),
        total: ({ total }) => total,
        rows: ({ rows }) => rows,
        job: run
      },
      deep: {
        parents: {
          parents: {
            paging: parts.groups ?? allGroups,
            rows: ({ rows }) => rows,
            child: ({ id }) => id
          },
          paging: Paging.offset({
            size: ({ connection: { size } }) => size,
            request: ({ scope }, { offset, size }) => ({ params: { group: scope }, query: { from: offset, size } }),
            offset: ({ query }) => query.from
          }),
          rows: ({ rows }) => rows,
          child: ({ id }) => id
        },
        paging: Paging.offset({
          size: ({ connection: { size } }) => size,
          request: ({ scope }, { offset, size }) => ({ params: { machine: scope }, query: { from: offset, size } }),
          offset: ({ query }) => query.from
        }),
        rows: ({ rows }) => rows,
        job: run
      },
      plans: {
        paging: Paging.offset({
          size: ({ connection: { size } }) => size,
          request: (_, { offset, size }) => ({ query: { from: offset, size } }),
          offset: ({ query }) => query.from
        }),
        rows: ({ rows }) => rows,
        gaps: ({ unreachable }) => unreachable,
        knownUntil: ({ next }) => Time.fromIso(next.at(-1)) ?? undefined,
        job: ({ id, next, state }, { span }) =>
          next.flatMap((text) => {
            const startTime = Time.fromIso(text)
            if (startTime === null || startTime < span.from) return []
            return { ...run({ id: `${id}@${text}`, state }), kind: "occurrence", startTime }
          })
      }
    }
  })

const Shapes = make()

interface Page {
  readonly rows: ReadonlyArray<Row>
}

const ofRow = { id: Wire.field<Row>("id"), state: Wire.field<Row>("state"), start: null }
const rowsIn = <Body extends Page>() => ({
  get: ({ rows }: Body) => rows,
  set: (body: Body, rows: ReadonlyArray<Row>) => ({ ...body, rows })
})

interface Names {
  readonly rows: ReadonlyArray<typeof Named.Type>
}

const ofNamed: Wire.Lenses<Names, typeof Named.Type> = {
  rows: { get: ({ rows }) => rows, set: (body, rows) => ({ ...body, rows }) },
  id: Wire.field("id"),
  state: null,
  start: null,
  next: null,
  total: null
}

const wires = {
  strict: Wire.make(strict, { ...ofRow, rows: rowsIn(), next: null, total: null }),
  sparse: Wire.make(sparse, {
    ...ofRow,
    rows: rowsIn(),
    next: Wire.tokenInBody({ get: ({ token }) => token, set: (body, token) => ({ ...body, token }) }),
    total: null
  }),
  entities: Wire.ofIds(entities, {
    ...ofRow,
    ids: { get: ({ ids }) => ids, set: (body, ids) => ({ ...body, ids }) },
    rows: rowsIn(),
    next: null,
    total: (body, total) => ({ ...body, total })
  }),
  split: Wire.make(split, {
    ...ofRow,
    rows: rowsIn(),
    next: null,
    total: (body, total) => ({ ...body, total }),
    part: "open"
  }),
  deep: Wire.make(deep, { ...ofRow, rows: rowsIn(), next: null, total: null }),
  machines: Wire.make(machines, ofNamed),
  groups: Wire.make(groups, ofNamed),
  plans: Wire.make(plans, {
    rows: { get: ({ rows }) => rows, set: (body, rows) => ({ ...body, rows }) },
    id: Wire.field("id"),
    state: Wire.field("state"),
    start: null,
    next: null,
    total: null
  })
}

const secret = "shapes-key-4711"
const no = (status: number) => () => HttpServerResponse.jsonUnsafe({ problem: "no" }, { status })
const json = (body: unknown) => Effect.succeed(HttpServerResponse.jsonUnsafe(body))

const hour = 3_600_000

const serve = ({ fault, level, listing, rows: count }: Conformance.Start) => {
  /** As many of the level that is checked, and one of each other. */
  const of = (name: string, own: number) => numbered(name, level === own ? count : 1)
  const numbered = (name: string, length: number): ReadonlyArray<Row> =>
    Array.from({ length }, (_, index) => ({ id: `${name}-${index}`, state: "done" }))
  const rowsOf = (name: string) => numbered(name, name === listing ? count : 0)
  return Emulator.serve(Shapes, {
    fault,
    accepts: (credential) => Effect.succeed(credential === secret),
    answers: { refused: no(401), invalid: no(400), missing: no(404), limited: no(429) },
    handlers: {
      strict: ({ query: { page, size } }) => {
        const rows = rowsOf("strict").slice((page - 1) * size, page * size)
        return rows.length === 0 && page > 1 ? Effect.succeed(no(404)()) : json({ rows })
      },
      sparse: ({ query: { size, token = "0.0" } }) => {
        const [place = 0, empty = 0] = token.split(".").map(Number)
        const all = rowsOf("sparse")
        const end = place + (empty === 0 ? size : 0)
        const rows = empty === 0 ? all.slice(place, end) : []
        return json({ rows, token: end >= all.length && empty === 5 ? null : `${end}.${(empty + 1) % 6}` })
      },
      ids: ({ query: { offset, size } }) => {
        const all = rowsOf("entities").map(({ id }) => id)
        return json({ ids: all.slice(offset, offset + size), total: all.length })
      },
      entities: ({ query: { id } }) =>
        id.length > 2
          ? Effect.fail(new Emulator.Violation({ problem: "query: more than two ids" }))
          : json({
              rows: rowsOf("entities").filter((row) => id.includes(row.id))
            }),
      split: ({ query: { open, page, size } }) => {
        const all = rowsOf("split")
        const half = Math.ceil(all.length / 2)
        const some = open ? all.slice(0, half) : all.slice(half)
        const rows = some.slice((page - 1) * size, page * size)
        if (rows.length === 0 && page > 1) return Effect.succeed(no(404)())
        return json({ rows, pages: Math.ceil(some.length / size), total: some.length })
      },
      groups: ({ query: { from, size } }) =>
        json({ rows: (listing === "deep" ? of("group", 2) : []).slice(from, from + size) }),
      machines: ({ params: { group }, query: { from, size } }) =>
        json({ rows: of(`${group}-machine`, 1).slice(from, from + size) }),
      deep: ({ query: { from, size } }) => json({ rows: of("deep", 0).slice(from, from + size) }),
      plans: ({ query: { from, size } }) =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          const tomorrow = Math.ceil(now / hour) * hour + 24 * hour
          const rows = rowsOf("plans")
            .slice(from, from + size)
            .map(({ id, state }) => ({
              id,
              state,
              next: [0, 1, 2].map((day) => new Date(tomorrow + day * 24 * hour).toISOString())
            }))
          return HttpServerResponse.jsonUnsafe({ rows, unreachable: [] })
        })
    }
  })
}

/** The subject of the conformance suite: the correct vendor, and a provider that may be wrong. */
export const subject = (parts: Parts = {}): Conformance.SubjectOf<typeof Shapes> => ({
  provider: make(parts),
  listings: {
    strict: { wire: wires.strict },
    sparse: { wire: wires.sparse },
    entities: { wire: wires.entities },
    split: { wire: wires.split },
    deep: { wire: wires.deep, parents: { wire: wires.machines, parents: { wire: wires.groups } } },
    plans: { wire: wires.plans, several: true }
  },
  errorUnder200: (problem) => ({ problem }),
  skips: { C17: "the key stays" },
  start: (start) =>
    Effect.map(serve(start), ({ baseUrl, ledger }) => ({
      ledger,
      connection: { provider: "shapes", name: "main", baseUrl, key: Redacted.make(secret), size: start.pageSize },
      secrets: Effect.succeed([secret]),
      revoke: null
    }))
})
