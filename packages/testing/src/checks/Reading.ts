/**
 * One reading of a listing by the suite, with everything that came of it.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import {
  Breaker,
  Check,
  type Lane,
  Progress,
  RateLimit,
  type Reason,
  RetryPolicy,
  ScanError,
  type ScanJob
} from "@scanjobs/core"
import { Cause, type Duration, Effect, Exit, Layer, Option, Stream } from "effect"
import { FetchHttpClient } from "effect/http"
import type { ReadOptions, Stage } from "./Subject.ts"

/** What came of a reading. */
export interface Reading {
  readonly pages: ReadonlyArray<Lane.Page<ScanJob.ScanJob>>
  readonly jobs: ReadonlyArray<ScanJob.ScanJob>
  /** The jobs' ids, in the order in which they came. */
  readonly ids: ReadonlyArray<string>
  readonly rejected: number
  readonly events: ReadonlyArray<Progress.Event>
  /** `undefined` where the reading was stopped because it did not end. */
  readonly exit: Exit.Exit<void, unknown> | undefined
  /** The typed failure, if it was one. */
  readonly error: ScanError.ScanError | undefined
  readonly reason: Reason.Reason | undefined
}

/** How the suite reads. */
export interface Options extends ReadOptions {
  /** Stops after so many pages. */
  readonly take?: number
  /** The most pages of a reading that counts as ending. Default 100. */
  readonly most?: number
  /** How long the reading may take before it counts as not ending. Default 10 seconds. */
  readonly patience?: Duration.Input
  /** Replaces policies: the suite waits a millisecond between attempts, has no quota and no circuit breaker. */
  readonly policies?: Layer.Layer<never>
  /** Reads with the platform's `fetch` in place of undici; it asks for compressed answers. */
  readonly fetch?: boolean
  /** Runs the reading in something, such as a witness's logger and tracer. */
  readonly around?: <A, E, R>(reading: Effect.Effect<A, E, R>) => Effect.Effect<A, E, R>
  /** After each page. */
  readonly onPage?: Effect.Effect<void>
}

/** Retries without long waits, no quota, no circuit breaker. */
export const quick: Layer.Layer<never> = Layer.mergeAll(
  RateLimit.layerUnlimited,
  RetryPolicy.layer({ base: "1 millis", max: "1 millis", budget: 1000 }),
  Breaker.layerNone
)

/** More pages than any check's listing has. */
const mostPages = 100

/** How long a reading may take. */
const usualPatience: Duration.Input = "10 seconds"

/** Reads a listing to its end, whatever that is. */
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
      Effect.provide(Layer.merge(quick, options.fetch === true ? FetchHttpClient.layer : NodeHttpClient.layerUndici)),
      Effect.exit
    )
    const ended = Option.getOrUndefined(yield* Effect.timeoutOption(reading, options.patience ?? usualPatience))
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

/** What came of a provider's own check. */
export interface Checked {
  readonly isGood: boolean
  readonly error: ScanError.ScanError | undefined
  /** For people. */
  readonly text: string
}

/** Runs a provider's own check. */
export const check = (stage: Stage): Effect.Effect<Checked> =>
  Effect.gen(function* () {
    const running = stage.check.pipe(Effect.provide(Layer.merge(quick, NodeHttpClient.layerUndici)), Effect.exit)
    const exit = Option.getOrUndefined(yield* Effect.timeoutOption(running, usualPatience))
    if (exit === undefined) return { isGood: false, error: undefined, text: "it did not end" }
    if (Exit.isSuccess(exit)) {
      const [error] = Check.failures(exit.value)
      return { isGood: error === undefined, error, text: error?.message ?? "it passed" }
    }
    const failed = Exit.findErrorOption(exit)
    const error = Option.isSome(failed) && failed.value instanceof ScanError.ScanError ? failed.value : undefined
    return { isGood: false, error, text: error?.message ?? Cause.pretty(exit.cause) }
  })

/** Whether the listing was read to its end. */
export const isWhole = ({ exit }: Reading): boolean => exit !== undefined && Exit.isSuccess(exit)

/** How many rows were dropped as ones that had come already. */
export const repeatsOf = ({ events }: Reading): number =>
  events.reduce((sum, event) => sum + (event._tag === "PageRead" ? event.repeats : 0), 0)

/** How a reading ended, for people. */
export const endOf = ({ error, exit, jobs }: Reading): string => {
  const count = `after ${jobs.length} jobs`
  if (exit === undefined) return `did not end (stopped ${count})`
  if (Exit.isSuccess(exit)) return `ended normally ${count}`
  return error === undefined
    ? `failed with something that is no ScanError ${count}: ${Cause.pretty(exit.cause)}`
    : `failed ${count}: ${error.message}`
}
