import { assert, describe, it } from "@effect/vitest"
import { Store } from "@scanjobs/history"
import { Effect, Redacted } from "effect"
import { request } from "node:http"
import { connect, type Socket } from "node:net"
import { hostile, serve } from "./Fixture.ts"

const token = Redacted.make("a-token-of-some-length")

/** Each request has a connection of its own: one that was idle may be ended by the server while it is used again. */
const get = (url: string, headers: Readonly<Record<string, string>> = {}) =>
  Effect.callback<{ readonly status: number; readonly headers: Headers; readonly text: string }>((resume) => {
    const asked = request(url, { headers, agent: false }, (answer) => {
      let text = ""
      answer.setEncoding("utf8").on("data", (part: string) => (text += part))
      answer.on("error", (error) => resume(Effect.die(error)))
      answer.on("end", () => {
        const received = new Headers()
        for (const [name, values = []] of Object.entries(answer.headersDistinct))
          for (const value of values) received.append(name, value)
        resume(Effect.succeed({ status: answer.statusCode ?? 0, headers: received, text }))
      })
    })
    asked.on("error", (error) => resume(Effect.die(error)))
    asked.end()
  })

/** Sends a path as it is, which `fetch` would tidy, and any headers. */
const raw = (url: string, path: string, headers: Readonly<Record<string, string>> = {}) =>
  Effect.callback<{ readonly status: number; readonly text: string }>((resume) => {
    const { hostname, port } = new URL(url)
    const asked = request({ hostname, port, path, headers }, (answer) => {
      let text = ""
      answer.setEncoding("utf8").on("data", (part: string) => (text += part))
      answer.on("end", () => resume(Effect.succeed({ status: answer.statusCode ?? 0, text })))
    })
    asked.on("error", (error) => resume(Effect.succeed({ status: 0, text: error.message })))
    asked.end()
  })

const open = (url: string, text: string) =>
  Effect.acquireRelease(
    Effect.callback<Socket>((resume) => {
      const { hostname, port } = new URL(url)
      const socket = connect(Number(port), hostname, () => {
        socket.write(text)
        resume(Effect.succeed(socket))
      })
      socket.on("error", () => {})
    }),
    (socket) => Effect.sync(() => socket.destroy())
  )

const routes = [
  "/",
  "/docs",
  "/openapi.json",
  "/healthz",
  "/metrics",
  "/calendar.ics",
  ...[
    "connections",
    "definitions",
    "jobs",
    "changes",
    "timeline",
    "timeline/rows",
    "overview",
    "attention",
    "health",
    "nonsense"
  ].map((name) => `/api/v1/${name}`)
]

