/**
 * Scans as they come and go: schedules fall due, runs start, take their time, end well or badly, come late, or never come. One schedule is
 * edited, one is deleted, and one definition without a schedule falls silent.
 *
 * A world is a pure function of time and of its seed. Emulators show what is true at the time of a request, and a test can ask what
 * really became of each planned run.
 *
 * **Example** (what is planned, what runs, and the truth)
 *
 * ```ts run
 * import { World } from "@scanjobs/testing"
 *
 * const begins = Date.UTC(2026, 0, 1)
 * const world: World.World = World.make({ begins, seed: "example" })
 * const [definition] = world.definitions
 * const now = begins + 3 * 86_400_000
 * const planned: ReadonlyArray<number> = World.planned(definition, now, 2)
 * const events: ReadonlyArray<World.Event> = World.events(definition, 0, now)
 * const runs: ReadonlyArray<World.Run> = World.runs(definition, now)
 * console.log(planned.length, events.length >= runs.length) // 2 true
 * export const later = (one: World.Definition) => World.events(one, now, now + 86_400_000).map(({ fate }: World.Event): World.Fate => fate)
 * const scans: ReadonlyArray<World.Scan> = [{ name: "Mail relays", every: 3_600_000, fates: { 2: "missed" } }]
 * export const options: World.Options = { begins, speed: 60, scans }
 * ```
 */
import { Effect, Random } from "effect"

/**
 * What becomes of a planned run.
 *
 * @since 0.2.0
 * @category models
 */
export type Fate = "succeeded" | "partly" | "failed" | "late" | "missed" | "skipped"

/**
 * A scan that is planned, or that just happens again and again.
 *
 * @since 0.2.0
 * @category models
 */
export interface Definition {
  /** From 1 on. */
  readonly id: number
  readonly name: string
  /** Whether people can see a plan of it. */
  readonly isPlanned: boolean
  /** When each of its schedules begins, in order: epoch milliseconds, and the time between two runs. `null`: no run any more. */
  readonly schedules: ReadonlyArray<{ readonly since: number; readonly first: number; readonly every: number | null }>
  readonly seed: string
  /** Before this time, in epoch milliseconds, every run comes and ends well. */
  readonly begins: number
  /** What becomes of the nth run from `begins` on, where chance does not decide; the first one is 0. */
  readonly fates: { readonly [nth: number]: Fate }
}

/**
 * A scan of a world that is to be made.
 *
 * @since 0.3.0
 * @category models
 */
export interface Scan {
  readonly name: string
  /** The milliseconds between two runs, at a speed of 1. */
  readonly every: number
  /** Whether people can see a plan of it. Default: yes. */
  readonly isPlanned?: boolean
  /** How many milliseconds after `begins` a run is planned, at a speed of 1. Default: by chance. */
  readonly offset?: number
  /** What becomes of the nth run from `begins` on; the first one is 0. Default: by chance. */
  readonly fates?: { readonly [nth: number]: Fate }
  /** Its schedule is moved by a third of `every`, or deleted, so many runs after `begins`. Default: after two to four, by chance. */
  readonly change?: { readonly to: "moved" | "deleted"; readonly after?: number }
}

/**
 * A planned run, and what becomes of it.
 *
 * @since 0.2.0
 * @category models
 */
export interface Event {
  /** Unique in its definition. */
  readonly id: number
  /** Epoch milliseconds. */
  readonly plannedAt: number
  readonly fate: Fate
  /** Epoch milliseconds; `null` where it never starts. */
  readonly startsAt: number | null
  readonly endsAt: number | null
}

/**
 * A run that has started, as it is at a time.
 *
 * @since 0.2.0
 * @category models
 */
export interface Run {
  /** The id of its event. */
  readonly id: number
  readonly startedAt: number
  /** `null` while it runs. */
  readonly endedAt: number | null
  readonly state: "running" | "succeeded" | "partly" | "failed" | "skipped"
  /** 0 to 100. */
  readonly progress: number
}

/**
 * A world.
 *
 * @since 0.2.0
 * @category models
 */
export interface World {
  readonly definitions: readonly [Definition, ...Array<Definition>]
}

/**
 * What a world is made of.
 *
 * @since 0.2.0
 * @category models
 */
export interface Options {
  /** When people begin to look, in epoch milliseconds. The past before it is quiet: nothing is missed or late in it. */
  readonly begins: number
  /** Equal seeds give equal worlds. Default `world`. */
  readonly seed?: string | undefined
  /** How many times faster than life: with 60, what is daily comes every 24 minutes, and a run of an hour takes one. Default 1. */
  readonly speed?: number | undefined
  /** Default: nine scans that run every six hours to every two days. */
  readonly scans?: ReadonlyArray<Scan> | undefined
}

const second = 1000
const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** How far the past goes back, in runs. */
const past = 40

const usual: ReadonlyArray<Scan> = [
  { name: "External perimeter", every: day },
  { name: "Payment gateways", every: day, change: { to: "moved" } },
  { name: "Kubernetes ingress", every: 6 * hour },
  { name: "Mail relays", every: 2 * day, change: { to: "deleted" } },
  { name: "DMZ web servers", every: 12 * hour },
  { name: "Office networks", every: day },
  { name: "Mailbox sweep", every: day, isPlanned: false },
  { name: "Nightly analysis", every: day, isPlanned: false, change: { to: "deleted", after: 2 } },
  { name: "Directory inventory", every: day, isPlanned: false }
]

/**
 * Makes a world of the scans that are given, or of six planned ones and three without a plan.
 *
 * @since 0.2.0
 * @category constructors
 */
