/** A vendor whose plans are found by its groups: each plan becomes several jobs, and each answer says whether there are more pages. */
import { Credential, Listing, Paging, Provider, Recurrence } from "@scanjobs/core"
import { type Conformance, Emulator, Pages, Wire } from "@scanjobs/testing"
import { Effect, Redacted, Schema } from "effect"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"
import { HttpServerResponse } from "effect/http"

const Group = Schema.Struct({ id: Schema.String })
const Plan = Schema.Struct({ id: Schema.String, rule: Schema.String })

const query = { page: Schema.Int, size: Schema.Int }
const answer = <Row extends Schema.Constraint>(row: Row) =>
  Schema.Struct({ items: Schema.Array(row), more: Schema.Boolean })

const groups = Listing.make({
  row: Group,
  endpoint: (row) => HttpApiEndpoint.get("groups", "/groups", { query, success: answer(row) })
})

const Orchard = Provider.make("orchard", {
  connection: { token: Schema.Redacted(Schema.String), pageSize: Schema.Int },
  security: HttpApiSecurity.bearer,
  quotas: [{ requests: 5, window: "1 second" }],
  listings: {
    planned: Listing.make({
      row: Plan,
      endpoint: (row) =>
        HttpApiEndpoint.get("plans", "/groups/:group/plans", {
          params: { group: Schema.String },
          query,
          success: answer(row)
        }),
      endless: true,
      holds: { kinds: ["occurrence"], states: ["scheduled"], categories: ["other"] },
      scope: Schema.String,
      parents: groups
    })
  }
})({
  baseUrl: () => "https://orchard.example",
  credential: ({ token }) => Credential.fixed(token),
  listings: {
    planned: {
      parents: {
        paging: Paging.pageNumber({
          size: ({ connection }) => connection.pageSize,
          request: (_, { page, size }) => ({ query: { page, size } }),
          page: ({ query }) => query.page,
          more: ({ body }) => body.more
        }),
        rows: ({ items }) => items,
        child: ({ id }) => id
      },
      paging: Paging.pageNumber({
        size: ({ connection }) => connection.pageSize,
        request: ({ scope }, { page, size }) => ({ params: { group: scope }, query: { page, size } }),
        page: ({ query }) => query.page,
        more: ({ body }) => body.more
      }),
      rows: ({ items }) => items,
      job: ({ id, rule }, { span }) =>
        Recurrence.planned(Recurrence.fromRule({ start: "20260105T020000", rule, zone: "Europe/Zurich" }), span, {
          vendorId: id,
          definitionId: id,
          category: "other"
        })
    }
  }
})

const wires = {
  plans: Wire.make(Orchard.listings.planned, {
    rows: { get: ({ items }) => items, set: (body, items) => ({ ...body, items }) },
    next: Wire.byFlag(),
    total: null,
    id: Wire.field("id"),
    state: null,
    start: null
  }),
  groups: Wire.make(groups, {
    rows: { get: ({ items }) => items, set: (body, items) => ({ ...body, items }) },
    next: Wire.byFlag(),
    total: null,
    id: Wire.field("id"),
    state: null,
    start: null
  })
}

const secret = "orchard-token-4711"
const no = (status: number) => () => HttpServerResponse.jsonUnsafe({ problem: "no" }, { status })

/** The page, or a refusal where it is behind the last one. */
const pageOf = (all: ReadonlyArray<object>, { page, size }: { readonly page: number; readonly size: number }) => {
  const { next, rows } = Pages.at(all, (page - 1) * size, size)
  const isBehind = rows.length === 0 && page > 1
  return Effect.succeed(isBehind ? no(404)() : HttpServerResponse.jsonUnsafe({ items: rows, more: next !== null }))
}

/** The subject of the conformance suite. */
export const subject: Conformance.SubjectOf<typeof Orchard> = {
  provider: Orchard,
  listings: { planned: { wire: wires.plans, endless: true, several: true, parents: { wire: wires.groups } } },
  errorUnder200: null,
  skips: { C17: "the token stays" },
  start: ({ fault, of, pageSize, rows }) =>
    Effect.gen(function* () {
      const [groupCount, planCount] = of === "parents" ? [rows, 1] : [1, rows]
      const plans = Array.from({ length: planCount }, (_, index) => ({
        id: `plan-${index}`,
        rule: index % 2 === 0 ? "FREQ=DAILY" : "FREQ=WEEKLY;BYDAY=MO,TH"
      }))
      const { baseUrl, ledger } = yield* Emulator.serve(Orchard, {
        fault,
        accepts: (credential) => Effect.succeed(credential === secret),
        answers: { refused: no(401), invalid: no(400), missing: no(404), limited: no(429) },
        handlers: {
          groups: ({ query }) =>
            pageOf(
              Array.from({ length: groupCount }, (_, index) => ({ id: `group-${index}` })),
              query
            ),
          plans: ({ query }) => pageOf(plans, query)
        }
      })
      return {
        ledger,
        connection: { provider: "orchard", name: "main", baseUrl, token: Redacted.make(secret), pageSize },
        secrets: Effect.succeed([secret]),
        revoke: null
      }
    })
}
