import { assert, describe, it } from "@effect/vitest"
import type { JudgementPolicy } from "@scanjobs/history"
import { Judgement, type Verdict } from "@scanjobs/history"
import { Schema } from "effect"
import * as Windows from "../../src/judgement/Windows.ts"
import { rulesOf } from "../../src/judgement/JudgementPolicy.ts"

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
/** The planned run in question: a Tuesday, 02:00. */
const due = Date.UTC(2026, 10, 10, 2)

const planned = (id: string, time: number, over: Partial<Judgement.Planned> = {}): Judgement.Planned => ({
  id,
  time,
  confirmedAt: time - hour,
  wasMoved: false,
  ...over
})
const run = (time: number, state: Judgement.Run["state"] = "succeeded", id = "r"): Judgement.Run => ({
  id,
  time,
  state
})
const daily = (over: Partial<Judgement.Planned> = {}) =>
  [-2, -1, 0, 1, 2].map((n) => planned(`${n}`, due + n * day, n === 0 ? over : {}))
const hourly = [-1, 0, 1, 2].map((n) => planned(`${n}`, due + n * hour))
const monthly = [planned("0", due), planned("1", due + 28 * day)]

interface Case {
  readonly title: string
  readonly plan?: ReadonlyArray<Judgement.Planned>
  readonly runs?: ReadonlyArray<Judgement.Run>
  /** When the last complete reading of the runs began; `null` for never. */
  readonly read: number | null
  readonly readFrom?: number
  readonly now: number
  readonly policy?: JudgementPolicy
  /** The planned run that is judged; `0` unless the case is about another one. */
  readonly id?: string
  readonly want: Verdict.Verdict
}

const ran = (delay: number): Verdict.Verdict => ({ _tag: "ran", run: "r", delay })
const late = (delay: number): Verdict.Verdict => ({ _tag: "late", run: "r", delay })
const unknown = (why: Verdict.Why): Verdict.Verdict => ({ _tag: "unknown", why })

