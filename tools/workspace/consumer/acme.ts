// Another author's provider. It uses the installed effect and @scanjobs/core; the command has its own copies in its bundle.
import { Credential, Listing, Paging, Provider } from "@scanjobs/core"
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"

export const Acme = Provider.make("acme", {
  connection: { token: Schema.Redacted(Schema.String) },
  security: HttpApiSecurity.bearer,
  quotas: [{ requests: 600, window: "1 minute" }],
  listings: {
    runs: Listing.make({
      row: Schema.Struct({ id: Schema.String }),
      endpoint: (row) =>
        HttpApiEndpoint.get("runs", "/runs", {
          query: { skip: Schema.Int, top: Schema.Int },
          success: Schema.Struct({ runs: Schema.Array(row) })
        })
    })
  }
})({
  baseUrl: () => "https://api.acme.example",
  credential: ({ token }) => Credential.fixed(token),
  hint: ({ _tag }) => (_tag === "Unauthorized" ? "make a new token in Acme's console" : undefined),
  listings: {
    runs: {
      paging: Paging.offset({
        size: 10,
        request: (_, { offset, size }) => ({ query: { skip: offset, top: size } }),
        offset: ({ query }) => query.skip
      }),
      rows: ({ runs }) => runs,
      job: ({ id }) => ({ vendorId: id, kind: "run", category: "web", state: "succeeded", vendorState: null })
    }
  }
})
