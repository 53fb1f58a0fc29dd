/**
 * Pages of ten jobs, where the cost of requests dominates.
 */
import * as Bench from "../Bench.ts"
import type { Result } from "../Result.ts"
import { type Name, titles } from "../variants/index.ts"

const names = [
  "floor",
  "effect-client",
  "by-hand-jobs",
  "jobs",
  "got",
  "octokit"
] as const satisfies ReadonlyArray<Name>

/** Processor time of a request. */
export const smallPages = async (bench: Bench.Bench): Promise<Result> => {
  const target = Bench.targetOf(bench, { jobs: bench.sizes.jobsInSmallPages, pageSize: 10 })
  const runs = await Bench.programsInTurns(bench, names, target)
  return {
    tables: [
      {
        title: `${target.jobs.toLocaleString("en-US")} jobs in pages of ${target.pageSize}`,
        explanation: "What a request costs: with its ten rows, and without what the process took to load the program.",
        columns: [
          { title: "CPU / by hand", digits: 2, spread: true },
          { title: "after start", digits: 2 },
          { title: "CPU µs/request", digits: 0 },
          { title: "requests/s", digits: 0 }
        ],
        rows: names.map((name) => ({
          title: titles[name],
          cells: [
            Bench.ratio(runs[name], runs["by-hand-jobs"], Bench.cpuPerJob),
            Bench.ratio(runs[name], runs["by-hand-jobs"], Bench.cpuPerJobAfterStart),
            Bench.of(runs[name], (run) => Bench.cpuPerJobAfterStart(run) * target.pageSize),
            Bench.of(runs[name], ({ jobs, wall }) => (jobs / target.pageSize / wall) * 1000)
          ]
        }))
      }
    ],
    verdicts: [
      {
        what: "CPU per job in pages of ten, over the loop by hand",
        value: Bench.ratio(runs.jobs, runs["by-hand-jobs"], Bench.cpuPerJob),
        digits: 2,
        unit: "",
        limit: 1.5,
        sense: "at most"
      }
    ]
  }
}
