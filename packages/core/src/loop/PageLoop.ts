/**
 * The one loop that reads every listing, page by page.
 *
 * It knows nothing of HTTP or of vendors. It ends normally only where the listing is complete, or where the caller's own limit,
 * span or horizon cuts it. Every other end is a failure that carries the request to resume from.
 */
import { Clock, Effect, Option, Stream } from "effect"
import type { Endless } from "../contract/ListingNouns.ts"
import * as Query from "../model/Query.ts"
import * as Reason from "../model/Reason.ts"
import type { ScanJob } from "../model/ScanJob.ts"
import * as PageGuard from "../policies/PageGuard.ts"
import type { RejectedRow } from "../telemetry/Progress.ts"
import type * as Ending from "./Ending.ts"
import * as ListingDeadline from "./ListingDeadline.ts"
import type * as ListPart from "./ListPart.ts"
import * as PartSequence from "./PartSequence.ts"

export type { Ahead, Part, Read } from "./ListPart.ts"
export type { Place } from "./PartSequence.ts"

/** One page of a listing. */
export interface Page<out Request, out Job> {
  /** Counted from 0. */
  readonly index: number
  readonly request: Request
  /** The jobs that match the query, in the vendor's order, without those that earlier pages had. */
  readonly jobs: ReadonlyArray<Job>
  readonly rejected: ReadonlyArray<RejectedRow>
  /**
   * The request to resume from after this page; `undefined` where nothing more can match. After a page that the limit cut, or
   * that failed the listing, it is the page's own request, and the page's rows come again.
   */
  readonly next: Request | undefined
  /** How many different rows of its part came before `next`. */
  readonly received: number
  /** The number of the part that `next` belongs to, counted from 0. */
  readonly part: number
}

/** What the loop reads. */
export interface Options<Request extends object, Job extends ScanJob, E, Failure, R> extends Omit<
  PartSequence.Options<Request, Job, E, R>,
  "guard" | "horizon"
> {
  /** Makes the listing's failure of a reason and the place to resume from. */
  readonly failure: (reason: Reason.Reason, place: PartSequence.Place<Request>) => Failure
}

/** Reads the pages of a listing. */
export const pages = <Request extends object, Job extends ScanJob, E, Failure, R>(
  options: Options<Request, Job, E, Failure, R>
): Stream.Stream<Page<Request, Job>, Failure | E, R> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const guard = yield* PageGuard.PageGuard
      const deadline = yield* ListingDeadline.make
      const sequence = yield* PartSequence.make({ ...options, guard, horizon: yield* horizonOf(options) })
      const step = stepsOf(sequence, { guard, deadline, failure: options.failure })
      return Stream.paginate<PartSequence.Step<Request>, Page<Request, Job>, Failure | E, R>(
        { _tag: "Next", request: options.parts[0].first },
        step
      )
    })
  )

/** What the steps of a listing depend on, besides its parts. */
interface Bounds<Request, Failure> {
  readonly guard: PageGuard.PageGuard
  readonly deadline: ListingDeadline.ListingDeadline
  readonly failure: (reason: Reason.Reason, place: PartSequence.Place<Request>) => Failure
}

/** The steps of a listing: each makes a page of what the step before said. */
const stepsOf = <Request extends object, Job extends ScanJob, E, Failure, R>(
  sequence: PartSequence.PartSequence<Request, Job, E, R>,
  { deadline, failure, guard }: Bounds<Request, Failure>
) => {
  const { lacks } = sequence

  const fail = ({ reason, received, request }: Omit<Ending.Failed<Request>, "_tag">) => {
    const { index: part, reader, report } = sequence.current()
    return reader.stop.pipe(
      Effect.andThen(report.failed(reason)),
      Effect.andThen(Effect.fail(failure(reason, lacks.place() ?? { request, received, part })))
    )
  }

  const read = (request: Request) => {
    const { count, reader, selection } = sequence.current()
    const index = sequence.pages()
    const left = { jobs: selection.left(), pages: guard.maxPages - index }
    return deadline
      .within(reader.read({ request, index, certain: count.certain(left) }))
      .pipe(Effect.catchIf(Reason.isReason, (reason) => fail({ reason, request, received: count.received() })))
  }

  const readPage = Effect.fnUntraced(function* (request: Request) {
    const { count, ending, index: part, report, selection } = sequence.current()
    const index = sequence.pages()
    const answer = yield* read(request)
    answer.onAccepted?.()
    const selected = selection.select(answer)
    const { freshRows, jobs, rejected } = selected
    count.add(countedOf(answer, freshRows, rejected.length))
    yield* report.page(index, answer, selected)
    const place = { request, received: count.received(), receivedBefore: count.receivedBefore(), part }
    lacks.note(answer, { request, received: place.receivedBefore, part })
    const decision = sequence.postponed(ending.after(request, answer.next))
    const following = decision._tag === "Complete" ? yield* sequence.after(decision) : decision
    const page = { index, request, jobs, rejected, ...sequence.placeAfter(decision, following, place) }
    return [[page], Option.fromUndefinedOr(following)] as const
  })

  /** An empty closing page, so that stored cursors record the end. */
  const close = Effect.fnUntraced(function* (request: Request, decision: Ending.Complete) {
    const { count, index: part } = sequence.current()
    const index = sequence.pages()
    const received = count.received()
    const following = yield* sequence.after(decision)
    const place = sequence.placeAfter(decision, following, { request, received, receivedBefore: received, part })
    return [[{ index, request, jobs: [], rejected: [], ...place }], Option.fromUndefinedOr(following)] as const
  })

  return (previous: PartSequence.Step<Request>) =>
    Effect.suspend(() => {
      if (previous._tag === "Failed") return fail(previous)
      const decision = sequence.current().ending.before(previous.request)
      if (decision._tag === "Failed") return fail(decision)
      return decision._tag === "Next" ? readPage(decision.request) : close(previous.request, decision)
    })
}

/** What a page adds to the count of its part. */
const countedOf = <Request, Job>(answer: ListPart.Read<Request, Job>, fresh: number, rejected: number) => ({
  rows: answer.rows,
  fresh,
  rejected,
  total: answer.total,
  isLinked: answer.linked ?? false,
  advanced: answer.advanced ?? false,
  pagesLeft: answer.pagesLeft
})

/** Where an endless listing is cut, because its query has no `until`: epoch milliseconds, or `null`. */
const horizonOf = Effect.fnUntraced(function* ({
  endless,
  query
}: {
  readonly endless: Endless
  readonly query: Query.Query
}) {
  if (endless === false || query.until !== undefined) return null
  return query.horizon ?? Query.horizonAt(query, yield* Query.Horizon, yield* Clock.currentTimeMillis)
})
