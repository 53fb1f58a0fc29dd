/**
 * What every command does that reads the store: it finds and opens it, chooses connections, and says how far what is stored can be trusted.
 */
import { type Store, type StoreError, Views } from "@scanjobs/history"
import { Effect, Layer, Option, Stream } from "effect"
import * as TimeZone from "../../output/TimeZone.ts"
import * as BuiltIn from "../../plugins/BuiltIn.ts"
import { NotComplete, UsageProblem } from "../../Problem.ts"
import * as JsonLines from "../../report/JsonLines.ts"
import * as KnownSecrets from "../../report/KnownSecrets.ts"
import * as Report from "../../report/Report.ts"
import * as StandardError from "../../report/StandardError.ts"
import * as HistoryStore from "../../services/HistoryStore.ts"
import type * as Settings from "../../settings/Settings.ts"
import * as FailOn from "../FailOn.ts"
import * as RelativeTime from "../RelativeTime.ts"
import * as Selection from "../Selection.ts"
import * as StorePlace from "./StorePlace.ts"

/** Which store and which connections are asked for. */
export interface Input {
  readonly config: Option.Option<string>
  readonly store: Option.Option<string>
  readonly connection: ReadonlyArray<string>
  readonly provider: ReadonlyArray<string>
  readonly tag: ReadonlyArray<string>
  readonly jsonErrors: boolean
  readonly failOn: ReadonlyArray<FailOn.Name>
}

/** Opens the store until the scope ends. */
export const open = Effect.fnUntraced(function* (input: Input) {
  const place = yield* StorePlace.find(input)
  const context = yield* Layer.build(HistoryStore.existing(place))
  const run = <A>(effect: Effect.Effect<A, StoreError.StoreError, Store.Store>) =>
    Effect.mapError(Effect.provideContext(effect, context), HistoryStore.failed)

  const all = yield* run(Views.connections)
  const chosen = yield* choose(all, input)
  const names = chosen.map(({ name }) => name)
  const secrets = yield* KnownSecrets.KnownSecrets
  const say = (messages: ReadonlyArray<string>) =>
    input.jsonErrors
      ? JsonLines.print(messages.map(JsonLines.note), secrets)
      : StandardError.print(messages.map((message) => `note: ${secrets.scrub(message)}`))

  return {
    connections: chosen,
    /** The names of the connections, for a selection. */
    names,
    run,
    say,
    /** A stream of the store's, whose failures are failures of this program. */
    stream: <A>(stored: Stream.Stream<A, StoreError.StoreError, Store.Store>) =>
      Stream.mapError(Stream.provideContext(stored, context), HistoryStore.failed),
    /** Says what is not known, and ends with the exit code that belongs to it. */
    end: Effect.fnUntraced(function* (counts: Counts, zone: TimeZone.Zone, quiet: ReadonlyArray<string> = []) {
      yield* say([...chosen.flatMap((connection) => unread(connection, zone)), ...unjudged(counts), ...quiet])
      if (chosen.some(({ completeAt, failingSince }) => failingSince !== null || completeAt === null)) {
        return yield* new NotComplete()
      }
      yield* FailOn.check(input.failOn, {
        missed: counts.missed,
        overdue: counts.overdue,
        failed: counts.failed,
        silent: input.failOn.includes("silent") ? (yield* run(silent(names))).length : 0
      })
    })
  }
})

const choose = (all: ReadonlyArray<Views.Connection>, { connection, provider, tag }: Input) => {
  if (all.length === 0) {
    return Effect.fail(new UsageProblem({ message: "the store has no connection yet: run scanjobs sync first" }))
  }
  const settings = {
    ids: BuiltIn.all.map(({ id }) => id),
    tags: new Map(all.map(({ name, tags }) => [name, tags])),
    connections: all.map(named)
  }
  return Effect.map(Selection.choose(settings, { connection, provider, tag }), (chosen) => {
    const names = new Set(chosen.map(({ name }) => name))
    return all.filter(({ name }) => names.has(name))
  })
}

const named = ({ name, provider }: Views.Connection): Settings.Connection => ({ name, provider })

/** What was counted of the jobs that a command is about. */
export interface Counts {
  readonly missed: number
  readonly overdue: number
  readonly failed: number
  readonly unknown: number
}

/** Counts what went wrong from a time on. */
export const count = Effect.fnUntraced(function* (from: number | undefined, connections: ReadonlyArray<string>) {
  const counted = yield* Stream.runCollect(Views.counts({ from, connections }))
  const sum = (isWanted: (one: Views.Count) => boolean) =>
    counted.filter(isWanted).reduce((total, { jobs }) => total + jobs, 0)
  const counts: Counts = {
    missed: sum(({ verdict }) => verdict === "missed"),
    overdue: sum(({ verdict }) => verdict === "overdue"),
    failed: sum(({ kind, state }) => kind === "run" && state === "failed"),
    unknown: sum(({ verdict }) => verdict === "unknown")
  }
  return counts
})

/** The definitions that are silent. It looks at the runs of every definition. */
export const silent = (connections: ReadonlyArray<string>) =>
  Stream.runCollect(Stream.filter(Views.definitions({ connections }), ({ isSilent }) => isSilent))

const unread = (
  { completeAt, failingSince, failures, name }: Views.Connection,
  zone: TimeZone.Zone
): ReadonlyArray<string> => {
  if (failures.length > 0) {
    const since = failingSince === null ? "" : ` since ${TimeZone.format(failingSince, zone)} (${zone.name})`
    return failures.map(({ listing, message, scope }) => {
      const where = [listing, scope].filter((part) => part !== null).join(" ")
      return `${name}: not read completely${since}: ${where === "" ? "" : `${where}: `}${message}`
    })
  }
  return completeAt === null ? [`${name}: never read completely; run scanjobs sync`] : []
}

const unjudged = ({ unknown }: Counts): ReadonlyArray<string> =>
  unknown === 0
    ? []
    : [
        `of ${Report.count(unknown, "planned run")} it is not known what became of them; scanjobs missed --verdict unknown says why`
      ]

/** Definitions that are silent, and runs that take too long, in words. */
export const quiet = (
  definitions: ReadonlyArray<Views.Definition>,
  long: ReadonlyArray<Views.LongRun>,
  zone: TimeZone.Zone
): ReadonlyArray<string> => [
  ...definitions.map(({ connection, expectedBy, lastStart, name }) => {
    const time = (millis: number | null) => (millis === null ? "never" : `${TimeZone.format(millis, zone)}`)
    return `silent: ${name ?? "a scan without a name"} (${connection}) ran last ${time(lastStart)}, and by its own rhythm should have by ${time(expectedBy)} (${zone.name})`
  }),
  ...long.map(({ job, longest }) => {
    const started = job.startTime === null ? "" : `, started ${TimeZone.format(job.startTime, zone)} (${zone.name})`
    return `running too long: ${job.name ?? job.vendorId} (${job.connection})${started}; earlier runs took at most ${Math.round(longest / 60_000)} min`
  })
]

/** The time that `--since` gives, or one so many milliseconds ago. */
export const since = (text: Option.Option<string>, zone: TimeZone.Zone, now: number, usual: number) =>
  Option.match(text, {
    onNone: () => Effect.succeed(now - usual),
    onSome: (given) =>
      Effect.mapError(
        Effect.fromResult(RelativeTime.parse(given, { now, zone, unsigned: "-" })),
        (expected) => new UsageProblem({ message: `--since ${given}: expected ${expected}` })
      )
  })
