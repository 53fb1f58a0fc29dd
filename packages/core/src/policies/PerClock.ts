/**
 * One service for the process and for the clock in use: the default of a policy that remembers times, which mean nothing to
 * another clock, such as a `TestClock`.
 */
import { type Clock, Effect } from "effect"

/** Makes the service when a clock first needs it, and gives the same one to everybody with that clock. */
export const make = <A>(service: Effect.Effect<A>): Effect.Effect<A> => {
  const byClock = new WeakMap<Clock.Clock, { readonly service: A }>()
  return Effect.clockWith((clock) => {
    const known = byClock.get(clock)
    if (known !== undefined) return Effect.succeed(known.service)
    return Effect.tap(service, (made) => Effect.sync(() => byClock.set(clock, { service: made })))
  })
}
