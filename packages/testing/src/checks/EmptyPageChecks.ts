/**
 * The check of pages without rows that lead to a next one.
 */
import { Effect } from "effect"
import { type Definition, expectSame, start, usual } from "./Check.ts"
import * as Faults from "../faults/Faults.ts"
import * as Reading from "./Reading.ts"

/** How many pages in a row have no rows: of a vendor with tokens more than the library takes for usual. */
const emptyOnes = { token: 5, link: 2 } as const

const empties: Definition = {
  id: "C47",
  title: "pages without rows that lead to a next one are passed over, and no row behind them is lost",
  advice:
    "give the page strategy the option `emptyPages: true`, and let a `next` of your own end where the vendor names no next page; if the vendor fills every page but the last, say so in `skips`",
  ofParents: true,
  appliesNot: ({ expected: { single, wire } }) => {
    if (single === true) return "everything is on one page"
    return wire.next?.is === "token" || wire.next?.is === "link" ? undefined : "its pages have neither tokens nor links"
  },
  verify: (bench, healthy) =>
    Effect.gen(function* () {
      const { wire } = bench.expected
      const count = wire.next?.is === "token" ? emptyOnes.token : emptyOnes.link
      const stage = yield* start(bench, Faults.emptyPages(wire, count), { rows: usual.rows, pageSize: 1 })
      // The fault gives the rows with a later page, so pages must be requested in order.
      const reading = yield* Reading.read(stage, { pageConcurrency: 1 })
      yield* expectSame(healthy, reading, `with ${count} pages without rows in a row, each with a next one`)
    })
}

/** The checks of pages without rows. */
export const checks: ReadonlyArray<Definition> = [empties]
