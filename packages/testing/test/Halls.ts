/** A vendor with a server for each listing. */
import { Credential, Listing, Paging, Provider } from "@scanjobs/core"
import { type Conformance, Emulator, Pages, Wire } from "@scanjobs/testing"
import { Effect, Redacted, Schema } from "effect"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"
import { HttpServerResponse } from "effect/http"

const Row = Schema.Struct({ id: Schema.String })

/** A listing of rows that come by a token; the vendor may give pages without rows. */
const listing = <const Name extends string>(name: Name) =>
  Listing.make({
    row: Row,
    endpoint: (row) =>
      HttpApiEndpoint.get(name, `/${name}`, {
        query: { token: Schema.optionalKey(Schema.String), top: Schema.Int },
        success: Schema.Struct({ rows: Schema.Array(row), token: Schema.NullOr(Schema.String) })
      })
  })

const listings = { runs: listing("runs"), plans: listing("plans") }

/** The parts of the provider that may be wrong. The defaults are correct. */
export interface Parts {
  /** The server of a listing. */
  readonly server?: (listing: string) => string
  readonly emptyPages?: boolean
}

const make = ({ emptyPages = true, server = (listing) => `https://${listing}.halls.example` }: Parts = {}) => {
  const verbs = {
    paging: Paging.cursor<{ readonly pageSize: number }, (typeof listings)["runs"] | (typeof listings)["plans"]>({
      request: ({ connection: { pageSize } }, token) => ({
        query: { top: pageSize, ...(token === undefined ? {} : { token }) }
      }),
      token: ({ body }) => body.token,
      emptyPages
    }),
    rows: ({ rows }: { readonly rows: ReadonlyArray<typeof Row.Type> }) => rows,
    job: ({ id }: typeof Row.Type) =>
      ({ vendorId: id, kind: "run", category: "other", state: "unknown", vendorState: null }) as const
  }
  return Provider.make("halls", {
    connection: { secret: Schema.Redacted(Schema.String), pageSize: Schema.Int },
    security: HttpApiSecurity.bearer,
    listings
  })({
    baseUrl: (_, { listing }) => server(listing),
    credential: ({ secret }) => Credential.fixed(secret),
    listings: { runs: verbs, plans: verbs }
  })
}

const right = make()

interface Page {
  readonly rows: ReadonlyArray<typeof Row.Type>
  readonly token: string | null
}

const lenses: Wire.Lenses<Page, typeof Row.Type> = {
  rows: { get: ({ rows }) => rows, set: (body, rows) => ({ ...body, rows }) },
  next: Wire.tokenInBody({ get: ({ token }) => token, set: (body, token) => ({ ...body, token }) }),
  total: null,
  id: Wire.field("id"),
  state: null,
  start: null
}

const secret = "halls-secret-4711"
const no = (status: number) => () => HttpServerResponse.jsonUnsafe({ problem: "no" }, { status })

/** The servers of a listing and of the other one. */
const hostsOf = (own: string, other: string): Conformance.Hosts => ({
  origins: [`https://${own}.halls.example`],
  others: [`https://${other}.halls.example`]
})

/** The subject of the conformance suite: the correct vendor, and a provider that may be wrong. */
export const subject = (parts: Parts = {}): Conformance.SubjectOf<typeof right> => ({
  provider: make(parts),
  listings: {
    runs: { wire: Wire.make(listings.runs, lenses), hosts: hostsOf("runs", "plans") },
    plans: { wire: Wire.make(listings.plans, lenses), hosts: hostsOf("plans", "runs") }
  },
  errorUnder200: null,
  skips: { C17: "the token stays" },
  start: ({ fault, listing, pageSize, rows: count }) => {
    const page = (name: string, { token, top }: { readonly token?: string; readonly top: number }) => {
      const all = Array.from({ length: name === listing ? count : 0 }, (_, index) => ({ id: `${name}-${index}` }))
      return Effect.map(Pages.byToken(all, token, top), ({ next, rows }) =>
        HttpServerResponse.jsonUnsafe({ rows, token: next })
      )
    }
    return Effect.map(
      Emulator.serve(right, {
        fault,
        accepts: (credential) => Effect.succeed(credential === secret),
        answers: { refused: no(401), invalid: no(400), missing: no(404), limited: no(429) },
        handlers: { runs: ({ query }) => page("runs", query), plans: ({ query }) => page("plans", query) }
      }),
      ({ baseUrl, ledger }) => ({
        ledger,
        connection: { provider: "halls", name: "main", baseUrl, secret: Redacted.make(secret), pageSize },
        secrets: Effect.succeed([secret]),
        revoke: null
      })
    )
  }
})
