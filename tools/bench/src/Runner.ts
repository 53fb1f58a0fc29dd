/**
 * Starts the server and the measured processes, and collects what they say.
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

/** The server has the first processor and the programs the others, where processes can be told where to run. */
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

/** What a child tells first; an error where it ends before. */
const told = (child: ChildProcess, what: string) =>
  new Promise<unknown>((resolve, reject) => {
    child.once("message", resolve)
    child.once("error", reject)
    child.once("exit", (code, signal) => reject(new Error(`${what} ended with ${signal ?? code} and said nothing`)))
  })

/** The server of a benchmark. */
export interface Server {
  readonly origin: string
  /** What was asked of it since this was last called. */
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

/** How a program is run, besides simply. */
export interface Manner {
  /** What is looked at in the course of the run. */
  readonly mode?: "heap" | "connections" | "first" | undefined
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

/** Runs any program of Node once, and says what its process took. Its output goes nowhere, as does that of `run`. */
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

/** How long a program of Node takes from start to end, in milliseconds, as one sees who waits for it. */
export const time = async (args: ReadonlyArray<string>): Promise<number> => {
  const began = performance.now()
  const child = start(programProcessors, args, "ignore")
  const [code]: ReadonlyArray<unknown> = await once(child, "exit")
  if (code !== 0) throw new Error(`${args.join(" ")} ended with ${String(code)}`)
  return performance.now() - began
}
