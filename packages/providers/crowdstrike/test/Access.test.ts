/** Clouds, tokens and limits: the quirks F7 and F8, and what is waited for. */
import { assert, describe, it } from "@effect/vitest"
import { RateLimit } from "@scanjobs/core"
import { CrowdStrike } from "@scanjobs/crowdstrike"
import * as CrowdStrikeEmulator from "@scanjobs/crowdstrike/emulator"
import { AcceleratedClock, Faults } from "@scanjobs/testing"
import { Clock, Effect, Layer, Stream } from "effect"
import * as Account from "./Account.ts"
import { answering, envelope, withRuns } from "./Answers.ts"

const { empty, serve } = CrowdStrikeEmulator

/** A second of real time is more than three minutes. */
const fast = <A, E, R>(effect: Effect.Effect<A, E, R>) => AcceleratedClock.accelerate(200)(effect)

describe("another cloud than the account's (F7)", () => {
  const advice = /check cloud, because the account may be in another one, and clientId, clientSecret and memberCid/

  for (const status of [301, 302, 303, 307, 308]) {
    it.live(
      `that redirects a request for a token with ${status} gets no secret from us, and the error says "check cloud"`,
      () =>
        Effect.gen(function* () {
          const elsewhere = yield* serve()
          const location = `${elsewhere.baseUrl}/oauth2/token`
          const fault = Faults.on("/oauth2/token", answering(status, {}, { location, "x-cs-region": "us-2" }))
          const { error } = yield* Account.read(Account.connect(yield* serve({ fault })), "networkRuns")
          assert.deepInclude(error?.reason, { _tag: "ForeignLink", origin: elsewhere.baseUrl })
          assert.match(String(error?.message), advice)
          assert.lengthOf(yield* elsewhere.ledger.entries, 0)
        })
    )

    it.live(`that redirects a list with ${status} gets no token from us, and the error says "check cloud"`, () =>
      Effect.gen(function* () {
        const elsewhere = yield* serve()
        const location = `${elsewhere.baseUrl}/netscan/queries/scan-runs/v1`
        const fault = Faults.on("networkRunIds", answering(status, {}, { location }))
        const { error } = yield* Account.read(Account.connect(yield* serve({ fault })), "networkRuns")
        assert.deepInclude(error?.reason, { _tag: "ForeignLink", origin: elsewhere.baseUrl })
        assert.match(String(error?.message), advice)
        assert.lengthOf(yield* elsewhere.ledger.entries, 0)
      })
    )
  }

  it.live('that does not know the client says so, and the error says "check cloud"', () =>
    Effect.gen(function* () {
      const vendor = yield* serve()
      const { error } = yield* Account.read(Account.connect(vendor, { clientId: "unknown" }), "networkRuns")
      assert.deepInclude(error?.reason, {
        _tag: "Unauthorized",
        status: 403,
        code: "403",
        detail: "access denied, authorization failed"
      })
      assert.match(String(error?.message), advice)
    })
  )

  const refusals = [
    [401, "Unauthorized", advice],
    [
      403,
      "Forbidden",
      /give the API client the scopes Network Scan: read \(network-scan:read\) and On-Demand Scans \(ODS\): read, and check cloud/
    ]
  ] as const
  for (const [status, tag, hint] of refusals) {
    it.live(`that refuses a list with ${status} is an error with advice`, () =>
      Effect.gen(function* () {
        const fault = Faults.on("onDemandScanIds", answering(status, envelope([{ code: status, message: "denied" }])))
        const { error } = yield* Account.read(Account.connect(yield* serve({ fault })), "onDemandScans")
        assert.deepInclude(error?.reason, { _tag: tag, detail: "denied" })
        assert.match(String(error?.message), hint)
      })
    )
  }
})

