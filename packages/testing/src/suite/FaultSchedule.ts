/**
 * Reads listings under random faults. The seed decides the size of the listing, the policies and the faults, so equal seeds give
 * equal schedules.
 *
 * A schedule reads a listing to its end, and resumes after each failure from the failure's cursor. It finds a problem if a row is
 * lost or duplicated, if a reading does not end, or if a reading ends early without a `ScanError`.
 */
import { type Cursor, Deadlines, type Provider, RetryPolicy } from "@scanjobs/core"
import { Config, Console, Effect, Layer, Random, type Schema } from "effect"
import { difference } from "../checks/Check.ts"
import type { Fault } from "../faults/Fault.ts"
import * as Faults from "../faults/Faults.ts"
import * as Reading from "../checks/Reading.ts"
import { type Bench, benches, declaredOf, pagesAtOnce, type Subject } from "../checks/Subject.ts"
import type { TestRunner } from "./TestRunner.ts"
import type { Wire } from "../faults/Wire.ts"

/**
 * The result of one schedule.
 *
 * @since 0.1.0
 * @category models
 */
export interface Outcome {
  readonly seed: string
  readonly listing: string
  /** How many readings the complete listing took. */
  readonly readings: number
  /** How many requests the vendor received. */
  readonly requests: number
  /** The reasons of the readings that failed, such as `Unavailable`. */
  readonly failures: ReadonlyArray<string>
  /** What is wrong; `undefined` if nothing is. */
  readonly problem: string | undefined
}

/** What the seed decides. */
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

/** Faults that make a request fail: the page is requested again, or the reading fails. */
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
  ...(bench.errorUnder200 === null
    ? []
    : [Faults.json(bench.errorUnder200("by chance"), 200, bench.expected.wire.format)])
]

/** Faults that must make no difference. */
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

/** How many rows of a page the next one repeats if pages overlap. */
const overlap = 2

const lying = (wire: Wire) => Faults.total(wire, (rows) => (rows % 2 === 0 ? 2_147_483_647 : rows))

/** How many readings a schedule may take. */
const mostReadings = 200

/** The deadline of an attempt, in milliseconds, and how often it is doubled where readings bring nothing. */
const shortest = 50
const mostDoublings = 6

/** The timeout of a reading: long enough for a slow machine. */
const patience = "1 minute"