const cases: ReadonlyArray<Case> = [
  { title: "before its time", read: due - hour, now: due - minute, want: { _tag: "planned" } },
  {
    title: "it ran half a minute after its time, seen later",
    runs: [run(due + 30_000)],
    read: due + hour,
    now: due + hour,
    want: ran(30_000)
  },
  {
    title: "10 minutes after its time, nothing seen yet",
    read: due + 5 * minute,
    now: due + 10 * minute,
    want: { _tag: "due" }
  },
  {
    title: "75 minutes after, runs read 70 minutes after: nothing",
    read: due + 70 * minute,
    now: due + 75 * minute,
    want: { _tag: "overdue" }
  },
  {
    title: "75 minutes after, runs last read 10 minutes after (syncs too rare)",
    read: due + 10 * minute,
    now: due + 75 * minute,
    want: unknown("runs not read")
  },
  {
    title: "the next day, runs read after the window: nothing",
    read: due + day,
    now: due + day,
    want: { _tag: "missed" }
  },
  {
    title: "vendor down since before its time; now three days later",
    read: due - hour,
    now: due + 3 * day,
    want: unknown("runs not read")
  },
  {
    title: "vendor down for two days, then read back to before its time: nothing",
    read: due + 2 * day,
    now: due + 2 * day,
    want: { _tag: "missed" }
  },
  {
    title: "vendor down for two days, then read: a run is there",
    runs: [run(due + 2 * minute)],
    read: due + 2 * day,
    now: due + 2 * day,
    want: ran(2 * minute)
  },
  {
    title: "read again after 40 days, but only from after its time on",
    read: due + 40 * day,
    readFrom: due + day,
    now: due + 40 * day,
    want: unknown("runs not read so far back")
  },
  { title: "runs never read (forbidden)", read: null, now: due + day, want: unknown("runs not read") },
  {
    title: "schedule paused or deleted before its time, and the plan read since",
    plan: daily({ isWithdrawn: true }),
    read: due + day,
    now: due + day,
    want: { _tag: "withdrawn" }
  },
  {
    title: "schedule edited between the last reading of the plan and its time",
    plan: daily({ wasMoved: true }),
    read: due + day,
    now: due + day,
    want: unknown("plan changed")
  },
  {
    title: "plan not read for three days before its time",
    plan: daily({ confirmedAt: due - 3 * day }),
    read: due + day,
    now: due + day,
    want: unknown("plan not read")
  },
  {
    title: "known only in hindsight",
    plan: daily({ confirmedAt: null }),
    read: due + day,
    now: due + day,
    want: unknown("plan not read")
  },
  {
    title: "started 90 minutes late",
    runs: [run(due + 90 * minute)],
    read: due + 2 * hour,
    now: due + 2 * hour,
    want: late(90 * minute)
  },
  {
    title: "started 20 minutes late",
    runs: [run(due + 20 * minute)],
    read: due + hour,
    now: due + hour,
    want: ran(20 * minute)
  },
  {
    title: "started 6 hours late by hand, after it was called overdue",
    runs: [run(due + 6 * hour)],
    read: due + 7 * hour,
    now: due + 7 * hour,
    want: late(6 * hour)
  },
  {
    title: "clock change: the vendor ran it an hour early",
    runs: [run(due - hour)],
    read: due + hour,
    now: due + hour,
    want: ran(-hour)
  },
  {
    title: "clock change: an hour after its time, no run yet",
    read: due + hour,
    now: due + hour,
    want: { _tag: "due" }
  },
  {
    title: "clock change: the vendor ran it an hour late",
    runs: [run(due + hour)],
    read: due + 2 * hour,
    now: due + 2 * hour,
    want: ran(hour)
  },
  {
    title: "a run by hand 50 minutes before, and the planned one",
    runs: [run(due - 50 * minute, "succeeded", "by hand"), run(due + minute)],
    read: due + hour,
    now: due + hour,
    want: ran(minute)
  },
  {
    title: "a run by hand at noon is not tomorrow's",
    runs: [run(due - 14 * hour, "succeeded", "by hand"), run(due - day)],
    read: due + 2 * hour,
    now: due + 2 * hour,
    want: { _tag: "overdue" }
  },
  {
    title: "yesterday's came 14 hours late and does not count for today",
    runs: [run(due - 10 * hour)],
    read: due + day,
    now: due + day,
    want: { _tag: "missed" }
  },
  {
    title: "yesterday's came 14 hours late and counts for yesterday",
    runs: [run(due - 10 * hour)],
    read: due + day,
    now: due + day,
    id: "-1",
    want: late(14 * hour)
  },
  {
    title: "one run never meets two planned runs",
    runs: [run(due - day + minute)],
    read: due + day,
    now: due + day,
    want: { _tag: "missed" }
  },
  {
    title: "it failed, so it ran",
    runs: [run(due + minute, "failed")],
    read: due + hour,
    now: due + hour,
    want: ran(minute)
  },
  {
    title: "the vendor skipped it",
    runs: [run(due, "skipped")],
    read: due + hour,
    now: due + hour,
    want: { _tag: "skipped", run: "r", delay: 0 }
  },
  {
    title: "the planned run itself says that it is cancelled",
    plan: daily({ state: "cancelled" }),
    read: due + hour,
    now: due + hour,
    want: { _tag: "cancelled", run: null, delay: 0 }
  },
  {
    title: "queued without a start counts from when it was first seen",
    runs: [run(due + 5 * minute, "queued")],
    read: due + hour,
    now: due + hour,
    want: ran(5 * minute)
  },
  {
    title: "hourly: a run 7 minutes early is this one",
    plan: hourly,
    runs: [run(due - 7 * minute)],
    read: due + hour,
    now: due + hour,
    want: ran(-7 * minute)
  },
  {
    title: "hourly: a run 6 minutes before the next one is the next one's",
    plan: hourly,
    runs: [run(due + 54 * minute)],
    read: due + hour,
    now: due + hour,
    want: { _tag: "missed" }
  },
  {
    title: "monthly: 25 hours without a run",
    plan: monthly,
    read: due + 25 * hour,
    now: due + 25 * hour,
    want: { _tag: "missed" }
  },
  {
    title: "monthly: a run by hand after three days does not undo it",
    plan: monthly,
    runs: [run(due + 3 * day)],
    read: due + 4 * day,
    now: due + 4 * day,
    want: { _tag: "missed" }
  },
  {
    title: "a grace of 5 minutes, 11 minutes after",
    read: due + 10 * minute,
    now: due + 11 * minute,
    policy: { grace: "5 minutes" },
    want: { _tag: "overdue" }
  },
  {
    title: "a vendor that lists runs only after 10 minutes, read 70 minutes after",
    read: due + 70 * minute,
    now: due + 71 * minute,
    policy: { lag: "10 minutes" },
    want: unknown("runs not read")
  },
  {
    title: "its time lies in a maintenance window",
    read: due + day,
    now: due + day,
    policy: { pauses: [{ from: due - hour, until: due + hour }] },
    want: { _tag: "skipped", run: null, delay: 0 }
  },
  {
    title: "it ran although its time lies in a maintenance window",
    runs: [run(due + minute)],
    read: due + day,
    now: due + day,
    policy: { pauses: [{ from: due - hour, until: due + hour }] },
    want: ran(minute)
  }
]

