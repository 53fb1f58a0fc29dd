/** A vendor with a server for each isle, which takes tokens of its own only, and allows a listing fewer requests than the others. */
import { Credential, Listing, Paging, Provider } from "@scanjobs/core"
import { type Conformance, Emulator, Pages, Wire } from "@scanjobs/testing"
import { Effect, Redacted, Schema } from "effect"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"
import { type HttpClient, HttpServerResponse } from "effect/http"

const Run = Schema.Struct({ id: Schema.String })
const Isle = Schema.Literals(["north", "south"])

/** The parts of the provider that may be wrong. The defaults are correct. */
export interface Parts {
  /** The server of an isle. */
  readonly server?: (isle: string) => string
  /** The token for an origin, of the secret. */
  readonly credential?: (secret: string, baseUrl: string) => Credential.Credential<never, HttpClient.HttpClient>
}

/** The vendor's token for one server. */
export const tokenFor = (secret: string, origin: string) => Redacted.make(`${secret}@${origin}`)

const ownTokens = (secret: string) =>
  Credential.forAudience(
    ({ origin }) => origin,
    (origin) => Credential.fixed(tokenFor(secret, origin))
  )

const make = ({ credential = ownTokens, server = (isle) => `https://${isle}.isles.example` }: Parts = {}) =>
  Provider.make("isles", {
    connection: {
      secret: Schema.Redacted(Schema.String),
      isles: Schema.NonEmptyArray(Isle),
      pageSize: Schema.Int
    },
    security: HttpApiSecurity.bearer,
    listings: {
      runs: Listing.make({
        row: Run,
        scope: Isle,
        quotas: [{ requests: 20, window: "2 seconds" }],
        endpoint: (row) =>
          HttpApiEndpoint.get("runs", "/isles/:isle/runs", {
            params: { isle: Isle },
            query: { from: Schema.optionalKey(Schema.Int), top: Schema.Int },
            success: Schema.Struct({ runs: Schema.Array(row), next: Schema.NullOr(Schema.String) })
          })
      })
    }
  })({
    baseUrl: (_, { scope }) => server(scope ?? ""),
    credential: ({ baseUrl = "", secret }) => credential(Redacted.value(secret), baseUrl),
    listings: {
      runs: {
        scopes: ({ isles }) => isles,
        paging: Paging.nextLink({
          request: ({ connection: { pageSize }, scope }) => ({ params: { isle: scope }, query: { top: pageSize } }),
          link: ({ next }) => next
        }),
        rows: ({ runs }) => runs,
        job: ({ id }) => ({ vendorId: id, kind: "run", category: "other", state: "unknown", vendorState: null })
      }
    }
  })

const right = make()

const wire = Wire.make(right.listings.runs, {
  rows: { get: ({ runs }) => runs, set: (body, runs) => ({ ...body, runs }) },
  next: Wire.inBody({ get: ({ next }) => next, set: (body, next) => ({ ...body, next }) }),
  total: null,
  id: Wire.field("id"),
  state: null,
  start: null
})

const secret = "isles-secret-4711"
const no = (status: number) => () => HttpServerResponse.jsonUnsafe({ problem: "no" }, { status })

/** The subject of the conformance suite: the correct vendor, and a provider that may be wrong. */
export const subject = (parts: Parts = {}): Conformance.SubjectOf<typeof right> => ({
  provider: make(parts),
  listings: {
    runs: {
      wire,
      hosts: {
        origins: ["https://north.isles.example", "https://south.isles.example"],
        settings: { isles: ["north", "south"] }
      }
    }
  },
  errorUnder200: null,
  skips: { C17: "the tokens stay" },
  start: ({ fault, pageSize, rows }) =>
    Effect.map(
      Emulator.serve(right, {
        fault,
        accepts: (token, { entry: { origin } }) => Effect.succeed(token === Redacted.value(tokenFor(secret, origin))),
        answers: { refused: no(401), invalid: no(400), missing: no(404), limited: no(429) },
        handlers: {
          runs: ({ params: { isle }, query: { from = 0, top } }, exchange) => {
            const { origin } = exchange.entry
            if (origin.startsWith("https:") && !origin.includes(isle)) return Effect.succeed(no(404)())
            const all = Array.from({ length: isle === "north" ? rows : 1 }, (_, index) => ({ id: `${isle}-${index}` }))
            const { next, rows: runs } = Pages.at(all, from, top)
            const link = next === null ? null : Pages.link(exchange, { from: next, top })
            return Effect.succeed(HttpServerResponse.jsonUnsafe({ runs, next: link }))
          }
        }
      }),
      ({ baseUrl, ledger }) => ({
        ledger,
        connection: {
          provider: "isles",
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
