/**
 * What a page in a browser could do: a provider of its own, and its jobs.
 */
import { Credential, Listing, Paging, Provider } from "@scanjobs/core"
import { Effect, Redacted, Schema, Stream } from "effect"
import { FetchHttpClient } from "effect/http"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"

const Acme = Provider.make("acme", {
  connection: { token: Schema.Redacted(Schema.String) },
  security: HttpApiSecurity.bearer,
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
  baseUrl: () => "https://acme.test",
  credential: ({ token }) => Credential.fixed(token),
  listings: {
    runs: {
      paging: Paging.offset({
        size: 2,
        request: (_, { offset, size }) => ({ query: { skip: offset, top: size } }),
        offset: ({ query }) => query.skip
      }),
      rows: ({ runs }) => runs,
      job: ({ id }) => ({ vendorId: id, kind: "run", category: "web", state: "succeeded", vendorState: null })
    }
  }
})

/** The ids of all jobs, asked for with the `fetch` of wherever this runs. */
export const ids = (): Promise<ReadonlyArray<string>> =>
  Acme.jobs({ provider: "acme", name: "a", token: Redacted.make("secret") }).pipe(
    Stream.map((job) => job.vendorId),
    Stream.runCollect,
    Effect.provide(FetchHttpClient.layer),
    Effect.runPromise
  )
