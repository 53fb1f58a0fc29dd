/**
 * The check of listings that are put together from several lists: each of them is asked for, and several have rows, so that a list that is
 * left out is seen.
 */
import { Effect } from "effect"
import { ofEachList } from "../faults/EachList.ts"
import * as Faults from "../faults/Faults.ts"
import { type Definition, expect, start } from "./Check.ts"
import * as Reading from "./Reading.ts"

const lists: Definition = {
  id: "C51",
  title: "the rows of a listing come from several of its lists",
  advice:
    "`parts`, or the strategy that goes from list to list, must ask for every list that the query wants; and `start` must spread the rows over at least two of them, or nobody sees that one is left out",
  appliesNot: ({ expected: { wire } }) => (wire.part === undefined ? "the listing is one list" : undefined),
  needs: null,
  verify: (bench) =>
    Effect.gen(function* () {
      const { wire } = bench.expected
      const counts: Array<{ rows: number }> = []
      const counted = ofEachList(wire, () => {
        const count = { rows: 0 }
        counts.push(count)
        // At the lists themselves, also where they have ids, and the rows are at another endpoint.
        const page = (body: unknown) => {
          count.rows += wire.rows.get(body).length
          return body
        }
        return Faults.on(wire.endpoint, Faults.body(page, wire.format))
      })
      yield* Reading.read(yield* start(bench, counted))
      const full = counts.filter(({ rows }) => rows > 0).length
      yield* expect(
        full > 1,
        `of the lists that \`${wire.part}\` tells apart, ${counts.length} were asked for, and ${full} had rows`
      )
    })
}

/** The checks of listings with several lists. */
export const checks: ReadonlyArray<Definition> = [lists]
