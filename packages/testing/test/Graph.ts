/** A vendor with one address for all operations, as GraphQL has it. */
import { Credential, Listing, Paging, Provider, Rejection, ScanJob, Time } from "@scanjobs/core"
import { type Conformance, Emulator, Pages, Wire } from "@scanjobs/testing"
import { Effect, Redacted, Schema } from "effect"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"
import { HttpServerResponse } from "effect/http"

const Run = Schema.Struct({ id: Schema.String, state: Schema.String, startedAt: Schema.NullOr(Schema.String) })
const Profile = Schema.Struct({ id: Schema.String, name: Schema.String })

/** An operation: its text, and its variables. */
const operation = <const Name extends string>(name: Name, field: string, fields: string) =>
  Schema.Struct({
    operationName: Schema.Literal(name),
    query: Schema.Literal(
      `query ${name}($first: Int!, $after: String) { ${field}(first: $first, after: $after) { pageInfo { hasNextPage endCursor } nodes { ${fields} } } }`
    ),
    variables: Schema.Struct({ first: Schema.Int, after: Schema.NullOr(Schema.String) })
  })

/** A page of a Relay connection. */
const connectionOf = <Row extends Schema.Constraint>(row: Row) =>
  Schema.Struct({
    pageInfo: Schema.Struct({ hasNextPage: Schema.Boolean, endCursor: Schema.NullOr(Schema.String) }),
    nodes: Schema.Array(row)
  })

const Runs = operation("Runs", "runs", "id state startedAt")
const Profiles = operation("Profiles", "profiles", "id name")

const runs = Listing.make({
  row: Run,
  endpoint: (row) =>
    HttpApiEndpoint.post("runs", "/graphql", {
      payload: Runs,
      success: Schema.Struct({ data: Schema.Struct({ runs: connectionOf(row) }) })
    })
})
const profiles = Listing.make({
  row: Profile,
  endpoint: (row) =>
    HttpApiEndpoint.post("profiles", "/graphql", {
      payload: Profiles,
      success: Schema.Struct({ data: Schema.Struct({ profiles: connectionOf(row) }) })
    })
})

const Failed = Schema.Struct({
  errors: Schema.NonEmptyArray(
    Schema.Struct({
      message: Schema.String,
      extensions: Schema.optionalKey(Schema.Struct({ code: Schema.optionalKey(Schema.String) }))
    })
  )
})

const conditions = new Map<string, Rejection.Condition>([
  ["UNAUTHENTICATED", "Unauthorized"],
  ["FORBIDDEN", "Forbidden"],
  ["RATE_LIMITED", "RateLimited"],
  ["INTERNAL_SERVER_ERROR", "Unavailable"]
])

const stateOf = ScanJob.states({ DONE: "succeeded", FAILED: "failed" })

const variables = (pageSize: number, after: string | undefined) => ({ first: pageSize, after: after ?? null })

export const Graph = Provider.make("graph", {
  connection: { token: Schema.Redacted(Schema.String), pageSize: Schema.Int },
  security: HttpApiSecurity.bearer,
  listings: { runs, profiles }
})({
  baseUrl: () => "https://graph.example",
  credential: ({ token }) => Credential.fixed(token),
  rejection: Rejection.fromSchema(Failed, ({ errors: [{ extensions, message }] }) => {
    const code = extensions?.code ?? null
    return { code, message, as: conditions.get(code ?? "") ?? "VendorRejected" }
  }),
  listings: {
    runs: {
      paging: Paging.cursor({
        request: ({ connection: { pageSize } }, after) => ({
          payload: {
            operationName: "Runs",
            query: Runs.fields.query.literal,
            variables: variables(pageSize, after)
          }
        }),
        token: ({ body: { data } }) => (data.runs.pageInfo.hasNextPage ? data.runs.pageInfo.endCursor : null)
      }),
      rows: ({ data }) => data.runs.nodes,
      job: ({ id, startedAt, state }) => ({
        vendorId: id,
        kind: "run",
        category: "web",
        state: stateOf(state),
        vendorState: state,
        startTime: Time.fromIso(startedAt)
      })
    },
    profiles: {
      paging: Paging.cursor({
        request: ({ connection: { pageSize } }, after) => ({
          payload: {
            operationName: "Profiles",
            query: Profiles.fields.query.literal,
            variables: variables(pageSize, after)
          }
        }),
        token: ({ body: { data } }) => (data.profiles.pageInfo.hasNextPage ? data.profiles.pageInfo.endCursor : null)
      }),
      rows: ({ data }) => data.profiles.nodes,
      job: ({ id, name }) => ({
        vendorId: id,
        name,
        kind: "definition",
        category: "web",
        state: "scheduled",
        vendorState: null
      })
    }
  }
})

