/**
 * One service per clock: the default of policies that remember times. Times of one clock mean nothing to another, such as a
 * `TestClock`.
 */
import { type Clock, Effect } from "effect"

/** Makes the service when a clock first needs it, and shares it between all users of that clock. */
export const make = <A>(service: Effect.Effect<A>): Effect.Effect<A> => {
  const byClock = new WeakMap<Clock.Clock, { readonly service: A }>()
  return Effect.clockWith((clock) => {
    const known = byClock.get(clock)
    if (known !== undefined) return Effect.succeed(known.service)
    return Effect.tap(service, (made) => Effect.sync(() => byClock.set(clock, { service: made })))
  })
}
