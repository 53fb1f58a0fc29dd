/**
 * Shared by all benchmarks: the server, the sizes, and runs in turns.
 */
import type { Report } from "./Report.ts"
import * as Runner from "./Runner.ts"
import type { Count } from "./Server.ts"
import type { Sizes } from "./Sizes.ts"
import * as Statistics from "./Statistics.ts"
import type { Target } from "./Target.ts"
import type { Name } from "./variants/index.ts"

/** One run, and the server's counts for it. */
export interface Run extends Report {
  readonly server: Count
}

/** The server and the sizes of a benchmark. */
export interface Bench {
  readonly server: Runner.Server
  readonly sizes: Sizes
  readonly say: (text: string) => void
}

/** A target on this server, with defaults for what is not given. */
export const targetOf = ({ server }: Bench, given: Partial<Target> & Pick<Target, "jobs">): Target => ({
  origin: server.origin,
  pageSize: Math.min(1000, given.jobs),
  latency: 0,
  connections: 1,
  ...given
})

/** Runs one program, and checks that it gave every job. */
export const once = async (bench: Bench, name: Name, target: Target, manner?: Runner.Manner): Promise<Run> => {
  await bench.server.count()
  const report = await Runner.run(name, target, manner)
  const server = await bench.server.count()
  const wanted = target.jobs * target.connections
  // The catalog also reads the few jobs of a second vendor.
  if (report.jobs < wanted || (name !== "catalog" && report.jobs > wanted)) {
    throw new Error(`${name} gave ${report.jobs} jobs of ${wanted}`)
  }
  return { ...report, server }
}

/** The same benchmark with at most `most` rounds, for measurements that take long and vary little. */
export const withRounds = (bench: Bench, most: number): Bench => ({
  ...bench,
  sizes: { ...bench.sizes, rounds: Math.min(most, bench.sizes.rounds) }
})

/**
 * Runs tasks in turns for every round, so that a disturbance of the machine affects all of them. Every other round goes backwards,
 * because machines become slower or faster over minutes.
 */
export const inTurns = async <Key extends string, A>(
  bench: Bench,
  keys: ReadonlyArray<Key>,
  task: (key: Key) => Promise<A>
): Promise<Record<Key, ReadonlyArray<A>>> => {
  const results = new Map<Key, Array<A>>(keys.map((key) => [key, []]))
  for (let round = 0; round < bench.sizes.rounds; round++) {
    bench.say(`  round ${round + 1} of ${bench.sizes.rounds}`)
    for (const key of round % 2 === 0 ? keys : keys.toReversed()) results.get(key)?.push(await task(key))
  }
  return fromEntries(results)
}

/** `Object.fromEntries` with the type of the keys; the cast is safe because every entry has such a key. */
const fromEntries = <Key extends string, A>(entries: Iterable<readonly [Key, A]>) =>
  Object.fromEntries(entries) as Record<Key, A>

/** Runs programs in turns. */
export const programsInTurns = <Key extends Name>(
  bench: Bench,
  names: ReadonlyArray<Key>,
  target: Target
): Promise<Record<Key, ReadonlyArray<Run>>> => inTurns(bench, names, (name) => once(bench, name, target))

/** A measure of every run. */
export const of = <A>(runs: ReadonlyArray<A>, measure: (run: A) => number): Statistics.Spread =>
  Statistics.spread(runs.map(measure))

/** The ratio of a measure to that of another program, for each round separately. */
export const ratio = <A>(
  runs: ReadonlyArray<A>,
  base: ReadonlyArray<A>,
  measure: (run: A) => number
): Statistics.Spread =>
  Statistics.spread(
    runs.flatMap((run, round) => {
      const other = base[round]
      return other === undefined ? [] : [measure(run) / measure(other)]
    })
  )

/** Processor time of the whole process, in microseconds a job. */
export const cpuPerJob = ({ cpu, jobs }: Report): number => (cpu * 1000) / jobs

/** Processor time after the program was loaded, in microseconds a job. */
export const cpuPerJobAfterStart = ({ cpu, jobs, startCpu }: Report): number => ((cpu - startCpu) * 1000) / jobs

/** From the start of the process to its end, in milliseconds. */
export const wall = ({ wall }: Report): number => wall

/** The most memory, in MB. */
export const memory = ({ rss }: Report): number => rss / 1e6