describe("a token (F8)", () => {
  it.live("is asked for once, as the vendor documents, however many lists wait for it", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({ latency: "5 millis" })
      const { error } = yield* Account.read(Account.connect(vendor, { memberCid: "child-1" }))
      assert.isUndefined(error)
      const asked = yield* vendor.ledger.to("/oauth2/token")
      assert.deepStrictEqual(
        asked.map(({ body }) => body),
        [
          {
            grant_type: "client_credentials",
            client_id: "emulated-client",
            client_secret: "emulated-secret",
            member_cid: "child-1"
          }
        ]
      )
    })
  )

  it.live("names no member where the settings name none", () =>
    Effect.gen(function* () {
      const vendor = yield* serve()
      yield* Account.read(Account.connect(vendor), "networkScans")
      const [asked] = yield* vendor.ledger.to("/oauth2/token")
      assert.notProperty(asked?.body, "member_cid")
    })
  )

  it.live("is renewed when 80 % of its 1799 seconds have passed, so that no expired one is ever sent", () =>
    Effect.gen(function* () {
      let later = 0n
      const real = AcceleratedClock.make(yield* Effect.clockWith(Effect.succeed), 1)
      const nanos = () => real.currentTimeNanosUnsafe() + later * 1_000_000_000n
      const millis = () => Number(nanos() / 1_000_000n)
      const clock: Clock.Clock = {
        currentTimeMillisUnsafe: millis,
        currentTimeMillis: Effect.sync(millis),
        currentTimeNanosUnsafe: nanos,
        currentTimeNanos: Effect.sync(nanos),
        monotonicTimeNanosUnsafe: nanos,
        monotonicTimeNanos: Effect.sync(nanos),
        sleep: (duration) => real.sleep(duration)
      }
      const vendor = yield* withRuns(Account.networkRuns(90))
      const issued: Array<number> = []
      yield* CrowdStrike.pages(Account.connect(vendor, { pageSize: 10 }), {}, { listings: ["networkRuns"] }).pipe(
        Stream.runForEach(({ index }) =>
          Effect.gen(function* () {
            if (index === 2) later = 1435n
            if (index === 5) later = 1440n
            issued.push((yield* vendor.tokens.issued).length)
          })
        ),
        Effect.provide(Account.Fast),
        Effect.provideService(Clock.Clock, clock)
      )
      assert.deepStrictEqual(issued.slice(0, 6), [1, 1, 1, 1, 1, 1])
      assert.strictEqual(issued.at(-1), 2)
    })
  )
})

describe("too many requests", () => {
  const limited = (options: CrowdStrikeEmulator.Options) =>
    Effect.gen(function* () {
      const vendor = yield* withRuns(Account.networkRuns(3), { limit: 2, ...options })
      const reading = yield* Account.read(Account.connect(vendor), "networkRuns", {}, Account.Patient)
      const entries = yield* vendor.ledger.entries
      /** How long each refusal was waited for, in seconds. */
      const waits = entries.flatMap(({ status, time }, index) =>
        status === 429 ? [((entries[index + 1]?.time ?? time) - time) / 1000] : []
      )
      return { ...reading, waits }
    })

  it.live("are waited for until the time that the vendor states in epoch seconds", () =>
    fast(
      Effect.gen(function* () {
        const { error, ids, waits } = yield* limited({})
        assert.isUndefined(error)
        assert.lengthOf(ids, 3)
        assert.lengthOf(waits, 1)
        assert.isAtLeast(waits[0] ?? 0, 59)
      })
    )
  )

  it.live("are waited for some seconds, and longer each time, where it states none", () =>
    fast(
      Effect.gen(function* () {
        const { error, ids, waits } = yield* limited({ quirks: { retryAfter: false } })
        assert.isUndefined(error)
        assert.lengthOf(ids, 3)
        assert.isAtLeast(waits[0] ?? 0, 5)
        assert.isAtLeast(waits[1] ?? 0, 10)
        assert.isAtLeast(waits[2] ?? 0, 20)
        assert.isAtMost(waits.length, 4)
      })
    )
  )

  it.live("are waited for as `Retry-After` says, where it is there", () =>
    fast(
      Effect.gen(function* () {
        const fault = Faults.on("networkRunIds", Faults.nth(1, Faults.status(429, { retryAfter: "90 seconds" })))
        const { waits } = yield* limited({ fault, limit: 100 })
        assert.lengthOf(waits, 1)
        assert.isAtLeast(waits[0] ?? 0, 90)
      })
    )
  )

  it.live("are counted for all connections of one customer, and else of one API client", () =>
    Effect.gen(function* () {
      const keys: Array<string> = []
      const limiter = RateLimit.RateLimit.of({
        acquire: (key, quotas) =>
          Effect.sync(() => {
            if (quotas.some(({ requests }) => requests === 6000)) keys.push(key)
          })
      })
      const vendor = yield* serve({ scans: empty })
      const ask = (changes: Partial<Account.Account>) =>
        Account.read(
          Account.connect(vendor, changes),
          "networkRuns",
          {},
          Layer.merge(Account.Fast, Layer.succeed(RateLimit.RateLimit, limiter))
        )
      yield* ask({ name: "a", cid: "customer" })
      yield* ask({ name: "b", cid: "customer", clientId: "emulated-client" })
      yield* ask({ name: "c" })
      yield* ask({ name: "d" })
      const [a, b, c, d] = keys
      assert.strictEqual(a, b)
      assert.strictEqual(c, d)
      assert.notStrictEqual(a, c)
      assert.notInclude(keys.join(), "emulated-secret")
    })
  )
})
