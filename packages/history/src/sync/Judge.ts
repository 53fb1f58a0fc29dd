/**
 * Judges the planned runs of a connection that fell due, and writes the verdicts that are different.
 */
import type { ScanJob } from "@scanjobs/core"
import { Clock, Duration, Effect } from "effect"
import * as Judgement from "../judgement/Judgement.ts"
import { rulesOf } from "../judgement/JudgementPolicy.ts"
import type * as Verdict from "../judgement/Verdict.ts"
import * as ChangeLog from "../store/ChangeLog.ts"
import { isUndecided } from "../store/Migrations.ts"
import * as Rowset from "../store/Rowset.ts"
import * as Fence from "./Fence.ts"
import * as RunReadings from "./RunReadings.ts"
import type { Syncing } from "./Syncing.ts"

const day = Duration.toMillis("1 day")

/** For how long a run that turns up late can still change a verdict. */
export const rejudged = 35 * day

/** How many definitions are judged in one transaction. */
const batch = 200

interface DefinitionRow {
  readonly id: number
  readonly name_key: string
  readonly vendor_id: string | null
  readonly scope: string
  readonly name: string | null
  /** When the first planned run was due that is not decided. */
  readonly first: number | null
}

interface PlannedRow {
  readonly definition_id: number
  readonly series_id: number
  readonly vendor_id: string
  readonly start_time: number
  readonly confirmed_at: number | null
  readonly moved: number | null
  readonly state: ScanJob.State
  readonly verdict: Verdict.Name | null
  readonly why: string | null
  readonly met_series: number | null
  readonly met_vendor_id: string | null
  readonly delay: number | null
}

interface RunRow {
  readonly definition_id: number
  readonly series_id: number
  readonly vendor_id: string
  readonly at: number
  readonly state: ScanJob.State
}

/** Judges all definitions of the connection that have something to judge, some at a time. Gives the ids of the changes. */
export const run = Effect.fnUntraced(function* (syncing: Syncing) {
  const { attempt, transaction } = syncing.store
  const ranges: Array<ChangeLog.Range> = []
  const definitions = yield* attempt(toJudge(syncing))
  for (let from = 0; from < definitions.length; from += batch) {
    const range = yield* transaction(judgeBatch(syncing, definitions.slice(from, from + batch)))
    if (range !== null) ranges.push(range)
  }
  return ranges
})

/**
 * The definitions with a planned run whose verdict can be another one by now: one that waits for its time or for a reading; or any that is
 * recent or undecided, where the definition's runs or its plan were found to be different.
 */
const toJudge = ({ connectionId, now, store: { sql } }: Syncing) => {
  const span = sql`j.kind = 'occurrence' AND j.gone_at IS NULL AND j.start_time > ${now - rejudged} AND j.start_time <= ${now}`
  const undecided = sql.literal(isUndecided)
  return sql<DefinitionRow>`SELECT d.id, d.name_key, d.vendor_id, d.scope, d.name, min(t.start_time) AS first
    FROM (
      SELECT j.definition_id, j.start_time FROM job j WHERE ${span} AND ${undecided}
        AND (j.verdict IS NULL OR j.verdict IN ('due', 'overdue') OR j.why LIKE 'runs not read%')
      UNION ALL
      SELECT j.definition_id, j.start_time FROM definition u JOIN job j ON j.definition_id = u.id
        WHERE u.connection_id = ${connectionId} AND u.unjudged = 1 AND ${span}
          AND (${undecided} OR j.start_time > ${now - 2 * day})
    ) t JOIN definition d ON d.id = t.definition_id
    WHERE d.connection_id = ${connectionId} GROUP BY d.id, d.name_key, d.vendor_id, d.scope, d.name ORDER BY d.id`
}

const judgeBatch = Effect.fnUntraced(function* (syncing: Syncing, definitions: ReadonlyArray<DefinitionRow>) {
  const { connectionId, store } = syncing
  const { sql } = store
  yield* Fence.holdAlone(syncing)
  const now = yield* Clock.currentTimeMillis
  const ids = Rowset.integers(
    sql,
    definitions.map(({ id }) => id)
  )
  const first = Math.min(...definitions.map((definition) => definition.first ?? now))
  const latest = Math.max(...definitions.map((definition) => rulesOf(policyOf(syncing, definition)).latest))
  // Its neighbours bound the window of a planned run: no gap that is longer than this makes a difference.
  const reach = latest + day
  const plan = Map.groupBy(
    yield* sql<PlannedRow>`SELECT definition_id, series_id, vendor_id, start_time, confirmed_at, moved, state, verdict, why,
        met_series, met_vendor_id, delay FROM job
      WHERE definition_id IN ${ids} AND kind = 'occurrence' AND gone_at IS NULL
        AND start_time > ${first - reach} AND start_time < ${now + reach} ORDER BY start_time`,
    ({ definition_id }) => definition_id
  )
  const runs = Map.groupBy(yield* runsOf(syncing, ids, first - reach), ({ definition_id }) => definition_id)
  const readings = yield* RunReadings.load(sql, connectionId)
  const judged: Array<JudgedRow> = []
  const told: Array<ChangeLog.Told> = []
  for (const definition of definitions) {
    const planned = plan.get(definition.id) ?? []
    const verdicts = Judgement.judge({
      plan: planned.map((row) => ({
        id: idOf(row),
        time: row.start_time,
        confirmedAt: row.confirmed_at,
        wasMoved: row.moved === null ? null : row.moved === 1,
        state: row.state
      })),
      runs: (runs.get(definition.id) ?? []).map((row) => ({ id: idOf(row), time: row.at, state: row.state })),
      reading: RunReadings.of(readings, definition.name_key, definition.scope),
      now,
      policy: policyOf(syncing, definition)
    })
    for (const row of planned) {
      const verdict = verdicts.get(idOf(row))
      // Only those whose neighbours were all looked at.
      if (verdict === undefined || verdict._tag === "planned" || row.start_time < (definition.first ?? now)) continue
      const next = judgedRow(row, verdict)
      if (isSame(row, next)) continue
      judged.push(next)
      const { series_id, vendor_id } = row
      if (isNews(row.verdict, verdict._tag)) {
        told.push({ at: now, what: "verdict", series_id, vendor_id, was: row.verdict ?? "planned", now: verdict._tag })
      }
    }
  }
  yield* sql`UPDATE definition SET unjudged = 0 WHERE unjudged = 1 AND id IN ${ids}`
  if (judged.length === 0) return null
  yield* save(syncing, judged, [...plan.values()].flat())
  return yield* ChangeLog.write(sql, told)
})