type Page<Row> = {
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null }
  readonly nodes: ReadonlyArray<Row>
}

/** Where a page has its rows and its token. */
const ofPage = <Row, Body>(get: (body: Body) => Page<Row>, set: (page: Page<Row>) => Body) => ({
  rows: {
    get: (body: Body) => get(body).nodes,
    set: (body: Body, nodes: ReadonlyArray<Row>) => set({ ...get(body), nodes })
  },
  next: Wire.tokenInBody<Body>({
    get: (body) => (get(body).pageInfo.hasNextPage ? get(body).pageInfo.endCursor : null),
    set: (body, endCursor) => set({ ...get(body), pageInfo: { hasNextPage: endCursor !== null, endCursor } })
  }),
  total: null
})

export const wires = {
  runs: Wire.make(Graph.listings.runs, {
    ...ofPage(
      ({ data }) => data.runs,
      (page: Page<typeof Run.Type>) => ({ data: { runs: page } })
    ),
    id: Wire.field("id"),
    state: Wire.field("state"),
    start: Wire.field("startedAt")
  }),
  profiles: Wire.make(Graph.listings.profiles, {
    ...ofPage(
      ({ data }) => data.profiles,
      (page: Page<typeof Profile.Type>) => ({ data: { profiles: page } })
    ),
    id: Wire.field("id"),
    state: null,
    start: null
  })
}

const failed = (code: string, status = 200) =>
  HttpServerResponse.jsonUnsafe(
    { errors: [{ message: `it is ${code}`, extensions: { code } }], data: null },
    { status }
  )

interface Asked {
  readonly payload: { readonly variables: { readonly first: number; readonly after: string | null } }
}

const pageOf = (rows: ReadonlyArray<object>, { payload: { variables } }: Asked) =>
  Effect.map(Pages.byToken(rows, variables.after ?? undefined, variables.first), ({ next, rows: nodes }) => ({
    pageInfo: { hasNextPage: next !== null, endCursor: next },
    nodes
  }))

/** The vendor, with so many runs and profiles. */
export const serve = (counts: { readonly runs: number; readonly profiles: number }, fault?: Emulator.Fault) =>
  Emulator.serve(Graph, {
    fault,
    accepts: (credential) => Effect.succeed(credential === "token-of-the-graph"),
    answers: {
      refused: () => failed("UNAUTHENTICATED"),
      invalid: () => failed("GRAPHQL_VALIDATION_FAILED", 400),
      missing: () => HttpServerResponse.empty({ status: 404 }),
      limited: () => failed("RATE_LIMITED")
    },
    handlers: {
      runs: (asked) => {
        const all = Array.from({ length: counts.runs }, (_, index) => ({
          id: `run-${index}`,
          state: "FAILED",
          startedAt: new Date(Date.UTC(2026, 0, 1, index)).toISOString()
        }))
        return Effect.map(pageOf(all, asked), (page) => HttpServerResponse.jsonUnsafe({ data: { runs: page } }))
      },
      profiles: (asked) => {
        const all = Array.from({ length: counts.profiles }, (_, index) => ({
          id: `p-${index}`,
          name: `Profile ${index}`
        }))
        return Effect.map(pageOf(all, asked), (page) => HttpServerResponse.jsonUnsafe({ data: { profiles: page } }))
      }
    }
  })

/** A connection to it. */
export const connect = ({ baseUrl }: Emulator.Emulator, pageSize = 5) => ({
  provider: "graph" as const,
  name: "graph",
  baseUrl,
  token: Redacted.make("token-of-the-graph"),
  pageSize
})

export const subject: Conformance.SubjectOf<typeof Graph> = {
  provider: Graph,
  listings: { runs: { wire: wires.runs }, profiles: { wire: wires.profiles } },
  errorUnder200: (message) => ({ errors: [{ message, extensions: { code: "BAD_USER_INPUT" } }], data: null }),
  skips: { C17: "a token of this kind is not renewed", C47: "the vendor fills every page but the last" },
  start: ({ fault, listing, pageSize, rows }) =>
    Effect.map(
      serve({ runs: listing === "runs" ? rows : 0, profiles: listing === "profiles" ? rows : 0 }, fault),
      (vendor) => ({
        ledger: vendor.ledger,
        connection: connect(vendor, pageSize),
        secrets: Effect.succeed(["token-of-the-graph"]),
        revoke: null
      })
    )
}
