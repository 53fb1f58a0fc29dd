/**
 * The one loop that reads every listing, page by page.
 *
 * It knows nothing of HTTP or of vendors. It ends normally only where the listing is complete, or where the caller's own limit,
 * span or horizon cuts it. Every other end is a failure that carries the request to resume from.
 */
import { Clock, Effect, Option, Stream, Tracer } from "effect"
import * as Query from "../model/Query.ts"
import * as Reason from "../model/Reason.ts"
import type { ScanJob } from "../model/ScanJob.ts"
import * as PageGuard from "../policies/PageGuard.ts"
import type { RejectedRow, Source } from "../telemetry/Progress.ts"
import * as Ending from "./Ending.ts"
import * as ListingCount from "./ListingCount.ts"
import * as ListingDeadline from "./ListingDeadline.ts"
import * as PageReport from "./PageReport.ts"
import * as PageSelection from "./PageSelection.ts"
import * as ReadAhead from "./ReadAhead.ts"

/** What one request brought. */
export interface Read<Request, Job> extends PageSelection.Rows<Job> {
  /** The next request, a reason why there can be none, or `undefined` at the end. */
  readonly next: Request | Reason.Reason | undefined
  /** Whether the vendor itself named the next request, so that no empty page comes after the last one. Default false. */
  readonly linked?: boolean
  /** Whether the page is progress although none of its rows is new. Default false. */
  readonly advanced?: boolean
  /** How many pages there are behind it, as the vendor says. */
  readonly pagesLeft?: number | undefined
  /** How many rows the vendor says there are in all, if it does. */
  readonly total: number | undefined
  /** What a person should know of this page. Default nothing. */
  readonly notes?: ReadonlyArray<string>
  /** Called when the result becomes a page; discarded read-aheads never call it. */
  readonly onAccepted?: () => void
}

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
  /** How many different rows came before `next`. */
  readonly received: number
}

/** What the loop reads. */
export interface Options<Request extends object, Job extends ScanJob, E, Failure, R> {
  readonly source: Source
  readonly first: Request
  /** How many different rows earlier runs received before `first`. */
  readonly received: number
  /** Equal for equal requests, and only for those. */
  readonly fingerprint: (request: Request) => string
  /** Reads one page, with retries. */
  readonly read: (request: Request) => Effect.Effect<Read<Request, Job>, Reason.Reason | E, R>
  readonly query: Query.Query
  readonly order: Query.Order
  readonly endless: boolean
  /** Whether the vendor's total may be above the number of rows that it lists. */
  readonly approximateTotal: boolean
  /** How pages are read ahead, where the coming requests can be computed. */
  readonly ahead?: Ahead<Request> | undefined
  /** Makes the listing's failure of a reason, the request to resume from, and how many different rows came before it. */
  readonly failure: (reason: Reason.Reason, request: Request, received: number) => Failure
}

/** How pages are read ahead. */
export type Ahead<Request extends object> = Pick<
  ReadAhead.Options<Request, never, never, never>,
  "concurrency" | "guessNext"
>

const oneByOne = { concurrency: 1, guessNext: () => undefined }

