import { assert, describe, it } from "@effect/vitest"
import { Emulator } from "@scanjobs/testing"
import { Effect, Fiber, Stream } from "effect"
import { HttpServerResponse } from "effect/http"
import { HttpApiSecurity } from "effect/http-api"
import { TestClock } from "effect/testing"
import { Acme } from "../Acme.ts"

const options: Emulator.Options<typeof Acme.listings> = {
  accepts: (credential) => Effect.succeed(credential === "good"),
  answers: {
    refused: () => HttpServerResponse.text("refused", { status: 401 }),
    invalid: (problems) => HttpServerResponse.text(problems.join("; "), { status: 400 }),
    missing: () => HttpServerResponse.text("missing", { status: 404 }),
    limited: () => HttpServerResponse.text("limited", { status: 429 })
  },
  handlers: {
    runs: ({ params, query }) =>
      Effect.succeed(HttpServerResponse.jsonUnsafe({ runs: [{ id: `${params.team} ${query.skip ?? 0}` }] })),
    plans: ({ payload }) =>
      payload.page < 0
        ? Effect.fail(new Emulator.Violation({ problem: "pages count from 0" }))
        : Effect.succeed(HttpServerResponse.jsonUnsafe({ plans: [{ id: `${payload.team} ${payload.page}` }] }))
  }
}

const serve = (changes: Partial<Emulator.Options<typeof Acme.listings>> = {}) =>
  Emulator.serve(Acme, { ...options, ...changes })

const ask = (url: string, init: RequestInit = {}, token = "good") =>
  Effect.promise(async (signal) => {
    const response = await fetch(url, {
      signal,
      ...init,
      headers: { authorization: `Bearer ${token}`, ...init.headers }
    })
    return { status: response.status, body: await response.text(), headers: response.headers }
  })

const post = (url: string, body: unknown) =>
  ask(url, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(body) })

