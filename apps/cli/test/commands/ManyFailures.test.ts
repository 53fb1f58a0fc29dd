import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { createServer, type IncomingMessage, type ServerResponse } from "node:http"
import * as PluginPackage from "../PluginPackage.ts"
import { linesOf, run } from "../Program.ts"

/** A vendor of which `token` decides the answer. */
const serve = (answer: (request: IncomingMessage, response: ServerResponse) => void) =>
  Effect.acquireRelease(
    Effect.callback<{ readonly baseUrl: string; readonly close: () => void }>((resume) => {
      const server = createServer((request, response) => {
        response.setHeader("content-type", "application/json")
        answer(request, response)
      })
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        const port = typeof address === "object" ? address?.port : undefined
        const close = () => server.close().closeAllConnections()
        resume(Effect.succeed({ baseUrl: `http://127.0.0.1:${port}`, close }))
      })
    }),
    ({ close }) => Effect.sync(close)
  )

/** A folder whose settings have so many connections to this address. */
const settings = (count: number, baseUrl: string) =>
  PluginPackage.installed({
    "own.ts": PluginPackage.provider,
    "scanjobs.json": {
      plugins: ["./own.ts"],
      connections: Array.from({ length: count }, (_, index) => ({
        name: `c${index}`,
        provider: "acme",
        token: `token-${index}-${(index * 7919).toString(36)}`,
        baseUrl
      }))
    }
  })

/** Refuses every credential, and repeats it, as some vendors do. */
const refusing = serve(({ headers }, response) => {
  response.statusCode = 401
  response.end(JSON.stringify({ error: `not ${headers.authorization}` }))
})

const listing = serve((_, response) => void response.end('{"runs":[]}'))

describe("a run of many connections that fail", () => {
  it.live("holds little of each until its end", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* refusing
      const cwd = yield* settings(1500, baseUrl)
      // Each took 50 kB when its error kept the functions of its stack, which is more than there is here.
      const runtime = { command: process.execPath, args: ["--max-old-space-size=100"] }
      const { code, stderr } = yield* run(["list", "--concurrency", "32"], { cwd, runtime })
      assert.strictEqual(code, 3, stderr)
      const [failure = "", summary] = linesOf(stderr)
      assert.match(failure, /^c0, c1, .* and 1490 more \(acme runs, 1500 connections\): Unauthorized: .*<redacted>/)
      assert.strictEqual(summary, "0 jobs from 1500 connections (1500 failures)")
    })
  )

  it.live("takes about as much work as one of connections that list", () =>
    Effect.gen(function* () {
      const used = Effect.fnUntraced(function* (baseUrl: string, expected: number) {
        const cwd = yield* settings(500, baseUrl)
        const tell = "process.on('exit', () => console.error(JSON.stringify(process.cpuUsage())))"
        const runtime = { command: process.execPath, args: ["--import", `data:text/javascript,${tell}`] }
        const { code, stderr } = yield* run(["list", "--concurrency", "32"], { cwd, runtime })
        assert.strictEqual(code, expected, stderr)
        const { system, user }: NodeJS.CpuUsage = JSON.parse(linesOf(stderr).at(-1) ?? "")
        return user + system
      })
      const { baseUrl: good } = yield* listing
      const { baseUrl: bad } = yield* refusing
      assert.isBelow((yield* used(bad, 3)) / (yield* used(good, 0)), 4)
    })
  )
})

describe("a run with many rows that are left out", () => {
  it.live("holds none of them, whether they are written to a file or not", () =>
    Effect.gen(function* () {
      const pages = 40
      const { baseUrl } = yield* serve(({ url }, response) => {
        const skip = Number(/skip=(\d+)/.exec(url ?? "")?.[1])
        const runs = Array.from({ length: 1000 }, (_, index) => ({ id: skip + index, text: "x".repeat(2000) }))
        response.end(JSON.stringify({ runs: skip < pages * 1000 ? runs : [] }))
      })
      const cwd = yield* PluginPackage.installed({
        "own.ts": PluginPackage.provider
          .replace("body.runs.length === 0", "query.skip >= 40_000")
          .replace("query.skip + body.runs.length", "query.skip + 1000"),
        "scanjobs.json": {
          plugins: ["./own.ts"],
          connections: [{ name: "main", provider: "acme", token: "canary-token", baseUrl }]
        }
      })
      // The rows of all pages take more than there is.
      const runtime = { command: process.execPath, args: ["--max-old-space-size=85"] }
      for (const args of [[], ["--rejected", "rows.ndjson"]]) {
        const { code, stderr } = yield* run(["list", ...args], { cwd, runtime })
        assert.strictEqual(code, 3, stderr)
        assert.include(stderr, "0 jobs from 1 connection (40000 rows left out)")
      }
    })
  )
})
