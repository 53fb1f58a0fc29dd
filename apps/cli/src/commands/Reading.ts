/**
 * What every command does that reads jobs: it opens the connections, follows their progress, and reports what they came to.
 */
import {
  Catalog,
  type Cursor,
  Deadlines,
  Drift,
  type Lane,
  Progress,
  type Query,
  type ScanJob,
  type Secrets
} from "@scanjobs/core"
import { Effect, Layer, Option, Stream } from "effect"
import type { HttpClient } from "effect/http"
import type { Plugin } from "@scanjobs/settings"
import { NotComplete, type OutputFailed, UsageProblem } from "../Problem.ts"
import type { Installed } from "../plugins/Plugin.ts"
import * as ProgressLine from "../report/ProgressLine.ts"
import type { Footer } from "../report/Report.ts"
import * as Reporter from "../report/Reporter.ts"
import * as KnownSecrets from "../report/KnownSecrets.ts"
import { Tally } from "../report/Tally.ts"
import * as StandardOutput from "../output/StandardOutput.ts"
import type { Connection } from "../settings/Settings.ts"
import type * as HistorySections from "../settings/HistorySections.ts"
import type { Asking } from "./ListFlags.ts"
import * as RelativeTime from "./RelativeTime.ts"
import * as Selection from "./Selection.ts"
import * as SharedQuotas from "./SharedQuotas.ts"

/**
 * Milliseconds. A vendor that needs a long `--timeout` may be slow to begin an answer, so that one attempt may take half of it, and
 * a page all of it.
 */
const withRoom = (listing: number) => ({
  listing,
  attempt: Math.max(listing / 2, 30_000),
  page: Math.max(listing, 120_000)
})

/** The deadlines that `--timeout` asks for. */
export const deadlinesOf = (timeout: Option.Option<string>) =>
  Option.isNone(timeout)
    ? Effect.succeed(Layer.empty)
    : Effect.mapBoth(Effect.fromResult(RelativeTime.duration(timeout.value)), {
        onSuccess: (listing) => Deadlines.layer(withRoom(listing)),
        onFailure: (expected) => new UsageProblem({ message: `--timeout ${timeout.value}: expected ${expected}` })
      })

/** What is read from vendors; failures go to the tally. */
type Jobs<A> = Stream.Stream<A, never, HttpClient.HttpClient>

/** How the run is reported. */
export interface Options {
  /** Whether the summary counts the jobs by state, and whether it says that definitions are not shown. */
  readonly footer: Footer
}

/** A connection with its provider. */
export interface OfProvider {
  readonly connection: Connection
  readonly provider: Installed
}

/** All installed providers as one. */
export type Providers = Catalog.Catalog<ReadonlyArray<Plugin.Installed>>

