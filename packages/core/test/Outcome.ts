/** Reads the pages of a provider, and keeps everything that a reading gives. */
import { type Lane, Progress, type ScanError, type ScanJob } from "@scanjobs/core"
import { Effect, Result, Stream } from "effect"
import * as Job from "./Job.ts"

/** Reads pages to their end or failure. */
export const of = <E, R>(pages: Stream.Stream<Lane.Page<ScanJob.ScanJob>, ScanError.ScanError | E, R>) =>
  Effect.gen(function* () {
    const events: Array<Progress.Event> = []
    const given: Array<Lane.Page<ScanJob.ScanJob>> = []
    const outcome = yield* pages.pipe(
      Stream.runForEach((page) => Effect.sync(() => void given.push(page))),
      Effect.result,
      Effect.provide(Progress.layer((event) => Effect.sync(() => void events.push(event))))
    )
    return {
      pages: given,
      jobs: given.flatMap(({ jobs }) => jobs),
      ids: Job.idsOf(given.flatMap(({ jobs }) => jobs)),
      rejected: given.flatMap(({ rejected }) => rejected),
      events,
      notes: events.flatMap((event) => (event._tag === "Noted" ? [event.message] : [])),
      completed: events.flatMap((event) => (event._tag === "Completed" ? [event] : [])),
      failure: Result.isFailure(outcome) ? outcome.failure : undefined
    }
  })
