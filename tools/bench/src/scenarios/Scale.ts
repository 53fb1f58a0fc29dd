/**
 * How cost grows: with jobs, with the size of pages, with connections, with latency.
 */
import * as Bench from "../Bench.ts"
import type { Result, Table } from "../Result.ts"
import { line, single, type Spread } from "../Statistics.ts"
import type { Target } from "../Target.ts"
import { type Name, titles } from "../variants/index.ts"

const rounds = 3

/** Measures programs at each point, one round after another. */
const at = async <Key extends Name>(
  bench: Bench.Bench,
  names: ReadonlyArray<Key>,
  points: ReadonlyArray<Target>,
  measure: (run: Bench.Run) => number
) => {
  const keys = points.flatMap((_, point) => names.map((name) => `${point} ${name}`))
  const runs = await Bench.inTurns(Bench.withRounds(bench, rounds), keys, async (key) => {
    const [point, name] = key.split(" ")
    const target = points[Number(point)]
    const program = names.find((known) => known === name)
    if (target === undefined || program === undefined) throw new Error(`there is no ${key}`)
    return measure(await Bench.once(bench, program, target))
  })
  return (name: Key, point: number): Spread => Bench.of(runs[`${point} ${name}`] ?? [], (value) => value)
}

interface Axis<Key extends Name> {
  readonly title: string
  readonly explanation: string
  readonly names: ReadonlyArray<Key>
  readonly points: ReadonlyArray<{ readonly title: string; readonly x: number; readonly target: Target }>
  readonly measure: (run: Bench.Run) => number
  readonly digits: number
  readonly unit: string
  /** The titles of the line's slope and intercept, each with the factor that converts to its unit. */
  readonly slope: { readonly title: string; readonly factor: number }
  readonly rest: { readonly title: string; readonly factor: number }
}

const along = async <Key extends Name>(bench: Bench.Bench, axis: Axis<Key>): Promise<Table> => {
  bench.say(`  ${axis.title}`)
  const { names } = axis
  const points = axis.points.slice(0, bench.sizes.points)
  const targets = points.map(({ target }) => target)
  const measured = await at(bench, names, targets, axis.measure)
  const lines = names.map((name) => line(points.map(({ x }, point) => [x, measured(name, point).median])))
  return {
    title: axis.title,
    explanation: axis.explanation,
    columns: names.map((name) => ({ title: `${titles[name]}, ${axis.unit}`, digits: axis.digits })),
    rows: [
      ...points.map(({ title }, point) => ({ title, cells: names.map((name) => measured(name, point)) })),
      { title: axis.slope.title, cells: lines.map(({ slope }) => single(slope * axis.slope.factor)) },
      { title: axis.rest.title, cells: lines.map(({ intercept }) => single(intercept * axis.rest.factor)) }
    ]
  }
}

const upTo = (points: ReadonlyArray<number>, most: number) => points.filter((point) => point <= most)
const count = (value: number) => value.toLocaleString("en-US")

/** The four tables. */
export const scale = async (bench: Bench.Bench): Promise<Result> => {
  const { connections, jobs, jobsInSmallPages, slowPages } = bench.sizes
  const pages = Math.min(40, slowPages)
  const programs = ["floor", "by-hand-jobs", "jobs"] as const
  return {
    verdicts: [],
    tables: [
      await along(bench, {
        title: "With the number of jobs",
        explanation:
          "Processor time of the whole process, pages of a thousand. The slope is what one more job costs; the rest is what a process costs before its first job, with the compiling of what runs often.",
        names: programs,
        points: upTo([1000, 10_000, 100_000, 300_000, 1_000_000], jobs).map((x) => ({
          title: `${count(x)} jobs`,
          x,
          target: Bench.targetOf(bench, { jobs: x })
        })),
        measure: ({ cpu }) => cpu,
        digits: 2,
        unit: "CPU ms",
        slope: { title: "slope, µs a job", factor: 1000 },
        rest: { title: "rest, ms", factor: 1 }
      }),
      await along(bench, {
        title: "With the size of pages",
        explanation: `Processor time a job after the start of the process, for ${count(jobsInSmallPages)} jobs. Over one divided by the size of pages this is a line: its slope is what a request costs however many rows it brings, the rest what a row costs.`,
        names: programs,
        points: [10, 20, 50, 100, 200, 500, 1000]
          .filter((size) => jobsInSmallPages % size === 0)
          .map((size) => ({
            title: `${size} a page`,
            x: 1 / size,
            target: Bench.targetOf(bench, { jobs: jobsInSmallPages, pageSize: size })
          })),
        measure: Bench.cpuPerJobAfterStart,
        digits: 2,
        unit: "CPU µs/job",
        slope: { title: "slope, µs a request", factor: 1 },
        rest: { title: "rest, µs a job", factor: 1 }
      }),
      await along(bench, {
        title: "With the number of connections",
        explanation:
          "Processor time after the start of the process, a hundred jobs each: a token, a page, and a run of its own for every connection.",
        names: ["connections"],
        points: upTo([1, 10, 100, 300, 1000], connections).map((x) => ({
          title: `${count(x)} connections`,
          x,
          target: Bench.targetOf(bench, { jobs: 100, connections: x })
        })),
        measure: ({ cpu, startCpu }) => cpu - startCpu,
        digits: 2,
        unit: "CPU ms",
        slope: { title: "slope, ms a connection", factor: 1 },
        rest: { title: "rest, ms", factor: 1 }
      }),
      await along(bench, {
        title: "With latency",
        explanation: `Wall time after the start of the process, for ${pages} pages of a thousand and a token. The slope is how many answers are waited for one after another.`,
        names: ["floor", "jobs", "parallel"],
        points: [0, 10, 25, 50, 100].map((latency) => ({
          title: `${latency} ms`,
          x: latency,
          target: Bench.targetOf(bench, { jobs: pages * 1000, latency })
        })),
        measure: ({ startWall, wall }) => wall - startWall,
        digits: 2,
        unit: "ms",
        slope: { title: "slope, answers in sequence", factor: 1 },
        rest: { title: "rest, ms", factor: 1 }
      })
    ]
  }
}
