/**
 * Continues where an earlier run ended, and records every page that is written.
 */
import type { Cursor, Query } from "@scanjobs/core"
import { Clock, DateTime, Duration, Effect, Option } from "effect"
import * as PrivateFile from "../files/PrivateFile.ts"
import { OutputFailed, SettingsProblem } from "../Problem.ts"
import * as Account from "./Account.ts"
import * as PageJournal from "./PageJournal.ts"
import * as ResumeFile from "./ResumeFile.ts"
import * as RunLock from "./RunLock.ts"

/** What this run asks for. */
export interface Asked {
  readonly query: Query.Query & { readonly horizon: number }
  /** The times as they were given. */
  readonly given: ResumeFile.ResumeFile["given"]
  readonly connections: ReadonlyArray<string>
  /** Whose rows are asked for, connection by connection. */
  readonly accounts: ReadonlyArray<Account.Account>
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
  /** What the earlier runs have left on standard output. */
  readonly output: "nothing" | "whole" | "cut"
  /**
   * Records that this run begins to write; must come before each text. Gives true once, before the first text, where a row that was
   * cut off has to be ended.
   */
  readonly begin: Effect.Effect<boolean, OutputFailed>
  /** Records a page, once its rows have left the program. */
  readonly record: (page: Written) => Effect.Effect<void, OutputFailed>
  /** Records that all text of this run has left the program, and whether everything was written that was asked for. */
  readonly end: (isComplete: boolean) => Effect.Effect<void, OutputFailed>
}

/** The shortest time between two replacements of the file; in between, pages go to the journal. */
const interval = Duration.toMillis("300 millis")

/** The files that a run with this resume file writes, and what each is. */
export const files = (path: string) => [
  { purpose: "--resume", path },
  { purpose: "the journal of --resume", path: PageJournal.pathOf(path) },
  { purpose: "the lock of --resume", path: RunLock.pathOf(path) }
]

/**
 * Opens the file, or creates it, keeps other runs from it, and saves the final state when the scope ends. Fails before any vendor is
 * asked if the file cannot be used.
 */
export const open = Effect.fnUntraced(function* (path: string, asked: Asked) {
  const usable = Effect.mapError(ResumeFile.unusable)
  const lock = yield* usable(RunLock.hold(path))
  yield* usable(PrivateFile.removeLeftovers(path))
  const found = yield* ResumeFile.read(path)
  const before = Option.isSome(found) ? yield* usable(PageJournal.replay(path, found.value)) : yield* begin(asked)
  if (Option.isSome(found)) yield* check(path, before, asked)
  const output = ResumeFile.outputOf(before)
  const accounts = before.accounts ?? asked.accounts
  // The file of an older version knows neither whose it is nor whether its output may be cut off.
  const ended = output === "nothing" ? {} : { ended: output === "whole" }
  const replace = (content: ResumeFile.ResumeFile) => ResumeFile.replace(path, { ...ended, ...content, accounts })
  // The file must include everything before the journal is emptied.
  if (!before.complete) yield* usable(replace(before))
  // A run that was killed when it had just completed the file has left its journal.
  else yield* usable(PageJournal.remove(path))
  const journal = before.complete ? undefined : yield* usable(PageJournal.open(path))

  const cursors = new Map(before.cursors.map((cursor) => [ResumeFile.placeOf(cursor), cursor]))
  let state: Pick<ResumeFile.ResumeFile, "complete" | "ended" | "pages" | "rows" | "rejected"> = before
  let saved = state
  let hasBegun = false
  let savedAt = yield* Clock.currentTimeMillis
  const save = Effect.suspend(() => {
    if (state === saved) return Effect.void
    const now = state
    return Effect.tap(replace({ ...before, ...now, cursors: [...cursors.values()] }), () =>
      Effect.sync(() => (saved = now))
    )
  })

  const failing = Effect.mapError(
    ({ message }: PrivateFile.FileFault) => new OutputFailed({ message: `--resume: ${message}` })
  )
  const record: Resumption["record"] = ({ next, rejected, rows }) =>
    Effect.gen(function* () {
      yield* lock.check
      const step: ResumeFile.Step = {
        started: before.started,
        pages: state.pages + 1,
        rows: state.rows + rows,
        rejected: state.rejected + rejected,
        cursor: next
      }
      state = { ...state, complete: false, pages: step.pages, rows: step.rows, rejected: step.rejected }
      cursors.set(ResumeFile.placeOf(next), next)
      const now = yield* Clock.currentTimeMillis
      if (now - savedAt < interval) return yield* journal?.append(step) ?? Effect.void
      savedAt = now
      yield* save
      yield* journal?.clear ?? Effect.void
    }).pipe(failing, Effect.uninterruptible)

  // The journal is removed only once the file includes everything.
  yield* Effect.addFinalizer(() =>
    Effect.ignore(lock.check.pipe(Effect.andThen(save), Effect.andThen(journal?.remove ?? Effect.void)))
  )

  const resumption: Resumption = {
    query: remaining(before),
    cursors: before.cursors,
    before,
    output,
    begin: Effect.suspend(() => {
      if (hasBegun) return Effect.succeed(false)
      hasBegun = true
      state = { ...state, ended: false }
      return failing(Effect.andThen(save, PrivateFile.syncFolder(path))).pipe(
        Effect.as(output === "cut"),
        Effect.uninterruptible
      )
    }),
    record,
    end: (isComplete) =>
      Effect.suspend(() => {
        state = { ...state, complete: isComplete, ...(hasBegun ? { ended: true } : {}) }
        return failing(Effect.andThen(lock.check, save))
      })
  }
  return resumption
})

const begin = Effect.fnUntraced(function* ({ accounts, connections, given, listings, query }: Asked) {
  return ResumeFile.make({
    started: yield* DateTime.now,
    connections,
    accounts,
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
  const others = (stored.accounts ?? []).flatMap((before) => {
    const now = asked.accounts.find(({ connection }) => connection === before.connection)
    return now === undefined ? [] : Account.differences(before, now)
  })
  const problems = [
    ...(differences.length === 0
      ? []
      : [
          `--resume: ${path} belongs to another query: ${differences.join("; ")}. Use the same options, or delete the file to start again`
        ]),
    ...(others.length === 0
      ? []
      : [
          `--resume: ${path} belongs to another account: ${others.join("; ")}. Use the same settings, or name another file to start again`
        ])
  ]
  return problems.length === 0 ? Effect.void : Effect.fail(new SettingsProblem({ problems }))
}

const difference = (name: string, before: string | number, now: string | number): string =>
  `${name} was ${before} and is ${now}`

const sorted = (values: ReadonlyArray<string>): string => [...new Set(values)].toSorted().join(", ")
