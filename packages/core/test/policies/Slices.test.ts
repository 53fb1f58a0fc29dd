import { assert, describe, it } from "@effect/vitest"
import { Clock, Effect, Fiber } from "effect"
import * as Slices from "../../src/policies/Slices.ts"

/** A clock that goes on by so many milliseconds each time that it is read. */
const ticking = (millis: number) =>
  Effect.map(Clock.Clock, (clock): Clock.Clock => {
    let now = 0
    return Object.assign(Object.create(clock), { currentTimeMillisUnsafe: () => (now += millis) })
  })

const steps = (count: number, onStep: (step: number) => void = () => undefined): Slices.Work<number> =>
  function* () {
    for (let step = 0; step < count; step++) {
      onStep(step)
      yield
    }
    return count
  }

/** Runs an effect, and counts the turns of the event loop until its end. */
const turnsOf = Effect.fnUntraced(function* <A>(effect: Effect.Effect<A>) {
  let turns = 0
  let isOver = false
  const count = () => {
    turns++
    if (!isOver) setImmediate(count)
  }
  setImmediate(count)
  const value = yield* effect
  isOver = true
  return { turns, value }
})

const under =
  (millis: number) =>
  <A>(effect: Effect.Effect<A>) =>
    Effect.flatMap(ticking(millis), (clock) => Effect.provideService(effect, Clock.Clock, clock))

describe("Slices.run", () => {
  it.live("gives the event loop a turn after each slice", () =>
    Effect.gen(function* () {
      const { turns, value } = yield* turnsOf(under(1)(Slices.run(steps(2000))))
      assert.strictEqual(value, 2000)
      assert.isAtLeast(turns, 50)
    })
  )

  it.live("does not pause for work that is done within one slice", () =>
    Effect.gen(function* () {
      const { turns } = yield* turnsOf(under(1)(Slices.run(steps(10))))
      assert.isAtMost(turns, 2)
    })
  )

  it.live("runs one slice of any work between two turns", () =>
    Effect.gen(function* () {
      const all = Array.from({ length: 20 }, () => under(30)(Slices.run(steps(10))))
      const { turns } = yield* turnsOf(Effect.all(all, { concurrency: "unbounded" }))
      assert.isAtLeast(turns, 150)
    })
  )

  it.live("can be interrupted between two slices, and lets other work go on", () =>
    Effect.gen(function* () {
      let last = 0
      const endless = Slices.run(steps(Number.POSITIVE_INFINITY, (step) => (last = step)))
      const fiber = yield* Effect.forkChild(under(30)(endless))
      yield* Effect.sleep("5 millis")
      yield* Fiber.interrupt(fiber)
      assert.isAbove(last, 0)
      assert.strictEqual(yield* under(30)(Slices.run(steps(5))), 5)
    })
  )

  it.effect("never pauses under a clock that stands still", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* Slices.run(steps(100_000)), 100_000)
    })
  )
})
