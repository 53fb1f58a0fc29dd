/** A vendor whose list is paged by `skip`, as a plugin and as a server. */
import { Credential, Listing, Paging, Provider, type Query } from "@scanjobs/core"
import { Effect, Redacted, Schema } from "effect"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"
import * as Vendor from "./Vendor.ts"

/** How many rows a page has. */
export const pageSize = 5

const runs = Listing.make({
  row: Schema.Struct({ id: Schema.String, at: Schema.Int }),
  endpoint: (row) =>
    HttpApiEndpoint.get("runs", "/runs", {
      query: { skip: Schema.optionalKey(Schema.Int) },
      success: Schema.Struct({ runs: Schema.Array(row), next: Schema.optionalKey(Schema.String) })
    })
})

/** The plugin; the order is a setting, and it follows links where an answer has them. */
export const provider = (secret: () => string = () => Vendor.canary) =>
  Provider.make("archive", {
    connection: { order: Schema.String },
    security: HttpApiSecurity.bearer,
    pageConcurrency: 8,
    listings: { runs }
  })({
    baseUrl: () => "https://archive.invalid",
    credential: () => Credential.fromEffect(Effect.sync(() => Redacted.make(secret()))),
    listings: {
      runs: {
        first: () => ({ query: { skip: 0 } }),
        next: ({ body, received, request }) =>
          received === 0
            ? undefined
            : (Paging.link(body.next) ?? { query: { skip: (request.query.skip ?? 0) + received } }),
        ahead: ({ next, request }) => ({ query: { skip: 2 * (next.query.skip ?? 0) - (request.query.skip ?? 0) } }),
        rows: (body) => body.runs,
        order: ({ connection }) => orders.find((order) => order === connection.order) ?? "none",
        job: (row) => ({
          vendorId: row.id,
          kind: "run",
          category: "web",
          state: "succeeded",
          vendorState: null,
          startTime: row.at
        })
      }
    }
  })

const orders: ReadonlyArray<Query.Order> = ["ascending", "descending"]

/** A connection to a vendor that runs. */
export const connection = ({ origin }: { readonly origin: string }, order: Query.Order = "none") => ({
  provider: "archive" as const,
  name: "main",
  baseUrl: origin,
  order
})

/** A row. */
export interface Row {
  readonly id: string
  readonly at: number
}

/** So many rows. */
export const rows = (count: number): ReadonlyArray<Row> =>
  Array.from({ length: count }, (_, index) => ({ id: `run-${index}`, at: index }))

/** Where a page that was asked for begins. */
export const skipOf = ({ url }: Vendor.Seen): number => Number(url.searchParams.get("skip"))

/** The page of these rows that was asked for. */
export const page = (all: ReadonlyArray<Row>, seen: Vendor.Seen): Vendor.Answer =>
  Vendor.json({ runs: all.slice(skipOf(seen), skipOf(seen) + pageSize) })
