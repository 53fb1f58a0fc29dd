/**
 * The check of queries: a listing leaves out only jobs that do not match the query.
 */
import { Query, type ScanJob } from "@scanjobs/core"
import { Effect } from "effect"
import { type Definition, expect, expectSame, expectSameJobs, readHealthy, usual } from "./Check.ts"
import * as Reading from "./Reading.ts"

/** Enough rows that a listing with a declared order stops before the last page. */
const many = { rows: 36, pageSize: 6 } as const

const span: Definition = {
  id: "C35",
  title: "from and until leave out what lies outside them, and nothing else",
  advice:
    "promise an `order` only where the vendor documents it for what is asked; where a request says since when, it must be no later than `query.from` and take rows without a start time, too; leave the rest to the library",
  ofParents: true,
  verify: (bench) =>
    Effect.gen(function* () {
      // Each parent costs requests of its own.
      const size = bench.of === "parents" ? usual : many
      const { reading: whole, sent, stage } = yield* readHealthy(bench, size)
      yield* expect(Reading.isWhole(whole), `a listing of ${size.rows} rows ${Reading.endOf(whole)}`)
      const times = whole.jobs.flatMap(({ startTime }) => startTime ?? []).toSorted((a, b) => a - b)
      const at = (part: number) => times[Math.floor(times.length * part)] ?? 0
      // The bounds are start times of rows, so this also checks whether each bound is inclusive.
      const queries: ReadonlyArray<readonly [name: string, query: Query.Query]> = [
        ["`from` at a third", { from: at(1 / 3) }],
        ["`from` at two thirds", { from: at(2 / 3) }],
        ["`until` at a third", { until: at(1 / 3) }],
        ["`until` at two thirds", { until: at(2 / 3) }],
        ["`from` at a third and `until` at two thirds", { from: at(1 / 3), until: at(2 / 3) }],
        // Between start times, where what was made earlier or ends later shows whether another time is compared.
        ["`from` before a third and `until` after two thirds", { from: at(1 / 3) - 1, until: at(2 / 3) + 1 }]
      ]
      const idsFor = (query: Query.Query) =>
        whole.jobs.filter(Query.matches({ ...stage.query, ...query })).map(({ id }) => id)
      for (const [name, query] of queries) {
        const reading = yield* Reading.read(stage, { query })
        yield* expectSame({ reading: whole, ids: idsFor(query), sent }, reading, `with ${name} of the start times`)
      }
      for (const order of ["ascending", "descending"] as const) {
        const query = { from: at(1 / 3), until: at(2 / 3), order }
        const reading = yield* Reading.read(stage, { query })
        const circumstance = `with \`order: "${order}"\`, \`from\` at a third and \`until\` at two thirds of the start times`
        // A vendor may have another order for each, so that only the jobs themselves must be the same.
        yield* expectSameJobs({ ids: idsFor(query) }, reading, circumstance)
      }
      const violations = yield* stage.ledger.violations
      yield* expect(violations.length === 0, `the vendor would not take this: ${violations[0]}`)
    })
}

/** The values that jobs have, in the order of their first one. */
const valuesOf = <A>(jobs: ReadonlyArray<ScanJob.ScanJob>, of: (job: ScanJob.ScanJob) => A): ReadonlyArray<A> => [
  ...new Set(jobs.map(of))
]

const kinds: Definition = {
  id: "C48",
  title: "states, kinds, categories and an order leave out what does not match, and nothing else",
  advice:
    "where a request names states or kinds, it must name every one of the vendor's that becomes what the query wants; where it names an order, the vendor must give all rows in it; leave the rest to the library",
  verify: (bench) =>
    Effect.gen(function* () {
      const { reading: whole, sent, stage } = yield* readHealthy(bench, usual)
      yield* expect(Reading.isWhole(whole), `a listing of ${usual.rows} rows ${Reading.endOf(whole)}`)
      const queries: ReadonlyArray<readonly [name: string, query: Query.Query]> = [
        ...valuesOf(whole.jobs, ({ state }) => state).map((state) => [state, { states: [state] }] as const),
        ...valuesOf(whole.jobs, ({ kind }) => kind).map((kind) => [kind, { kinds: [kind] }] as const),
        ...valuesOf(whole.jobs, ({ category }) => category).map(
          (category) => [category, { categories: [category] }] as const
        ),
        ["ascending", { order: "ascending" }],
        ["descending", { order: "descending" }]
      ]
      for (const [name, query] of queries) {
        const reading = yield* Reading.read(stage, { query })
        const ids = whole.jobs.filter(Query.matches({ ...stage.query, ...query })).map(({ id }) => id)
        const circumstance = `with a query for \`${name}\``
        // Another order is no mistake.
        yield* query.order === undefined
          ? expectSame({ reading: whole, ids, sent }, reading, circumstance)
          : expectSameJobs({ ids }, reading, circumstance)
      }
      const violations = yield* stage.ledger.violations
      yield* expect(violations.length === 0, `the vendor would not take this: ${violations[0]}`)
    })
}

/** The checks of queries. */
export const checks: ReadonlyArray<Definition> = [span, kinds]
