/**
 * The one loop that reads every listing, page by page.
 *
 * It knows nothing of HTTP or of vendors. It ends normally only where the listing is complete, or where the caller's own limit,
 * span or horizon cuts it. Every other end is a failure that carries the request to resume from.
 */
import { Clock, Effect, Option, Scope, Stream, Tracer } from "effect"
import * as Query from "../model/Query.ts"
import * as Reason from "../model/Reason.ts"
import type { ScanJob } from "../model/ScanJob.ts"
import * as PageGuard from "../policies/PageGuard.ts"
import type { Completed, RejectedRow, Source } from "../telemetry/Progress.ts"
import * as Ending from "./Ending.ts"
import * as ListingCount from "./ListingCount.ts"
import * as ListingDeadline from "./ListingDeadline.ts"
import * as PageReport from "./PageReport.ts"
import * as PageSelection from "./PageSelection.ts"
import * as ReadAhead from "./ReadAhead.ts"
import * as Shortfall from "./Shortfall.ts"

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
  readonly notes?: ReadonlyArray<string> | undefined
  /** What the answer says that it lacks. Default nothing. */
  readonly gaps?: ReadonlyArray<string> | undefined
  /** The time from which on its planned runs are not known, although they are asked for; `undefined` where there is none. */
  readonly knownUntil?: number | undefined
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
  /** How many different rows of its part came before `next`. */
  readonly received: number
  /** The number of the part that `next` belongs to, counted from 0. */
  readonly part: number
}

/** One list, or one of those that a listing is put together from. */
export interface Part<Request extends object, Job extends ScanJob, E, R> {
  readonly first: Request
  /** The order that the vendor promises. */
  readonly order: Query.Order
  /** Reads one page, with retries. */
  readonly read: (request: Request) => Effect.Effect<Read<Request, Job>, Reason.Reason | E, R>
  /** How pages are read ahead, where the coming requests can be computed. */
  readonly ahead?: Ahead<Request> | undefined
}

/** What the loop reads. */
export interface Options<Request extends object, Job extends ScanJob, E, Failure, R> {
  readonly source: Source
  /** The parts of the listing, which are read one after the other; usually one. */
  readonly parts: readonly [Part<Request, Job, E, R>, ...ReadonlyArray<Part<Request, Job, E, R>>]
  /** How many different rows of the first part earlier runs received. */
  readonly received: number
  /** Equal for equal requests, and only for those. */
  readonly fingerprint: (request: Request) => string
  readonly query: Query.Query
  readonly endless: boolean
  /** Whether the vendor's total may be above the number of rows that it lists. */
  readonly approximateTotal: boolean
  /** Makes the listing's failure of a reason and the place to resume from. */
  readonly failure: (reason: Reason.Reason, place: Place<Request>) => Failure
}

/** Where a listing is resumed. */
export interface Place<out Request> {
  readonly request: Request
  /** How many different rows of its part came before the request. */
  readonly received: number
  /** The number of the part, counted from 0. */
  readonly part: number
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
      const { endless, fingerprint, query, source } = options
      const guard = yield* PageGuard.PageGuard
      const horizon = yield* horizonOf(options)
      const deadline = yield* ListingDeadline.make
      const scope = yield* Effect.scope
      let pagesBefore = 0
      let cutBefore: Completed["by"] = "end"
      const lacks = Shortfall.make<Place<Request>>()

      /** Starts a part; `after` is what was selected of the part before it. */
      const open = Effect.fnUntraced(function* (index: number, after?: PageSelection.PageSelection<Job>) {
        const part = options.parts[index] ?? options.parts[0]
        const { order } = part
        const received = index === 0 ? options.received : 0
        const count = ListingCount.make({ received, order, approximateTotal: options.approximateTotal })
        // An endless list runs into the future, even where its vendor promises no order.
        const direction = endless && order === "none" ? "ascending" : order
        const selection = PageSelection.make<Job>({ query, order: direction, horizon }, after)
        return {
          index,
          count,
          selection,
          ending: Ending.make({
            guard: { ...guard, maxPages: guard.maxPages - pagesBefore },
            count,
            selection,
            fingerprint,
            order,
            endless,
            hasHorizon: horizon !== null
          }),
          report: yield* PageReport.make({ source, order, horizon }),
          reader: yield* ReadAhead.make({
            ...(part.ahead ?? oneByOne),
            fingerprint,
            read: yield* traced(part.read),
            // New rows of an ascending list come behind the ones already read.
            shifts: order !== "ascending",
            differ: (before, after) =>
              ListingCount.isTotal(before.total) && ListingCount.isTotal(after.total) && before.total !== after.total
          }).pipe(Scope.provide(scope))
        }
      })
      let current = yield* open(0)

