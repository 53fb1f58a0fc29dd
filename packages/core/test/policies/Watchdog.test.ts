import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Exit, Fiber, Result, Scope } from "effect"
import { TestClock } from "effect/testing"
import * as Reason from "../../src/model/Reason.ts"
import * as Watch from "../../src/policies/Watchdog.ts"

/** A deadline so many milliseconds from now. */
const within = (millis: number) =>
  Effect.map(Clock.currentTimeMillis, (began): Watch.Left => {
    const late = new Reason.TimedOut({ deadline: "attempt", after: millis })
    return (now) => (began + millis > now ? began + millis - now : late)
  })

const over = <A, E>(watch: Pick<Watch.Watch, "over">, effect: Effect.Effect<A, E>, millis: number) =>
  Effect.flatMap(within(millis), (left) => watch.over(effect, left))

/** Counts how often somebody sleeps. */
const countingClock = Effect.map(Clock.Clock, (clock) => {
  const counted = { sleeps: 0 }
  const counting: Clock.Clock = {
    ...clock,
    currentTimeMillisUnsafe: () => clock.currentTimeMillisUnsafe(),
    sleep: (duration) => {
      counted.sleeps++
      return clock.sleep(duration)
    }
  }
  return { counted, counting }
})

describe("Watch", () => {
  it.effect("gives what comes in time, and the failure of what fails in time", () =>
    Effect.gen(function* () {
      const watch = yield* Watch.make
      assert.strictEqual(yield* over(watch, Effect.succeed(1), 10), 1)
      assert.strictEqual(yield* over(watch, Effect.flip(Effect.fail("no")), 10), "no")
      const slow = yield* Effect.forkChild(over(watch, Effect.as(Effect.sleep(9), 2), 10))
      yield* TestClock.adjust(9)
      assert.strictEqual(yield* Fiber.join(slow), 2)
    })
  )

  it.effect("interrupts what is late, and fails with the reason", () =>
    Effect.gen(function* () {
      const watch = yield* Watch.make
      let isInterrupted = false
      const waiting = Effect.onInterrupt(Effect.never, () => Effect.sync(() => (isInterrupted = true)))
      const fiber = yield* Effect.forkChild(Effect.result(over(watch, waiting, 10)))
      yield* TestClock.adjust(9)
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust(1)
      const late = yield* Fiber.join(fiber)
      assert.isTrue(isInterrupted)
      assert.isTrue(Result.isFailure(late) && late.failure._tag === "TimedOut" && late.failure.after === 10)
    })
  )

  it.effect("keeps each of many deadlines, in whatever order they begin", () =>
    Effect.gen(function* () {
      const watch = yield* Watch.make
      const ended: Array<number> = []
      for (const millis of [30, 10, 20, 5, 40]) {
        const ending = Effect.ignore(over(watch, Effect.never, millis)).pipe(
          Effect.andThen(Clock.currentTimeMillis),
          Effect.map((now) => ended.push(now))
        )
        yield* Effect.forkChild(ending, { startImmediately: true })
      }
      yield* TestClock.adjust(100)
      assert.deepStrictEqual(ended, [5, 10, 20, 30, 40])
    })
  )

  it.effect("ends at once what is late from the beginning", () =>
    Effect.gen(function* () {
      const watch = yield* Watch.make
      assert.strictEqual((yield* Effect.flip(over(watch, Effect.never, 0)))._tag, "TimedOut")
      assert.strictEqual(yield* over(watch, Effect.succeed(1), 0), 1)
    })
  )

  it.effect("keeps the deadline of what begins the moment that another is late", () =>
    Effect.gen(function* () {
      const watch = yield* Watch.make
      const twice = Effect.ignore(over(watch, Effect.never, 10)).pipe(
        Effect.andThen(Effect.ignore(over(watch, Effect.never, 10))),
        Effect.andThen(Clock.currentTimeMillis)
      )
      const fiber = yield* Effect.forkChild(twice, { startImmediately: true })
      yield* Effect.forkChild(Effect.ignore(over(watch, Effect.never, 1000)), { startImmediately: true })
      yield* TestClock.adjust(10)
      yield* TestClock.adjust(10)
      assert.strictEqual(fiber.pollUnsafe()?._tag, "Success")
      assert.strictEqual(yield* Fiber.join(fiber), 20)
    })
  )

  it.effect("looks again where a deadline has moved", () =>
    Effect.gen(function* () {
      const watch = yield* Watch.make
      let until = 10
      const late = new Reason.TimedOut({ deadline: "idle", after: 10 })
      const left: Watch.Left = (now) => (until > now ? until - now : late)
      const fiber = yield* Effect.forkChild(Effect.flip(watch.over(Effect.never, left)), { startImmediately: true })
      yield* TestClock.adjust(9)
      until = 19
      yield* TestClock.adjust(9)
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust(1)
      assert.strictEqual(yield* Fiber.join(fiber), late)
    })
  )

  it.effect("sleeps once for all that is in time", () =>
    Effect.gen(function* () {
      const { counted, counting } = yield* countingClock
      yield* Effect.gen(function* () {
        const watch = yield* Watch.make
        for (let time = 0; time < 100; time++) yield* over(watch, Effect.yieldNow, 1000)
      }).pipe(Effect.provideService(Clock.Clock, counting))
      assert.strictEqual(counted.sleeps, 1)
    })
  )

  it.effect("interrupts what nobody waits for any more", () =>
    Effect.gen(function* () {
      const watch = yield* Watch.make
      let isInterrupted = false
      const waiting = Effect.onInterrupt(Effect.never, () => Effect.sync(() => (isInterrupted = true)))
      const fiber = yield* Effect.forkChild(over(watch, waiting, 10), { startImmediately: true })
      yield* Fiber.interrupt(fiber)
      assert.isTrue(isInterrupted)
    })
  )

  it.effect("tells how a fiber ended, or that it was late", () =>
    Effect.gen(function* () {
      const watch = yield* Watch.make
      const left = yield* within(10)
      const good = yield* Effect.forkChild(Effect.succeed(1), { startImmediately: true })
      assert.deepStrictEqual(yield* watch.await(good, left), Exit.succeed(1))
      const endless = yield* Effect.forkChild(Effect.never, { startImmediately: true })
      const waiting = yield* Effect.forkChild(watch.await(endless, left), { startImmediately: true })
      yield* TestClock.adjust(10)
      assert.isTrue(Exit.isFailure(yield* Fiber.join(waiting)))
      assert.isTrue(Exit.hasInterrupts(yield* Fiber.await(endless)))
    })
  )

  it.effect("watches no more once its scope is closed", () =>
    Effect.gen(function* () {
      const scope = yield* Scope.make()
      const watch = yield* Scope.provide(Watch.make, scope)
      const fiber = yield* Effect.forkChild(over(watch, Effect.never, 10), { startImmediately: true })
      yield* Scope.close(scope, Exit.void)
      yield* TestClock.adjust(100)
      assert.isUndefined(fiber.pollUnsafe())
      yield* Fiber.interrupt(fiber)
    })
  )

  it.effect("is there without being made, too", () =>
    Effect.gen(function* () {
      const watch = yield* Watch.Watch
      const fiber = yield* Effect.forkChild(Effect.flip(over(watch, Effect.never, 10)), { startImmediately: true })
      yield* TestClock.adjust(10)
      assert.strictEqual((yield* Fiber.join(fiber))._tag, "TimedOut")
    })
  )
})
