/**
 * A provider for tests: runs of a vendor that keeps a record of each request. Each connection is an account of its own.
 */
import { Credential, Listing, Provider } from "@scanjobs/core"
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"

/** How many rows a page has. */
export const pageSize = 10

/** What an account may ask for. */
export const quota = { requests: 4, window: "2 seconds" } as const

export const Counted = Provider.make("counted", {
  connection: { token: Schema.Redacted(Schema.String) },
  security: HttpApiSecurity.bearer,
  quotas: [quota],
  listings: {
    runs: Listing.make({
      row: Schema.Struct({ id: Schema.String, at: Schema.Number, over: Schema.Boolean }),
      endpoint: (row) =>
        HttpApiEndpoint.get("runs", "/runs", {
          query: { account: Schema.String, page: Schema.Int },
          success: Schema.Struct({ runs: Schema.Array(row), pages: Schema.Int })
        }),
      holds: { kinds: ["run"] }
    })
  }
})({
  baseUrl: () => "http://127.0.0.1",
  credential: ({ token }) => Credential.fixed(token),
  listings: {
    runs: {
      first: ({ connection: { name } }) => ({ query: { account: name, page: 0 } }),
      rows: ({ runs }) => runs,
      next: ({ body: { pages }, request: { query } }) =>
        query.page + 1 < pages ? { query: { ...query, page: query.page + 1 } } : undefined,
      job: ({ at, id, over }) => ({
        vendorId: id,
        kind: "run",
        category: "other",
        state: over ? "succeeded" : "running",
        vendorState: String(over),
        definitionId: "scan",
        startTime: at
      })
    }
  }
})