      const fail = ({ reason, received, request }: Omit<Ending.Failed<Request>, "_tag">) => {
        const { index: part, reader, report } = current
        return reader.stop.pipe(
          Effect.andThen(report.failed(reason)),
          Effect.andThen(Effect.fail(options.failure(reason, lacks.place() ?? { request, received, part })))
        )
      }

      /** What follows a part that has ended: the next part, a failure where answers lacked something, or nothing. */
      const afterPart = Effect.fnUntraced(function* ({
        by
      }: Ending.Complete): Effect.fn.Return<Step<Request> | undefined, never, R> {
        const { count, index, reader, report, selection } = current
        yield* reader.stop
        const following = options.parts[index + 1]
        if (following !== undefined && by !== "limit") {
          pagesBefore += count.pages()
          cutBefore = cutBy(cutBefore, by)
          current = yield* open(index + 1, selection)
          return { _tag: "Next", request: following.first }
        }
        const place = lacks.place()
        if (place !== undefined && by !== "limit") return { _tag: "Failed", reason: lacks.reason(), ...place }
        yield* report.completed(cutBy(cutBefore, by), {
          pages: pagesBefore + count.pages(),
          jobs: selection.found(),
          knownUntil: lacks.knownUntil()
        })
        return undefined
      })

      /** Reads the other parts before it fails for rows that are missing from this one. */
      const postponed = (decision: Step<Request> | Ending.Complete): Step<Request> | Ending.Complete => {
        const { index: part } = current
        if (decision._tag !== "Failed" || decision.reason._tag !== "Incomplete") return decision
        if (part + 1 >= options.parts.length) return decision
        const { reason, received, request } = decision
        lacks.postpone(reason, { request, received, part })
        return { _tag: "Complete", by: "end" }
      }

      const read = (request: Request) => {
        const { count, reader, selection } = current
        const left = { jobs: selection.left(), pages: guard.maxPages - pagesBefore - count.pages() }
        return deadline
          .within(reader.read({ request, index: pagesBefore + count.pages(), certain: count.certain(left) }))
          .pipe(Effect.catchIf(Reason.isReason, (reason) => fail({ reason, request, received: count.received() })))
      }

      /** Where to resume after a page, which `following` follows. */
      const placeAfter = (
        decision: Step<Request> | Ending.Complete,
        following: Step<Request> | undefined,
        { request, ...here }: Place<Request> & { readonly receivedBefore: number }
      ): Pick<Page<Request, never>, "next" | "received" | "part"> => {
        const lacking = lacks.place()
        if (lacking !== undefined) return { next: lacking.request, received: lacking.received, part: lacking.part }
        if (following?._tag === "Failed")
          return { next: following.request, received: following.received, part: here.part }
        if (following !== undefined) {
          const { count, index } = current
          return { next: following.request, received: count.received(), part: index }
        }
        return decision._tag === "Complete" && decision.by === "limit"
          ? { next: request, received: here.receivedBefore, part: here.part }
          : { next: undefined, received: here.received, part: here.part }
      }

      const readPage = Effect.fnUntraced(function* (request: Request) {
        const { count, ending, index: part, report, selection } = current
        const index = pagesBefore + count.pages()
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
        const [received, receivedBefore] = [count.received(), count.receivedBefore()]
        lacks.note(answer, { request, received: receivedBefore, part })
        const decision = postponed(ending.after(request, answer.next))
        const following = decision._tag === "Complete" ? yield* afterPart(decision) : decision
        const place = placeAfter(decision, following, { request, received, receivedBefore, part })
        return [[{ index, request, jobs, rejected, ...place }], Option.fromUndefinedOr(following)] as const
      })

      const step = Effect.fnUntraced(function* (previous: Step<Request>) {
        if (previous._tag === "Failed") return yield* fail(previous)
        const { count, ending, index: part } = current
        const decision = ending.before(previous.request)
        if (decision._tag === "Failed") return yield* fail(decision)
        if (decision._tag === "Next") return yield* readPage(decision.request)
        const index = pagesBefore + count.pages()
        const received = count.received()
        const following = yield* afterPart(decision)
        // An empty closing page, so that stored cursors record the end.
        const { request } = previous
        const place = placeAfter(decision, following, { request, received, receivedBefore: received, part })
        return [[{ index, request, jobs: [], rejected: [], ...place }], Option.fromUndefinedOr(following)] as const
      })
      return Stream.paginate<Step<Request>, Page<Request, Job>, Failure | E, R>(
        { _tag: "Next", request: options.parts[0].first },
        step
      )
    })
  )

/** How a page was followed: by another request, or by a failure. */
type Step<Request> = Ending.Next<Request> | Ending.Failed<Request>

/** What cut a listing whose parts were cut by these. */
const cutBy = (one: Completed["by"], other: Completed["by"]): Completed["by"] => (other === "end" ? one : other)

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
