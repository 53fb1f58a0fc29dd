/**
 * The check of documented states: a row in any of them becomes a job, in the state that the vendor's own table gives it.
 */
import { Effect } from "effect"
import * as Faults from "../faults/Faults.ts"
import { type Definition, expect, keyOf, start, usual } from "./Check.ts"
import * as Reading from "./Reading.ts"

const documented: Definition = {
  id: "C53",
  title: "a row in any documented state becomes a job in that state",
  advice:
    "let `job` and `rows` leave out no row for its state, map each of the vendor's words as its documentation says, and name all states in `holds`",
  appliesNot: ({ expected: { several, wire } }) => {
    if (several === true) return "a row becomes several jobs, whose states are not its own"
    if (wire.state === null) return "its rows have no state"
    return wire.documented === undefined
      ? "the wire does not say what the vendor documents: give it `documented`, each word with its state"
      : undefined
  },
  verify: (bench) =>
    Effect.gen(function* () {
      const { wire } = bench.expected
      const table = Object.entries(wire.documented ?? {})
      const given = new Map<string, string>()
      const fault = Faults.rows(wire, (rows) =>
        rows.map((row) => {
          const word = given.get(keyOf(wire, row)) ?? table[given.size % table.length]?.[0] ?? ""
          given.set(keyOf(wire, row), word)
          return wire.state?.set(row, typeof wire.state.get(row) === "number" ? Number(word) : word) ?? row
        })
      )
      const size = { rows: Math.max(usual.rows, table.length), pageSize: usual.pageSize }
      const reading = yield* Reading.read(yield* start(bench, fault, size))
      yield* expect(Reading.isWhole(reading), `with rows in each state, the listing ${Reading.endOf(reading)}`)
      const came = new Map(reading.jobs.map((job) => [keyOf(wire, job.raw), job]))
      const holds = bench.provider.listings[bench.listing]?.holds?.states
      for (const [id, word] of given) {
        const job = came.get(id)
        const state = wire.documented?.[word]
        yield* expect(job !== undefined, `a row in the state ${word} became no job`)
        yield* expect(
          job?.state === state && job?.vendorState === word,
          `a row in the state ${word} became a job in the state ${job?.state} with the vendorState ${JSON.stringify(job?.vendorState)}, and the vendor's table says ${state}`
        )
        yield* expect(
          state === undefined || state === "unknown" || holds === undefined || holds.includes(state),
          `the vendor documents ${word}, which is ${state}, and the listing holds only ${holds?.join(", ")}`
        )
      }
    })
}

/** The checks of states. */
export const checks: ReadonlyArray<Definition> = [documented]
