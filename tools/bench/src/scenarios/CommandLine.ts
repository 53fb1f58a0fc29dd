/**
 * The command line: its start, and writing a million lines.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Bench from "../Bench.ts"
import * as Bundle from "../Bundle.ts"
import type { Result } from "../Result.ts"
import * as Runner from "../Runner.ts"
import { baseUrlOf, client, tokenUrlOf } from "../Target.ts"
import { titles } from "../variants/index.ts"

/** `scanjobs list --format ndjson`, beside a minimal program that writes the same lines. */
export const lines = async (bench: Bench.Bench): Promise<Result> => {
  const target = Bench.targetOf(bench, { jobs: bench.sizes.jobs })
  const folder = mkdtempSync(join(tmpdir(), "scanjobs-bench-"))
  try {
    const config = join(folder, "scanjobs.json")
    const connection = { name: "bench", provider: "avepoint", clientId: client.id, clientSecret: client.secret }
    const addresses = { baseUrl: baseUrlOf(target), tokenUrl: tokenUrlOf(target), pageSize: target.pageSize }
    writeFileSync(config, JSON.stringify({ connections: [{ ...connection, ...addresses }] }))
    const args = [Bundle.cli, "list", "--config", config, "--format", "ndjson"]
    const runs = await Bench.inTurns(bench, ["floor-lines", "cli"], async (name) =>
      name === "cli" ? { ...(await Runner.runNode(args)), jobs: target.jobs } : Bench.once(bench, "floor-lines", target)
    )
    const speed = Bench.ratio(runs.cli, runs["floor-lines"], ({ jobs, wall }) => jobs / wall)
    return {
      tables: [
        {
          title: `${target.jobs.toLocaleString("en-US")} jobs as lines of JSON`,
          explanation: "From the start of the process to its end, written to nowhere.",
          columns: [
            { title: "jobs/s / floor", digits: 2, spread: true },
            { title: "CPU / floor", digits: 2, spread: true },
            { title: "kjobs/s", digits: 0 },
            { title: "CPU µs/job", digits: 2 },
            { title: "memory MB", digits: 0 }
          ],
          rows: (["floor-lines", "cli"] as const).map((name) => ({
            title: name === "cli" ? "`scanjobs list --format ndjson`" : titles[name],
            cells: [
              Bench.ratio(runs[name], runs["floor-lines"], ({ jobs, wall }) => jobs / wall),
              Bench.ratio(runs[name], runs["floor-lines"], Bench.cpuPerJob),
              Bench.of(runs[name], ({ jobs, wall }) => jobs / wall),
              Bench.of(runs[name], Bench.cpuPerJob),
              Bench.of(runs[name], Bench.memory)
            ]
          }))
        }
      ],
      verdicts: [
        {
          what: "`list --format ndjson`, jobs a second over the floor that writes them",
          value: speed,
          digits: 2,
          unit: "",
          limit: 0.7,
          sense: "at least"
        }
      ]
    }
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** `scanjobs --help`, beside an empty Node program. */
export const help = async (bench: Bench.Bench): Promise<Result> => {
  const starts = { node: ["-e", "0"], help: [Bundle.cli, "--help"] }
  const runs = { node: new Array<number>(), help: new Array<number>() }
  for (let start = 0; start < bench.sizes.starts; start++) {
    runs.node.push(await Runner.time(starts.node))
    runs.help.push(await Runner.time(starts.help))
  }
  const own = (time: number) => time
  const over = Bench.ratio(runs.help, runs.node, own)
  return {
    tables: [
      {
        title: "Start of the command line",
        explanation: `As it is published, ${bench.sizes.starts} times, in turns with a Node that does nothing.`,
        columns: [
          { title: "/ `node -e 0`", digits: 2, spread: true },
          { title: "ms", digits: 0, spread: true }
        ],
        rows: [
          { title: "`node -e 0`", cells: [null, Bench.of(runs.node, own)] },
          { title: "`scanjobs --help`", cells: [over, Bench.of(runs.help, own)] }
        ]
      }
    ],
    verdicts: [
      { what: "`scanjobs --help` over `node -e 0`", value: over, digits: 2, unit: "", limit: 3, sense: "at most" }
    ]
  }
}
