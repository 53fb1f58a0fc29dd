/**
 * Reads made-up worlds in virtual time, through the sync and the store, and compares every verdict with what really became of the run.
 */
import { Store } from "@scanjobs/history"
import { Effect, Layer, Stream } from "effect"
import { TestClock } from "effect/testing"
import * as SyncConnection from "../../src/sync/SyncConnection.ts"
import * as World from "./World.ts"

const minute = 60_000
const hour = 60 * minute

/** How often something was found. */
export type Counts = ReadonlyMap<string, number>

/** What a simulation found. */
export interface Result {
  readonly counts: Counts
  /** Alarms for what ran, or was not planned. */
  readonly falseAlarms: ReadonlyArray<string>
  readonly misses: number
  /** Misses that were called `missed` or `overdue`. */
  readonly missesFound: number
  readonly missesUnknown: number
  readonly syncs: number
}

interface PlannedRow {
  readonly key: string
  readonly start_time: number
  readonly verdict: string | null
  readonly why: string | null
}

/** The planned runs that are in the store, or those with an alarm. */
const planned = (which: "all" | "alarms") =>
  Effect.flatMap(Store.Store, ({ attempt, sql }) =>
    attempt(sql<PlannedRow>`SELECT d.name_key AS key, j.start_time, j.verdict, j.why
      FROM job j JOIN definition d ON d.id = j.definition_id
      WHERE j.kind = 'occurrence' AND j.gone_at IS NULL
        AND ${which === "all" ? sql`1 = 1` : sql`j.verdict IN ('overdue', 'missed')`}`)
  )

/** Runs the world of one seed. */
const runWorld = Effect.fnUntraced(function* (seed: number) {
  const { definitions, source, syncs } = World.make(seed)
  const counts = new Map<string, number>()
  const add = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1)
  const falseAlarms: Array<string> = []
  const byKey = new Map(definitions.map((definition) => [definition.key, definition]))
  const truthOf = ({ key, start_time }: PlannedRow) => byKey.get(key)?.truth.get(start_time)
  const alarmed = new Set<string>()
  for (const time of syncs) {
    yield* TestClock.setTime(time)
    yield* Stream.runDrain(SyncConnection.run(source, () => Effect.void, {}))
    for (const row of yield* planned("alarms")) {
      const id = `${row.key}@${row.start_time}`
      if (alarmed.has(id)) continue
      alarmed.add(id)
      const truth = truthOf(row)
      const at = `world ${seed}: ${row.verdict} ${id} at ${new Date(time).toISOString()}`
      if (truth === undefined) falseAlarms.push(`${at}, which was not planned`)
      else if (truth.run !== null && truth.run.at <= time - 3 * minute && truth.fate !== "late") {
        falseAlarms.push(`${at}, which ran at ${new Date(truth.run.at).toISOString()}`)
      } else add(`alarm for what ${truth.fate === "late" ? "came late" : "never came"}`)
    }
  }
  const [first, last] = [syncs[0] ?? 0, syncs.at(-1) ?? 0]
  const rows = new Map((yield* planned("all")).map((row) => [`${row.key}@${row.start_time}`, row]))
  for (const { key, truth } of definitions) {
    for (const [time, { fate }] of truth) {
      if (time < first || time > last - 30 * hour) continue
      const row = rows.get(`${key}@${time}`)
      add(`${fate} -> ${row === undefined ? "not seen before its time" : verdictOf(row)}`)
    }
  }
  for (const row of rows.values()) {
    if (row.start_time <= last && truthOf(row) === undefined) add(`not planned -> ${verdictOf(row)}`)
  }
  return { counts, falseAlarms, syncs: syncs.length }
})

const verdictOf = ({ verdict, why }: PlannedRow) => (why === null ? (verdict ?? "no verdict") : `${verdict}: ${why}`)

/** Runs the worlds of these seeds, each in a store of its own. */
export const run = Effect.fnUntraced(function* (
  seeds: ReadonlyArray<number>,
  store: (options?: Store.Options) => Layer.Layer<Store.Store, unknown> = () =>
    Layer.fresh(Store.layerSqlite(":memory:"))
) {
  const worlds = yield* Effect.forEach(seeds, (seed) =>
    Effect.provide(runWorld(seed), Layer.mergeAll(store(), Layer.fresh(TestClock.layer())))
  )
  const counts = new Map<string, number>()
  for (const world of worlds)
    for (const [what, count] of world.counts) counts.set(what, (counts.get(what) ?? 0) + count)
  const sum = (wanted: (what: string) => boolean) =>
    [...counts].reduce((total, [what, count]) => (wanted(what) ? total + count : total), 0)
  return {
    counts: new Map([...counts].toSorted(([a], [b]) => (a < b ? -1 : 1))),
    falseAlarms: worlds.flatMap(({ falseAlarms }) => falseAlarms),
    misses: sum((what) => what.startsWith("missed -> ")),
    missesFound: sum((what) => what === "missed -> missed" || what === "missed -> overdue"),
    missesUnknown: sum((what) => what.startsWith("missed -> unknown")),
    syncs: worlds.reduce((total, { syncs }) => total + syncs, 0)
  } satisfies Result
})

/** The confusion table, as lines. */
export const table = ({
  counts,
  falseAlarms,
  misses,
  missesFound,
  missesUnknown,
  syncs
}: Result): ReadonlyArray<string> => [
  ...[...counts].map(([what, count]) => `${String(count).padStart(7)} ${what}`),
  `${syncs} syncs; ${falseAlarms.length} false alarms; ${missesFound} of ${misses} misses found, ${missesUnknown} unknown`,
  ...falseAlarms.slice(0, 20)
]
