/** A vendor with a server for each isle, on which the isle's yards are found, and then the runs of each. */
import { Credential, Listing, Paging, Provider } from "@scanjobs/core"
import { type Conformance, Emulator, Pages, Wire } from "@scanjobs/testing"
import { Effect, Redacted, Schema } from "effect"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"
import { HttpServerResponse } from "effect/http"

const Run = Schema.Struct({ id: Schema.String })
const Isle = Schema.Literals(["north", "south"])

const yards = Listing.make({
  row: Schema.Struct({ name: Schema.String }),
  scope: Isle,
  endpoint: (row) => HttpApiEndpoint.get("yards", "/yards", { success: Schema.Array(row) })
})

/** The isle that a yard is taken to be on, of that which it was found on. */
export type IsleOf = (isle: string) => string

const make = (isleOf: IsleOf) =>
  Provider.make("yards", {
    connection: { secret: Schema.Redacted(Schema.String), isles: Schema.NonEmptyArray(Isle), pageSize: Schema.Int },
    security: HttpApiSecurity.bearer,
    listings: {
      runs: Listing.make({
        row: Run,
        scope: Schema.String,
        parents: yards,
        endpoint: (row) =>
          HttpApiEndpoint.get("runs", "/yards/:yard/runs", {
            params: { yard: Schema.String },
            query: { from: Schema.optionalKey(Schema.Int), top: Schema.Int },
            success: Schema.Struct({ runs: Schema.Array(row), next: Schema.NullOr(Schema.String) })
          })
      })
    }
  })({
    baseUrl: (_, { scope }) => `https://${scope?.split("/")[0]}.yards.example`,
    credential: ({ secret }) => Credential.fixed(secret),
    listings: {
      runs: {
        parents: {
          scopes: ({ isles }) => isles,
          paging: Paging.single({ request: () => ({}) }),
          rows: (all) => all,
          child: ({ name }, { scope }) => `${isleOf(scope)}/${name}`
        },
        paging: Paging.nextLink({
          request: ({ connection: { pageSize }, scope }) => ({
            params: { yard: scope.split("/")[1] ?? "" },
            query: { top: pageSize }
          }),
          link: ({ next }) => next
        }),
        rows: ({ runs }) => runs,
        job: ({ id }) => ({ vendorId: id, kind: "run", category: "other", state: "unknown", vendorState: null })
      }
    }
  })

const right = make((isle) => isle)

const wire = Wire.make(right.listings.runs, {
  rows: { get: ({ runs }) => runs, set: (body, runs) => ({ ...body, runs }) },
  next: Wire.inBody({ get: ({ next }) => next, set: (body, next) => ({ ...body, next }) }),
  total: null,
  id: Wire.field("id"),
  state: null,
  start: null
})

const secret = "yards-secret-4711"
const no = (status: number) => () => HttpServerResponse.jsonUnsafe({ problem: "no" }, { status })

/** The subject of the conformance suite: the correct vendor, and a provider that may be wrong. */
export const subject = (isleOf: IsleOf = (isle) => isle): Conformance.SubjectOf<typeof right> => ({
  provider: make(isleOf),
  listings: {
    runs: {
      wire,
      hosts: {
        origins: ["https://north.yards.example", "https://south.yards.example"],
        settings: { isles: ["north", "south"] }
      }
    }
  },
  errorUnder200: null,
  start: ({ fault, pageSize, rows }) =>
    Effect.map(
      Emulator.serve(right, {
        fault,
        accepts: (token) => Effect.succeed(token === secret),
        answers: { refused: no(401), invalid: no(400), missing: no(404), limited: no(429) },
        handlers: {
          yards: () => Effect.succeed(HttpServerResponse.jsonUnsafe([{ name: "dock" }])),
          runs: ({ query: { from = 0, top } }, exchange) => {
            const all = Array.from({ length: rows }, (_, index) => ({ id: `${index}` }))
            const { next, rows: runs } = Pages.at(all, from, top)
            const link = next === null ? null : Pages.link(exchange, { from: next, top })
            return Effect.succeed(HttpServerResponse.jsonUnsafe({ runs, next: link }))
          }
        }
      }),
      ({ baseUrl, ledger }) => ({
        ledger,
        connection: {
          provider: "yards",
          name: "main",
          baseUrl,
          secret: Redacted.make(secret),
          isles: ["north"],
          pageSize
        },
        secrets: Effect.succeed([secret]),
        revoke: null
      })
    )
})
