/**
 * A made-up vendor whose clock runs: schedules that are edited, paused and resumed, runs that come in time, late, an hour off or not at all,
 * outages of its lists, and times in which nobody reads them.
 */
import * as FakeSource from "../FakeSource.ts"

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

export const start = Date.UTC(2026, 9, 20)
export const days = 25

/** What becomes of a planned run. */
export type Fate = "ran" | "late" | "missed" | "skipped" | "hour off"

export interface Run {
  readonly id: string
  readonly at: number
  readonly end: number
  readonly state: "succeeded" | "failed" | "skipped"
}

export interface Truth {
  readonly fate: Fate
  readonly run: Run | null
}

interface Rule {
  readonly since: number
  readonly every: number
  readonly phase: number
  readonly isOn: boolean
}

export interface Definition {
  readonly key: string
  readonly ruleAt: (time: number) => Rule
  /** What became of each planned run, by its time. */
  readonly truth: ReadonlyMap<number, Truth>
  readonly runs: ReadonlyArray<Run>
}

export interface World {
  readonly definitions: ReadonlyArray<Definition>
  readonly source: ReturnType<typeof FakeSource.make>
  /** When it is read. */
  readonly syncs: ReadonlyArray<number>
}

/** When a rule is due, from a time inclusive until a time exclusive. */
const dueTimes = ({ every, isOn, phase }: Rule, from: number, until: number): ReadonlyArray<number> => {
  const times: Array<number> = []
  if (!isOn) return times
  for (let time = Math.ceil((from - phase) / every) * every + phase; time < until; time += every) times.push(time)
  return times
}

class Chance {
  readonly next: () => number
  constructor(next: () => number) {
    this.next = next
  }
  below(count: number): number {
    return Math.floor(this.next() * count)
  }
  of<A>(first: A, ...others: ReadonlyArray<A>): A {
    return [first, ...others][this.below(others.length + 1)] ?? first
  }
  spans(count: number, longest: number): ReadonlyArray<readonly [number, number]> {
    return Array.from({ length: this.below(count + 1) }, () => {
      const from = start + this.next() * days * day
      return [from, from + this.next() * longest] as const
    })
  }
}

const rulesOf = (chance: Chance): ReadonlyArray<Rule> => {
  const every = chance.of(day, day, 7 * day, 6 * hour, hour)
  const rules: Array<Rule> = [
    {
      since: Number.NEGATIVE_INFINITY,
      every,
      phase: start + chance.below(every / minute) * minute,
      isOn: true
    }
  ]
  for (let time = start + 2 * day; time < start + days * day; time += day * (2 + chance.next() * 8)) {
    rules.push(edited(chance, rules.at(-1) ?? never(), time))
  }
  return rules
}

/** A schedule is moved, paused or resumed, or gets another rhythm. */
const edited = (chance: Chance, { every, isOn, phase }: Rule, since: number): Rule => {
  const kind = chance.next()
  if (kind < 0.4) return { since, every, phase: phase + (chance.below(12) + 1) * 17 * minute, isOn: true }
  if (kind < 0.7) return { since, every, phase, isOn: !isOn }
  return { since, every: chance.of(day, 7 * day, 6 * hour), phase, isOn: true }
}

const fateOf = (roll: number): Fate => {
  if (roll < 0.8) return "ran"
  if (roll < 0.86) return "late"
  if (roll < 0.94) return "missed"
  return roll < 0.97 ? "skipped" : "hour off"
}

const truthOf = (chance: Chance, key: string, time: number, { every }: Rule): Truth => {
  const fate = fateOf(chance.next())
  const delay = delayOf(chance, fate, every)
  if (fate === "missed") return { fate, run: null }
  const at = Math.round(time + delay)
  const ended = () => (chance.next() < 0.1 ? "failed" : "succeeded")
  const state = fate === "skipped" ? "skipped" : ended()
  return { fate, run: { id: `${key} run ${time}`, at, end: at + 20 * minute, state } }
}

