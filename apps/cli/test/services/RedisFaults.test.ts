import { assert, describe, it } from "@effect/vitest"
import { Emulator } from "@scanjobs/testing"
import { Effect, Scope } from "effect"
import { HttpServerResponse } from "effect/http"
import { join } from "node:path"
import { Hurried } from "../HurriedProvider.ts"
import { folder, linesOf, run } from "../Program.ts"
import * as RedisServer from "../RedisServer.ts"

const password = "canary-9f3b/70@d1"
if (!RedisServer.isInstalled) {
  process.stderr.write("skipped: the tests with a Redis of their own, because redis-server is not installed\n")
}
const withServer = RedisServer.isInstalled ? it.live : it.live.skip

/** Lists a vendor whose quota is in this Redis. `during` runs once the vendor has been asked 50 times, half of what its quota allows. */
const listed = (redis: object, { args = [], during = Effect.void, env = {} }: Options = {}) =>
  Effect.gen(function* () {
    const answer = (status: number) => () => HttpServerResponse.empty({ status })
    let asked = 0
    const vendor = yield* Emulator.serve(Hurried, {
      accepts: () => Effect.succeed(true),
      quotas: [],
      answers: { refused: answer(401), invalid: answer(400), missing: answer(404), limited: answer(429) },
      handlers: {
        runs: ({ query: { page, scope } }) =>
          Effect.as(
            ++asked === 50 ? during : Effect.void,
            HttpServerResponse.jsonUnsafe({ runs: [{ id: `${scope}${page}` }] })
          )
      }
    })
    const plugin = join(import.meta.dirname, "..", "HurriedProvider.ts")
    const connections = [{ name: "h", provider: "hurried", baseUrl: vendor.baseUrl, pages: 30 }]
    const cwd = yield* folder({ "scanjobs.json": { plugins: [plugin], redis, connections } })
    const ended = yield* run(["list", "--format", "ndjson", ...args], { cwd, env })
    assert.notInclude(ended.stderr + ended.stdout, password)
    return { ...ended, asked, rows: linesOf(ended.stdout).length }
  })

interface Options {
  readonly args?: ReadonlyArray<string>
  readonly env?: { readonly [name: string]: string }
  readonly during?: Effect.Effect<unknown>
}

/** The whole list: four scopes of 30 pages with a row each. */
const all = 120

const refused = (url: string, problem: string, namedBy = "redis") =>
  `${namedBy}: ${url} cannot be used: Redis ${problem}; check that a Redis answers there, and its user and password where it wants them\n`

