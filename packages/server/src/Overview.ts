/**
 * What matters first: what went wrong, what never happened, and what is due.
 */
import { type Store, type StoreError, Views } from "@scanjobs/history"
import { Effect, Stream } from "effect"
import * as Marks from "./Marks.ts"
import * as Outlines from "./Outlines.ts"
import type { Overview } from "./Schemas.ts"
import type { Request } from "./TimelineView.ts"

/** Reasons of a part, those that press most first; those that press alike are told by their time. */
type Tiers = ReadonlyArray<ReadonlyArray<Views.Attention>>

const wrong: Tiers = [["failed", "long"], ["partial"], ["late"]]
const missing: Tiers = [["missed", "overdue", "silent"], ["unknown"]]

/** How many definitions of each part are told. */
const most = 6
const day = 86_400_000

interface Pressing {
  readonly id: number
  readonly tier: number
  readonly needs: Views.Attention
  readonly at: number
  readonly count: number
}

/** The overview of a time line. What is due does not depend on its span. */
export const make: (
  request: Request,
  now: number
) => Effect.Effect<typeof Overview.Type, StoreError.StoreError, Store.Store> = Effect.fnUntraced(function* (
  { filter, outline, span },
  now
) {
  const matching = Outlines.matching(outline, filter)
  const ids = matching.length === outline.length ? undefined : matching.map(({ id }) => id)
  const planned = yield* Views.planned({ from: now - day, until: now + day }, { definitions: ids, limit: most })
  const [first, second] = [pressing(matching, wrong), pressing(matching, missing)]
  const told = [...first, ...second]
  const definitions = yield* Views.definitionsOf([
    ...new Set([...told.map(({ id }) => id), ...planned.next.map(({ definition }) => definition)])
  ])
  const itemsOf = (found: ReadonlyArray<Pressing>) =>
    Effect.map(
      Effect.forEach(found, (one) => Effect.map(markOf(one, span), (mark) => ({ ...one, mark }))),
      (marked) =>
        marked.flatMap(({ count, id, mark, needs }) => {
          const definition = definitions.get(id)
          return definition === undefined || (mark === null && needs !== "silent")
            ? []
            : [{ needs, count, definition, mark }]
        })
    )
  const counts = Outlines.countsOf(matching)
  const totalOf = (tiers: Tiers) => tiers.flat().reduce((sum, name) => sum + counts[name], 0)
  return {
    wrong: { total: totalOf(wrong), items: yield* itemsOf(first) },
    missing: { total: totalOf(missing) - counts.unknown, unknown: counts.unknown, items: yield* itemsOf(second) },
    due: {
      total: planned.total,
      items: planned.next.flatMap((job) => {
        const definition = definitions.get(job.definition)
        const [mark] = Marks.make([job], span)
        return definition === undefined || mark === undefined ? [] : [{ definition, mark }]
      })
    }
  }
})

/** The definitions that press most, each for its most pressing reason. */
const pressing = (outline: Outlines.Outline, tiers: Tiers): ReadonlyArray<Pressing> =>
  outline
    .flatMap(({ attention, id, latest }): ReadonlyArray<Pressing> => {
      const tier = tiers.findIndex((names) => names.some((name) => attention[name] !== undefined))
      const found = (tiers[tier] ?? []).flatMap((needs) => {
        const at = latest[needs]
        return at === undefined ? [] : [{ needs, at, count: attention[needs] ?? 0 }]
      })
      const [last] = found.toSorted((a, b) => b.at - a.at)
      return last === undefined
        ? []
        : [{ id, tier, needs: last.needs, at: last.at, count: found.reduce((sum, { count }) => sum + count, 0) }]
    })
    .toSorted((a, b) => a.tier - b.tier || b.at - a.at || a.id - b.id)
    .slice(0, most)

/** The job behind it, by its start, which an index has. */
const markOf = ({ at, id, needs }: Pressing, span: Views.Span) =>
  needs === "silent"
    ? Effect.succeed(null)
    : Views.rowJobs([id], { from: at, until: at + 1 }).pipe(
        Stream.filter((one) => one.needs === needs && one.job.startTime === at),
        Stream.runCollect,
        Effect.map((jobs) => Marks.make(jobs.slice(0, 1), span)[0] ?? null)
      )