const run = (seed: string, most: number, bench: Bench): Effect.Effect<Outcome> =>
  Effect.gen(function* () {
    const isSeveral = bench.expected.several === true
    const hasParents = declaredOf(bench)?.parents !== undefined
    const plans = yield* Random.withSeed(plan(most), seed)
    // Where a row becomes several jobs, the ids do not tell how many of them come again; where there is one page, none follows.
    const isMoot = isSeveral || bench.expected.single === true
    const planned = plans.base === "overlapping" && isMoot ? { ...plans, base: "none" as const } : plans
    const { pageSize, rows, times } = planned
    const calm = yield* bench.start({ rows, pageSize, fault: Faults.none })
    const expected = yield* Reading.read(calm, { patience })
    const stage = yield* bench.start({ rows, pageSize, fault: faultOf(seed, planned, bench) })
    // The fault repeats rows of the page that it sent last, so pages must be requested in order.
    const inTurn = planned.base === "overlapping" ? { pageConcurrency: 1 } : {}
    const retries = RetryPolicy.layer({ times, base: "1 millis", max: "1 millis", maxRetryAfter: "1 second" })
    // On a busy machine, even an answer without a fault may take longer than the shortest deadline.
    const policiesAfter = (barren: number) => {
      const millis = shortest * 2 ** Math.min(barren, mostDoublings)
      return Layer.merge(retries, Deadlines.layer({ attempt: millis, idle: millis }))
    }
    const ids: Array<string> = []
    const failures: Array<string> = []
    let problem: string | undefined
    const places: Array<Cursor.Cursor> = []
    let reading = yield* Reading.read(stage, { policies: policiesAfter(0), patience, ...inTurn })
    let readings = 1
    let barren = 0
    for (;;) {
      // If pages overlap, a resumed reading begins with rows that the reading before it gave.
      const before = new Set(planned.base === "overlapping" ? ids.slice(-overlap) : [])
      ids.push(...reading.ids.filter((id, index) => index >= overlap || !before.has(id)))
      if (Reading.isWhole(reading)) break
      const { error } = reading
      // A reading that fails before its first page has no cursor, and one that fails at a parent has none of its own.
      places.push(...Reading.placesOf(reading))
      if (error?.resume === null && reading.pages.length > 0 && !hasParents)
        problem = `reading ${readings} does not say where to go on: ${error.message}`
      if (error === undefined) problem = `reading ${readings} ${Reading.endOf(reading)}`
      else if (readings >= mostReadings) problem = `not whole after ${readings} readings: ${error.message}`
      if (problem !== undefined || error === undefined) break
      failures.push(error.reason._tag)
      readings++
      barren = reading.pages.length === 0 ? barren + 1 : 0
      const policies = policiesAfter(barren)
      reading = yield* Reading.read(stage, { policies, patience, resume: Reading.latest(places), ...inTurn })
    }
    const isRight = ids.length === expected.ids.length && ids.every((id, index) => id === expected.ids[index])
    const about = `${bench.listing}, seed ${seed}, ${JSON.stringify(planned)}`
    const found =
      isSeveral || expected.ids.length === rows ? difference(expected.ids, ids) : "the vendor has too few rows"
    return {
      seed,
      listing: bench.listing,
      readings,
      requests: (yield* stage.ledger.entries).length,
      failures,
      problem: problem === undefined && isRight ? undefined : `${about}: ${problem ?? found}`
    }
  }).pipe(Effect.scoped)

/**
 * How many schedules to run, and how.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The number of schedules for each listing. */
  readonly runs: number
  /** The highest share of requests that fail, from 0 to 1. Each schedule has a share between 0 and this. Default: 0.3. */
  readonly rate?: number
  /** How many schedules run at once. Default: 8. */
  readonly concurrency?: number
}

/**
 * Runs schedules with the seeds `1`, `2`, … on every listing of a subject.
 *
 * **Example** (the schedules that found a problem, in a few lines)
 *
 * ```ts
 * import { type Conformance, FaultSchedule } from "@scanjobs/testing"
 * import { Effect } from "effect"
 *
 * declare const subject: Conformance.Subject<"acme", {}, {}, never>
 *
 * export const report = Effect.map(FaultSchedule.runAll(subject, { runs: 1000 }), FaultSchedule.summary)
 * ```
 *
 * @since 0.1.0
 * @category conformance
 */
export const runAll = <Id extends string, Fields extends Schema.Struct.Fields, L extends Provider.Listings, E>(
  subject: Subject<Id, Fields, L, E>,
  { concurrency = 8, rate = 0.3, runs }: Options
): Effect.Effect<ReadonlyArray<Outcome>> =>
  Effect.forEach(
    benches(subject)
      .filter(({ of }) => of === "rows")
      .flatMap((bench) => Array.from({ length: runs }, (_, index) => [String(index + 1), bench] as const)),
    ([seed, bench]) => run(seed, rate, bench),
    { concurrency }
  )

/**
 * Registers one test that runs schedules on every listing of a subject, and fails with every problem.
 *
 * `runs` defaults to 30. The environment variable `FAULT_RUNS` overrides it; above 100, the test prints a summary.
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
 *
 * @since 0.1.0
 * @category conformance
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

/** The timeout for thousands of schedules, in milliseconds. */
const longest = 3_600_000

const problemsOf = (outcomes: ReadonlyArray<Outcome>): ReadonlyArray<string> =>
  outcomes.flatMap(({ problem }) => (problem === undefined ? [] : [problem]))

/**
 * Summarizes outcomes in a few lines: the numbers of schedules, readings, requests and failures, and every problem.
 *
 * @since 0.1.0
 * @category accessors
 */
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