describe("an attacker", () => {
  it.live("reaches nothing of a server without a token by a name that resolves to it", () =>
    Effect.gen(function* () {
      const { url } = yield* serve()
      for (const host of [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example:80",
        "[::1].evil.example"
      ]) {
        for (const path of [...routes, "/mcp", "/session"]) {
          assert.strictEqual((yield* raw(url, path, { host })).status, 421, `${host} ${path}`)
        }
      }
    }).pipe(Effect.scoped)
  )

  it.live("reads nothing from a page of another origin", () =>
    Effect.gen(function* () {
      const { url } = yield* serve()
      const origin = "https://evil.example"
      for (const path of routes) {
        const { headers } = yield* get(url + path, { origin })
        assert.isNull(headers.get("access-control-allow-origin"), path)
        assert.strictEqual(headers.get("cross-origin-resource-policy"), "same-origin", path)
        assert.strictEqual(headers.get("cross-origin-opener-policy"), "same-origin", path)
      }
      const preflight = yield* Effect.promise(() =>
        fetch(`${url}/api/v1/jobs`, { method: "OPTIONS", headers: { origin, "access-control-request-method": "GET" } })
      )
      assert.isNull(preflight.headers.get("access-control-allow-origin"))
    }).pipe(Effect.scoped)
  )

  it.live("leaves the folder of the page by no path", () =>
    Effect.gen(function* () {
      const { url } = yield* serve()
      for (const path of [
        "/../package.json",
        "/../../package.json",
        "/%2e%2e/package.json",
        "/..%2fpackage.json",
        "/..%5cpackage.json",
        "/%252e%252e/package.json",
        "//etc/passwd",
        "/%00../package.json",
        "/./../src/Access.ts",
        "/src/../../src/Access.ts",
        "/.%2e/.%2e/.%2e/.%2e/etc/passwd"
      ]) {
        const { status, text } = yield* raw(url, path)
        assert.include([400, 404], status, path)
        assert.notMatch(text, /@scanjobs\/server"|timingSafeEqual|root:/, path)
      }
    }).pipe(Effect.scoped)
  )

  it.live("fills no memory with long headers, and slows nobody down with requests that do not end", () =>
    Effect.gen(function* () {
      const { url } = yield* serve()
      // It may be cut off before it has read the answer.
      assert.include([0, 431], (yield* raw(url, "/api/v1/jobs", { "x-long": "x".repeat(100_000) })).status)
      assert.include([0, 414, 431], (yield* raw(url, `/api/v1/jobs?text=${"x".repeat(100_000)}`)).status)
      const { host } = new URL(url)
      const slow = yield* Effect.forEach(
        Array.from({ length: 200 }),
        () => open(url, `GET /api/v1/jobs HTTP/1.1\r\nHost: ${host}\r\nX-Slow: `),
        { concurrency: 20 }
      )
      assert.strictEqual((yield* get(`${url}/api/v1/jobs`)).status, 200)
      // The answer did not wait until they were given up.
      assert.isTrue(slow.every((socket) => socket.readyState === "open"))
    }).pipe(Effect.scoped)
  )

  it.live("guesses no token: after ten wrong ones, also the right one waits", () =>
    Effect.gen(function* () {
      const { url } = yield* serve(token)
      const signIn = (body: string) =>
        Effect.promise(async () => (await fetch(`${url}/session`, { method: "POST", body })).status)
      const statuses = yield* Effect.forEach(Array.from({ length: 30 }), (_, index) => signIn(`guess ${index}`), {
        concurrency: 10
      })
      assert.isAtMost(statuses.filter((status) => status === 401).length, 20)
      assert.strictEqual(yield* signIn(Redacted.value(token)), 429)
    }).pipe(Effect.scoped)
  )

  it.live("adds no header and no markup by what vendors or connections are called", () =>
    Effect.gen(function* () {
      const { store, url } = yield* serve()
      const { sql } = Store.Store.of(yield* Effect.provideContext(Store.Store, store))
      const name = `x\r\nX-Injected: yes\r\n\r\n${hostile}`
      yield* Effect.orDie(sql`UPDATE connection SET name = ${name}, failure = ${name} WHERE id = 2`)
      yield* Effect.orDie(sql`UPDATE job SET name = ${name}, vendor_state = ${name}`)
      for (const path of routes) {
        const { headers, text } = yield* get(url + path)
        assert.isNull(headers.get("x-injected"), path)
        if ((headers.get("content-type") ?? "").startsWith("text/html")) assert.notInclude(text, hostile, path)
        else assert.strictEqual(headers.get("x-content-type-options"), "nosniff", path)
      }
    }).pipe(Effect.scoped)
  )

  it.live("keeps the server busy with no filter, cursor or time", () =>
    Effect.gen(function* () {
      const { url } = yield* serve()
      const long = (text: string) => encodeURIComponent(text.repeat(Math.floor(4000 / encodeURIComponent(text).length)))
      const begin = process.cpuUsage()
      for (const query of [
        `text=${long("%a_")}`,
        `text=${long("a%")}`,
        `text=${long("\\")}`,
        `text=${long("(a+)+$")}`,
        `cursor=${long("A")}`,
        `from=${long("2026-01-01T")}`,
        `from=2026-01-01T00:00:00.${"0".repeat(4000)}Z`,
        `limit=${"9".repeat(4000)}`,
        Array.from({ length: 400 }, (_, index) => `connection=c${index}`).join("&")
      ]) {
        const { status } = yield* get(`${url}/api/v1/jobs?${query}`)
        assert.include([200, 400], status, query.slice(0, 40))
      }
      // The server's own work, whatever else the machine does meanwhile.
      const { system, user } = process.cpuUsage(begin)
      assert.isBelow((system + user) / 1000, 10_000)
    }).pipe(Effect.scoped)
  )

  it.live("gets no answer of its own making into a cache that others read", () =>
    Effect.gen(function* () {
      const { url } = yield* serve(token)
      const bearer = { authorization: `Bearer ${Redacted.value(token)}` }
      const forged = {
        "x-forwarded-host": "evil.example",
        "x-forwarded-proto": "javascript",
        "x-original-url": "/healthz",
        "x-rewrite-url": "/healthz",
        "x-forwarded-for": "127.0.0.1"
      }
      for (const path of routes) {
        const { headers, text } = yield* get(url + path, { ...bearer, ...forged })
        assert.notInclude(text, "evil.example", path)
        assert.isNull(headers.get("location"), path)
        if (/^\/(?:api|metrics|calendar)/.test(path)) {
          const cache = headers.get("cache-control") ?? ""
          assert.match(cache, /private|no-store/, path)
        }
        if (/^\/(?:api|metrics|calendar)/.test(path)) assert.notStrictEqual((yield* get(url + path)).status, 200, path)
      }
    }).pipe(Effect.scoped)
  )
})
