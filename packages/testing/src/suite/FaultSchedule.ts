/**
 * Readings under faults by chance: for each seed another listing, another policy and other faults, always the same ones for
 * the same seed.
 *
 * A schedule reads a listing until it is whole, and goes on from the cursor of each failure. It is wrong where a row is lost
 * or comes twice, where a reading does not end, or where one that is not whole says so by anything but a `ScanError`.
 */
import { type Cursor, Deadlines, type Provider, RetryPolicy } from "@scanjobs/core"
import { Config, Console, Effect, Layer, Random, type Schema } from "effect"
import { difference } from "../checks/Check.ts"
import type { Fault } from "../emulator/Fault.ts"
import * as Faults from "../emulator/Faults.ts"
import * as Reading from "../checks/Reading.ts"
import { type Bench, benches, pagesAtOnce, type Subject } from "../checks/Subject.ts"
import type { TestRunner } from "./TestRunner.ts"
import type { Wire } from "../emulator/Wire.ts"

/** What came of one schedule. */
export interface Outcome {
  readonly seed: string
  readonly listing: string
  /** How many times the listing was read, until it was whole. */
  readonly readings: number
  /** How many requests the vendor got. */
  readonly requests: number
  /** The conditions by which readings ended that were not whole, such as `Unavailable`. */
  readonly failures: ReadonlyArray<string>
  /** What is wrong; `undefined` where nothing is. */
  readonly problem: string | undefined
}

/** What a seed decides. */
interface Plan {
  readonly rows: number
  readonly pageSize: number
  readonly rate: number
  readonly times: number
  readonly base: "none" | "overlapping" | "lying total"
}

const plan = (most: number): Effect.Effect<Plan> =>
  Effect.gen(function* () {
    const bases = ["none", "overlapping", "lying total"] as const
    return {
      rows: yield* Random.nextIntBetween(0, 60),
      pageSize: yield* Random.nextIntBetween(1, 20),
      rate: (yield* Random.next) * most,
      times: yield* Random.nextIntBetween(0, 8),
      base: bases[yield* Random.nextIntBetween(0, bases.length - 1)] ?? "none"
    }
  })

/** After these a page is asked for again, or the reading ends; none of them lets a page through. */
const failing = (bench: Bench): ReadonlyArray<Fault> => [
  Faults.status(503),
  Faults.status(503, { retryAfter: 0 }),
  Faults.status(500),
  Faults.status(429),
  Faults.status(429, { retryAfter: "3 hours" }),
  Faults.status(401),
  Faults.status(403),
  Faults.html(200),
  Faults.html(502),
  Faults.reset,
  Faults.cut,
  Faults.stalled,
  Faults.never,
  ...(bench.errorUnder200 === null ? [] : [Faults.json(bench.errorUnder200("by chance"))])
]

/** These spoil nothing that matters. */
const harmless: ReadonlyArray<Fault> = [
  Faults.drip("1 millis", 3),
  Faults.contentType("text/plain"),
  Faults.clockSkew("-2 hours"),
  Faults.clockSkew("2 hours")
]

const faultOf = (seed: string, { base, rate }: Plan, bench: Bench): Fault => {
  const { wire } = bench.expected
  switch (base) {
    case "none":
      return Faults.seeded(seed, rate, [...failing(bench), ...harmless])
    case "overlapping":
      return Faults.firstOf(Faults.seeded(seed, rate, failing(bench)), Faults.overlapping(wire, overlap))
    case "lying total":
      return Faults.firstOf(Faults.seeded(seed, rate, failing(bench)), lying(wire))
  }
}

/** How many rows of a page are also on the next one, where pages overlap. */
const overlap = 2

const lying = (wire: Wire) => Faults.total(wire, (rows) => (rows % 2 === 0 ? 2_147_483_647 : rows))

/** How often a listing is gone on with before the schedule is held not to end. */
const mostReadings = 200

/** Long, so that what does not end is no machine that is slow. */
const patience = "1 minute"

