import { Quota, RateLimit } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { Clock, Duration, Effect, Random } from "effect"
import { TestClock } from "effect/testing"

/**
 * Four fibers make requests of a millisecond for as long as `during`, each after `pause`; gives the times at which requests
 * were let through.
 */
const granted = (
  quotas: ReadonlyArray<Quota.Quota>,
  during: Duration.Input,
  pause: Effect.Effect<void> = Effect.void,
  key = "acme/main"
) =>
  Effect.gen(function* () {
    const { acquire } = yield* RateLimit.RateLimit
    const times: Array<number> = []
    const one = Effect.gen(function* () {
      yield* pause
      yield* acquire(key, quotas)
      times.push(yield* Clock.currentTimeMillis)
      yield* Effect.sleep(1)
    })
    const start = yield* Clock.currentTimeMillis
    for (let fiber = 0; fiber < 4; fiber++) yield* Effect.forkScoped(Effect.forever(one))
    yield* TestClock.adjust(during)
    return times.map((time) => time - start)
  }).pipe(Effect.scoped)

/** The most requests in any window of that length, which takes its first instant in and leaves its last out. */
const most = (times: ReadonlyArray<number>, window: Duration.Input): number => {
  const length = Duration.toMillis(window)
  let best = 0
  let first = 0
  for (const [index, time] of times.entries()) {
    while (time - (times[first] ?? time) >= length) first++
    best = Math.max(best, index - first + 1)
  }
  return best
}

/** Sometimes no pause, sometimes one long enough for the bucket to fill up. */
const irregular = (longest: number) =>
  Effect.flatMap(Random.next, (chance) =>
    chance < 0.97 ? Effect.void : Effect.sleep(Math.floor(((chance - 0.97) / 0.03) * longest))
  )

const second = { requests: 1, window: "1 second" } as const
const cases: ReadonlyArray<readonly [ReadonlyArray<Quota.Quota>, Duration.Input]> = [
  [[second], "100 seconds"],
  [[{ requests: 2, window: "1 second" }], "90 seconds"],
  [[{ requests: 5, window: "1 second" }], "1 minute"],
  [[{ requests: 100, window: "5 seconds" }], "20 seconds"],
  [[{ requests: 1000, window: "3 minutes" }], "200 seconds"],
  [
    [
      { requests: 1000, window: "3 minutes" },
      { requests: 10, window: "1 second" }
    ],
    "200 seconds"
  ],
  [
    [
      { requests: 100, window: "5 seconds" },
      { requests: 600, window: "1 minute" }
    ],
    "90 seconds"
  ]
]
const named = cases.map(([quotas, during]) => [quotas.map(Quota.format).join(" and "), quotas, during] as const)