/** Reads the pages of a listing. */
export const pages = <Request extends object, Job extends ScanJob, E, Failure, R>(
  options: Options<Request, Job, E, Failure, R>
): Stream.Stream<Page<Request, Job>, Failure | E, R> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const { endless, fingerprint, order, query, source } = options
      const guard = yield* PageGuard.PageGuard
      const horizon = yield* horizonOf(options)
      const count = ListingCount.make({
        received: options.received,
        order,
        approximateTotal: options.approximateTotal
      })
      // An endless list runs into the future, even where its vendor promises no order.
      const direction = endless && order === "none" ? "ascending" : order
      const selection = PageSelection.make<Job>({ query, order: direction, horizon })
      const hasHorizon = horizon !== null
      const ending = Ending.make({ guard, count, selection, fingerprint, order, endless, hasHorizon })
      const report = yield* PageReport.make({ source, order, horizon })
      const deadline = yield* ListingDeadline.make
      const reader = yield* ReadAhead.make({
        ...(options.ahead ?? oneByOne),
        fingerprint,
        read: yield* traced(options.read),
        // New rows of an ascending list come behind the ones already read.
        shifts: order !== "ascending",
        differ: (before, after) =>
          ListingCount.isTotal(before.total) && ListingCount.isTotal(after.total) && before.total !== after.total
      })

      const fail = ({ reason, received, request }: Omit<Ending.Failed<Request>, "_tag">) =>
        reader.stop.pipe(
          Effect.andThen(report.failed(reason)),
          Effect.andThen(Effect.fail(options.failure(reason, request, received)))
        )
      const complete = ({ by }: Ending.Complete) =>
        Effect.andThen(reader.stop, report.completed(by, { pages: count.pages(), jobs: selection.found() }))

      const read = (request: Request) => {
        const left = { jobs: selection.left(), pages: guard.maxPages - count.pages() }
        return deadline
          .within(reader.read({ request, index: count.pages(), certain: count.certain(left) }))
          .pipe(Effect.catchIf(Reason.isReason, (reason) => fail({ reason, request, received: count.received() })))
      }

      const readPage = Effect.fnUntraced(function* (request: Request) {
        const index = count.pages()
        const answer = yield* read(request)
        answer.onAccepted?.()
        const selected = selection.select(answer)
        const { freshRows, jobs, rejected } = selected
        count.add({
          rows: answer.rows,
          fresh: freshRows,
          rejected: rejected.length,
          total: answer.total,
          isLinked: answer.linked ?? false,
          advanced: answer.advanced ?? false,
          pagesLeft: answer.pagesLeft
        })
        yield* report.page(index, answer, selected)
        const decision = ending.after(request, answer.next)
        if (decision._tag === "Complete") yield* complete(decision)
        const page = { index, request, jobs, rejected, ...placeAfter(decision, request, count) }
        return [[page], decision._tag === "Complete" ? Option.none() : Option.some(decision)] as const
      })

      const step = Effect.fnUntraced(function* (previous: Step<Request>) {
        if (previous._tag === "Failed") return yield* fail(previous)
        const decision = ending.before(previous.request)
        if (decision._tag === "Failed") return yield* fail(decision)
        if (decision._tag === "Next") return yield* readPage(decision.request)
        yield* complete(decision)
        // An empty closing page, so that stored cursors record the end.
        const { request } = previous
        const closing = {
          index: count.pages(),
          request,
          jobs: [],
          rejected: [],
          next: undefined,
          received: count.received()
        }
        return [[closing], Option.none<Step<Request>>()] as const
      })
      return Stream.paginate<Step<Request>, Page<Request, Job>, Failure | E, R>(
        { _tag: "Next", request: options.first },
        step
      )
    })
  )

/** How a page was followed: by another request, or by a failure. */
type Step<Request> = Ending.Next<Request> | Ending.Failed<Request>

/** Where to resume after a page. */
const placeAfter = <Request>(
  decision: Step<Request> | Ending.Complete,
  request: Request,
  count: ListingCount.ListingCount
): Pick<Page<Request, never>, "next" | "received"> => {
  if (decision._tag === "Failed") return { next: decision.request, received: decision.received }
  if (decision._tag === "Next") return { next: decision.request, received: count.received() }
  return decision.by === "limit"
    ? { next: request, received: count.receivedBefore() }
    : { next: undefined, received: count.received() }
}

/** Where an endless listing is cut, because its query has no `until`: epoch milliseconds, or `null`. */
const horizonOf = Effect.fnUntraced(function* ({
  endless,
  query
}: {
  readonly endless: boolean
  readonly query: Query.Query
}) {
  if (!endless || query.until !== undefined) return null
  return query.horizon ?? Query.horizonAt(query, yield* Query.Horizon, yield* Clock.currentTimeMillis)
})

/** Puts a span around each page, where a tracer records it. */
const traced = <Request, A, E, R>(read: (request: Request) => Effect.Effect<A, E, R>) =>
  Effect.map(Effect.tracer, (tracer) =>
    tracer === Tracer.nativeTracer
      ? read
      : (request: Request, page: number) => Effect.withSpan(read(request), "scanjobs.page", { attributes: { page } })
  )
