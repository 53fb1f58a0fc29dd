/**
 * A vendor with nothing but a quota, which its client reaches: 100 requests in 5 seconds.
 */
import { Credential, Listing, Provider } from "@scanjobs/core"
import { Redacted, Schema } from "effect"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"

export const Hurried = Provider.make("hurried", {
  connection: { pages: Schema.Int },
  security: HttpApiSecurity.bearer,
  quotas: [{ requests: 100, window: "5 seconds" }],
  listings: {
    runs: Listing.make({
      row: Schema.Struct({ id: Schema.String }),
      endpoint: (row) =>
        HttpApiEndpoint.get("runs", "/runs", {
          query: { scope: Schema.String, page: Schema.Int },
          success: Schema.Struct({ runs: Schema.Array(row) })
        }),
      scope: Schema.String
    })
  }
})({
  baseUrl: () => "http://127.0.0.1",
  credential: () => Credential.fixed(Redacted.make("none")),
  listings: {
    runs: {
      scopes: () => ["a", "b", "c", "d"],
      first: ({ scope }) => ({ query: { scope, page: 1 } }),
      rows: ({ runs }) => runs,
      next: ({ connection: { pages }, request: { query } }) =>
        query.page < pages ? { query: { ...query, page: query.page + 1 } } : undefined,
      job: ({ id }) => ({ vendorId: id, kind: "run", category: "other", state: "succeeded", vendorState: null })
    }
  }
})
