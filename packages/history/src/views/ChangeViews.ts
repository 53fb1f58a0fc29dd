/**
 * What was different, in the order in which it was found.
 */
import { Query } from "@scanjobs/core"
import { type Duration, Effect, Option, Stream } from "effect"
import type { Statement } from "effect/sql"
import type * as Change from "../store/Change.ts"
import * as ChangeLog from "../store/ChangeLog.ts"
import { Store } from "../store/OpenStore.ts"
import type { StoreError } from "../store/StoreError.ts"
import * as JobById from "./JobById.ts"

/**
 * Which changes are wanted. Every part may be left out.
 *
 * @since 0.1.0
 * @category models
 */
export interface ChangeOptions {
  /** Changes with a higher id, such as after the last one that was handled. */
  readonly after?: number | undefined
  /** Changes that were found at this time or later. */
  readonly since?: Query.Time | undefined
  /** Names of connections. */
  readonly connections?: ReadonlyArray<string> | undefined
  readonly what?: ReadonlyArray<Change.What> | undefined
  /** The id of the job that changed. */
  readonly job?: string | undefined
}

const pageSize = 500

/**
 * The changes that are in the store.
 *
 * @since 0.1.0
 * @category running
 */
export const changes = (options: ChangeOptions = {}): Stream.Stream<Change.Change, StoreError, Store> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const store = yield* Store
      const { attempt, sql } = store
      const { from } = yield* Query.resolve({ from: options.since })
      const { after = 0, connections, job, what } = options
      const found = job === undefined ? undefined : yield* JobById.find(store, job)
      if (found !== undefined && Option.isNone(found)) return Stream.empty
      const among = (column: string, values: ReadonlyArray<string> | undefined): ReadonlyArray<Statement.Fragment> => {
        if (values === undefined) return []
        return [values.length === 0 ? sql`1 = 0` : sql`${sql.literal(column)} IN ${sql.in(values)}`]
      }
      const where = [
        ...(from === undefined ? [] : [sql`h.at >= ${from}`]),
        ...among("c.name", connections),
        ...among("h.what", what),
        ...(found === undefined
          ? []
          : [sql`h.series_id = ${found.value.series} AND h.vendor_id = ${found.value.row.vendor_id}`])
      ]
      return Stream.paginate(after, (last) =>
        Effect.map(attempt(ChangeLog.read(sql, sql.and([sql`h.id > ${last}`, ...where]), pageSize)), (page) => [
          page,
          page.length < pageSize ? Option.none<number>() : Option.some(page.at(-1)?.id ?? last)
        ])
      )
    })
  )

/**
 * The highest id of a change; 0 where there is none. To hear only of what is to come, follow what is after it.
 *
 * @since 0.1.0
 * @category running
 */
export const lastChange: Effect.Effect<number, StoreError, Store> = Effect.gen(function* () {
  const { attempt, sql } = yield* Store
  const [row] = yield* attempt(sql<{ readonly id: number | bigint | null }>`SELECT max(id) AS id FROM change`)
  return Number(row?.id ?? 0)
})

/**
 * The changes as they come, by this or any other process, without an end. The store is asked once a second, or as often as `every`
 * says.
 *
 * @since 0.1.0
 * @category running
 */
export const follow = (
  options: ChangeOptions & { readonly every?: Duration.Input | undefined } = {}
): Stream.Stream<Change.Change, StoreError, Store> => {
  const { after = 0, every = "1 second", ...others } = options
  return Stream.suspend(() => {
    let last = after
    const round = Stream.suspend(() => changes({ ...others, after: last })).pipe(
      Stream.tap(({ id }) => Effect.sync(() => (last = id)))
    )
    return Stream.concat(round, Stream.forever(Stream.concat(Stream.fromEffectDrain(Effect.sleep(every)), round)))
  })
}
