/**
 * Continues where an earlier run ended, and records every page that is written.
 */
import type { Cursor, Query } from "@scanjobs/core"
import { Clock, DateTime, Duration, Effect, FileSystem, Option, type PlatformError } from "effect"
import * as IoFault from "../output/IoFault.ts"
import * as PageJournal from "./PageJournal.ts"
import { OutputFailed, SettingsProblem } from "../Problem.ts"
import * as ResumeFile from "./ResumeFile.ts"

/** What this run asks for. */
export interface Asked {
  readonly query: Query.Query & { readonly horizon: number }
  /** The times as they were given. */
  readonly given: ResumeFile.ResumeFile["given"]
  readonly connections: ReadonlyArray<string>
  /** The listings that are wanted; empty for all. */
  readonly listings: ReadonlyArray<string>
}

/** A page that was written. */
export interface Written {
  /** Where to continue after it. */
  readonly next: Cursor.Cursor
  readonly rows: number
  readonly rejected: number
}

/** A run that can be continued. */
export interface Resumption {
  /** The stored query, with its limit reduced by the rows that were written before. */
  readonly query: Query.Query
  readonly cursors: ReadonlyArray<Cursor.Cursor>
  /** The state that the earlier runs left. */
  readonly before: ResumeFile.ResumeFile
  /** Records a page, once its rows have left the program. */
  readonly record: (page: Written) => Effect.Effect<void, OutputFailed>
  /** Records that everything was written. */
  readonly complete: Effect.Effect<void, OutputFailed>
}

/** The shortest time between two replacements of the file; in between, pages go to the journal. */
const interval = Duration.toMillis("300 millis")

/**
 * Opens the file, or creates it, and saves the final state when the scope ends. Fails before any vendor is asked if the file cannot
 * be used.
 */
export const open = Effect.fnUntraced(function* (path: string, asked: Asked) {
  const files = yield* FileSystem.FileSystem
  const found = yield* ResumeFile.read(path)
  const before = Option.isSome(found) ? yield* PageJournal.replay(path, found.value) : yield* begin(asked)
  if (Option.isSome(found)) yield* check(path, before, asked)

  const replace = (content: ResumeFile.ResumeFile) =>
    Effect.provideService(ResumeFile.replace(path, content), FileSystem.FileSystem, files)
  const usable = Effect.mapError(
    (error: PlatformError.PlatformError) =>
      new SettingsProblem({ problems: [`--resume: ${path} cannot be written (${IoFault.describe(error)})`] })
  )
  // The file must include everything before the journal is emptied.
  if (!before.complete) yield* usable(replace(before))
  // A run that was killed when it had just completed the file has left its journal.
  else yield* usable(PageJournal.remove(path))
  const journal = before.complete ? undefined : yield* usable(PageJournal.open(path))

  const cursors = new Map(before.cursors.map((cursor) => [ResumeFile.placeOf(cursor), cursor]))
  let state: Pick<ResumeFile.ResumeFile, "complete" | "pages" | "rows" | "rejected"> = before
  let saved = state
  let savedAt = yield* Clock.currentTimeMillis
  const save = Effect.suspend(() => {
    if (state === saved) return Effect.void
    const { complete, pages, rejected, rows } = (saved = state)
    return replace({ ...before, complete, pages, rows, rejected, cursors: [...cursors.values()] })
  })

  const failing = Effect.mapError(
    (error: PlatformError.PlatformError) =>
      new OutputFailed({ message: `--resume: ${path} cannot be written any more (${IoFault.describe(error)})` })
  )
  const record: Resumption["record"] = ({ next, rejected, rows }) =>
    Effect.gen(function* () {
      const step: ResumeFile.Step = {
        started: before.started,
        pages: state.pages + 1,
        rows: state.rows + rows,
        rejected: state.rejected + rejected,
        cursor: next
      }
      state = { complete: false, pages: step.pages, rows: step.rows, rejected: step.rejected }
      cursors.set(ResumeFile.placeOf(next), next)
      const now = yield* Clock.currentTimeMillis
      if (now - savedAt < interval) return yield* journal?.append(step) ?? Effect.void
      savedAt = now
      yield* save
      yield* journal?.clear ?? Effect.void
    }).pipe(failing, Effect.uninterruptible)

  // The journal is removed only once the file includes everything.
  yield* Effect.addFinalizer(() => Effect.ignore(Effect.andThen(save, journal?.remove ?? Effect.void)))

  const resumption: Resumption = {
    query: remaining(before),
    cursors: before.cursors,
    before,
    record,
    complete: Effect.suspend(() => {
      state = { ...state, complete: true }
      return failing(save)
    })
  }
  return resumption
})

const begin = Effect.fnUntraced(function* ({ connections, given, listings, query }: Asked) {
  return ResumeFile.make({
    started: yield* DateTime.now,
    connections,
    given,
    query: {
      from: timeOf(query.from),
      until: timeOf(query.until),
      horizon: DateTime.makeUnsafe(query.horizon),
      states: query.states ?? [],
      categories: query.categories ?? [],
      kinds: query.kinds ?? [],
      listings,
      limit: query.limit ?? null
    }
  })
})

const remaining = ({ query, rows }: ResumeFile.ResumeFile): Query.Query => ({
  from: millisOf(query.from),
  until: millisOf(query.until),
  horizon: DateTime.toEpochMillis(query.horizon),
  states: query.states.length === 0 ? undefined : query.states,
  categories: query.categories.length === 0 ? undefined : query.categories,
  kinds: query.kinds === undefined || query.kinds.length === 0 ? undefined : query.kinds,
  limit: query.limit === null ? undefined : query.limit - rows
})

const timeOf = (millis: number | undefined): DateTime.Utc | null =>
  millis === undefined ? null : DateTime.makeUnsafe(millis)

const millisOf = (time: DateTime.Utc | null): number | undefined =>
  time === null ? undefined : DateTime.toEpochMillis(time)

/** A different query cannot continue from these pages. */
const check = (path: string, stored: ResumeFile.ResumeFile, asked: Asked): Effect.Effect<void, SettingsProblem> => {
  const { categories, kinds = [], limit, listings = [], states } = stored.query
  const time = (name: "from" | "until") =>
    asked.given[name] === stored.given[name] || asked.query[name] === millisOf(stored.query[name])
      ? []
      : [difference(`--${name}`, stored.given[name] ?? "none", asked.given[name] ?? "none")]
  const list = (name: string, before: ReadonlyArray<string>, now: ReadonlyArray<string>) =>
    sorted(before) === sorted(now) ? [] : [difference(name, sorted(before) || "none", sorted(now) || "none")]
  const differences = [
    ...list("connections", stored.connections, asked.connections),
    ...time("from"),
    ...time("until"),
    ...list("--state", states, asked.query.states ?? []),
    ...list("--category", categories, asked.query.categories ?? []),
    ...list("--kind", kinds, asked.query.kinds ?? []),
    ...list("--listing", listings, asked.listings),
    ...(limit === (asked.query.limit ?? null)
      ? []
      : [difference("--limit", limit ?? "none", asked.query.limit ?? "none")])
  ]
  return differences.length === 0
    ? Effect.void
    : Effect.fail(
        new SettingsProblem({
          problems: [
            `--resume: ${path} belongs to another query: ${differences.join("; ")}. Use the same options, or delete the file to start again`
          ]
        })
      )
}

const difference = (name: string, before: string | number, now: string | number): string =>
  `${name} was ${before} and is ${now}`

const sorted = (values: ReadonlyArray<string>): string => [...new Set(values)].toSorted().join(", ")
