/**
 * One list while it is read: its reader, what was counted and selected of it, and what decides about its end. A listing is one such part,
 * or several that are read one after the other.
 */
import { Effect, type Scope, Tracer } from "effect"
import type { Endless } from "../contract/ListingNouns.ts"
import type * as Query from "../model/Query.ts"
import type * as Reason from "../model/Reason.ts"
import type { ScanJob } from "../model/ScanJob.ts"
import type * as PageGuard from "../policies/PageGuard.ts"
import type { Source } from "../telemetry/Progress.ts"
import * as Ending from "./Ending.ts"
import * as ListingCount from "./ListingCount.ts"
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
  readonly notes?: ReadonlyArray<string> | undefined
  /** What the answer says that it lacks. Default nothing. */
  readonly gaps?: ReadonlyArray<string> | undefined
  /** The time from which on its planned runs are not known, although they are asked for; `undefined` where there is none. */
  readonly knownUntil?: number | undefined
  /** Called when the result becomes a page; discarded read-aheads never call it. */
  readonly onAccepted?: () => void
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

/** How pages are read ahead. */
export type Ahead<Request extends object> = Pick<
  ReadAhead.Options<Request, never, never, never>,
  "concurrency" | "guessNext"
>

const oneByOne = { concurrency: 1, guessNext: () => undefined }

/** What all parts of a listing have in common. */
export interface Common<Request> {
  readonly source: Source
  /** Equal for equal requests, and only for those. */
  readonly fingerprint: (request: Request) => string
  readonly query: Query.Query
  readonly endless: Endless
  /** Whether the vendor's total may be above the number of rows that it lists. */
  readonly approximateTotal: boolean
  /** Where an endless listing is cut, in epoch milliseconds; `null` where it is not cut. */
  readonly horizon: number | null
}

/** Where a part begins. */
export interface Beginning<Job> {
  /** Its number, counted from 0. */
  readonly index: number
  /** How many different rows of it earlier runs received. */
  readonly received: number
  /** The bounds of the listing, less what earlier parts used of them. */
  readonly guard: PageGuard.PageGuard
  /** What was selected of the part before it. */
  readonly after?: PageSelection.PageSelection<Job> | undefined
}

/** A part that is being read. */
export interface Open<Request extends object, Job extends ScanJob, E> {
  readonly index: number
  readonly count: ListingCount.ListingCount
  readonly selection: PageSelection.PageSelection<Job>
  readonly ending: Ending.Ending<Request>
  readonly report: PageReport.PageReport
  readonly reader: ReadAhead.Reader<Request, Read<Request, Job>, Reason.Reason | E>
}

/** Begins to read a part. Its read-aheads end with the scope. */
export const open = Effect.fnUntraced(function* <Request extends object, Job extends ScanJob, E, R>(
  { ahead = oneByOne, order, read }: Part<Request, Job, E, R>,
  { approximateTotal, endless, fingerprint, horizon, query, source }: Common<Request>,
  { after, guard, index, received }: Beginning<Job>
): Effect.fn.Return<Open<Request, Job, E>, never, R | Scope.Scope> {
  const count = ListingCount.make({ received, order, approximateTotal })
  // An endless list runs into the future, even where its vendor promises no order.
  const direction = endless === true && order === "none" ? "ascending" : order
  const selection = PageSelection.make<Job>({ query, order: direction, horizon }, after)
  const hasHorizon = horizon !== null
  return {
    index,
    count,
    selection,
    ending: Ending.make({ guard, count, selection, fingerprint, order, endless: endless === true, hasHorizon }),
    report: yield* PageReport.make({ source, order, horizon }),
    reader: yield* ReadAhead.make({
      ...ahead,
      fingerprint,
      read: yield* traced(read),
      // New rows of an ascending list come behind the ones already read.
      shifts: order !== "ascending",
      differ: (before, after) =>
        ListingCount.isTotal(before.total) && ListingCount.isTotal(after.total) && before.total !== after.total
    })
  }
})

/** Puts a span around each page, where a tracer records it. */
const traced = <Request, A, E, R>(read: (request: Request) => Effect.Effect<A, E, R>) =>
  Effect.map(Effect.tracer, (tracer) =>
    tracer === Tracer.nativeTracer
      ? read
      : (request: Request, page: number) => Effect.withSpan(read(request), "scanjobs.page", { attributes: { page } })
  )
