/**
 * Whether memory grows with the number of jobs.
 */
import * as Bench from "../Bench.ts"
import type { Result } from "../Result.ts"
import { single } from "../Statistics.ts"

/** The heap after collections in the course of one long run. */
export const heap = async (bench: Bench.Bench): Promise<Result> => {
  const target = Bench.targetOf(bench, { jobs: bench.sizes.jobsForHeap })
  const run = await Bench.once(bench, "jobs", target, { mode: "heap", flags: ["--expose-gc"] })
  const samples = run.heap ?? []
  const first = samples[0]?.bytes ?? Number.NaN
  const grown = samples.map(({ bytes, jobs }) => ({ jobs, growth: (bytes - first) / 1e6 }))
  const shown = grown.filter((_, index) => index % Math.ceil(grown.length / 8) === 0 || index === grown.length - 1)
  return {
    tables: [
      {
        title: `Memory over ${target.jobs.toLocaleString("en-US")} jobs`,
        explanation: `The heap after a full collection, beside what it was after the first ${(samples[0]?.jobs ?? 0).toLocaleString("en-US")} jobs. The process had ${(run.rss / 1e6).toFixed(0)} MB at most.`,
        columns: [
          { title: "heap MB", digits: 1 },
          { title: "growth MB", digits: 1 }
        ],
        rows: shown.map(({ growth, jobs }) => ({
          title: `${jobs.toLocaleString("en-US")} jobs`,
          cells: [single(growth + first / 1e6), single(growth)]
        }))
      }
    ],
    verdicts: [
      {
        what: `heap growth to ${target.jobs.toLocaleString("en-US")} jobs`,
        value: single(Math.max(...grown.map(({ growth }) => growth))),
        digits: 1,
        unit: " MB",
        limit: 20,
        sense: "less than"
      }
    ]
  }
}
