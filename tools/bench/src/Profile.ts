/**
 * Where a program's processor time goes.
 */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs"
import { SourceMap, type SourceMapPayload } from "node:module"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import * as Bench from "./Bench.ts"
import type { Table } from "./Result.ts"
import { single } from "./Statistics.ts"
import { type Name, titles } from "./variants/index.ts"

/** The part of the output of `node --cpu-prof` that is used here. */
interface Profile {
  readonly nodes: ReadonlyArray<{
    readonly id: number
    readonly callFrame: {
      readonly functionName: string
      readonly url: string
      readonly lineNumber: number
      readonly columnNumber: number
    }
  }>
  readonly samples: ReadonlyArray<number>
  readonly timeDeltas: ReadonlyArray<number>
}

/** The functions with the most self time, and their packages. */
export const profile = async (bench: Bench.Bench, name: Name): Promise<ReadonlyArray<Table>> => {
  const folder = mkdtempSync(join(tmpdir(), "scanjobs-bench-"))
  try {
    const target = Bench.targetOf(bench, { jobs: bench.sizes.jobs })
    await Bench.once(bench, name, target, { flags: ["--cpu-prof", `--cpu-prof-dir=${folder}`] })
    const [file = ""] = readdirSync(folder)
    const spent = selfTimes(JSON.parse(readFileSync(join(folder, file), "utf8")) as Profile)
    const table = (title: string, explanation: string, of: (time: Time) => string, most: number): Table => {
      const times = sum(spent, of)
      const whole = times.reduce((all, [, time]) => all + time, 0)
      return {
        title,
        explanation,
        columns: [
          { title: "%", digits: 1 },
          { title: "µs/job", digits: 3 }
        ],
        rows: times
          .slice(0, most)
          .map(([title, time]) => ({ title, cells: [single((100 * time) / whole), single(time / target.jobs)] }))
      }
    }
    return [
      table(
        `Profile of ${titles[name]}, by package`,
        `${target.jobs.toLocaleString("en-US")} jobs, the main thread's time but for waiting: in each function itself, without what it calls.`,
        ({ place }) => packageOf(place),
        12
      ),
      table(
        `Profile of ${titles[name]}, by function`,
        "The same.",
        ({ place, title }) => `${title} ${place}`.trim(),
        40
      )
    ]
  } finally {
    rmSync(folder, { recursive: true })
  }
}

interface Time {
  readonly title: string
  /** The source file and line; empty for native code. */
  readonly place: string
  readonly time: number
}

const sum = (times: ReadonlyArray<Time>, of: (time: Time) => string): ReadonlyArray<readonly [string, number]> => {
  const sums = new Map<string, number>()
  for (const time of times) sums.set(of(time), (sums.get(of(time)) ?? 0) + time.time)
  return [...sums].toSorted(([, a], [, b]) => b - a)
}

const packageOf = (place: string): string =>
  place === ""
    ? "native, and the garbage collector"
    : place.startsWith("node:")
      ? "node"
      : (/^(?:packages\/providers\/[^/]+|packages\/[^/]+|tools\/bench|@[^/]+\/[^/]+|[^/]+)/.exec(place)?.[0] ?? place)

const selfTimes = ({ nodes, samples, timeDeltas }: Profile): ReadonlyArray<Time> => {
  const maps = new Map<string, SourceMap | undefined>()
  const byId = new Map(
    nodes.map(({ callFrame: { columnNumber, functionName, lineNumber, url }, id }) => {
      if (!maps.has(url)) maps.set(url, mapOf(url))
      const entry = maps.get(url)?.findEntry(lineNumber, columnNumber)
      const [file, line] =
        entry !== undefined && "originalSource" in entry
          ? [entry.originalSource, entry.originalLine]
          : [url, lineNumber]
      return [
        id,
        { title: `\`${functionName || "(anonymous)"}\``, place: url === "" ? "" : `${shortOf(file)}:${line + 1}` }
      ]
    })
  )
  return samples.flatMap((id, index): ReadonlyArray<Time> => {
    const node = byId.get(id)
    return node === undefined || node.title === "`(idle)`" ? [] : [{ ...node, time: timeDeltas[index] ?? 0 }]
  })
}

const mapOf = (url: string): SourceMap | undefined => {
  if (!url.startsWith("file:")) return undefined
  const file = `${fileURLToPath(url)}.map`
  return existsSync(file) ? new SourceMap(JSON.parse(readFileSync(file, "utf8")) as SourceMapPayload) : undefined
}

const shortOf = (file: string): string =>
  file
    .replace(/^.*\/node_modules\//, "")
    .replace(/^.*?\b(?=(?:packages|tools)\/)/, "")
    .replace(/^(?:\.\.\/)+/, "")
