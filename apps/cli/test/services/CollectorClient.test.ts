import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { assert, describe, it } from "@effect/vitest"
import { Deferred, Effect, Layer, Ref } from "effect"
import { HttpClient } from "effect/http"
import { createServer, type ServerResponse } from "node:http"
import * as CollectorClient from "../../src/services/CollectorClient.ts"
import { run } from "../Program.ts"
import * as Vendors from "../Vendors.ts"

/** A collector that answers so; `bytes` counts what it has written of bodies, and `gone` the answers that were not taken to their end. */
const collector = (answer: (write: () => void, response: ServerResponse) => void) =>
  Effect.acquireRelease(
    Effect.callback<Collector>((resume) => {
      const seen = { asked: 0, bytes: 0, gone: 0 }
      const chunk = "x".repeat(65_536)
      const server = createServer((request, response) => {
        seen.asked++
        const write = (failed?: Error | null) => {
          if (failed != null || response.destroyed) return
          seen.bytes += chunk.length
          response.write(chunk, write)
        }
        response.on("close", () => void (response.writableFinished || seen.gone++))
        request.resume().on("end", () => answer(write, response))
      })
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const url = `http://127.0.0.1:${typeof address === "object" ? address?.port : 0}`
        resume(Effect.succeed({ url, seen, close: () => server.close().closeAllConnections() }))
      })
    }),
    ({ close }) => Effect.sync(close)
  )

interface Collector {
  readonly url: string
  readonly seen: { asked: number; bytes: number; gone: number }
  readonly close: () => void
}

/** Sends to it, and gives the statuses, or what failed, and how often a failure was told. */
const sent = ({ url }: Collector, times: number) =>
  Effect.gen(function* () {
    const failures = yield* Ref.make(0)
    const client = CollectorClient.layer(Ref.update(failures, (n) => n + 1)).pipe(
      Layer.provide(NodeHttpClient.layerUndici)
    )
    const outcomes = yield* Effect.provide(
      Effect.replicateEffect(
        Effect.match(HttpClient.get(url), {
          onFailure: ({ reason }) => reason._tag,
          onSuccess: ({ status }) => status
        }),
        times
      ),
      client
    )
    return { outcomes, failures: yield* Ref.get(failures) }
  })

describe.concurrent("the client of a collector", () => {
  it.live("takes little of an answer without end, and closes the connection", () =>
    Effect.gen(function* () {
      const closed = yield* Deferred.make<void>()
      const endless = yield* collector((write, response) => {
        response.on("close", () => Deferred.doneUnsafe(closed, Effect.void))
        write()
      })
      const { failures, outcomes } = yield* sent(endless, 1)
      assert.deepStrictEqual([outcomes, failures], [[200], 0])
      yield* Deferred.await(closed)
      assert.isBelow(endless.seen.bytes, 20_000_000)
      assert.strictEqual(endless.seen.gone, 1)
    })
  )

  it.live("reads short answers to their end", () =>
    Effect.gen(function* () {
      const good = yield* collector((_, response) => void response.end("{}"))
      const { failures, outcomes } = yield* sent(good, 3)
      assert.deepStrictEqual([outcomes, failures, good.seen.gone], [[200, 200, 200], 0, 0])
    })
  )

  it.live("gives up a collector that does not answer, and then leaves it alone", () =>
    Effect.gen(function* () {
      const silent = yield* collector(() => {})
      const { failures, outcomes } = yield* sent(silent, 3)
      assert.deepStrictEqual(outcomes, ["TransportError", "TransportError", "TransportError"])
      assert.deepStrictEqual([silent.seen.asked, failures], [1, 1])
    })
  )
})

describe.concurrent("scanjobs with a collector that answers without end", () => {
  it.live("lists all the same, and ends", () =>
    Effect.gen(function* () {
      const endless = yield* collector((write) => write())
      const vendors = yield* Vendors.serve()
      const env = { ...Vendors.secrets, OTEL_EXPORTER_OTLP_ENDPOINT: endless.url }
      const { code, stderr } = yield* run(["list"], { cwd: vendors.started.cwd, env })
      assert.strictEqual(code, 0, stderr)
      assert.isAtLeast(endless.seen.asked, 3)
      assert.isBelow(endless.seen.bytes / endless.seen.asked, 20_000_000)
    })
  )
})
