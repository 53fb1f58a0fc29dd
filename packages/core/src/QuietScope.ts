/**
 * A scope whose end makes no stack traces.
 *
 * At the end of its scope, Effect's HTTP client aborts each request, also one that has its answer, with an error that nobody
 * sees. The frames of that error's stack hold the fiber, and so the page, in memory until the next full collection; without them
 * a page is collected as soon as it is done with, which is a quarter of the time that collecting takes.
 */
import { Effect, Scope } from "effect"

/** V8's own; other engines do not know it. */
const traces: ErrorConstructor & { stackTraceLimit?: number } = Error

/** How many scopes are ending, and the limit from before the first of them. */
let ending = 0
let limit: number | undefined

const quiet = Effect.sync(() => {
  if (ending++ > 0) return
  limit = traces.stackTraceLimit
  traces.stackTraceLimit = 0
})

const loud = Effect.sync(() => {
  if (--ending === 0 && limit !== undefined) traces.stackTraceLimit = limit
})

/** Like `Effect.scoped`. */
export const scoped = <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, Exclude<R, Scope.Scope>> =>
  Effect.suspend(() => {
    const scope = Scope.makeUnsafe()
    return Effect.onExit(Scope.provide(effect, scope), (exit) =>
      quiet.pipe(Effect.andThen(Scope.close(scope, exit)), Effect.ensuring(loud))
    )
  })
