/**
 * Limits how long a listing waits for its vendor, over all pages. The transport limits the silence about a single page.
 */
import { Clock, Duration, Effect } from "effect"
import * as Reason from "../model/Reason.ts"
import { Deadlines } from "../policies/Deadlines.ts"
import * as Monotonic from "../policies/Monotonic.ts"

/** The deadline of one listing. */
export interface ListingDeadline {
  /** Waits for one page; fails with `TimedOut` once the waits for all pages together exceed the deadline. */
  readonly within: <A, E, R>(page: Effect.Effect<A, E, R>) => Effect.Effect<A, E | Reason.TimedOut, R>
}

/** Starts a listing with nothing waited for. */
export const make: Effect.Effect<ListingDeadline> = Effect.gen(function* () {
  const { listing } = yield* Deadlines
  const clock = yield* Clock.Clock
  const whole = Duration.toMillis(listing)
  const now = () => Monotonic.millis(clock)
  const timedOut = Effect.suspend(() => Effect.fail(new Reason.TimedOut({ deadline: "listing", after: whole })))
  let waited = 0
  return {
    within: (page) =>
      Effect.suspend(() => {
        const started = now()
        const duration = whole - waited
        if (duration <= 0) return timedOut
        return page.pipe(
          Effect.timeoutOrElse({ duration, orElse: () => timedOut }),
          Effect.tap(() => Effect.sync(() => (waited += now() - started)))
        )
      })
  }
})
