/**
 * Flattens pages to jobs, and reports each page once its jobs are written.
 */
import type { Lane } from "@scanjobs/core"
import { Cause, Effect, Stream } from "effect"

/** A page, and how many of its jobs were emitted. */
export interface Given<out Job> {
  readonly page: Lane.Page<Job>
  readonly jobs: number
}

/**
 * Emits the jobs of one page at a time, at most `limit` in all. The consumer pulls the next page only once it has written the
 * previous one, so `written` is called for the previous page before the next one is read.
 */
export const jobs = <Job, E, R, E2, R2>(
  pages: Stream.Stream<Lane.Page<Job>, E, R>,
  limit: number | undefined,
  written: (given: Given<Job>) => Effect.Effect<void, E2, R2>
): Stream.Stream<Job, E | E2, R | R2> => {
  let left = limit ?? Number.POSITIVE_INFINITY
  let pending: Given<Job> | undefined
  const settle = Effect.suspend(() => {
    const given = pending
    pending = undefined
    return given === undefined ? Effect.void : written(given)
  })
  const cut = (page: Lane.Page<Job>): ReadonlyArray<Job> => {
    const given = page.jobs.length <= left ? page.jobs : page.jobs.slice(0, left)
    left -= given.length
    pending = { page, jobs: given.length }
    return given
  }
  const batches = Stream.scoped(
    Stream.fromPull(
      Effect.map(Stream.toPull(Stream.rechunk(pages, 1)), (pull) =>
        Effect.andThen(
          settle,
          Effect.suspend(() => (left > 0 ? Effect.map(pull, ([page]) => [cut(page)] as const) : Cause.done()))
        )
      )
    )
  )
  return Stream.flattenIterable(batches)
}
