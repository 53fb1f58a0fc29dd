import { assert, describe, it } from "@effect/vitest"
import { Effect, type Scope } from "effect"
import { createServer } from "node:http"
import { linesOf, run, runHere } from "../Program.ts"
import * as Vendors from "../Vendors.ts"

interface Received {
  readonly path: string
  readonly headers: { readonly [name: string]: string | ReadonlyArray<string> | undefined }
  readonly body: string
}

/** A collector on loopback that keeps what it gets, or that never answers. */
const collect = (
  answers: boolean
): Effect.Effect<{ readonly url: string; readonly received: ReadonlyArray<Received> }, never, Scope.Scope> =>
  Effect.map(
    Effect.acquireRelease(
      Effect.callback<{ readonly url: string; readonly received: Array<Received>; readonly close: () => void }>(
        (resume) => {
          const received: Array<Received> = []
          const server = createServer((request, response) => {
            let body = ""
            request.setEncoding("utf8").on("data", (text: string) => (body += text))
            request.on("end", () => {
              received.push({ path: request.url ?? "", headers: request.headers, body })
              if (answers) response.setHeader("content-type", "application/json").end("{}")
            })
          })
          server.listen(0, "127.0.0.1", () => {
            const address = server.address()
            const port = typeof address === "object" && address !== null ? address.port : 0
            const close = () => {
              server.closeAllConnections()
              server.close()
            }
            resume(Effect.succeed({ url: `http://127.0.0.1:${port}`, received, close }))
          })
        }
      ),
      ({ close }) => Effect.sync(close)
    ),
    ({ received, url }) => ({ received, url })
  )

const otlp = (url: string) => ({
  ...Vendors.secrets,
  OTEL_EXPORTER_OTLP_ENDPOINT: url,
  OTEL_EXPORTER_OTLP_HEADERS: "x-tenant=blue",
  OTEL_SERVICE_NAME: "nightly-scans"
})

describe.concurrent("scanjobs with OTEL_EXPORTER_OTLP_ENDPOINT", () => {
  it.live("sends spans, metrics and logs to the collector, and no secret", () =>
    Effect.gen(function* () {
      const collector = yield* collect(true)
      const vendors = yield* Vendors.serve()
      const env = otlp(collector.url)
      const ended = yield* run(["list", "--log-level", "debug"], { cwd: vendors.started.cwd, env })
      assert.strictEqual(ended.code, 0, ended.stderr)
      const to = (path: string) =>
        collector.received
          .filter((one) => one.path === path)
          .map(({ body }) => body)
          .join("")
      assert.include(to("/v1/traces"), `"scanjobs.listing"`)
      assert.include(to("/v1/traces"), `"scanjobs.page"`)
      for (const metric of ["scanjobs.pages", "scanjobs.rows", "scanjobs.jobs", "scanjobs.listings"]) {
        assert.include(to("/v1/metrics"), `"${metric}"`)
      }
      assert.include(to("/v1/logs"), "page 1, ")
      const all = JSON.stringify(collector.received)
      for (const secret of Object.values(Vendors.secrets)) assert.notInclude(all, secret)
      assert.include(to("/v1/traces"), "nightly-scans")
      assert.isTrue(collector.received.every(({ headers }) => headers["x-tenant"] === "blue"))
    })
  )

  it.live("lists all the same, and ends, where the collector is down or silent", () =>
    Effect.gen(function* () {
      const silent = yield* collect(false)
      const vendors = yield* Vendors.serve()
      const { cwd } = vendors.started
      const args = ["list", "--connection", "ap"]
      const plain = yield* runHere(args, vendors.started)
      const urls = ["http://user:canary-password@127.0.0.1:9", silent.url]
      const all = yield* Effect.forEach(urls, (url) => runHere(args, { cwd, env: otlp(url) }), { concurrency: 2 })
      for (const { code, stderr, stdout } of all) {
        assert.strictEqual(code, 0, stderr)
        assert.strictEqual(stdout, plain.stdout)
        const [summary, note, ...others] = linesOf(stderr)
        assert.strictEqual(summary, "40 jobs from 1 connection")
        assert.match(note ?? "", /^note: not all telemetry could be sent to http:\/\/127\.0\.0\.1:\d+$/)
        assert.deepStrictEqual(others, [])
      }
    })
  )
})
