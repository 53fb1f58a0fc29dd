/**
 * What a time line shows: each definition with its runs and its planned runs within a span.
 */
import { type StoredJob, type Store, type StoreError, Views } from "@scanjobs/history"
import { Clock, Effect, Stream } from "effect"
import type { Mark, Timeline } from "./Schemas.ts"

type Row = (typeof Timeline.Type.rows)[number]

const open = ["running", "paused", "queued"] as const

/** The time line from one time until another. */
export const make: (
  from: number,
  until: number
) => Effect.Effect<typeof Timeline.Type, StoreError.StoreError, Store.Store> = Effect.fnUntraced(
  function* (from, until) {
    const now = yield* Clock.currentTimeMillis
    const connections = yield* Views.connections
    const rows = new Map<string, { readonly definition: Views.Definition; readonly marks: Array<typeof Mark.Type> }>()
    yield* Stream.runForEach(Views.definitions(), (definition) =>
      Effect.sync(() => rows.set(keyOf(definition), { definition, marks: [] }))
    )
    const seen = new Set<string>()
    const add = (job: StoredJob.StoredJob) =>
      Effect.sync(() => {
        const mark = markOf(job)
        if (mark === undefined || seen.has(mark.id)) return
        seen.add(mark.id)
        rows.get(keyOf(job))?.marks.push(mark)
      })
    const kinds = ["run", "occurrence"] as const
    // A run that began before and ended within the span is shown from its edge on; the longest runs take days.
    yield* Stream.runForEach(Views.jobs({ from: from - lookBack, until, kinds }, { raw: false }), (job) =>
      isWithin(job, from) ? add(job) : Effect.void
    )
    yield* Stream.runForEach(Views.jobs({ until, kinds: ["run"], states: open }, { raw: false }), add)
    return { now, connections, rows: [...rows.values()].toSorted(byName) }
  }
)

const lookBack = 2 * 86_400_000

const isWithin = ({ finishTime, startTime }: StoredJob.StoredJob, from: number) =>
  startTime !== null && (startTime >= from || (finishTime ?? startTime) >= from)

const markOf = ({ delay, finishTime, id, kind, startTime, state, verdict, why }: StoredJob.StoredJob) =>
  startTime === null || kind === "definition"
    ? undefined
    : { id, kind, state, verdict, why, start: startTime, finish: finishTime, delay }

/** A job and its definition have this in common: the vendor's id, within the scope where the scope is not the definition itself. */
const keyOf = (one: {
  readonly connection: string
  readonly scope: string | null
  readonly definitionId: string | null
  readonly category: string
  readonly name: string | null
}): string => {
  const own = one.definitionId ?? `${one.category} ${one.name ?? ""}`
  return JSON.stringify([one.connection, one.scope === own ? null : one.scope, own])
}

const byName = (a: Row, b: Row) =>
  compare(a.definition.connection, b.definition.connection) ||
  compare(a.definition.name ?? "", b.definition.name ?? "") ||
  compare(keyOf(a.definition), keyOf(b.definition))

const compare = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0)
