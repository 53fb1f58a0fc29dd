/**
 * Limits how long a listing waits for its vendor: for each page, and for all pages together.
 */
import { Clock, Duration, Effect } from "effect"
import * as Reason from "../model/Reason.ts"
import { Deadlines } from "../policies/Deadlines.ts"

/** The deadlines of one listing's pages. */
export interface PageDeadline {
  /**
   * Waits for one page. Fails with `TimedOut` where the page's deadline passes, or where the waits for all pages together exceed
   * the listing's.
   */
  readonly within: <A, E, R>(page: Effect.Effect<A, E, R>) => Effect.Effect<A, E | Reason.TimedOut, R>
}

const nanosPerMilli = 1_000_000

/** Starts a listing with nothing waited for. */
export const make: Effect.Effect<PageDeadline> = Effect.gen(function* () {
  const deadlines = yield* Deadlines
  const clock = yield* Clock.Clock
  const ofListing = Duration.toMillis(deadlines.run)
  const ofPage = Duration.toMillis(deadlines.page)
  const now = () => Number(clock.monotonicTimeNanosUnsafe()) / nanosPerMilli
  let waited = 0
  return {
    within: (page) =>
      Effect.suspend(() => {
        const started = now()
        const left = ofListing - waited
        const timedOut =
          left < ofPage
            ? new Reason.TimedOut({ deadline: "run", after: ofListing })
            : new Reason.TimedOut({ deadline: "page", after: ofPage })
        const duration = Math.min(left, ofPage)
        if (duration <= 0) return Effect.fail(timedOut)
        return page.pipe(
          Effect.timeoutOrElse({ duration, orElse: () => Effect.fail(timedOut) }),
          Effect.tap(() => Effect.sync(() => (waited += now() - started)))
        )
      })
  }
})