const delayOf = (chance: Chance, fate: Fate, every: number): number => {
  if (fate === "late") return Math.min(every * 0.7, hour * (2 + chance.next() * 8))
  if (fate === "hour off" && every >= day) return chance.next() < 0.5 ? -hour : hour
  return chance.next() * Math.min(every / 4, 25 * minute)
}

const definitionOf = (chance: Chance, key: string): Definition => {
  const rules = rulesOf(chance)
  const ruleAt = (time: number) => rules.findLast(({ since }) => since <= time) ?? rules[0] ?? never()
  const truth = new Map<number, Truth>()
  rules.forEach((rule, index) => {
    const until = Math.min(rules[index + 1]?.since ?? Number.POSITIVE_INFINITY, start + days * day)
    for (const time of dueTimes(rule, Math.max(rule.since, start - 3 * day), until)) {
      if (ruleAt(time) === rule) truth.set(time, truthOf(chance, key, time, rule))
    }
  })
  const byHand = Array.from({ length: chance.below(4) }, (_, index): Run => {
    const at = start + chance.below(days * 24 * 60) * minute
    return { id: `${key} by hand ${index}`, at, end: at + 10 * minute, state: "succeeded" }
  })
  const planned = [...truth.values()].flatMap(({ run }) => (run === null ? [] : [run]))
  return { key, ruleAt, truth, runs: [...planned, ...byHand].toSorted((a, b) => a.at - b.at) }
}

const never = (): never => {
  throw new Error("there is always a rule")
}

/** The generator of pseudo-random numbers that is known as mulberry32. */
const seeded = (seed: number) => {
  let state = seed
  return (): number => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** Makes a world of a seed. */
export const make = (seed: number): World => {
  const chance = new Chance(seeded(seed))
  const definitions = ["a", "b", "c"].map((key) => definitionOf(chance, key))
  const [runsDown, planDown, asleep] = [chance.spans(3, 2 * day), chance.spans(3, 2 * day), chance.spans(2, 3 * day)]
  const isIn = (spans: ReadonlyArray<readonly [number, number]>, time: number) =>
    spans.some(([from, until]) => time >= from && time < until)
  /** By how much the vendor's clock differs. */
  const skew = (chance.next() - 0.5) * 4 * minute
  const source = FakeSource.make(
    {
      planned: {
        isPlan: true,
        holds: { kinds: ["occurrence"] },
        failsAfter: ({ now }) => (isIn(planDown, now) ? 1 : undefined),
        jobs: ({ from, now, until }) =>
          definitions.flatMap(({ key, ruleAt }) =>
            dueTimes(ruleAt(now), Math.max(now + skew, from), until).map((time) => ({
              vendorId: `${key}@${time}`,
              kind: "occurrence",
              category: "other",
              state: "scheduled",
              vendorState: null,
              definitionId: key,
              name: key,
              startTime: time
            }))
          )
      },
      runs: {
        holds: { kinds: ["run"] },
        failsAfter: ({ now }) => (isIn(runsDown, now) ? 1 : undefined),
        jobs: ({ now }) =>
          definitions.flatMap(({ key, runs }) =>
            runs
              // A run is listed half a minute after it started.
              .filter(({ at }) => at <= now - 30_000)
              .map(({ at, end, id, state }) => ({
                vendorId: id,
                kind: "run",
                category: "other",
                state: end <= now ? state : "running",
                vendorState: null,
                definitionId: key,
                name: key,
                startTime: at,
                finishTime: end <= now ? end : null
              }))
          )
      }
    },
    25
  )
  const syncs: Array<number> = []
  const pace = chance.of(20 * minute, hour, hour, 3 * hour)
  for (let time = start + chance.next() * hour; time < start + days * day; time += pace * (0.7 + chance.next() * 0.6)) {
    if (!isIn(asleep, time)) syncs.push(Math.round(time))
  }
  return { definitions, source, syncs }
}
