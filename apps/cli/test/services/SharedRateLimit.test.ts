import { Emulator, RollingWindow } from "@scanjobs/testing"
import { assert, describe, it } from "@effect/vitest"
import { Quota, RateLimit } from "@scanjobs/core"
import { Array, Clock, Config, Duration, Effect, Option } from "effect"
import { HttpServerResponse } from "effect/http"
import { join } from "node:path"
import * as SharedRateLimit from "../../src/services/SharedRateLimit.ts"
import { Hurried } from "../HurriedProvider.ts"
import { folder, run, runHere } from "../Program.ts"
import * as Vendors from "../Vendors.ts"

/** Tests that need a Redis run where the environment's `REDIS_URL` names one, and are skipped elsewhere. */
const redis = Effect.runSync(Config.option(Config.String("REDIS_URL")).pipe(Effect.orDie))
const withRedis = Option.isSome(redis) ? it.live : it.live.skip
if (Option.isNone(redis))
  process.stderr.write("skipped: the test of --rate-limit with a Redis, because REDIS_URL is not set\n")
const url = Option.getOrElse(redis, () => "")

/** How long the two programs are at it. A minute and more shows what ten seconds may not. */
const seconds = Effect.runSync(Config.Int("SCANJOBS_QUOTA_SECONDS").pipe(Config.withDefault(8), Effect.orDie))

/** A machine whose clock is so many milliseconds ahead, and which notes how long it is to sleep instead of doing so. */
const machineAhead = (here: Clock.Clock, ahead: number) => {
  let slept = 0
  const clock: Clock.Clock = {
    currentTimeMillisUnsafe: () => here.currentTimeMillisUnsafe() + ahead,
    currentTimeMillis: Effect.map(here.currentTimeMillis, (millis) => millis + ahead),
    currentTimeNanosUnsafe: () => here.currentTimeNanosUnsafe() + BigInt(ahead) * 1_000_000n,
    currentTimeNanos: Effect.map(here.currentTimeNanos, (nanos) => nanos + BigInt(ahead) * 1_000_000n),
    monotonicTimeNanosUnsafe: () => here.monotonicTimeNanosUnsafe(),
    monotonicTimeNanos: here.monotonicTimeNanos,
    sleep: (duration) => Effect.sync(() => void (slept += Duration.toMillis(duration)))
  }
  return { clock, slept: () => slept }
}

/** The vendor, and a folder from which it is read for so long by two programs. */
const serve = Effect.gen(function* () {
  const answer = (status: number) => () => HttpServerResponse.empty({ status })
  const vendor = yield* Emulator.serve(Hurried, {
    accepts: () => Effect.succeed(true),
    quotas: [],
    answers: { refused: answer(401), invalid: answer(400), missing: answer(404), limited: answer(429) },
    handlers: {
      runs: ({ query: { page, scope } }) =>
        Effect.succeed(HttpServerResponse.jsonUnsafe({ runs: [{ id: `${scope}${page}` }] }))
    }
  })
  const connection = {
    name: `hurried ${vendor.baseUrl}`,
    provider: "hurried",
    baseUrl: vendor.baseUrl,
    pages: Math.ceil((seconds * 20) / 8)
  }
  const plugin = join(import.meta.dirname, "HurriedProvider.ts")
  const cwd = yield* folder({ "scanjobs.json": { plugins: [plugin], connections: [connection] } })
  return { cwd, vendor }
})

describe("scanjobs list --rate-limit", () => {
  withRedis(
    "keeps two programs within one quota, and uses it (needs REDIS_URL)",
    () =>
      Effect.gen(function* () {
        const { cwd, vendor } = yield* serve
        const args = ["list", "--rate-limit", url, "--format", "csv"]
        const [one, other] = yield* Effect.all([run(args, { cwd }), run(args, { cwd })], { concurrency: 2 })
        assert.deepStrictEqual([one.code, other.code], [0, 0], one.stderr + other.stderr)
        const times = (yield* vendor.ledger.entries).map(({ time }) => time)
        assert.isAtMost(RollingWindow.most(times, "5 seconds"), 100)
        const took = (Math.max(...times) - Math.min(...times)) / 1000
        assert.isAtLeast(times.length / took, 0.9 * 20)
      }),
    600_000
  )

  withRedis("keeps the quota although the machines' clocks differ (needs REDIS_URL)", () =>
    Effect.gen(function* () {
      // So long a window that what this machine takes for the test itself is next to nothing.
      const quota: Quota.Quota = { requests: 40, window: "1 hour" }
      const { capacity, interval } = Quota.toBucket(quota)
      const here = yield* Clock.Clock
      const key = `skewed ${here.currentTimeMillisUnsafe()}`
      const { acquire } = yield* RateLimit.RateLimit
      // Each is an hour ahead of the one that asked before it, which would fill the bucket once more.
      const waits = yield* Effect.forEach(Array.range(0, 59), (position) => {
        const { clock, slept } = machineAhead(here, position * 3_600_000)
        return Effect.map(Effect.provideService(acquire(key, [quota]), Clock.Clock, clock), slept)
      })
      assert.deepStrictEqual(
        waits.slice(0, capacity),
        Array.makeBy(capacity, () => 0)
      )
      for (const [position, wait] of waits.slice(capacity).entries()) {
        assert.isAtMost(Math.abs(wait - (position + 1) * interval), 60_000)
      }
    }).pipe(Effect.provide(SharedRateLimit.layer(url)))
  )

  it.live("asks nothing of a vendor where no Redis answers, and does not show its password", () =>
    Effect.gen(function* () {
      const vendors = yield* Vendors.serve()
      const refused = (address: string) => runHere(["list", "--rate-limit", address], vendors.started)
      assert.deepStrictEqual(yield* refused("redis://me:canary-password@127.0.0.1:9"), {
        code: 2,
        stdout: "",
        stderr:
          "--rate-limit: redis://127.0.0.1:9 cannot be used; check that a Redis answers there, and its user and password where it wants them\n"
      })
      const usage = yield* refused("http://me:canary-password@127.0.0.1:9")
      assert.deepStrictEqual([usage.code, usage.stdout], [2, ""])
      assert.match(usage.stderr, /^--rate-limit: expected an address such as redis:/)
      assert.deepStrictEqual(yield* vendors.digicert.ledger.entries, [])
    })
  )
})
