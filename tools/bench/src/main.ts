/**
 * `npm run bench`: measures, prints Markdown, stores the results.
 */
import { spawnSync } from "node:child_process"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import type { Bench } from "./Bench.ts"
import * as Machine from "./Machine.ts"
import * as Markdown from "./Markdown.ts"
import { profile } from "./Profile.ts"
import type { Result } from "./Result.ts"
import * as Results from "./Results.ts"
import * as Runner from "./Runner.ts"
import { help, lines } from "./scenarios/CommandLine.ts"
import { coldImport } from "./scenarios/ColdImport.ts"
import { connections } from "./scenarios/Connections.ts"
import { firstJob } from "./scenarios/FirstJob.ts"
import { history } from "./scenarios/History.ts"
import { heap } from "./scenarios/Heap.ts"
import { parallelPages } from "./scenarios/ParallelPages.ts"
import { scale } from "./scenarios/Scale.ts"
import { smallPages } from "./scenarios/SmallPages.ts"
import { throughput } from "./scenarios/Throughput.ts"
import { sizes } from "./Sizes.ts"
import { type Name, programs } from "./variants/index.ts"

const benchmarks: Readonly<Record<string, (bench: Bench) => Promise<Result>>> = {
  throughput,
  "small-pages": smallPages,
  lines,
  heap,
  "first-job": firstJob,
  help,
  "cold-import": coldImport,
  connections,
  "parallel-pages": parallelPages,
  history,
  scale
}

const usage = `npm run bench -- [--quick | --smoke] [--scale] [--only NAME]… [--rounds N] [--jobs N] [--profile PROGRAM] [--print | --docs]

--quick   a few minutes instead of half an hour; --smoke: seconds, and only shows that all of it runs
--scale   the tables of how cost grows, which are not measured otherwise
--only    one benchmark or several: ${Object.keys(benchmarks).join(", ")}
--profile where the time of one program goes: ${Object.keys(programs).join(", ")}
--print   measures nothing, and prints what was kept last; --docs writes it into docs/performance.md
`

const { values } = parseArgs({
  options: {
    quick: { type: "boolean", default: false },
    smoke: { type: "boolean", default: false },
    scale: { type: "boolean", default: false },
    docs: { type: "boolean", default: false },
    print: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
    profile: { type: "string" },
    only: { type: "string", multiple: true },
    rounds: { type: "string" },
    jobs: { type: "string" }
  }
})

const markdown = ({ benchmarks: kept, clean, commit, machine, size }: Results.Results) => {
  const { load, memoryGiB, node, platform, processor, processors } = machine
  const measured = Object.keys(benchmarks).flatMap((name) => kept[name] ?? [])
  const targets = measured.flatMap(({ verdicts }) => verdicts)
  return [
    `Commit ${commit}${clean ? "" : " with changes"}, ${size === "full" ? "full" : `**${size}**`} size, Node ${node}, ${platform}, ${processors} × ${processor}, ${memoryGiB} GiB, load ${load} before${load > processors / 2 ? ": **others were at work**, so that times on the wall say little" : ""}.`,
    ...(targets.length === 0 ? [] : [Markdown.verdicts(targets)]),
    ...measured.flatMap(({ tables }) => tables.map(Markdown.table))
  ].join("\n\n")
}

const guide = join(import.meta.dirname, "../../../docs/performance.md")

/** Replaces the numbers in the guide. */
const writeGuide = (numbers: string) => {
  const [head, , tail] = readFileSync(guide, "utf8").split(/(?<=<!-- numbers -->)([^]*)(?=<!-- \/numbers -->)/)
  if (head === undefined || tail === undefined) throw new Error("docs/performance.md has no place for numbers")
  writeFileSync(guide, `${head}\n\n${numbers}\n\n${tail}`)
}

const chosen = (): ReadonlyArray<string> => {
  const names = values.only?.flatMap((given) => given.split(",")) ?? []
  const unknown = names.filter((name) => !Object.hasOwn(benchmarks, name))
  if (unknown.length > 0) throw new Error(`there is no benchmark ${unknown.join(", ")}\n\n${usage}`)
  if (names.length > 0) return names
  if (values.scale) return ["scale"]
  return Object.keys(benchmarks).filter((name) => name !== "scale" || values.smoke)
}

const named = (program: string): Name => {
  for (const name in programs) if (name === program) return program as Name
  throw new Error(`there is no program ${program}\n\n${usage}`)
}

const measure = async (): Promise<void> => {
  const size = values.smoke ? "smoke" : values.quick ? "quick" : "full"
  const machine = Machine.here()
  const commit = Results.commit()
  // A process of its own, because the memory of this one counts for the processes that it starts.
  const bundled = spawnSync(process.execPath, [join(import.meta.dirname, "Bundle.ts")], { stdio: "inherit" })
  if (bundled.status !== 0) throw new Error("the programs could not be bundled")
  const server = await Runner.serve()
  try {
    const { jobs = sizes[size].jobs, rounds = sizes[size].rounds } = values
    const bench: Bench = {
      server,
      sizes: { ...sizes[size], rounds: Number(rounds), jobs: Number(jobs) },
      say: (text) => console.error(text)
    }
    if (values.profile !== undefined) {
      const tables = await profile(bench, named(values.profile))
      return console.log(tables.map(Markdown.table).join("\n\n"))
    }
    const about = { ...commit, size, machine }
    const found: Record<string, Result> = {}
    for (const name of chosen()) {
      console.error(name)
      const run = benchmarks[name]
      if (run === undefined) continue
      found[name] = await run(bench)
      // Stored at once, so that an interrupted benchmark keeps what it has measured.
      if (size !== "smoke") Results.save({ ...about, benchmarks: { [name]: found[name] } })
    }
    console.log(markdown({ ...about, benchmarks: found }))
  } finally {
    server.stop()
  }
}

if (values.help) console.log(usage)
else if (values.print || values.docs) {
  const kept = Results.latest()
  if (kept === undefined) throw new Error("no results are kept yet")
  if (values.docs) writeGuide(markdown(kept))
  else console.log(markdown(kept))
} else await measure()
