/**
 * Several concurrent pages, for vendors whose pages can be addressed.
 */
import * as Bench from "../Bench.ts"
import type { Result } from "../Result.ts"
import { type Name, titles } from "../variants/index.ts"

const latency = 50
const pageSize = 100
const rounds = 3
const names = ["floor", "jobs", "parallel"] as const satisfies ReadonlyArray<Name>

/** Wall time of pages that take 50 ms each. */
export const parallelPages = async (bench: Bench.Bench): Promise<Result> => {
  const target = Bench.targetOf(bench, { jobs: bench.sizes.slowPages * pageSize, pageSize, latency })
  const runs = await Bench.programsInTurns(Bench.withRounds(bench, rounds), names, target)
  // Without the time to start the process.
  const wall = ({ startWall, wall }: Bench.Run) => wall - startWall
  const faster = (name: (typeof names)[number]) => Bench.ratio(runs.floor, runs[name], wall)
  return {
    tables: [
      {
        title: `${bench.sizes.slowPages} pages of ${latency} ms`,
        explanation: "After the start of the process, token and all. At best, eight pages at once take an eighth.",
        columns: [
          { title: "times faster", digits: 1, spread: true },
          { title: "wall ms", digits: 0 },
          { title: "requests", digits: 0 },
          { title: "at once", digits: 0 }
        ],
        rows: names.map((name) => ({
          title: titles[name],
          cells: [
            faster(name),
            Bench.of(runs[name], wall),
            Bench.of(runs[name], ({ server }) => server.requests),
            Bench.of(runs[name], ({ server }) => server.atOnce)
          ]
        }))
      }
    ],
    verdicts: [
      {
        what: "8 pages of 50 ms at once, times faster than one after another",
        value: faster("parallel"),
        digits: 1,
        unit: "",
        limit: 7,
        sense: "at least"
      }
    ]
  }
}
