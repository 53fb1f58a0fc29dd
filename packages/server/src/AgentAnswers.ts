/**
 * What each tool answers, from the store.
 */
import { Store, type StoreError, type StoredJob, Views } from "@scanjobs/history"
import { Clock, Effect, Option, Stream } from "effect"
import { BadArgument, type HistoryUnavailable, ofStore } from "./AgentProblem.ts"
import * as AgentText from "./AgentText.ts"
import * as AgentTime from "./AgentTime.ts"
import { AgentTools, type Job, type Unread } from "./AgentTools.ts"
import * as Explanation from "./Explanation.ts"

const usualRows = 25
const mostCharacters = 50_000
const mostUnread = 20
const mostOthers = 25
const mostChanges = 50
const day = 86_400_000
/** The longest name, and the longest detail or message. */
const [name, detail] = [200, 300]

const minutes = (millis: number) => Math.round(millis / 60_000)

const jobOf = (job: StoredJob.StoredJob): typeof Job.Type => ({
  id: job.id,
  connection: job.connection,
  provider: job.provider,
  kind: job.kind,
  name: AgentText.cutOrNull(job.name, name),
  scope: AgentText.cutOrNull(job.scope, name),
  category: job.category,
  state: job.state,
  vendorState: AgentText.cutOrNull(job.vendorState, name),
  detail: AgentText.cutOrNull(job.detail, detail),
  progress: job.progress,
  start: AgentTime.write(job.startTime),
  finish: AgentTime.write(job.finishTime),
  link: job.link,
  verdict: job.verdict,
  why: job.why,
  minutesLate: job.delay === null ? null : minutes(job.delay)
})

const problemsOf = ({ failures }: Views.Connection): ReadonlyArray<string> =>
  failures.slice(0, 3).map(({ listing, message, scope }) => {
    const where = [listing, scope].filter((part) => part !== null).join(" ")
    return AgentText.cut(where === "" ? message : `${where}: ${message}`, detail)
  })

const isUnread = ({ completeAt, failingSince, failures }: Views.Connection) =>
  completeAt === null || failingSince !== null || failures.length > 0

const unreadOf = (connections: ReadonlyArray<Views.Connection>) => {
  const all = connections.filter(isUnread)
  return {
    unread: all.slice(0, mostUnread).map((connection): typeof Unread.Type => ({
      connection: connection.name,
      completeUntil: AgentTime.write(connection.completeAt),
      failingSince: AgentTime.write(connection.failingSince),
      problems: problemsOf(connection)
    })),
    unreadLeftOut: Math.max(0, all.length - mostUnread)
  }
}

/** Which connections are asked for. */
interface Chosen {
  readonly connection?: ReadonlyArray<string> | undefined
  readonly tag?: ReadonlyArray<string> | undefined
}

/** The connections that are asked for. One that there is not would look like one without scans. */
const chosen = Effect.fnUntraced(function* ({ connection, tag }: Chosen) {
  const all = yield* Views.connections
  yield* known(
    "connection",
    connection,
    all.map((one) => one.name)
  )
  yield* known("connection with the tag", tag, [...new Set(all.flatMap(({ tags }) => tags))])
  const wanted = all.filter(
    (one) =>
      (connection === undefined || connection.includes(one.name)) &&
      (tag === undefined || one.tags.some((own) => tag.includes(own)))
  )
  const names = connection === undefined && tag === undefined ? undefined : wanted.map((one) => one.name)
  const now = yield* Clock.currentTimeMillis
  return { wanted, names, now, always: { now: new Date(now).toISOString(), ...unreadOf(wanted) } }
})

const known = (noun: string, asked: ReadonlyArray<string> | undefined, all: ReadonlyArray<string>) => {
  const missing = (asked ?? []).filter((one) => !all.includes(one))
  if (missing.length === 0) return Effect.void
  const some = all.slice(0, 20).map((one) => AgentText.cut(one, name))
  const others = `${some.join(", ") || "none"}${all.length > some.length ? ", and more" : ""}`
  return Effect.fail(
    new BadArgument({ detail: `there is no ${noun} ${AgentText.cut(missing.join(", "), name)}; there are ${others}` })
  )
}

const timeOf = (parameter: string, text: string | undefined, usual: number | undefined) =>
  text === undefined ? Effect.succeed(usual) : AgentTime.read(parameter, text)

interface Named {
  readonly connection: string
  readonly provider: string
}

/** Two connections of different providers may have had one name. */
const keyOf = ({ connection, provider }: Named) => JSON.stringify([connection, provider])

/** Rows after the one that the cursor names, so that what comes and goes before it shifts nothing. */
const pageOf = <A extends Named>(
  rows: ReadonlyArray<A>,
  { cursor = "", limit = usualRows }: { readonly cursor?: string; readonly limit?: number }
) => {
  const rest = rows.filter((row) => keyOf(row) > cursor).toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  let used = 0
  const beyond = rest.findIndex((row, index) => index >= limit || (used += JSON.stringify(row).length) > mostCharacters)
  const page = beyond === -1 ? rest : rest.slice(0, Math.max(1, beyond))
  const last = page.at(-1)
  return { connections: page, next: page.length === rest.length || last === undefined ? null : keyOf(last) }
}

const jobPage = (
  selection: Views.Selection,
  { cursor, limit = usualRows }: { readonly cursor?: string; readonly limit?: number },
  of: "jobs" | "verdicts"
) =>
  Views.jobPage(selection, { cursor, limit, of, raw: false, characters: mostCharacters }).pipe(
    Effect.map(({ jobs, next }) => ({ jobs: jobs.map(jobOf), next })),
    Effect.catchTag("CursorUnreadable", ({ message }) => Effect.fail(new BadArgument({ detail: message })))
  )