const run = (seed: string, most: number, bench: Bench): Effect.Effect<Outcome> =>
  Effect.gen(function* () {
    const planned = yield* Random.withSeed(plan(most), seed)
    const { pageSize, rows, times } = planned
    const calm = yield* bench.start({ rows, pageSize, fault: Faults.none })
    const expected = yield* Reading.read(calm)
    const stage = yield* bench.start({ rows, pageSize, fault: faultOf(seed, planned, bench) })
    // That fault counts the pages that it gave, so it means something only where they are asked for one after the other.
    const inTurn = planned.base === "overlapping" ? { pageConcurrency: 1 } : {}
    const policies = Layer.mergeAll(
      RetryPolicy.layer({ times, base: "1 millis", max: "1 millis", maxRetryAfter: "1 second" }),
      Deadlines.layer({ attempt: "50 millis", idle: "50 millis" })
    )
    const ids: Array<string> = []
    const failures: Array<string> = []
    let problem: string | undefined
    let resume: ReadonlyArray<Cursor.Cursor> = []
    let reading = yield* Reading.read(stage, { policies, patience, ...inTurn })
    let readings = 1
    for (;;) {
      // A reading knows nothing of the rows of the one before: where pages overlap, it begins with some of those again.
      const before = new Set(planned.base === "overlapping" ? ids.slice(-overlap) : [])
      ids.push(...reading.ids.filter((id, index) => index >= overlap || !before.has(id)))
      if (Reading.isWhole(reading)) break
      const { error } = reading
      // Where the scopes could not be found, there is no place yet, and the next reading begins where this one did.
      if (error?.resume != null) resume = [error.resume]
      else if (reading.pages.length > 0) problem = `reading ${readings} does not say where to go on: ${error?.message}`
      if (error === undefined) problem = `reading ${readings} ${Reading.endOf(reading)}`
      else if (readings >= mostReadings) problem = `not whole after ${readings} readings: ${error.message}`
      if (problem !== undefined || error === undefined) break
      failures.push(error.reason._tag)
      readings++
      reading = yield* Reading.read(stage, { policies, patience, resume, ...inTurn })
    }
    const isRight = ids.length === expected.ids.length && ids.every((id, index) => id === expected.ids[index])
    const about = `${bench.listing}, seed ${seed}, ${JSON.stringify(planned)}`
    const found = expected.ids.length === rows ? difference(expected.ids, ids) : "the vendor has too few rows"
    return {
      seed,
      listing: bench.listing,
      readings,
      requests: (yield* stage.ledger.entries).length,
      failures,
      problem: problem === undefined && isRight ? undefined : `${about}: ${problem ?? found}`
    }
  }).pipe(Effect.scoped)

/** How many schedules are run, and how. */
export interface Options {
  /** For each listing. */
  readonly runs: number
  /** The highest rate of faults, from 0 to 1; each schedule has a rate between 0 and this. Default 0.3. */
  readonly rate?: number
  /** How many at once. Default 8. */
  readonly concurrency?: number
}

/** Runs schedules with the seeds `1`, `2`, … on every listing that a subject has. */
export const runAll = <Id extends string, Fields extends Schema.Struct.Fields, L extends Provider.Listings, E>(
  subject: Subject<Id, Fields, L, E>,
  { concurrency = 8, rate = 0.3, runs }: Options
): Effect.Effect<ReadonlyArray<Outcome>> =>
  Effect.forEach(
    benches(subject).flatMap((bench) =>
      Array.from({ length: runs }, (_, index) => [String(index + 1), bench] as const)
    ),
    ([seed, bench]) => run(seed, rate, bench),
    { concurrency }
  )

/**
 * Registers schedules on every listing that a subject has as one test, which fails with every problem that is found.
 *
 * `runs` is 30 unless it is given; the environment's `FAULT_RUNS` replaces either, and then says what came of more than a hundred.
 *
 * **Example** (the whole test file of a provider)
 *
 * ```ts
 * import { type Conformance, FaultSchedule } from "@scanjobs/testing"
 * import { it } from "vitest"
 *
 * declare const subject: Conformance.Subject<"acme", {}, {}, never>
 *
 * FaultSchedule.suite(subject, { it })
 * ```
 */
export const suite = <Id extends string, Fields extends Schema.Struct.Fields, L extends Provider.Listings, E>(
  subject: Subject<Id, Fields, L, E>,
  { it }: Pick<TestRunner, "it">,
  options: Partial<Options> = {}
): void => {
  const about = `fault schedules of ${subject.provider.id}${pagesAtOnce(subject)}`
  it(
    `${about}: no row is lost, none comes twice, every reading ends, and what is not whole says so`,
    () =>
      Effect.gen(function* () {
        const runs = yield* Config.Int("FAULT_RUNS").pipe(Config.withDefault(options.runs ?? 30))
        const outcomes = yield* runAll(subject, { ...options, runs })
        if (runs > 100) yield* Console.log(summary(outcomes))
        const problems = problemsOf(outcomes)
        return yield* problems.length === 0 ? Effect.void : Effect.die(new Error(problems.join("\n")))
      }).pipe(Effect.runPromise),
    longest
  )
}

/** How long thousands of schedules may take, in milliseconds. */
const longest = 3_600_000

const problemsOf = (outcomes: ReadonlyArray<Outcome>): ReadonlyArray<string> =>
  outcomes.flatMap(({ problem }) => (problem === undefined ? [] : [problem]))

/** The outcomes in a few lines: how many schedules, readings, requests and failures there were, and every problem. */
export const summary = (outcomes: ReadonlyArray<Outcome>): string => {
  const sum = (of: (outcome: Outcome) => number) => outcomes.reduce((all, outcome) => all + of(outcome), 0)
  const byTag = Map.groupBy(
    outcomes.flatMap(({ failures }) => failures),
    (tag) => tag
  )
  const problems = problemsOf(outcomes)
  return [
    `${outcomes.length} schedules, ${sum(({ readings }) => readings)} readings, ${sum(({ requests }) => requests)} requests, ${problems.length} problems`,
    `failures: ${[...byTag].map(([tag, all]) => `${tag} ${all.length}`).join(", ") || "none"}`,
    ...problems
  ].join("\n")
}
