/**
 * What a history costs: syncs beside listing the same jobs, its size, reading a month of it, and judging.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Bench from "../Bench.ts"
import * as Runner from "../Runner.ts"
import type { Result, Row, Verdict } from "../Result.ts"
import * as Statistics from "../Statistics.ts"

/** A run, and how large its store is then, in bytes a job. */
interface Stored extends Bench.Run {
  readonly bytes: number
}

interface Round {
  readonly listing: Bench.Run
  readonly first: Stored
  readonly unchanged: Stored
  readonly withoutRaw: Stored
  readonly times: NonNullable<Bench.Run["history"]>
  readonly postgres: Bench.Run | undefined
}

/** An empty database may be named, to see what PostgreSQL costs beside SQLite; each run begins with an empty one. */
const postgres = process.env["SCANJOBS_BENCH_POSTGRES"]

const round = async (bench: Bench.Bench): Promise<Round> => {
  const folder = mkdtempSync(join(tmpdir(), "scanjobs-history-"))
  const target = Bench.targetOf(bench, { jobs: bench.sizes.jobsOfHistory })
  const stored = async (name: "sync" | "sync-without-raw", file: string): Promise<Stored> => {
    const path = join(folder, file)
    const run = await Bench.once(bench, name, { ...target, store: `sqlite:${path}` })
    return { ...run, bytes: statSync(path).size / target.jobs }
  }
  try {
    const listing = await Bench.once(bench, "pages", target)
    const first = await stored("sync", "history.db")
    const unchanged = await stored("sync", "history.db")
    const withoutRaw = await stored("sync-without-raw", "slim.db")
    const place = { ...target, store: `sqlite:${join(folder, "history.db")}`, definitions: bench.sizes.definitions }
    const { history } = await Runner.run("sync", place, { mode: "history" })
    if (history === undefined) throw new Error("the history was not measured")
    return {
      listing,
      first,
      unchanged,
      withoutRaw,
      times: history,
      postgres: postgres === undefined ? undefined : await Bench.once(bench, "sync", { ...target, store: postgres })
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** Processor time, size and milliseconds. */
export const history = async (given: Bench.Bench): Promise<Result> => {
  const bench = Bench.withRounds(given, postgres === undefined ? 3 : 1)
  const rounds = (await Bench.inTurns(bench, ["history"], () => round(bench))).history
  const of = (measure: (round: Round) => number) => Statistics.spread(rounds.map(measure))
  const cpu = (pick: (round: Round) => Bench.Run | undefined) =>
    of((one) => {
      const run = pick(one)
      return run === undefined ? Number.NaN : Bench.cpuPerJobAfterStart(run)
    })
  const overListing = (pick: (round: Round) => Bench.Run) =>
    of((one) => Bench.cpuPerJobAfterStart(pick(one)) / Bench.cpuPerJobAfterStart(one.listing))
  const row = (title: string, pick: (round: Round) => Bench.Run, bytes?: (round: Round) => number): Row => ({
    title,
    cells: [overListing(pick), cpu(pick), bytes === undefined ? null : of(bytes)]
  })
  const target = (what: string, value: Statistics.Spread, limit: number, unit = ""): Verdict => ({
    what,
    value,
    digits: unit === "" ? 2 : 0,
    unit,
    limit,
    sense: "at most"
  })
  const jobs = bench.sizes.jobsOfHistory.toLocaleString("en-US")
  const month = rounds[0]?.times.monthJobs.toLocaleString("en-US") ?? ""
  return {
    tables: [
      {
        title: `A history of ${jobs} jobs`,
        explanation:
          "Each program in a fresh process, without what it takes to load; the ratio is to listing the same jobs in the same round.",
        columns: [
          { title: "CPU / listing", digits: 2, spread: true },
          { title: "CPU µs/job", digits: 2 },
          { title: "bytes/job", digits: 0 }
        ],
        rows: [
          row("listing", ({ listing }) => listing),
          row(
            "first sync",
            ({ first }) => first,
            ({ first }) => first.bytes
          ),
          row(
            "first sync, without rows",
            ({ withoutRaw }) => withoutRaw,
            ({ withoutRaw }) => withoutRaw.bytes
          ),
          row("the same window again, unchanged", ({ unchanged }) => unchanged),
          ...(postgres === undefined
            ? []
            : [row("first sync into PostgreSQL", ({ postgres, first }) => postgres ?? first)])
        ]
      },
      {
        title: "Reading and judging a history",
        explanation: `A month of it has ${month} jobs. The least of five runs in one process; the sync that judges is one run, in memory.`,
        columns: [{ title: "ms", digits: 1, spread: true }],
        rows: [
          { title: "the jobs of a month, without rows", cells: [of(({ times }) => times.month)] },
          { title: "the counts of a month", cells: [of(({ times }) => times.counts)] },
          {
            title: `a sync that judges ${bench.sizes.definitions.toLocaleString("en-US")} definitions`,
            cells: [of(({ times }) => times.judge)]
          }
        ]
      }
    ],
    verdicts: [
      target(
        "first sync, CPU over listing",
        overListing(({ first }) => first),
        5
      ),
      target(
        "unchanged sync, CPU over listing the same window",
        overListing(({ unchanged }) => unchanged),
        1.6
      ),
      target(
        "bytes a job",
        of(({ first }) => first.bytes),
        450,
        "bytes"
      ),
      target(
        "bytes a job, without rows",
        of(({ withoutRaw }) => withoutRaw.bytes),
        250,
        "bytes"
      ),
      target(
        "month view",
        of(({ times }) => times.month),
        50,
        "ms"
      ),
      target(
        "judging definitions",
        of(({ times }) => times.judge),
        1000,
        "ms"
      )
    ]
  }
}