export const make = ({ begins, scans = usual, seed = "world", speed = 1 }: Options): World => {
  const [head, ...others] = scans.map((scan, index): Definition => {
    const own = `${seed} ${index}`
    const step = Math.max(second, whole(scan.every / speed))
    const offset = scan.offset === undefined ? chance(own, "offset") * step : (scan.offset / speed) % step
    const first = whole(begins - past * step + offset)
    const { after = 2 + 2 * chance(own, "edit"), to } = scan.change ?? {}
    const since = whole(begins + after * step)
    const all = { since: Number.NEGATIVE_INFINITY, first, every: step }
    return {
      id: index + 1,
      name: scan.name,
      isPlanned: scan.isPlanned ?? true,
      schedules:
        to === undefined
          ? [all]
          : [
              all,
              to === "moved"
                ? { since, first: whole(since + step / 3), every: step }
                : { since, first: since, every: null }
            ],
      seed: own,
      begins,
      fates: scan.fates ?? {}
    }
  })
  if (head === undefined) throw new Error("a world has scans")
  return { definitions: [head, ...others] }
}

/** Whole seconds, because some vendors have no others. */
const whole = (millis: number): number => Math.floor(millis / second) * second

/** A number from 0 to 1 that depends on these texts only. */
const chance = (...parts: ReadonlyArray<string | number>): number =>
  Effect.runSync(Random.withSeed(Random.next, parts.join(" ")))

/** The planned times in a span, in order; each by the schedule that is in force at it. */
const times = ({ schedules }: Definition, from: number, until: number): ReadonlyArray<number> =>
  schedules.flatMap(({ every, first, since }, index) => {
    const end = Math.min(until, schedules[index + 1]?.since ?? Number.POSITIVE_INFINITY)
    if (every === null) return []
    const begin = Math.max(from, since, first)
    const found: Array<number> = []
    for (let time = first + Math.ceil((begin - first) / every) * every; time < end; time += every) found.push(time)
    return found
  })

/**
 * The next times that people see planned, at most so many. A change of the schedule that is still to come cannot be seen.
 *
 * @since 0.2.0
 * @category accessors
 */
export const planned = (definition: Definition, now: number, most: number): ReadonlyArray<number> => {
  const schedule = definition.schedules.findLast(({ since }) => since <= now)
  const { every, first } = schedule ?? { every: null, first: 0 }
  if (every === null) return []
  const next = Math.max(first, first + Math.ceil((now - first) / every) * every)
  return Array.from({ length: most }, (_, index) => next + index * every)
}

/**
 * Everything that is planned in a span, and what becomes of it.
 *
 * @since 0.2.0
 * @category accessors
 */
export const events = (definition: Definition, from: number, until: number): ReadonlyArray<Event> =>
  times(definition, from, until).map((plannedAt) => remembered(definition, plannedAt))

/** What becomes of a run never changes, and drawing it is slow. */
const drawn = new WeakMap<Definition, Map<number, Event>>()

const remembered = (definition: Definition, plannedAt: number): Event => {
  const known = drawn.get(definition) ?? new Map<number, Event>()
  drawn.set(definition, known)
  const event = known.get(plannedAt) ?? eventAt(definition, plannedAt)
  known.set(plannedAt, event)
  return event
}

const eventAt = ({ begins, fates, schedules, seed }: Definition, plannedAt: number): Event => {
  const schedule = schedules.findLast(({ since }) => since <= plannedAt)
  const every = schedule?.every ?? day
  const nth = Math.floor((plannedAt - begins) / every)
  const fate = plannedAt < begins ? "succeeded" : (fates[nth] ?? fateOf(chance(seed, plannedAt, "fate")))
  const id = Math.round(plannedAt / 1000)
  if (fate === "missed") return { id, plannedAt, fate, startsAt: null, endsAt: null }
  // Late is well after the usual grace of a quarter of the time to the next one, and after 65 minutes.
  const delay = fate === "late" ? Math.max(0.3 * every, Math.min(70 * minute, 0.4 * every)) : 0.002 * every
  const startsAt = whole(plannedAt + delay)
  const endsAt =
    fate === "skipped" ? startsAt : whole(startsAt + every * (0.02 + 0.06 * chance(seed, plannedAt, "length")))
  return { id, plannedAt, fate, startsAt, endsAt }
}

const fateOf = (part: number): Fate => {
  if (part < 0.74) return "succeeded"
  if (part < 0.8) return "partly"
  if (part < 0.87) return "failed"
  if (part < 0.91) return "late"
  return part < 0.98 ? "missed" : "skipped"
}

/**
 * The runs that have started by now, newest first, as they are now.
 *
 * @since 0.2.0
 * @category accessors
 */
export const runs = (definition: Definition, now: number): ReadonlyArray<Run> =>
  events(definition, Number.NEGATIVE_INFINITY, now)
    .flatMap((event) => (event.startsAt === null || event.startsAt > now ? [] : [runOf(event, event.startsAt, now)]))
    .toSorted((a, b) => b.startedAt - a.startedAt)

const runOf = ({ endsAt, fate, id }: Event, startedAt: number, now: number): Run => {
  if (endsAt !== null && endsAt > now) {
    const progress = Math.floor((100 * (now - startedAt)) / Math.max(1, endsAt - startedAt))
    return { id, startedAt, endedAt: null, state: "running", progress }
  }
  const state = fate === "late" ? "succeeded" : fate === "missed" ? "skipped" : fate
  return { id, startedAt, endedAt: endsAt, state, progress: state === "skipped" ? 0 : 100 }
}
