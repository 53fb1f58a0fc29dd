/**
 * Decides where a listing ends, and whether it is complete there.
 *
 * **Details**
 *
 * - A listing is complete where the vendor ends it and no row of its total is missing, or where the caller's own limit, span or
 *   horizon cuts it. A list that the vendor ends below its total is `Incomplete`.
 * - A total never ends a listing that still brings new rows. After pages without new rows it tells the end from a gap.
 */
import type * as Query from "../model/Query.ts"
import * as Reason from "../model/Reason.ts"
import type { PageGuard } from "../policies/PageGuard.ts"
import type { Completed } from "../telemetry/Progress.ts"
import type { ListingCount } from "./ListingCount.ts"
import type { PageSelection } from "./PageSelection.ts"
import * as SeenRequests from "./SeenRequests.ts"

/** The listing is complete. */
export interface Complete {
  readonly _tag: "Complete"
  readonly by: Completed["by"]
}

/** The listing fails, after the rows of the latest page. */
export interface Failed<Request> {
  readonly _tag: "Failed"
  readonly reason: Reason.Reason
  /** The request to resume from. */
  readonly request: Request
  /** How many different rows came before that request. */
  readonly received: number
}

/** The listing goes on with a request. */
export interface Next<Request> {
  readonly _tag: "Next"
  readonly request: Request
}

/** The end of one listing. */
export interface Ending<Request> {
  /** Decides before a request is sent whether it is sent at all. */
  readonly before: (request: Request) => Complete | Failed<Request> | Next<Request>
  /**
   * Decides after a page was selected and counted, by its request and by what it said of the next one: a request, a reason why
   * there can be none, or `undefined` at the end of the vendor's list.
   */
  readonly after: (
    request: Request,
    next: Request | Reason.Reason | undefined
  ) => Complete | Failed<Request> | Next<Request>
}

/** What the decision about an end depends on. */
export interface Options<Request> {
  readonly guard: PageGuard
  readonly count: ListingCount
  readonly selection: Pick<PageSelection<never>, "left" | "passed" | "isCutByHorizon">
  readonly fingerprint: (request: Request) => string
  /** The order that the vendor promises. */
  readonly order: Query.Order
  readonly endless: boolean
  /** Whether a horizon cuts the listing, because it is endless and the query has no `until`. */
  readonly hasHorizon: boolean
}

const complete = (by: Completed["by"]): Complete => ({ _tag: "Complete", by })

/** Starts a listing with no page read. */
export const make = <Request extends object>(options: Options<Request>): Ending<Request> => {
  const { count, guard, selection } = options
  const requests = SeenRequests.make()

  const failed = (reason: Reason.Reason, request: Request, received: number): Failed<Request> => ({
    _tag: "Failed",
    reason,
    request,
    received
  })
  const incomplete = (expected: number) => new Reason.Incomplete({ expected, received: count.received() })
  const isFull = () => options.endless && count.received() >= guard.maxEndless

  return {
    before: (request) => {
      const fail = (reason: Reason.Reason) => failed(reason, request, count.received())
      const stalled = (how: Reason.PaginationStalled["how"]) =>
        fail(new Reason.PaginationStalled({ how, pages: count.pages() }))
      if (count.stalled() > guard.maxBarren) {
        const unreached = count.unreached()
        return unreached === undefined ? stalled("barren") : fail(incomplete(unreached))
      }
      const circle = requests.note(options.fingerprint(request))
      if (circle !== undefined) return count.barren() > 0 && count.hasAll() ? complete("end") : stalled(circle)
      if (count.pages() >= guard.maxPages || isFull()) return stalled("cap")
      return { _tag: "Next", request }
    },
    after: (request, next) => {
      const failHere = (reason: Reason.Reason) => failed(reason, request, count.receivedBefore())
      const { maxBarren, maxRejected } = guard
      if (count.rejected() > maxRejected) {
        return failHere(new Reason.TooManyRejected({ rejected: count.rejected(), allowed: maxRejected }))
      }
      if (selection.left() <= 0) return complete("limit")
      const unreached = count.unreached()
      // A list that has an end and promises no order may have matches anywhere, so it is read to that end.
      const passed = options.order === "none" && unreached !== undefined ? undefined : selection.passed()
      if (passed !== undefined) return complete(passed === "until" && options.hasHorizon ? "horizon" : passed)
      if (next === undefined) {
        if (unreached !== undefined) return failHere(incomplete(unreached))
        return complete(selection.isCutByHorizon() ? "horizon" : "end")
      }
      if (count.barren() > maxBarren && count.hasAll()) return complete("end")
      return Reason.isReason(next) ? failHere(next) : { _tag: "Next", request: next }
    }
  }
}
