import { NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Catalog, Credential, Listing, Provider, Time } from "@scanjobs/core"
import { Store, Sync, Views } from "@scanjobs/history"
import { Effect, Layer, Redacted, Schema, Stream } from "effect"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"
import { createServer } from "node:http"

const Row = Schema.Struct({ id: Schema.String, running: Schema.Boolean, at: Schema.String })

const Acme = Provider.make("acme", {
  connection: { token: Schema.Redacted(Schema.String) },
  security: HttpApiSecurity.bearer,
  listings: {
    runs: Listing.make({
      row: Row,
      endpoint: (row) =>
        HttpApiEndpoint.get("runs", "/runs", {
          query: { page: Schema.Int },
          success: Schema.Struct({ runs: Schema.Array(row) })
        }),
      holds: { kinds: ["run"] }
    })
  }
})({
  baseUrl: () => "https://api.acme.example",
  credential: ({ token }) => Credential.fixed(token),
  listings: {
    runs: {
      first: () => ({ query: { page: 0 } }),
      rows: ({ runs }) => runs,
      next: ({ body, request: { query } }) =>
        body.runs.length === 0 ? undefined : { query: { page: query.page + 1 } },
      job: ({ at, id, running }) => ({
        vendorId: id,
        kind: "run",
        category: "web",
        state: running ? "running" : "succeeded",
        vendorState: String(running),
        startTime: Time.fromIso(at)
      })
    }
  }
})

/** A server that lists these runs, two a page, to whoever has the token. */
const serve = (runs: () => ReadonlyArray<typeof Row.Type>) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly url: string; readonly close: () => void }>((resume) => {
      const server = createServer((request, response) => {
        const page = Number(new URL(request.url ?? "/", "http://localhost").searchParams.get("page"))
        response.statusCode = request.headers.authorization === "Bearer right" ? 200 : 401
        response.setHeader("content-type", "application/json")
        response.end(JSON.stringify({ runs: runs().slice(2 * page, 2 * page + 2) }))
      })
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = typeof address === "object" ? address?.port : undefined
        resume(Effect.succeed({ url: `http://127.0.0.1:${port}`, close: () => server.close() }))
      })
    }),
    ({ close }) => Effect.sync(close)
  )

describe("a sync of a catalog's connections", () => {
  it.live("stores what a vendor lists, and tells what fails and what changes", () =>
    Effect.gen(function* () {
      const at = new Date().toISOString()
      let isRunning = true
      const { url } = yield* serve(() => ["1", "2", "3"].map((id) => ({ id, running: isRunning, at })))
      const connection = (name: string, token: string) =>
        ({ provider: "acme", name, baseUrl: url, token: Redacted.make(token) }) as const
      const failures: Array<string> = []
      const sync = Sync.all(Catalog.make(Acme), [connection("good", "right"), connection("bad", "wrong")], (failure) =>
        Effect.sync(() => void failures.push(failure.connection))
      )
      assert.deepStrictEqual(yield* Stream.runCollect(sync), [])
      isRunning = false
      const changes = yield* Stream.runCollect(sync)
      assert.deepStrictEqual(
        changes.map(({ job, now }) => `${job.id} ${now}`),
        ["1", "2", "3"].map((id) => `acme/good/runs/${id} succeeded`)
      )
      assert.deepStrictEqual(failures, ["bad", "bad"])
      assert.strictEqual(yield* Stream.runCount(Views.jobs()), 3)
      const failing = (yield* Views.connections).find(({ name }) => name === "bad")
      assert.include(failing?.failures[0]?.message, "does not accept the credential")
    }).pipe(
      Effect.scoped,
      Effect.provide(Layer.mergeAll(Layer.fresh(Store.layerSqlite(":memory:")), NodeHttpClient.layerUndici))
    )
  )
})
