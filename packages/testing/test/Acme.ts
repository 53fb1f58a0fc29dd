import { Credential, Listing, Provider } from "@scanjobs/core"
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"

/** A vendor with one list by GET and one by POST. */
export const Acme = Provider.make("acme", {
  connection: { token: Schema.Redacted(Schema.String) },
  security: HttpApiSecurity.bearer,
  listings: {
    runs: Listing.make({
      row: Schema.Struct({ id: Schema.String }),
      endpoint: (row) =>
        HttpApiEndpoint.get("runs", "/teams/:team/runs", {
          params: { team: Schema.String },
          query: { skip: Schema.optionalKey(Schema.Int) },
          success: Schema.Struct({ runs: Schema.Array(row) })
        })
    }),
    plans: Listing.make({
      row: Schema.Struct({ id: Schema.String }),
      endpoint: (row) =>
        HttpApiEndpoint.post("plans", "/plans/find", {
          payload: Schema.Struct({ team: Schema.String, page: Schema.Int }),
          success: Schema.Struct({ plans: Schema.Array(row) })
        })
    })
  }
})({
  baseUrl: () => "https://acme.example",
  credential: ({ token }) => Credential.fixed(token),
  listings: {
    runs: {
      first: () => ({ params: { team: "red" }, query: {} }),
      rows: ({ runs }) => runs,
      next: () => undefined,
      job: ({ id }) => ({ vendorId: id, kind: "run", category: "other", state: "unknown", vendorState: null })
    },
    plans: {
      first: () => ({ payload: { team: "red", page: 0 } }),
      rows: ({ plans }) => plans,
      next: () => undefined,
      job: ({ id }) => ({ vendorId: id, kind: "occurrence", category: "other", state: "scheduled", vendorState: null })
    }
  }
})
