/**
 * The check of what a provider keeps outside of its requests: what is read at once must not mix.
 */
import { Effect } from "effect"
import { type Definition, expect, expectSameJobs, start, usual } from "./Check.ts"
import * as Faults from "../faults/Faults.ts"
import * as Reading from "./Reading.ts"
import type { Bench } from "./Subject.ts"

const advice =
  "keep nothing in a variable that several readings share: what a verb needs is in its arguments, and a token belongs to one connection, as `OAuth.clientCredentials` keeps it"

/** The jobs of a reading without the vendor's rows, as texts in the order of their ids. */
const jobsOf = ({ jobs }: Reading.Reading): ReadonlyArray<string> =>
  jobs.map((job) => `${job.id} ${JSON.stringify({ ...job, raw: null })}`).toSorted()

const expectAlike = (alone: Reading.Reading, together: Reading.Reading, circumstance: string) =>
  Effect.gen(function* () {
    yield* expect(Reading.isWhole(alone), `where it is read alone, the listing ${Reading.endOf(alone)}`)
    yield* expectSameJobs(alone, together, circumstance)
    const before = jobsOf(alone)
    const strange = jobsOf(together).find((job, index) => before[index] !== job)
    yield* expect(strange === undefined, `${circumstance}, a job is another than where it is read alone: ${strange}`)
  })

/** Reads one scope after the other, and then many at once. */
const scopes = (bench: Bench) =>
  Effect.gen(function* () {
    const stage = yield* start(bench)
    const alone = yield* Reading.read(stage)
    const together = yield* Reading.read(stage, { concurrency: usual.rows })
    yield* expectAlike(alone, together, "where the rows of many parents are read at once")
  })

/** Reads two connections at once, one with many pages. */
const connections = (bench: Bench) =>
  Effect.gen(function* () {
    const one = yield* start(bench)
    const other = yield* start(bench, Faults.none, { rows: 7, pageSize: 1 })
    const alone = [yield* Reading.read(one), yield* Reading.read(other)] as const
    const together = yield* Effect.all([Reading.read(one), Reading.read(other)], { concurrency: 2 })
    yield* expectAlike(alone[0], together[0], "where two connections are read at once")
    yield* expectAlike(alone[1], together[1], "where two connections are read at once")
    const entries = [...(yield* one.ledger.entries), ...(yield* other.ledger.entries)]
    yield* expect(
      entries.every(({ credential }) => credential !== "refused"),
      "where two connections are read, a vendor is sent a credential that is not its own"
    )
  })

const isolated: Definition = {
  id: "C40",
  title: "connections and scopes that are read at once do not mix",
  advice,
  ofParents: true,
  verify: (bench) => (bench.of === "parents" ? scopes(bench) : connections(bench))
}

/** The checks of what is read at once. */
export const checks: ReadonlyArray<Definition> = [isolated]
