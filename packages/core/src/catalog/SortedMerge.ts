/**
 * Merges lanes into one stream in order of start time, holding one page of each.
 */
import { Cause, Effect, Pull, Stream } from "effect"
import type { Order } from "../model/Query.ts"
import type { ScanJob } from "../model/ScanJob.ts"

/** A stream of jobs, and the order of start time that it promises. */
export interface Input<out Job, out E, out R> {
  readonly order: Order
  readonly jobs: Stream.Stream<Job, E, R>
}

/** A job without a start time is emitted as soon as it is read. */
const timeOf = (job: ScanJob): number => job.startTime ?? Number.NEGATIVE_INFINITY

/**
 * Merges inputs. Ascending inputs are merged as they are read, so that memory is bounded by their number. Any other input is read
 * to its end first. An input that breaks its promise makes the result as unsorted as itself.
 */
export const make = <Job extends ScanJob, E, R>(inputs: ReadonlyArray<Input<Job, E, R>>): Stream.Stream<Job, E, R> =>
  Stream.scoped(
    Stream.unwrap(
      Effect.gen(function* () {
        const heads = yield* Effect.forEach(inputs, open, { concurrency: "unbounded" })
        const queue: Array<Head<Job, E, R>> = []
        for (const head of heads) if (head !== undefined) enqueue(queue, head)
        return Stream.fromPull(Effect.succeed(Effect.suspend(() => nextBatch(queue))))
      })
    )
  )

/** An input whose next job is known. */
interface Head<Job, E, R> {
  readonly pull: Pull.Pull<readonly [Job, ...Array<Job>], E, void, R>
  readonly page: ReadonlyArray<Job>
  readonly index: number
  readonly time: number
}

const open = Effect.fnUntraced(function* <Job extends ScanJob, E, R>({ jobs, order }: Input<Job, E, R>) {
  const sorted =
    order === "ascending"
      ? jobs
      : Stream.unwrap(
          Effect.map(Stream.runCollect(jobs), (all) =>
            Stream.fromIterable(all.toSorted((a, b) => (timeOf(a) === timeOf(b) ? 0 : timeOf(a) - timeOf(b))))
          )
        )
  return yield* refill(yield* Stream.toPull(sorted))
})

const refill = <Job extends ScanJob, E, R>(
  pull: Pull.Pull<readonly [Job, ...Array<Job>], E, void, R>
): Effect.Effect<Head<Job, E, R> | undefined, E, R> =>
  Pull.matchEffect(pull, {
    onSuccess: (page) => Effect.succeed({ pull, page, index: 0, time: timeOf(page[0]) }),
    onFailure: (cause) => Effect.failCause(cause),
    onDone: () => Effect.succeed(undefined)
  })

/** Inserts a head into the queue, which is ordered by time; among equal times, first in, first out. */
const enqueue = <Job, E, R>(queue: Array<Head<Job, E, R>>, head: Head<Job, E, R>): void => {
  let low = 0
  let high = queue.length
  while (low < high) {
    const middle = (low + high) >>> 1
    const other = queue[middle]
    if (other !== undefined && other.time <= head.time) low = middle + 1
    else high = middle
  }
  queue.splice(low, 0, head)
}

/** Emits jobs until a page is used up; the next batch starts by pulling that input's next page. */
const nextBatch = <Job extends ScanJob, E, R>(
  queue: Array<Head<Job, E, R>>
): Pull.Pull<readonly [Job, ...Array<Job>], E, void, R> => {
  const first = queue.shift()
  if (first === undefined) return Cause.done()
  if (first.index >= first.page.length) {
    return Effect.flatMap(refill(first.pull), (head) => {
      if (head !== undefined) enqueue(queue, head)
      return nextBatch(queue)
    })
  }
  const batch: Array<Job> = []
  let head: Head<Job, E, R> | undefined = first
  while (head !== undefined) {
    const job: Job | undefined = head.page[head.index]
    if (job === undefined) {
      queue.unshift(head)
      break
    }
    batch.push(job)
    const index = head.index + 1
    const following: Job | undefined = head.page[index]
    enqueue(queue, { ...head, index, time: following === undefined ? head.time : timeOf(following) })
    head = queue.shift()
  }
  const [one, ...others] = batch
  return one === undefined ? nextBatch(queue) : Effect.succeed([one, ...others])
}