const add = (counts: Record<string, number>, key: string, jobs: number) => {
  counts[key] = (counts[key] ?? 0) + jobs
}

/** The handlers, on the store that is open. */
export const layer = AgentTools.toLayer(
  Effect.map(Store.Store, (store) => {
    const read = <A, E>(
      effect: Effect.Effect<A, E | StoreError.StoreError, Store.Store>
    ): Effect.Effect<A, Exclude<E, StoreError.StoreError> | HistoryUnavailable> =>
      effect.pipe(
        Effect.catchIf(isStoreError, (error) =>
          Effect.andThen(Effect.logWarning(error.message), Effect.fail(ofStore(error)))
        ),
        Effect.provideService(Store.Store, store)
      )
    return AgentTools.of({
      list_jobs: ({ category, connection, from, kind, state, tag, text, until, verdict, ...place }) =>
        read(
          Effect.gen(function* () {
            const { always, names } = yield* chosen({ connection, tag })
            const selection = {
              from: yield* timeOf("from", from, undefined),
              until: yield* timeOf("until", until, undefined),
              connections: names,
              kinds: kind,
              states: state,
              categories: category,
              verdicts: verdict,
              text
            }
            return { ...always, ...(yield* jobPage(selection, place, "jobs")) }
          })
        ),
      missed_runs: ({ connection, since, tag, ...place }) =>
        read(
          Effect.gen(function* () {
            const { always, names, now } = yield* chosen({ connection, tag })
            const from = yield* timeOf("since", since, now - 7 * day)
            const { jobs: runs, next } = yield* jobPage({ from, connections: names }, place, "verdicts")
            const counts = yield* Stream.runCollect(
              Views.counts({ from, connections: names, verdicts: ["unknown"], kinds: ["occurrence"] })
            )
            const silent = yield* Views.definitions({ connections: names }).pipe(
              Stream.filter(({ isSilent }) => isSilent),
              Stream.runCollect
            )
            const long = yield* Stream.runCollect(Views.runningTooLong({ connections: names }))
            return {
              ...always,
              runs,
              next,
              notKnown: counts.reduce((sum, { jobs }) => sum + jobs, 0),
              silent: silent.slice(0, mostOthers).map((definition) => ({
                connection: definition.connection,
                name: AgentText.cutOrNull(definition.name, name),
                lastStart: AgentTime.write(definition.lastStart),
                expectedBy: AgentTime.write(definition.expectedBy)
              })),
              silentLeftOut: Math.max(0, silent.length - mostOthers),
              runningTooLong: long
                .slice(0, mostOthers)
                .map(({ job, longest }) => ({ job: jobOf(job), usuallyAtMostMinutes: minutes(longest) })),
              runningTooLongLeftOut: Math.max(0, long.length - mostOthers)
            }
          })
        ),
      explain_job: ({ id }) =>
        read(
          Effect.gen(function* () {
            const found = yield* Views.job(id)
            if (Option.isNone(found)) {
              return yield* new BadArgument({ detail: "there is no job with this id; take ids from list_jobs" })
            }
            const job = found.value
            const { always, now } = yield* chosen({ connection: [job.connection] })
            const changes = yield* Stream.runCollect(Views.changes({ job: id }))
            return {
              ...always,
              job: jobOf(job),
              explanation: Explanation.sentences(job, now),
              changes: changes.slice(-mostChanges).map(({ at, now: after, was, what }) => ({
                at: new Date(at).toISOString(),
                what,
                was: AgentText.cutOrNull(was, name),
                now: AgentText.cutOrNull(after, name)
              })),
              earlierChanges: Math.max(0, changes.length - mostChanges),
              vendorRow: job.raw === null ? null : AgentText.cut(JSON.stringify(job.raw), 8000)
            }
          })
        ),
      summary: ({ connection, from: given, tag, until: end, ...place }) =>
        read(
          Effect.gen(function* () {
            const { always, names, now, wanted } = yield* chosen({ connection, tag })
            const from = (yield* timeOf("from", given, undefined)) ?? now - day
            const until = (yield* timeOf("until", end, undefined)) ?? now
            const total = { runs: {}, planned: {} }
            const rows = new Map(
              wanted.map(({ name: own, provider }) => {
                const row = { connection: own, provider, runs: {}, planned: {} }
                return [keyOf(row), row]
              })
            )
            yield* Stream.runForEach(Views.counts({ from, until, connections: names }), (count) =>
              Effect.sync(() => {
                const row = rows.get(keyOf(count))
                for (const { planned, runs } of row === undefined ? [total] : [total, row]) {
                  if (count.kind === "run") add(runs, count.state, count.jobs)
                  if (count.verdict !== null) add(planned, count.verdict, count.jobs)
                }
              })
            )
            return {
              ...always,
              from: new Date(from).toISOString(),
              until: new Date(until).toISOString(),
              ...total,
              ...pageOf([...rows.values()], place)
            }
          })
        ),
      connections: ({ connection, tag, ...place }) =>
        read(
          Effect.gen(function* () {
            const { always, wanted } = yield* chosen({ connection, tag })
            const rows = wanted.map((one) => ({
              connection: one.name,
              provider: one.provider,
              tags: one.tags,
              lastSync: AgentTime.write(one.syncedAt),
              completeUntil: AgentTime.write(one.completeAt),
              failingSince: AgentTime.write(one.failingSince),
              problems: problemsOf(one)
            }))
            return { ...always, ...pageOf(rows, place) }
          })
        )
    })
  })
)

const isStoreError = (error: unknown): error is StoreError.StoreError =>
  typeof error === "object" && error !== null && "_tag" in error && error._tag === "StoreError"