describe("a Redis that cannot be used", () => {
  it.live(
    "ends the run with exit code 2 within its patience, and nothing is asked of the vendor: silent, another protocol, closing",
    () =>
      Effect.gen(function* () {
        const silent = yield* RedisServer.pretend(() => {})
        const http = yield* RedisServer.pretend((_, socket) => socket.write("HTTP/1.1 400 Bad Request\r\n\r\n"))
        const closing = yield* RedisServer.pretend((_, socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"))
        const endless = yield* RedisServer.pretend((_, socket) => {
          // A write to a socket that ends fails at once, for ever, before the socket is destroyed.
          const more = (failed?: Error | null) => {
            if (failed == null && socket.writable) socket.write("x".repeat(65_536), more)
          }
          more()
        })
        const closed = "has closed the connection, or what answers there is no Redis"
        const cases = [
          [{ url: silent, patience: "1 second" }, "does not answer (waited 1s)"],
          [{ url: http, patience: "1 second" }, "does not answer (waited 1s)"],
          [{ url: closing, patience: "1 minute" }, closed],
          [{ url: endless, patience: "1 second" }, "does not answer (waited 1s)"]
        ] as const
        for (const [redis, problem] of cases) {
          const { asked, code, stderr, stdout } = yield* listed(redis)
          assert.deepStrictEqual([code, stdout, asked], [2, "", 0])
          assert.strictEqual(stderr, refused(redis.url, problem))
        }
        const patient = { url: silent, patience: "1 minute" }
        const flag = yield* listed(patient, { args: ["--rate-limit", closing] })
        assert.strictEqual(flag.stderr, refused(closing, closed, "--rate-limit"))
        const variable = yield* listed(patient, { env: { SCANJOBS_RATE_LIMIT: closing } })
        assert.strictEqual(variable.stderr, refused(closing, closed, "--rate-limit"))
      })
  )

  withServer("is told what it wants: a password, the right one, a primary, memory", () =>
    Effect.gen(function* () {
      const guarded = yield* RedisServer.start(["--requirepass", password])
      const { url } = guarded
      const without = yield* listed({ url })
      assert.deepStrictEqual([without.code, without.stderr], [2, refused(url, "wants a password")])
      const wrong = yield* listed({ url, password: `${password}-wrong` })
      assert.deepStrictEqual([wrong.code, wrong.stderr], [2, refused(url, "does not accept the user and the password")])

      const primary = yield* RedisServer.start()
      const replica = yield* RedisServer.start(["--replicaof", "127.0.0.1", `${primary.port}`])
      const readOnly = yield* listed({ url: replica.url, patience: "3 seconds" })
      assert.strictEqual(readOnly.code, 2)
      assert.include(readOnly.stderr, "cannot be used: Redis is a read-only replica; name the primary instead")

      const full = yield* RedisServer.start(["--maxmemory", "1", "--maxmemory-policy", "noeviction"])
      const ended = yield* listed({ url: full.url })
      assert.deepStrictEqual(
        [ended.code, ended.stderr],
        [2, refused(full.url, "is out of memory and refuses to write")]
      )
    })
  )

  it.live("shows nothing of what it says, which may be a secret", () =>
    Effect.gen(function* () {
      const echo = yield* RedisServer.pretend((text, socket) => {
        const sent = text.split("\r\n").filter((line) => line.includes(password))
        socket.write(`-ERR ${sent.join(" ")} ${password}\r\n`.repeat(text.split("*").length - 1))
      })
      const { code, stderr } = yield* listed({ url: echo, password: "${PW}" }, { env: { PW: password } })
      assert.deepStrictEqual([code, stderr], [2, refused(echo, "refuses the command")])
    })
  )
})

describe("a Redis with a password", () => {
  withServer("gets it from a variable, whichever characters it has, or from the address in a variable", () =>
    Effect.gen(function* () {
      const { url } = yield* RedisServer.start(["--requirepass", password])
      const env = { REDIS_PASSWORD: password }
      const ofSettings = yield* listed({ url, password: "${REDIS_PASSWORD}" }, { env })
      assert.deepStrictEqual([ofSettings.code, ofSettings.rows], [0, all], ofSettings.stderr)
      const address = url.replace("//", `//:${encodeURIComponent(password)}@`)
      const ofVariable = yield* listed({ url: "redis://127.0.0.1:9" }, { env: { SCANJOBS_RATE_LIMIT: address } })
      assert.deepStrictEqual([ofVariable.code, ofVariable.rows], [0, all], ofVariable.stderr)
    })
  )
})

describe("a Redis that fails during a run", () => {
  withServer("ends what is left of the run with exit code 3, and is named: killed, and frozen", () =>
    Effect.gen(function* () {
      for (const [signal, problem] of [
        ["SIGKILL", /Redis (?:cannot be reached: nothing answers|has closed the connection).* \(waited 3s\)/],
        ["SIGSTOP", /Redis does not answer \(waited 3s\)/]
      ] as const) {
        const server = yield* RedisServer.start()
        const ended = yield* listed({ url: server.url, patience: "3 seconds" }, { during: server.signal(signal) })
        assert.strictEqual(ended.code, 3, ended.stderr)
        assert.match(
          ended.stderr,
          /^h \(hurried runs a, b, c, d\): QuotaStoreFailed: the shared quotas cannot be used/m
        )
        assert.match(ended.stderr, problem)
        assert.isAtLeast(ended.rows, 40)
        assert.isBelow(ended.rows, all)
      }
    })
  )

  withServer("and is emptied, or starts again within its patience, costs no row", () =>
    Effect.gen(function* () {
      const emptied = yield* RedisServer.start()
      const first = yield* listed({ url: emptied.url }, { during: emptied.command("FLUSHALL", "SCRIPT FLUSH") })
      assert.deepStrictEqual([first.code, first.rows], [0, all], first.stderr)

      const killed = yield* RedisServer.start()
      const again = Effect.andThen(killed.signal("SIGKILL"), RedisServer.start([], killed.port))
      const scope = yield* Effect.scope
      const second = yield* listed(
        { url: killed.url, patience: "2 minutes" },
        { during: Effect.provideService(again, Scope.Scope, scope) }
      )
      assert.deepStrictEqual([second.code, second.rows], [0, all], second.stderr)
    })
  )
})