const policyOf = ({ connection, provider, settings }: Syncing, { name, scope, vendor_id }: DefinitionRow) =>
  settings.policyOf({ provider, connection, definitionId: vendor_id, scope: scope === "" ? null : scope, name })

/** The runs of these definitions. A run without a start is one that was not there before it was first seen. */
const runsOf = ({ store: { sql } }: Syncing, ids: ReturnType<typeof Rowset.integers>, after: number) =>
  sql<RunRow>`SELECT definition_id, series_id, vendor_id, start_time AS at, state FROM job
    WHERE definition_id IN ${ids} AND kind = 'run' AND start_time > ${after}
    UNION ALL SELECT definition_id, series_id, vendor_id, first_seen AS at, state FROM job
    WHERE definition_id IN ${ids} AND kind = 'run' AND start_time IS NULL AND first_seen > ${after} AND gone_at IS NULL`

/** That a planned run is due, and that it ran in time, is what everybody expects. The run itself is told. */
const isNews = (was: Verdict.Name | null, now: Verdict.Name): boolean =>
  was !== now && now !== "due" && (now !== "ran" || (was !== null && was !== "planned" && was !== "due"))

const idOf = ({ series_id, vendor_id }: { readonly series_id: number; readonly vendor_id: string }) =>
  `${series_id} ${vendor_id}`

const columns = {
  series_id: "integer",
  vendor_id: "text",
  verdict: "text",
  why: "text",
  met_series: "integer",
  met_vendor_id: "text",
  delay: "number"
} as const

type JudgedRow = Rowset.Row<typeof columns>

const judgedRow = ({ series_id, vendor_id }: PlannedRow, verdict: Verdict.Verdict): JudgedRow => {
  const run = "run" in verdict ? verdict.run : null
  const space = run?.indexOf(" ") ?? 0
  return {
    series_id,
    vendor_id,
    verdict: verdict._tag,
    why: "why" in verdict ? verdict.why : null,
    met_series: run === null ? null : Number(run.slice(0, space)),
    met_vendor_id: run === null ? null : run.slice(space + 1),
    delay: "delay" in verdict ? verdict.delay : null
  }
}

const isSame = (row: PlannedRow, next: JudgedRow): boolean =>
  row.verdict === next.verdict &&
  row.why === next.why &&
  row.met_series === next.met_series &&
  row.met_vendor_id === next.met_vendor_id &&
  row.delay === next.delay

/** Writes the verdicts of planned runs, and those of the runs that met them. */
const save = Effect.fnUntraced(function* (
  { store: { sql } }: Syncing,
  judged: ReadonlyArray<JudgedRow>,
  before: ReadonlyArray<PlannedRow>
) {
  const rows = Rowset.make(sql, columns)
  const write = (changed: ReadonlyArray<JudgedRow>) =>
    changed.length === 0
      ? Effect.void
      : Effect.asVoid(sql`UPDATE job SET verdict = given.verdict, why = given.why, met_series = given.met_series,
          met_vendor_id = given.met_vendor_id, delay = given.delay
          FROM ${rows.from(changed)} WHERE job.series_id = given.series_id AND job.vendor_id = given.vendor_id`)
  const nothing = { verdict: null, why: null, met_series: null, met_vendor_id: null, delay: null }
  const changed = new Set(judged.map(({ series_id, vendor_id }) => `${series_id} ${vendor_id}`))
  const parted = before.flatMap((row): ReadonlyArray<JudgedRow> =>
    row.met_series === null || row.met_vendor_id === null || !changed.has(idOf(row))
      ? []
      : [{ ...nothing, series_id: row.met_series, vendor_id: row.met_vendor_id }]
  )
  const met = judged.flatMap(({ delay, met_series, met_vendor_id, verdict }): ReadonlyArray<JudgedRow> =>
    met_series === null || met_vendor_id === null
      ? []
      : [{ ...nothing, series_id: met_series, vendor_id: met_vendor_id, verdict, delay }]
  )
  yield* write(parted)
  yield* write(judged)
  yield* write(met)
})
