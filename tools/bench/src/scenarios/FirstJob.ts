/**
 * How long the first job takes.
 */
import * as Bench from "../Bench.ts"
import type { Result } from "../Result.ts"
import { single, spread } from "../Statistics.ts"

/** The time from the start of a run to its first job, beside the time of the requests that it needs. */
export const firstJob = async (bench: Bench.Bench): Promise<Result> => {
  const target = Bench.targetOf(bench, { jobs: 1000 })
  const runs = []
  for (let round = 0; round < bench.sizes.rounds; round++)
    runs.push(await Bench.once(bench, "jobs", target, { mode: "first", flags: ["--expose-gc"] }))
  const half = Math.floor((runs[0]?.first?.ours.length ?? 0) / 2)
  const measured = runs.map(({ first: { bare, ours } = { bare: [], ours: [] } }) => ({
    warm: { bare: median(bare.slice(half)), ours: median(ours.slice(half)) },
    cold: { bare: median(bare.slice(0, 1)), ours: median(ours.slice(0, 1)) }
  }))
  const added = (state: "cold" | "warm") => Bench.of(measured, (run) => run[state].ours - run[state].bare)
  const bare = (state: "cold" | "warm") => Bench.of(measured, (run) => run[state].bare)
  const perRun = runs.map(({ first, server }) => server.requests / (first?.ours.length ?? 1) - 2)
  return {
    tables: [
      {
        title: "Time to the first job",
        explanation:
          "From the start of a run to the first job of a page of a thousand, less the time of the bare requests for a token and that page. Cold is the first run of a process, which compiles what it uses; warm is the median of the fifteen runs after fifteen others.",
        columns: [
          { title: "added ms", digits: 1, spread: true },
          { title: "bare requests, ms", digits: 1 },
          { title: "requests", digits: 0 }
        ],
        rows: [
          { title: "warm", cells: [added("warm"), bare("warm"), spread(perRun)] },
          { title: "cold", cells: [added("cold"), bare("cold"), spread(perRun)] }
        ]
      }
    ],
    verdicts: [
      {
        what: "time to the first job, beyond its requests",
        value: added("warm"),
        digits: 1,
        unit: " ms",
        limit: 5,
        sense: "less than"
      },
      {
        what: "requests before the first job, besides the token's",
        value: single(spread(perRun).median - 1),
        digits: 0,
        unit: "",
        limit: 1,
        sense: "at most"
      }
    ]
  }
}

const median = (values: ReadonlyArray<number>): number => spread(values).median