describe("an emulator", () => {
  it("does not compile without an answer for every endpoint", () => {
    const runs = () => Effect.succeed(HttpServerResponse.empty())
    // @ts-expect-error plans has no handler
    const handlers: Emulator.Handlers<typeof Acme.listings> = { runs }
    assert.hasAllKeys(handlers, ["runs"])
  })

  it.effect("answers what the declaration declares", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* serve()
      assert.strictEqual((yield* ask(`${baseUrl}/teams/red/runs?skip=3`)).body, `{"runs":[{"id":"red 3"}]}`)
      assert.strictEqual(
        (yield* post(`${baseUrl}/plans/find`, { team: "red", page: 1 })).body,
        `{"plans":[{"id":"red 1"}]}`
      )
    })
  )

  it.effect("answers for the server that a proxy asks for", () =>
    Effect.gen(function* () {
      const addresses: Array<string> = []
      const { baseUrl, ledger } = yield* serve({
        accepts: (_, exchange) => Effect.sync(() => addresses.push(exchange.baseUrl) > 0)
      })
      const headers = { "x-forwarded-host": "eu.acme.example", "x-forwarded-proto": "https" }
      yield* ask(`${baseUrl}/teams/red/runs`)
      yield* ask(`${baseUrl}/teams/red/runs`, { headers })
      const origins = [baseUrl, "https://eu.acme.example"]
      assert.deepStrictEqual(addresses, origins)
      assert.deepStrictEqual(
        (yield* ledger.entries).map(({ origin }) => origin),
        origins
      )
    })
  )

  it.effect("refuses a missing or wrong credential before it looks at the request", () =>
    Effect.gen(function* () {
      const { baseUrl, ledger } = yield* serve()
      assert.strictEqual((yield* ask(`${baseUrl}/teams/red/runs?nonsense`, {}, "bad")).status, 401)
      assert.strictEqual((yield* ask(`${baseUrl}/teams/red/runs`, { headers: { authorization: "" } })).status, 401)
      assert.deepStrictEqual(
        (yield* ledger.entries).map(({ credential }) => credential),
        ["refused", "refused"]
      )
      assert.deepStrictEqual(yield* ledger.violations, [])
    })
  )

  it.effect.each(["GET", "POST"])("takes a key in the address for no parameter of the endpoint (%s)", (method) =>
    Effect.gen(function* () {
      const { baseUrl, ledger } = yield* Emulator.serve(
        { ...Acme, security: HttpApiSecurity.apiKey({ in: "query", key: "api_key" }) },
        options
      )
      const path = method === "GET" ? "/teams/red/runs?skip=3&api_key=good" : "/plans/find?api_key=good"
      const body = JSON.stringify({ team: "red", page: 1 })
      const headers = { "content-type": "application/json" }
      const answer = yield* ask(`${baseUrl}${path}`, method === "GET" ? {} : { method, body, headers })
      assert.strictEqual(answer.status, 200)
      assert.deepStrictEqual(yield* ledger.violations, [])
      assert.strictEqual((yield* ask(`${baseUrl}/teams/red/runs?api_key=bad`)).status, 401)
    })
  )

  it.effect("takes no field that is not declared, no wrong type and no other address", () =>
    Effect.gen(function* () {
      const { baseUrl, ledger } = yield* serve()
      const statuses = [
        yield* ask(`${baseUrl}/teams/red/runs?skip=x`),
        yield* ask(`${baseUrl}/teams/red/runs?limit=1`),
        yield* ask(`${baseUrl}/teams/red/runs?skip=1&skip=2`),
        yield* post(`${baseUrl}/plans/find`, { team: "red", page: "1" }),
        yield* post(`${baseUrl}/plans/find`, { team: "red", page: 1, size: 2 }),
        yield* post(`${baseUrl}/plans/find`, { team: "red" }),
        yield* post(`${baseUrl}/plans/find`, { team: "red", page: -1 }),
        yield* ask(`${baseUrl}/plans/find`, {
          method: "POST",
          body: "{",
          headers: { "content-type": "application/json" }
        }),
        yield* ask(`${baseUrl}/plans/find`, {
          method: "POST",
          body: "team=red",
          headers: { "content-type": "text/plain" }
        }),
        yield* ask(`${baseUrl}/teams`)
      ].map(({ status }) => status)
      assert.deepStrictEqual(statuses, [400, 400, 400, 400, 400, 400, 400, 400, 400, 404])
      const violations = yield* ledger.violations
      assert.strictEqual(violations.length, 10)
      assert.match(violations[1] ?? "", /^request 2, GET \/teams\/red\/runs: query: .*limit/)
      assert.strictEqual(violations[6], "request 7, POST /plans/find: pages count from 0")
    })
  )

  it.effect("keeps every request in its ledger, at the time of the clock", () =>
    Effect.gen(function* () {
      const { baseUrl, ledger } = yield* serve()
      yield* TestClock.adjust("1 minute")
      yield* ask(`${baseUrl}/teams/red/runs?skip=1`)
      yield* post(`${baseUrl}/plans/find`, { team: "blue", page: 2 })
      yield* ask(`${baseUrl}/teams/red/runs`)
      const [first, second, third] = yield* ledger.entries
      assert.deepInclude(first, {
        index: 1,
        nth: 1,
        time: 60_000,
        method: "GET",
        path: "/teams/red/runs",
        query: { skip: "1" },
        body: null,
        endpoint: "runs",
        credential: "accepted",
        status: 200,
        state: "answered"
      })
      assert.deepStrictEqual(second?.body, { team: "blue", page: 2 })
      assert.strictEqual(third?.nth, 2)
      assert.strictEqual((yield* ledger.to("plans")).length, 1)
      assert.strictEqual((yield* ledger.to("/teams/red/runs")).length, 2)
      yield* ledger.clear
      assert.deepStrictEqual(yield* ledger.entries, [])
    })
  )

  it.effect("lets a fault answer in place of the vendor, also on plain routes", () =>
    Effect.gen(function* () {
      const { baseUrl, ledger } = yield* serve({
        routes: [{ method: "POST", path: "/token", handle: () => Effect.succeed(HttpServerResponse.text("token")) }],
        fault: ({ path }, nth) => {
          if (nth === 1) return HttpServerResponse.empty({ status: 503 })
          return nth === 2 && path === "/token" ? Effect.succeed(HttpServerResponse.html("<h1>down</h1>")) : undefined
        }
      })
      assert.strictEqual((yield* ask(`${baseUrl}/teams/red/runs`)).status, 503)
      assert.strictEqual((yield* ask(`${baseUrl}/teams/red/runs`)).status, 200)
      assert.strictEqual((yield* post(`${baseUrl}/token`, {})).status, 503)
      assert.strictEqual((yield* post(`${baseUrl}/token`, {})).body, "<h1>down</h1>")
      assert.strictEqual((yield* post(`${baseUrl}/token`, {})).body, "token")
      assert.deepStrictEqual(
        (yield* ledger.to("/token")).map(({ status }) => status),
        [503, 200, 200]
      )
    })
  )

  it.effect("can break a body off in the middle", () =>
    Effect.gen(function* () {
      const halves = Stream.concat(Stream.succeed(new TextEncoder().encode(`{"runs":[`)), Stream.die("cut"))
      const { baseUrl } = yield* serve({ fault: () => HttpServerResponse.stream(halves) })
      const cut = yield* Effect.tryPromise(() =>
        fetch(`${baseUrl}/teams/red/runs`).then((response) => response.text())
      ).pipe(Effect.flip)
      assert.instanceOf(cut.cause, TypeError)
    })
  )

  it.effect("takes its time where it has latency", () =>
    Effect.gen(function* () {
      const { baseUrl, ledger } = yield* serve({ latency: "3 seconds" })
      const fiber = yield* Effect.forkChild(ask(`${baseUrl}/teams/red/runs`))
      while ((yield* ledger.entries).length === 0) yield* Effect.promise(() => new Promise(setImmediate))
      assert.strictEqual((yield* ledger.entries)[0]?.state, "open")
      yield* TestClock.adjust("3 seconds")
      assert.strictEqual((yield* Fiber.join(fiber)).status, 200)
    })
  )

  it.effect("enforces quotas in rolling windows, for each credential", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* serve({
        accepts: () => Effect.succeed(true),
        quotas: [{ requests: 2, window: "5 seconds" }]
      })
      const status = (token: string) =>
        Effect.map(ask(`${baseUrl}/teams/red/runs`, {}, token), (answer) => answer.status)
      assert.strictEqual(yield* status("a"), 200)
      yield* TestClock.adjust("3 seconds")
      assert.strictEqual(yield* status("a"), 200)
      assert.strictEqual(yield* status("a"), 429)
      assert.strictEqual(yield* status("b"), 200)
      yield* TestClock.adjust("2 seconds")
      assert.strictEqual(yield* status("a"), 200)
      assert.strictEqual(yield* status("a"), 429)
    })
  )

  it.effect("tells its own mistakes from the vendor's faults", () =>
    Effect.gen(function* () {
      const { baseUrl, ledger } = yield* serve({ accepts: () => Effect.die(new Error("oops")) })
      assert.strictEqual((yield* ask(`${baseUrl}/teams/red/runs`)).status, 500)
      assert.match((yield* ledger.violations).join(), /the emulator itself failed: Error: oops/)
    })
  )

  it.effect("adds the vendor's headers to every answer", () =>
    Effect.gen(function* () {
      const { baseUrl } = yield* serve({ headers: ({ entry }) => ({ "request-id": `r${entry.index}` }) })
      assert.strictEqual((yield* ask(`${baseUrl}/teams/red/runs`)).headers.get("request-id"), "r1")
      assert.strictEqual((yield* ask(`${baseUrl}/nowhere`)).headers.get("request-id"), "r2")
    })
  )

  it.live("ends with its scope, even while a request waits for ever", () =>
    Effect.gen(function* () {
      const { baseUrl, fiber, ledger } = yield* Effect.scoped(
        Effect.gen(function* () {
          const emulator = yield* serve({ fault: () => Effect.never })
          const fiber = yield* Effect.forkDetach(Effect.exit(Effect.tryPromise(() => fetch(`${emulator.baseUrl}/x`))))
          while ((yield* emulator.ledger.entries).length === 0) yield* Effect.sleep(5)
          return { ...emulator, fiber }
        })
      )
      assert.strictEqual((yield* Fiber.join(fiber))._tag, "Failure")
      assert.strictEqual((yield* ledger.entries)[0]?.state, "abandoned")
      assert.strictEqual((yield* Effect.exit(Effect.tryPromise(() => fetch(baseUrl))))._tag, "Failure")
    })
  )

  it.live("notes a client that does not wait for the answer", () =>
    Effect.gen(function* () {
      const { baseUrl, ledger } = yield* serve({ fault: () => Effect.never })
      const fiber = yield* Effect.forkChild(ask(`${baseUrl}/teams/red/runs`))
      while ((yield* ledger.entries).length === 0) yield* Effect.sleep(5)
      yield* Fiber.interrupt(fiber)
      while ((yield* ledger.entries)[0]?.state === "open") yield* Effect.sleep(5)
      assert.deepInclude((yield* ledger.entries)[0], { state: "abandoned", status: null })
    })
  )
})
