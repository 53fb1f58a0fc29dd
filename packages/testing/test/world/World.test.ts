import { assert, describe, it } from "@effect/vitest"
import { World } from "@scanjobs/testing"
import { Schema } from "effect"

const day = 86_400_000
const begins = Date.UTC(2026, 0, 10)
const Seed = Schema.String
const Days = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 20 }))

describe("World", () => {
  it.prop("is the same for the same seed, however often one looks", [Seed, Days], ([seed, days]) => {
    const look = () =>
      World.make({ begins, seed }).definitions.map((one) => [
        World.planned(one, begins + days * day, 3),
        World.runs(one, begins + days * day)
      ])
    assert.deepStrictEqual(look(), look())
  })

  it.prop("shows just the runs whose events have started, as they are now", [Seed, Days], ([seed, days]) => {
    const now = begins + days * day
    for (const definition of World.make({ begins, seed }).definitions) {
      const started = World.events(definition, 0, now).filter(({ startsAt }) => startsAt !== null && startsAt <= now)
      const runs = World.runs(definition, now)
      assert.sameMembers(
        runs.map(({ id }) => id),
        started.map(({ id }) => id)
      )
      for (const { endedAt, startedAt, state } of runs) {
        assert.strictEqual(endedAt === null, state === "running")
        assert.isAtMost(startedAt, endedAt ?? now)
        assert.isAtMost(endedAt ?? now, now)
      }
    }
  })

  it.prop("plans what then falls due, unless the schedule is changed in between", [Seed, Days], ([seed, days]) => {
    const now = begins + days * day
    for (const definition of World.make({ begins, seed }).definitions) {
      const [next] = World.planned(definition, now, 1)
      if (next === undefined || definition.schedules.some(({ since }) => since > now && since <= next)) continue
      assert.deepStrictEqual(
        World.events(definition, now, next + 1).map(({ plannedAt }) => plannedAt),
        [next]
      )
    }
  })

  it("has every fate, an edited schedule, a deleted one, and one that falls silent", () => {
    const { definitions } = World.make({ begins })
    const fates = definitions.flatMap((one) => World.events(one, begins, begins + 60 * day)).map(({ fate }) => fate)
    assert.sameMembers([...new Set(fates)], ["succeeded", "partly", "failed", "late", "missed", "skipped"])
    const past = definitions.flatMap((one) => World.events(one, 0, begins)).map(({ fate }) => fate)
    assert.deepStrictEqual([...new Set(past)], ["succeeded"])
    assert.isTrue(definitions.some(({ schedules }) => schedules.length > 1 && schedules.at(-1)?.every !== null))
    const ended = definitions.filter(({ schedules }) => schedules.at(-1)?.every === null)
    assert.sameMembers(
      ended.map(({ isPlanned }) => isPlanned),
      [true, false]
    )
    for (const one of ended) assert.deepStrictEqual(World.events(one, begins + 20 * day, begins + 60 * day), [])
  })

  it("is as many times faster as it is told", () => {
    const [usual] = World.make({ begins }).definitions
    const [fast] = World.make({ begins, speed: 60 }).definitions
    const step = (one: World.Definition) => {
      const [first = 0, second = 0] = World.planned(one, begins, 2)
      return second - first
    }
    assert.strictEqual(step(usual), 60 * step(fast))
  })

  it("is made of the scans that it is given: when they run, what becomes of them, and when they change", () => {
    const hour = 3_600_000
    const { definitions } = World.make({
      begins,
      scans: [
        { name: "hourly", every: hour, offset: 60_000, fates: { 0: "late", 2: "missed" } },
        { name: "moved", every: 6 * hour, offset: 0, change: { to: "moved", after: 2 } },
        { name: "deleted", every: hour, isPlanned: false, offset: 0, change: { to: "deleted", after: 3 } }
      ]
    })
    const timesOf = (index: number, until: number) =>
      World.events(definitions[index] ?? definitions[0], begins, begins + until).map(
        ({ fate, plannedAt }) => [(plannedAt - begins) / hour, fate] as const
      )
    const minute = 1 / 60
    const [first, , third] = timesOf(0, 3 * hour)
    assert.deepStrictEqual(
      [first, third],
      [
        [minute, "late"],
        [2 + minute, "missed"]
      ]
    )
    assert.deepStrictEqual(
      timesOf(1, 24 * hour).map(([hours]) => hours),
      [0, 6, 14, 20]
    )
    assert.deepStrictEqual(
      timesOf(2, 24 * hour).map(([hours]) => hours),
      [0, 1, 2]
    )
    assert.deepStrictEqual(
      definitions.map(({ isPlanned }) => isPlanned),
      [true, true, false]
    )
  })
})