describe("requests under a quota", () => {
  it.effect.each(named)("keep to %s in every rolling window, however many wait", ([, quotas, during]) =>
    Effect.gen(function* () {
      const times = yield* granted(quotas, during)
      for (const { requests, window } of quotas) assert.isAtMost(most(times, window), requests)
      assert.isAtLeast(times.length, 90)
    })
  )

  it.effect.each(named)("keep to %s in every rolling window when they come in bursts", ([, quotas, during]) =>
    Effect.gen(function* () {
      const times = yield* granted(quotas, during, irregular(20_000))
      for (const { requests, window } of quotas) assert.isAtMost(most(times, window), requests)
      assert.isAtLeast(times.length, 20)
    })
  )

  it.effect.each([
    [{ requests: 100, window: "5 seconds" }, "10 minutes"],
    [{ requests: 60, window: "1 minute" }, "2 hours"],
    [{ requests: 5000, window: "1 hour" }, "5 hours"]
  ] as const)("use 95 %% and more of each window of $0.requests in $0.window", ([quota, during]) =>
    Effect.gen(function* () {
      const times = yield* granted([quota], during)
      const windows = Duration.toMillis(during) / Duration.toMillis(quota.window)
      assert.isAtLeast(times.length, 0.95 * windows * quota.requests)
    })
  )

  it.effect("exceed none of two windows in 100,000 requests, and use 95 % of the longer one", () =>
    Effect.gen(function* () {
      const quotas = [
        { requests: 100, window: "5 seconds" },
        { requests: 1000, window: "3 minutes" }
      ] as const
      const times = yield* granted(quotas, "302 minutes")
      assert.isAtLeast(times.length, 100_000)
      for (const { requests, window } of quotas) assert.isAtMost(most(times, window), requests)
    })
  )

  it.effect("bear that the first requests take a tenth of a second longer on their way than the others", () =>
    Effect.gen(function* () {
      const times = yield* granted([{ requests: 100, window: "5 seconds" }], "1 minute")
      const arrivals = times.map((time, index) => time + (index < 4 ? 100 : 0)).toSorted((a, b) => a - b)
      assert.isAtMost(most(arrivals, "5 seconds"), 100)
    })
  )

  it.effect.each([-3_600_000, 3_600_000])("keep to the quota where the clock is set by %d ms", (jump) =>
    Effect.gen(function* () {
      const clock = yield* Clock.Clock
      let set = 0
      const jumping: Clock.Clock = {
        ...clock,
        currentTimeMillisUnsafe: () => clock.currentTimeMillisUnsafe() + set,
        currentTimeMillis: Effect.sync(() => clock.currentTimeMillisUnsafe() + set)
      }
      const { acquire } = yield* RateLimit.RateLimit
      const times: Array<number> = []
      yield* Effect.forkScoped(
        Effect.provideService(
          Effect.forever(
            Effect.andThen(
              acquire("acme/main", [second]),
              Effect.sync(() => times.push(clock.currentTimeMillisUnsafe()))
            )
          ),
          Clock.Clock,
          jumping
        )
      )
      yield* TestClock.adjust("2 seconds")
      set = jump
      yield* TestClock.adjust("2 seconds")
      assert.deepStrictEqual(times, [0, 1050, 2100, 3150])
    }).pipe(Effect.scoped)
  )

  it.effect("do not wait where they stay below it", () =>
    Effect.gen(function* () {
      const times = yield* granted([{ requests: 100, window: "5 seconds" }], "3 seconds", Effect.sleep("1 second"))
      assert.deepStrictEqual(times, [1000, 1000, 1000, 1000, 2001, 2001, 2001, 2001])
    })
  )

  it.effect("of another connection do not count", () =>
    Effect.gen(function* () {
      yield* granted([second], "10 seconds", Effect.void, "acme/one")
      const times = yield* granted([second], "10 seconds", Effect.void, "acme/two")
      assert.deepStrictEqual(times.slice(0, 3), [0, 1050, 2100])
    })
  )
})

describe("the limiter that needs no wiring", () => {
  const run = Effect.provide(granted([second], "3 seconds"), TestClock.layer())

  it.live("keeps two clocks apart, although they use the same connection", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* run, [0, 1050, 2100])
      assert.deepStrictEqual(yield* run, [0, 1050, 2100])
    })
  )

  it.effect("remembers what runs before used of the quota", () =>
    Effect.gen(function* () {
      yield* granted([second], "1500 millis")
      const [first = 0] = yield* granted([second], "10 seconds")
      assert.isAtLeast(first, 500)
    })
  )
})

describe("RateLimit.layerUnlimited", () => {
  it.effect("waits for nothing", () =>
    Effect.gen(function* () {
      const { acquire } = yield* RateLimit.RateLimit
      for (let request = 0; request < 100; request++) yield* acquire("acme/main", [second])
      assert.strictEqual(yield* Clock.currentTimeMillis, 0)
    }).pipe(Effect.provide(RateLimit.layerUnlimited))
  )
})

describe("RateLimit.layerMemory", () => {
  it.effect("keeps a quota of its own", () =>
    Effect.gen(function* () {
      yield* granted([second], "10 seconds")
      const times = yield* Effect.provide(granted([second], "2 seconds"), RateLimit.layerMemory)
      assert.deepStrictEqual(times, [0, 1050])
    })
  )
})