const judged = ({ id = "0", now, plan = daily(), policy, read, readFrom = due - 7 * day, runs = [] }: Case) =>
  Judgement.judge({ plan, runs, reading: { beganAt: read, from: readFrom }, now, policy }).get(id)

describe("the verdict on a daily scan at 02:00", () => {
  for (const each of cases) {
    const { want } = each
    it(`${each.title}: ${want._tag}${"why" in want ? `, ${want.why}` : ""}`, () => {
      assert.deepStrictEqual(judged(each), want)
    })
  }
})

const minutes = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

/** Minutes after `due` at which runs are planned, in any order and with repeats. */
const Plan = Schema.Array(minutes(0, 90 * 24 * 60))
const Runs = Schema.Array(
  Schema.Struct({
    at: minutes(-60, 91 * 24 * 60),
    state: Schema.Literals(["succeeded", "failed", "running", "skipped", "queued"])
  })
)
const Instant = minutes(-2 * 24 * 60, 95 * 24 * 60)

const timesOf = (all: typeof Plan.Type) =>
  [...new Set(all)].toSorted((a, b) => a - b).map((after) => due + after * minute)
const planOf = (all: typeof Plan.Type) => timesOf(all).map((time) => planned(`planned at ${time}`, time))
const runsOf = (all: typeof Runs.Type) =>
  all.map(({ at, state }, index) => run(due + at * minute, state, `run ${index}`))

describe("judging", () => {
  it.prop("gives each run to one planned run at most, because windows never overlap", [Plan], ([all]) => {
    const times = timesOf(all)
    const windows = Windows.make(times, rulesOf({}))
    for (const [index, window] of windows.entries()) {
      assert.isAtMost(window.from, times[index] ?? 0)
      assert.isAtMost(window.lateFrom, window.until)
      assert.isBelow(window.from, window.until)
      assert.isAtLeast(window.from, windows[index - 1]?.until ?? Number.NEGATIVE_INFINITY)
    }
  })

  it.prop(
    "does not depend on the order in which plans and runs became known",
    [Plan, Runs, Instant, Instant],
    ([all, found, read, now]) => {
      const plan = planOf(all)
      // Runs that start at the same instant are interchangeable.
      const runs = [...new Map(runsOf(found).map((one) => [one.time, one])).values()]
      const reading = { beganAt: due + read * minute, from: due - day }
      const at = due + now * minute
      const verdicts = Judgement.judge({ plan, runs, reading, now: at })
      const reversed = Judgement.judge({ plan: plan.toReversed(), runs: runs.toReversed(), reading, now: at })
      assert.deepStrictEqual([...reversed], [...verdicts])
    }
  )

  it.prop(
    "never raises an alarm for a run that is known, nor without a reading that began after its grace",
    [Plan, Runs, Instant, Instant],
    ([all, found, read, now]) => {
      const plan = planOf(all)
      const runs = runsOf(found)
      const beganAt = due + read * minute
      const at = due + now * minute
      const verdicts = Judgement.judge({ plan, runs, reading: { beganAt, from: due - 3 * day }, now: at })
      const windows = Windows.make(timesOf(all), rulesOf({}))
      for (const [index, window] of windows.entries()) {
        const tag = verdicts.get(plan[index]?.id ?? "")?._tag
        if (tag !== "overdue" && tag !== "missed") continue
        assert.isFalse(runs.some(({ time }) => time >= window.from && time < window.until))
        assert.isAtLeast(beganAt, window.lateFrom)
        assert.isAtLeast(at, window.lateFrom)
      }
    }
  )

  it("gives every planned run a verdict, also several at one time", () => {
    const plan = [planned("a", due), planned("b", due), planned("c", due, { isWithdrawn: true })]
    const verdicts = Judgement.judge({
      plan,
      runs: [run(due + minute)],
      reading: { beganAt: due + hour, from: due - day },
      now: due + hour
    })
    assert.deepStrictEqual(
      [...verdicts],
      [
        ["a", ran(minute)],
        ["b", ran(minute)],
        ["c", { _tag: "withdrawn" }]
      ]
    )
  })
})
