/**
 * Reads a listing for a check, and keeps everything that the reading gave.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import {
  Breaker,
  Check,
  type Cursor,
  type Lane,
  Progress,
  RateLimit,
  type Reason,
  RetryPolicy,
  ScanError,
  type ScanJob
} from "@scanjobs/core"
import { Cause, type Duration, Effect, Exit, Fiber, Layer, Option, Stream } from "effect"
import { FetchHttpClient, type HttpClient } from "effect/http"
import type { ReadOptions, Stage } from "./Subject.ts"

/** The result of a reading. */
export interface Reading {
  readonly pages: ReadonlyArray<Lane.Page<ScanJob.ScanJob>>
  readonly jobs: ReadonlyArray<ScanJob.ScanJob>
  /** The ids of the jobs, in the order of arrival. */
  readonly ids: ReadonlyArray<string>
  readonly rejected: number
  readonly events: ReadonlyArray<Progress.Event>
  /** `undefined` if the reading did not end and was stopped. */
  readonly exit: Exit.Exit<void, unknown> | undefined
  /** The failure, if it is a `ScanError`. */
  readonly error: ScanError.ScanError | undefined
  readonly reason: Reason.Reason | undefined
}

/** How to read. */
export interface Options extends ReadOptions {
  /** The number of pages after which to stop. */
  readonly take?: number
  /** The number of pages at which a reading counts as endless. Default: 100. */
  readonly most?: number
  /** How long a reading may take before it counts as endless. Default: 30 seconds. */
  readonly patience?: Duration.Input
  /** Replaces policies. By default the suite waits a millisecond between attempts, without quotas and circuit breakers. */
  readonly policies?: Layer.Layer<never>
  /** Uses the platform's `fetch` instead of undici's client, because it requests compressed answers. */
  readonly fetch?: boolean
  /** Replaces undici's client. */
  readonly client?: Layer.Layer<HttpClient.HttpClient>
  /** Wraps the reading, for example to provide a logger and a tracer. */
  readonly around?: <A, E, R>(reading: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** Runs after each page. */
  readonly onPage?: Effect.Effect<void>
}

/** Retries without long waits, no quota, no circuit breaker. */
export const quick: Layer.Layer<never> = Layer.mergeAll(
  RateLimit.layerUnlimited,
  RetryPolicy.layer({ base: "1 millis", max: "1 millis", budget: 1000 }),
  Breaker.layerNone
)

/** More pages than the listing of any check has. */
const mostPages = 100

/** The default timeout of a reading, long enough for a busy machine. */
const usualPatience: Duration.Input = "30 seconds"

/** Reads a listing until it ends or fails. */
export const read = (stage: Stage, options: Options = {}): Effect.Effect<Reading> =>
  Effect.gen(function* () {
    const pages: Array<Lane.Page<ScanJob.ScanJob>> = []
    const events: Array<Progress.Event> = []
    const most = options.take ?? options.most ?? mostPages
    const reading = stage.pages(options).pipe(
      Stream.take(most),
      Stream.runForEach((page) =>
        Effect.andThen(
          Effect.sync(() => void pages.push(page)),
          options.onPage ?? Effect.void
        )
      ),
      Effect.provide(
        Layer.merge(
          options.policies ?? Layer.empty,
          Progress.layer((event) => Effect.sync(() => void events.push(event)))
        )
      ),
      options.around ?? ((effect) => effect),
      Effect.provide(Layer.merge(quick, options.client ?? clientOf(options))),
      Effect.exit
    )
    const ended = yield* within(options.patience ?? usualPatience, reading)
    const exit = options.take === undefined && pages.length >= most ? undefined : ended
    const jobs = pages.flatMap((page) => page.jobs)
    const failed = exit === undefined ? Option.none() : Exit.findErrorOption(exit)
    const error = Option.isSome(failed) && failed.value instanceof ScanError.ScanError ? failed.value : undefined
    return {
      pages,
      jobs,
      ids: jobs.map(({ id }) => id),
      rejected: pages.reduce((sum, page) => sum + page.rejected.length, 0),
      events,
      exit,
      error,
      reason: error?.reason
    }
  })

const clientOf = ({ fetch = false }: Options) => (fetch ? FetchHttpClient.layer : NodeHttpClient.layerUndici)

/** The result of an effect, or `undefined` after a time, also where the effect cannot be interrupted: it then goes on by itself. */
export const within = <A>(patience: Duration.Input, effect: Effect.Effect<A>): Effect.Effect<A | undefined> =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkDetach(effect)
    const ended = yield* Effect.timeoutOption(Fiber.join(fiber), patience).pipe(
      Effect.onInterrupt(() => Effect.forkDetach(Fiber.interrupt(fiber)))
    )
    if (Option.isNone(ended)) yield* Effect.forkDetach(Fiber.interrupt(fiber))
    return Option.getOrUndefined(ended)
  })

/** The result of a provider's own check. */
export interface Checked {
  readonly isGood: boolean
  readonly error: ScanError.ScanError | undefined
  /** A description for people. */
  readonly text: string
}

/** Runs a provider's own check. */
export const check = (stage: Stage): Effect.Effect<Checked> =>
  Effect.gen(function* () {
    const running = stage.check.pipe(Effect.provide(Layer.merge(quick, NodeHttpClient.layerUndici)), Effect.exit)
    const exit = yield* within(usualPatience, running)
    if (exit === undefined) return { isGood: false, error: undefined, text: "it did not end" }
    if (Exit.isSuccess(exit)) {
      const [error] = Check.failures(exit.value)
      return { isGood: error === undefined, error, text: error?.message ?? "it passed" }
    }
    const failed = Exit.findErrorOption(exit)
    const error = Option.isSome(failed) && failed.value instanceof ScanError.ScanError ? failed.value : undefined
    return { isGood: false, error, text: error?.message ?? Cause.pretty(exit.cause) }
  })

/** Whether the reading ended normally. */
export const isWhole = ({ exit }: Reading): boolean => exit !== undefined && Exit.isSuccess(exit)

/** The places to go on from, of all that readings gave in their order: the last one of each scope. */
export const latest = (places: ReadonlyArray<Cursor.Cursor>): ReadonlyArray<Cursor.Cursor> => [
  ...new Map(places.map((place) => [JSON.stringify(place.scope), place])).values()
]

/** The places after the pages of a reading, and the one where it failed. */
export const placesOf = ({ error, pages }: Reading): ReadonlyArray<Cursor.Cursor> => [
  ...pages.map(({ next }) => next),
  ...(error?.resume === undefined || error.resume === null ? [] : [error.resume])
]

/** How many rows the library dropped as duplicates. */
export const repeatsOf = ({ events }: Reading): number =>
  events.reduce((sum, event) => sum + (event._tag === "PageRead" ? event.repeats : 0), 0)

/** Describes how a reading ended. */
export const endOf = ({ error, exit, jobs }: Reading): string => {
  const count = `after ${jobs.length} jobs`
  if (exit === undefined) return `did not end (stopped ${count})`
  if (Exit.isSuccess(exit)) return `ended normally ${count}`
  return error === undefined
    ? `failed with something that is no ScanError ${count}: ${Cause.pretty(exit.cause)}`
    : `failed ${count}: ${error.message}`
}
