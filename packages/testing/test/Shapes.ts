/** A vendor whose lists have every shape that the library reads, one listing for each. */
import { Credential, Listing, Paging, Provider, Rejection } from "@scanjobs/core"
import { type Conformance, Emulator, Wire } from "@scanjobs/testing"
import { Effect, Redacted, Schema } from "effect"
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

const run = (row: Row) =>
  ({
    vendorId: row.id,
    kind: "run",
    category: "web",
    state: row.state === "done" ? "succeeded" : "unknown",
    vendorState: row.state
  }) as const

const Shapes = Provider.make("shapes", {
  connection: { key: Schema.Redacted(Schema.String), size: Schema.Int },
  security: HttpApiSecurity.bearer,
  listings: { strict, sparse }
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
    }
  }
})

interface Page {
  readonly rows: ReadonlyArray<Row>
}

const ofRow = { id: Wire.field<Row>("id"), state: Wire.field<Row>("state"), start: null }
const rowsIn = <Body extends Page>() => ({
  get: ({ rows }: Body) => rows,
  set: (body: Body, rows: ReadonlyArray<Row>) => ({ ...body, rows })
})

const wires = {
  strict: Wire.make(strict, { ...ofRow, rows: rowsIn(), next: null, total: null }),
  sparse: Wire.make(sparse, {
    ...ofRow,
    rows: rowsIn(),
    next: Wire.tokenInBody({ get: ({ token }) => token, set: (body, token) => ({ ...body, token }) }),
    total: null
  })
}

const secret = "shapes-key-4711"
const no = (status: number) => () => HttpServerResponse.jsonUnsafe({ problem: "no" }, { status })
const json = (body: unknown) => Effect.succeed(HttpServerResponse.jsonUnsafe(body))

const serve = ({ fault, listing, rows: count }: Conformance.Start) => {
  const rowsOf = (name: string): ReadonlyArray<Row> =>
    Array.from({ length: name === listing ? count : 0 }, (_, index) => ({ id: `${name}-${index}`, state: "done" }))
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
      }
    }
  })
}

/** The subject of the conformance suite. */
export const subject: Conformance.SubjectOf<typeof Shapes> = {
  provider: Shapes,
  listings: { strict: { wire: wires.strict }, sparse: { wire: wires.sparse } },
  errorUnder200: (problem) => ({ problem }),
  skips: { C17: "the key stays" },
  start: (start) =>
    Effect.map(serve(start), ({ baseUrl, ledger }) => ({
      ledger,
      connection: { provider: "shapes", name: "main", baseUrl, key: Redacted.make(secret), size: start.pageSize },
      secrets: Effect.succeed([secret]),
      revoke: null
    }))
}
