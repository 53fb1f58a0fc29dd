import { Emulator, RollingWindow } from "@scanjobs/testing"
import { assert, describe, it } from "@effect/vitest"
import { type Quota, RateLimit } from "@scanjobs/core"
import { Clock, Config, Effect, Option } from "effect"
import { HttpServerResponse } from "effect/http"
import { join } from "node:path"
import * as SharedRateLimit from "../src/SharedRateLimit.ts"
import { Hurried } from "./HurriedProvider.ts"
import { folder, run, runHere } from "./Program.ts"
import * as Vendors from "./Vendors.ts"

/** Tests that need a Redis run where the environment's `REDIS_URL` names one, and are skipped elsewhere. */
const redis = Effect.runSync(Config.option(Config.String("REDIS_URL")).pipe(Effect.orDie))
const withRedis = Option.isSome(redis) ? it.live : it.live.skip
if (Option.isNone(redis))
  process.stderr.write("skipped: the test of --rate-limit with a Redis, because REDIS_URL is not set\n")
const url = Option.getOrElse(redis, () => "")

/** How long the two programs are at it. A minute and more shows what ten seconds may not. */
const seconds = Effect.runSync(Config.Int("SCANJOBS_QUOTA_SECONDS").pipe(Config.withDefault(8), Effect.orDie))

/** The clock of a machine that is so many milliseconds ahead. */
const skewed = (clock: Clock.Clock, ahead: number): Clock.Clock => ({
  currentTimeMillisUnsafe: () => clock.currentTimeMillisUnsafe() + ahead,
  currentTimeMillis: Effect.map(clock.currentTimeMillis, (millis) => millis + ahead),
  currentTimeNanosUnsafe: () => clock.currentTimeNanosUnsafe() + BigInt(ahead) * 1_000_000n,
  currentTimeNanos: Effect.map(clock.currentTimeNanos, (nanos) => nanos + BigInt(ahead) * 1_000_000n),
  monotonicTimeNanosUnsafe: () => clock.monotonicTimeNanosUnsafe(),
  monotonicTimeNanos: clock.monotonicTimeNanos,
  sleep: (duration) => clock.sleep(duration)
})

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

  withRedis(
    "keeps the quota although the machines' clocks differ (needs REDIS_URL)",
    () =>
      Effect.gen(function* () {
        const quota: Quota.Quota = { requests: 40, window: "2 seconds" }
        const here = yield* Clock.Clock
        const key = `skewed ${here.currentTimeMillisUnsafe()}`
        const times: Array<number> = []
        // Every machine is ahead of those that came before it.
        const machine = Effect.fnUntraced(function* (position: number) {
          const { acquire } = yield* RateLimit.RateLimit
          yield* Effect.sleep(position * 100)
          const clock = skewed(here, position * 10_000)
          const request = Effect.andThen(
            Effect.provideService(acquire(key, [quota]), Clock.Clock, clock),
            Effect.sync(() => times.push(here.currentTimeMillisUnsafe()))
          )
          yield* Effect.all([request, request, request, request, request, request], { concurrency: 6 })
        })
        const machines = Array.from({ length: 10 }, (_, position) => machine(position))
        yield* Effect.all(machines, { concurrency: 10 }).pipe(Effect.provide(SharedRateLimit.layer(url)))
        assert.lengthOf(times, 60)
        assert.isAtMost(RollingWindow.most(times, "2 seconds"), 40)
      }),
    20_000
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
