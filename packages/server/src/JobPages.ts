/**
 * Pages of jobs. Who asks for everything or an error gets one page more, which is empty, or says what is not known.
 */
import { type Store, type StoreError, Views } from "@scanjobs/history"
import { Effect } from "effect"
import { BadQuery, NotComplete } from "./Schemas.ts"

/** The cursor of the page behind the last one. It is none of the store's. */
const end = "complete"

/** How pages are read. */
export interface Options {
  readonly limit: number
  readonly cursor: string | undefined
  /** Whether what is not known is an error, after everything that is. */
  readonly complete: boolean
}

/** A page of the jobs that match. */
export const page: (
  selection: Views.Selection,
  options: Options
) => Effect.Effect<Views.JobPage, BadQuery | NotComplete | StoreError.StoreError, Store.Store> = Effect.fnUntraced(
  function* (selection, { complete, cursor, limit }) {
    if (cursor === end) {
      const unread = yield* unreadOf(selection)
      return unread.length === 0 ? { jobs: [], next: null } : yield* new NotComplete({ detail: unread.join("; ") })
    }
    const found = yield* Views.jobPage(selection, { limit, cursor }).pipe(
      Effect.catchTag("CursorUnreadable", ({ message }) => Effect.fail(new BadQuery({ detail: message })))
    )
    if (found.next !== null || !complete || (yield* unreadOf(selection)).length === 0) return found
    return { ...found, next: end }
  }
)

/** What was not read completely of the connections that are asked for, in words; at most ten. */
const unreadOf = ({ connections, tags }: Views.Selection) =>
  Effect.map(Views.connections, (all) =>
    all
      .filter(
        ({ completeAt, failingSince, name, tags: own }) =>
          (completeAt === null || failingSince !== null) &&
          (connections === undefined || connections.includes(name)) &&
          (tags === undefined || own.some((tag) => tags.includes(tag)))
      )
      .slice(0, 10)
      .map(
        ({ failures, name }) =>
          `${name} was not read completely: ${failures[0]?.message ?? "it was never read to its end"}`
      )
  )