/** Opens everything that reading needs, until the scope ends. No vendor is asked yet. */
export const open = Effect.fnUntraced(function* (
  input: Asking & { readonly listing?: ReadonlyArray<string> },
  { footer }: Options
) {
  const deadlines = yield* deadlinesOf(input.timeout)
  yield* SharedQuotas.check(input.rateLimit)
  const selected = yield* Selection.open(input)
  const { connections, providers } = selected
  const history: HistorySections.History = selected.sections
  const listings = yield* Selection.listings(input.listing ?? [], selected)
  const secrets = yield* KnownSecrets.withConnections(connections)
  const tally = new Tally(connections.length)
  const reporter = yield* (input.jsonErrors ? Reporter.json : Reporter.text)({
    secrets,
    connections: connections.length,
    footer
  })
  const limits = yield* SharedQuotas.open(input.rateLimit, selected)
  const catalog: Providers = Catalog.make(...providers)
  const options = {
    connections: Option.getOrUndefined(input.concurrency),
    pageConcurrency: Option.getOrUndefined(input.pageConcurrency),
    listings
  }
  const onFailure = (failure: Catalog.Failure<unknown>) => Effect.sync(() => tally.fail(failure))

  /** Reads the connections, each as its own stream, so that the end of each is known. */
  const each = <A, E, R>(read: (connection: (typeof connections)[number]) => Stream.Stream<A, E, R>) =>
    Stream.flatMap(
      Stream.fromIterable(connections),
      (connection) =>
        Stream.ensuring(
          read(connection),
          Effect.sync(() => tally.end(connection.name))
        ),
      { concurrency: options.connections ?? 8, bufferSize: 1 }
    )

  const counted = <E, R>(jobs: Stream.Stream<ScanJob.ScanJob, E, R>): Stream.Stream<ScanJob.ScanJob, E, R> =>
    Stream.mapArray(jobs, (page) => {
      tally.write(page)
      return page
    })

  const sources: ReadonlyArray<OfProvider> = connections.flatMap((connection) => {
    const provider = providers.find(({ id }) => id === connection.provider)
    return provider === undefined ? [] : [{ connection, provider }]
  })

  return {
    connections,
    sources,
    catalog,
    onFailure,
    file: selected.file,
    tags: selected.tags,
    history,
    listings,
    secrets,
    tally,
    reporter,
    each,
    counted,
    /** The jobs of all connections, as their pages arrive; each connection gives at most the query's limit. */
    arriving: (query: Query.Query): Jobs<ScanJob.ScanJob> =>
      each((connection) => catalog.settled([connection], onFailure, query, options)),
    /** The jobs of all connections, merged by start time. */
    merged: (query: Query.Query): Jobs<ScanJob.ScanJob> =>
      catalog.settled(connections, onFailure, query, { ...options, sort: "start" }),
    /** The pages of all connections. */
    pages: (query: Query.Query, resume: ReadonlyArray<Cursor.Cursor>): Jobs<Lane.Page<ScanJob.ScanJob>> =>
      each((connection) => catalog.pages([connection], onFailure, query, { ...options, resume })),
    /** Writes text to standard output, and shows progress meanwhile. */
    write: <E, R>(text: Stream.Stream<string, E, R>, { onEvent, onInterrupt, onInterrupted }: Events) => {
      const listen = (event: Progress.Event) =>
        Effect.andThen(log(event, secrets), () => {
          tally.note(event)
          return Effect.andThen(reporter.event(event), onEvent?.(event) ?? Effect.void)
        })
      const written = input.jsonErrors
        ? StandardOutput.write(text)
        : ProgressLine.during(tally, text, StandardOutput.write)
      return written.pipe(
        Effect.provide([Progress.layer(listen), deadlines]),
        Effect.provide(limits),
        Effect.onInterrupt(() =>
          Effect.ignore(StandardOutput.write(onInterrupt)).pipe(
            Effect.andThen(reporter.end(tally, "interrupted")),
            Effect.andThen(onInterrupted ?? Effect.void)
          )
        )
      )
    },
    /** Reports what the run came to; fails with `NotComplete` where something is missing. */
    report: Effect.suspend(() =>
      Effect.andThen(reporter.end(tally, "ended"), () => (tally.isComplete ? Effect.void : new NotComplete()))
    )
  }
})

/** What happens while text is written. */
export interface Events {
  readonly onEvent?: (event: Progress.Event) => Effect.Effect<void>
  /** What is still to be written after an interruption. */
  readonly onInterrupt: Stream.Stream<string, OutputFailed>
  /** Comes after that. */
  readonly onInterrupted?: Effect.Effect<void>
}

const log = (event: Progress.Event, { scrub }: Secrets.Secrets): Effect.Effect<void> => {
  const { connection } = event
  switch (event._tag) {
    case "Retrying":
      return Effect.logDebug(scrub(`${connection}: trying again: ${event.reason._tag}: ${event.reason.message}`))
    case "PageRead":
      return Effect.logDebug(
        `${connection}: ${event.listing}: page ${event.page + 1}, ${event.rows} rows, ${event.jobs} jobs`
      )
    case "Completed":
      return Effect.logDebug(`${connection}: ${event.listing}: read to ${event.by}`)
    case "Drifted":
      return Effect.logDebug(`${connection}: ${event.listing}: ${event.drift.map(Drift.format).join("; ")}`)
    default:
      return Effect.void
  }
}
