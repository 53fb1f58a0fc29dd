/**
 * Every program over the same pages of a thousand jobs.
 */
import * as Bench from "../Bench.ts"
import type { Result, Row } from "../Result.ts"
import { type Name, titles } from "../variants/index.ts"

const names = [
  "floor",
  "by-hand-pages",
  "by-hand-jobs",
  "effect-client",
  "got",
  "octokit",
  "pages",
  "jobs",
  "jobs-each",
  "catalog"
] as const satisfies ReadonlyArray<Name>

/** The order of runs: programs whose ratio to the floor matters most run next to it. */
const turns = [
  "octokit",
  "got",
  "by-hand-pages",
  "by-hand-jobs",
  "floor",
  "jobs",
  "pages",
  "effect-client",
  "jobs-each",
  "catalog"
] as const satisfies ReadonlyArray<(typeof names)[number]>

/** Wall time, processor time, memory and the time to the first job. */
export const throughput = async (bench: Bench.Bench): Promise<Result> => {
  const target = Bench.targetOf(bench, { jobs: bench.sizes.jobs })
  const runs = await Bench.programsInTurns(bench, turns, target)
  const rows = names.map((name): Row => ({
    title: titles[name],
    cells: [
      Bench.ratio(runs[name], runs.floor, Bench.cpuPerJob),
      Bench.ratio(runs[name], runs.floor, Bench.cpuPerJobAfterStart),
      Bench.ratio(runs[name], runs.floor, Bench.wall),
      Bench.of(runs[name], Bench.cpuPerJob),
      Bench.of(runs[name], ({ startCpu }) => startCpu),
      Bench.of(runs[name], ({ jobs, wall }) => jobs / wall),
      Bench.of(runs[name], Bench.memory),
      Bench.of(runs[name], ({ firstJob }) => firstJob ?? Number.NaN),
      Bench.of(runs[name], ({ server, wall }) => (100 * server.cpu) / wall)
    ]
  }))
  return {
    tables: [
      {
        title: `${target.jobs.toLocaleString("en-US")} jobs in pages of ${target.pageSize}`,
        explanation: `Medians of ${bench.sizes.rounds} rounds, each program in a fresh process, in turns; ratios are taken within a round. "After start" leaves out what a process takes until its program is loaded. "Server" is how busy the server was: at 100 % it would be what is measured.`,
        columns: [
          { title: "CPU / floor", digits: 2, spread: true },
          { title: "after start", digits: 2 },
          { title: "wall / floor", digits: 2, spread: true },
          { title: "CPU µs/job", digits: 2 },
          { title: "start, CPU ms", digits: 0 },
          { title: "kjobs/s", digits: 0 },
          { title: "memory MB", digits: 0 },
          { title: "first job ms", digits: 0 },
          { title: "server %", digits: 0 }
        ],
        rows
      }
    ],
    verdicts: [
      {
        what: "CPU per job, over the floor",
        value: Bench.ratio(runs.jobs, runs.floor, Bench.cpuPerJob),
        digits: 2,
        unit: "",
        limit: 1.35,
        sense: "at most"
      },
      {
        what: "wall, over the floor",
        value: Bench.ratio(runs.jobs, runs.floor, Bench.wall),
        digits: 2,
        unit: "",
        limit: 1.3,
        sense: "at most"
      }
    ]
  }
}
