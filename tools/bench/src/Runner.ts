/**
 * Starts the server and the measured processes, and collects their reports.
 */
import { type ChildProcess, spawn, spawnSync } from "node:child_process"
import { once } from "node:events"
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs"
import { availableParallelism, tmpdir } from "node:os"
import { join } from "node:path"
import * as Bundle from "./Bundle.ts"
import type { Report } from "./Report.ts"
import type { Count } from "./Server.ts"
import type { Target } from "./Target.ts"
import type { Name } from "./variants/index.ts"

/** Whether processes can be pinned: the server to the first processor, the programs to the others. */
const canPin = availableParallelism() > 1 && spawnSync("taskset", ["-c", "0", "true"]).status === 0

const start = (
  processors: string,
  args: ReadonlyArray<string>,
  stdout: "ignore" | "inherit" | number,
  env: NodeJS.ProcessEnv = process.env
): ChildProcess => {
  const [command, ...rest] = canPin ? ["taskset", "-c", processors, process.execPath] : [process.execPath]
  if (command === undefined) throw new Error("no program to start")
  return spawn(command, [...rest, ...args], { stdio: ["ignore", stdout, "inherit", "ipc"], env })
}

const programProcessors = `1-${Math.max(1, availableParallelism() - 1)}`

/** The first message of a child process. Fails if the child ends without one. */
const told = (child: ChildProcess, what: string) =>
  new Promise<unknown>((resolve, reject) => {
    child.once("message", resolve)
    child.once("error", reject)
    child.once("exit", (code, signal) => reject(new Error(`${what} ended with ${signal ?? code} and said nothing`)))
  })

/** The server of a benchmark. */
export interface Server {
  readonly origin: string
  /** Counts the requests since the last call. */
  readonly count: () => Promise<Count>
  readonly stop: () => void
}

/** Starts the server in a process of its own. */
export const serve = async (): Promise<Server> => {
  const child = start("0", [join(Bundle.folder, "Server.mjs")], "inherit")
  const origin = String(await told(child, "the server"))
  return {
    origin,
    count: async () => {
      const response = await fetch(`${origin}/count`)
      return (await response.json()) as Count
    },
    stop: () => child.disconnect()
  }
}

/** Options of a run. */
export interface Manner {
  /** What to measure during the run. */
  readonly mode?: "heap" | "connections" | "first" | "history" | undefined
  /** Flags of Node. */
  readonly flags?: ReadonlyArray<string>
}

/** Runs a program once in a fresh process. */
export const run = async (name: Name, target: Target, { flags = [], mode }: Manner = {}): Promise<Report> => {
  const args = [...flags, join(Bundle.folder, "Child.mjs"), name, JSON.stringify(target)]
  const child = start(programProcessors, mode === undefined ? args : [...args, mode], "ignore")
  const report = (await told(child, name)) as Report
  if (child.exitCode === null && child.signalCode === null) await once(child, "exit")
  return report
}

/** Runs any Node program once, discards its output, and reports on its process. */
export const runNode = async (args: ReadonlyArray<string>): Promise<Report> => {
  const folder = mkdtempSync(join(tmpdir(), "scanjobs-bench-"))
  const output = openSync("/dev/null", "w")
  try {
    const file = join(folder, "report.json")
    const env = { ...process.env, SCANJOBS_BENCH_REPORT: file }
    const child = start(programProcessors, ["--import", join(Bundle.folder, "Preload.mjs"), ...args], output, env)
    const [code, signal]: ReadonlyArray<unknown> = await once(child, "exit")
    if (code !== 0) throw new Error(`${args.join(" ")} ended with ${String(signal ?? code)}`)
    return JSON.parse(readFileSync(file, "utf8")) as Report
  } finally {
    closeSync(output)
    rmSync(folder, { recursive: true })
  }
}

/** How long a Node program takes from start to exit, in milliseconds of wall time. */
export const time = async (args: ReadonlyArray<string>): Promise<number> => {
  const began = performance.now()
  const child = start(programProcessors, args, "ignore")
  const [code]: ReadonlyArray<unknown> = await once(child, "exit")
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${String(code)}`)
  return performance.now() - began
}
