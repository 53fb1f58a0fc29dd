import * as NodeRedis from "@effect/platform-node/NodeRedis"
import { Emulator, RollingWindow } from "@scanjobs/testing"
import { assert, describe, it } from "@effect/vitest"
import { type Quota, RateLimit } from "@scanjobs/core"
import { Array, Clock, Config, Duration, Effect, Option } from "effect"
import { HttpServerResponse } from "effect/http"
import { Redis } from "effect/persistence"
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

const fiveASecond: Quota.Quota = { requests: 5, window: "1 second" }

/** How long the two programs are at it. A minute and more shows what ten seconds may not. */
const seconds = Effect.runSync(Config.Int("SCANJOBS_QUOTA_SECONDS").pipe(Config.withDefault(8), Effect.orDie))

/** On a busy machine, the first answer of a Redis takes seconds. */
const patience = Duration.minutes(1)

/** A machine whose clock is so many milliseconds ahead. */
const clockAhead = (here: Clock.Clock, ahead: number): Clock.Clock => ({
  currentTimeMillisUnsafe: () => here.currentTimeMillisUnsafe() + ahead,
  currentTimeMillis: Effect.map(here.currentTimeMillis, (millis) => millis + ahead),
  currentTimeNanosUnsafe: () => here.currentTimeNanosUnsafe() + BigInt(ahead) * 1_000_000n,
  currentTimeNanos: Effect.map(here.currentTimeNanos, (nanos) => nanos + BigInt(ahead) * 1_000_000n),
  monotonicTimeNanosUnsafe: () => here.monotonicTimeNanosUnsafe() + BigInt(ahead) * 1_000_000n,
  monotonicTimeNanos: Effect.map(here.monotonicTimeNanos, (nanos) => nanos + BigInt(ahead) * 1_000_000n),
  sleep: (duration) => here.sleep(duration)
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
  const plugin = join(import.meta.dirname, "..", "HurriedProvider.ts")
  const cwd = yield* folder({ "scanjobs.json": { plugins: [plugin], connections: [connection] } })
  return { cwd, vendor }
})

describe.concurrent("scanjobs list --rate-limit", () => {
  withRedis(
    "keeps two programs within one quota, and uses it (needs REDIS_URL)",
    () =>
      Effect.gen(function* () {
        const { cwd, vendor } = yield* serve
        const args = ["list", "--rate-limit", url, "--format", "csv"]
        const [one, other] = yield* Effect.all([run(args, { cwd }), run(args, { cwd })], { concurrency: 2 })
        assert.deepStrictEqual([one.code, other.code], [0, 0], one.stderr + other.stderr)
        const times = (yield* vendor.ledger.entries).map(({ time }) => time)
        // The quota of five seconds holds where requests are let go. On a busy machine, one of them may take a second to arrive.
        assert.isAtMost(RollingWindow.most(times, "4 seconds"), 100)
        const took = (Math.max(...times) - Math.min(...times)) / 1000
        // Each of them would take half of the quota, and be slower than this, if it counted what both do twice.
        assert.isAtLeast(times.length / took, 0.55 * 20)
      }),
    600_000
  )

  withRedis("keeps the quota although the machines' clocks differ (needs REDIS_URL)", () =>
    Effect.gen(function* () {
      const here = yield* Clock.Clock
      const key = `skewed ${here.currentTimeMillisUnsafe()}`
      const { acquire } = yield* RateLimit.RateLimit
      const times = yield* Effect.forEach(Array.range(0, 14), (position) =>
        Effect.map(
          Effect.provideService(acquire(key, [fiveASecond]), Clock.Clock, clockAhead(here, position * 3_600_000)),
          () => here.currentTimeMillisUnsafe()
        )
      )
      // Half of the window is for who hears late that he may go on.
      assert.isAtMost(RollingWindow.most(times, "500 millis"), 5)
    }).pipe(Effect.provide(SharedRateLimit.layer({ url, namedBy: "--rate-limit", patience })))
  )

  withRedis("waits no longer than a window where the clock of Redis was set back (needs REDIS_URL)", () =>
    Effect.gen(function* () {
      const key = `set back ${yield* Clock.currentTimeMillis}`
      const { acquire } = yield* RateLimit.RateLimit
      const { send } = yield* Redis.Redis
      const take = acquire(key, [fiveASecond])
      yield* Effect.forEach(Array.range(0, 4), () => take)
      const [name = ""] = yield* send<ReadonlyArray<string>>("KEYS", `*${key}*`)
      const times = yield* send<ReadonlyArray<string>>("LRANGE", name, "0", "-1")
      assert.lengthOf(times, 5)
      yield* Effect.forEach(times, (time, at) => send("LSET", name, String(at), String(Number(time) + 3_600_000)))
      const [waited] = yield* Effect.timed(take)
      // The clock was set back by an hour.
      assert.isBelow(Duration.toMillis(waited), 60_000)
      assert.isAtLeast(Duration.toMillis(waited), 500)
    }).pipe(
      Effect.provide([SharedRateLimit.layer({ url, namedBy: "--rate-limit", patience }), NodeRedis.layer({ url })])
    )
  )

  it.live("asks nothing of a vendor where no Redis answers, and does not show its password", () =>
    Effect.gen(function* () {
      const vendors = yield* Vendors.serve()
      const refused = (address: string) => runHere(["list", "--rate-limit", address], vendors.started)
      assert.deepStrictEqual(yield* refused("redis://me:canary-password@127.0.0.1:9"), {
        code: 2,
        stdout: "",
        stderr:
          "--rate-limit: redis://127.0.0.1:9 cannot be used: Redis cannot be reached: nothing answers at its address; check that a Redis answers there, and its user and password where it wants them\n"
      })
      const usage = yield* refused("http://me:canary-password@127.0.0.1:9")
      assert.deepStrictEqual([usage.code, usage.stdout], [2, ""])
      assert.match(usage.stderr, /^--rate-limit: expected an address such as redis:/)
      assert.deepStrictEqual(yield* vendors.digicert.ledger.entries, [])
    })
  )
})
