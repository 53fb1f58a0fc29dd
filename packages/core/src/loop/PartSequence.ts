/**
 * The parts of a listing, one after the other: which of them is being read, what those before it used, and what is missing although the
 * listing goes on.
 */
import { Effect, Scope } from "effect"
import type { ScanJob } from "../model/ScanJob.ts"
import type * as PageGuard from "../policies/PageGuard.ts"
import type { Completed } from "../telemetry/Progress.ts"
import type * as Ending from "./Ending.ts"
import * as ListPart from "./ListPart.ts"
import * as Shortfall from "./Shortfall.ts"

/** Where a listing is resumed. */
export interface Place<out Request> {
  readonly request: Request
  /** How many different rows of its part came before the request. */
  readonly received: number
  /** The number of the part, counted from 0. */
  readonly part: number
}

/** How a page was followed: by another request, or by a failure. */
export type Step<Request> = Ending.Next<Request> | Ending.Failed<Request>

/** The place that follows a page; `next` is `undefined` where nothing more can match. */
export interface PlaceAfter<out Request> extends Omit<Place<Request>, "request"> {
  readonly next: Request | undefined
}

/** The place of a page, with what was received up to its end and up to its beginning. */
export interface PlaceOfPage<out Request> extends Place<Request> {
  readonly receivedBefore: number
}

/** The parts of a listing while they are read. */
export interface PartSequence<Request extends object, Job extends ScanJob, E, R> {
  /** The part that is being read. */
  readonly current: () => ListPart.Open<Request, Job, E>
  /** How many pages were read, in all parts. */
  readonly pages: () => number
  /** What the answers so far lack. */
  readonly lacks: Shortfall.Shortfall<Place<Request>>
  /** Reads the other parts before it fails for rows that are missing from this one. */
  readonly postponed: (decision: Step<Request> | Ending.Complete) => Step<Request> | Ending.Complete
  /** What follows a part that has ended: the next part, a failure where answers lacked something, or nothing. */
  readonly after: (complete: Ending.Complete) => Effect.Effect<Step<Request> | undefined, never, R>
  /** Where to resume after a page, which `following` follows. */
  readonly placeAfter: (
    decision: Step<Request> | Ending.Complete,
    following: Step<Request> | undefined,
    page: PlaceOfPage<Request>
  ) => PlaceAfter<Request>
}

/** What the parts are. */
export interface Options<Request extends object, Job extends ScanJob, E, R> extends ListPart.Common<Request> {
  /** At least one. */
  readonly parts: readonly [ListPart.Part<Request, Job, E, R>, ...ReadonlyArray<ListPart.Part<Request, Job, E, R>>]
  /** How many different rows of the first part earlier runs received. */
  readonly received: number
  readonly guard: PageGuard.PageGuard
}

/** Begins with the first part. Read-aheads end with the scope. */
export const make = Effect.fnUntraced(function* <Request extends object, Job extends ScanJob, E, R>(
  options: Options<Request, Job, E, R>
): Effect.fn.Return<PartSequence<Request, Job, E, R>, never, R | Scope.Scope> {
  const { guard, parts, received } = options
  const scope = yield* Effect.scope
  const lacks = Shortfall.make<Place<Request>>()
  let pagesBefore = 0
  let cutBefore: Completed["by"] = "end"
  let current = yield* ListPart.open(parts[0], options, { index: 0, received, guard })
  const pages = () => pagesBefore + current.count.pages()

  const after = Effect.fnUntraced(function* ({
    by
  }: Ending.Complete): Effect.fn.Return<Step<Request> | undefined, never, R> {
    const { index, reader, report, selection } = current
    yield* reader.stop
    const following = parts[index + 1]
    if (following !== undefined && by !== "limit") {
      pagesBefore = pages()
      cutBefore = cutBy(cutBefore, by)
      const left = { ...guard, maxPages: guard.maxPages - pagesBefore }
      const beginning = { index: index + 1, received: 0, guard: left, after: selection }
      current = yield* Scope.provide(ListPart.open(following, options, beginning), scope)
      return { _tag: "Next", request: following.first }
    }
    const place = lacks.place()
    if (place !== undefined && by !== "limit") return { _tag: "Failed", reason: lacks.reason(), ...place }
    yield* report.completed(cutBy(cutBefore, by), {
      pages: pages(),
      jobs: selection.found(),
      knownUntil: lacks.knownUntil()
    })
    return undefined
  })

  return {
    current: () => current,
    pages,
    lacks,
    postponed: (decision) => {
      const { index: part } = current
      if (decision._tag !== "Failed" || decision.reason._tag !== "Incomplete") return decision
      if (part + 1 >= parts.length) return decision
      const { reason, received, request } = decision
      lacks.postpone(reason, { request, received, part })
      return { _tag: "Complete", by: "end" }
    },
    after,
    placeAfter: (decision, following, { part, received, receivedBefore, request }) => {
      const lacking = lacks.place()
      if (lacking !== undefined) return { next: lacking.request, received: lacking.received, part: lacking.part }
      if (following?._tag === "Failed") return { next: following.request, received: following.received, part }
      if (following !== undefined) {
        const { count, index } = current
        return { next: following.request, received: count.received(), part: index }
      }
      return decision._tag === "Complete" && decision.by === "limit"
        ? { next: request, received: receivedBefore, part }
        : { next: undefined, received, part }
    }
  }
})

/** What cut a listing whose parts were cut by these. */
const cutBy = (one: Completed["by"], other: Completed["by"]): Completed["by"] => (other === "end" ? one : other)
