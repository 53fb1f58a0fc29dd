/**
 * Ends what is late.
 *
 * Whatever a watch is over runs in a fiber of its own. One other fiber looks after all of them: it sleeps until something could
 * be late, and looks again, so that what is in time costs no timer.
 */
import { Clock, Context, Effect, Exit, Fiber, Scope } from "effect"
import type { TimedOut } from "../model/Reason.ts"

/** For how many milliseconds, more than none, it cannot be late from `now`, in epoch milliseconds; or the reason, once it is. */
export type Left = (now: number) => number | TimedOut

/** Watches over effects. */
export interface Watch {
  /** Runs the effect, and interrupts it once it is late; it then fails with the reason. */
  readonly over: <A, E, R>(effect: Effect.Effect<A, E, R>, left: Left) => Effect.Effect<A, E | TimedOut, R>
  /** How a fiber ends, which is interrupted once it is late, or nobody waits for it any more. */
  readonly await: <A, E>(fiber: Fiber.Fiber<A, E>, left: Left) => Effect.Effect<Exit.Exit<A, E | TimedOut>>
}

interface Watched {
  readonly left: Left
  readonly end: (reason: TimedOut) => void
}

/** Starts a watch, which ends with the scope. */
export const make: Effect.Effect<Watch, never, Scope.Scope> = Effect.gen(function* () {
  const clock = yield* Clock.Clock
  const fork = Effect.runForkWith(yield* Effect.context())
  // Not a set, whose outgrown tables would keep what was in them in old memory, page after page.
  const watched: Array<Watched> = []
  const forget = (one: Watched) => {
    const last = watched.pop()
    if (last === undefined || last === one) return
    const at = watched.indexOf(one)
    watched[at < 0 ? watched.length : at] = last
  }
  let keeper: Fiber.Fiber<void> | undefined
  let wakesAt = Number.POSITIVE_INFINITY

  const keep: Effect.Effect<void> = Effect.suspend(() => {
    const now = clock.currentTimeMillisUnsafe()
    // What begins because something else is late is looked at here as well.
    wakesAt = now
    let least: number
    let hasEnded: boolean
    do {
      least = Number.POSITIVE_INFINITY
      hasEnded = false
      for (const one of watched.slice()) {
        const rest = one.left(now)
        if (typeof rest === "number") least = Math.min(least, rest)
        else {
          forget(one)
          one.end(rest)
          hasEnded = true
        }
      }
    } while (hasEnded)
    wakesAt = now + least
    return least === Number.POSITIVE_INFINITY ? Effect.void : Effect.andThen(Effect.sleep(least), keep)
  })
  yield* Effect.addFinalizer(() => (keeper === undefined ? Effect.void : Fiber.interrupt(keeper)))

  /** Gives the exit of the fiber once there is one, and what ends the fiber before. */
  const attend = <A, E>(fiber: Fiber.Fiber<A, E>, left: Left, give: (exit: Exit.Exit<A, E | TimedOut>) => void) => {
    let late: TimedOut | undefined
    const one: Watched = {
      left,
      end: (reason) => {
        late = reason
        fiber.interruptUnsafe()
      }
    }
    watched.push(one)
    fiber.addObserver((exit) => {
      forget(one)
      give(late !== undefined && Exit.isFailure(exit) ? Exit.fail(late) : exit)
    })
    const now = clock.currentTimeMillisUnsafe()
    const rest = left(now)
    const due = typeof rest === "number" ? now + rest : now
    if (fiber.pollUnsafe() === undefined && due < wakesAt) {
      keeper?.interruptUnsafe()
      keeper = fork(keep)
    }
    return Fiber.interrupt(fiber)
  }

  return {
    over: <A, E, R>(effect: Effect.Effect<A, E, R>, left: Left) =>
      Effect.contextWith((context: Context.Context<R>) =>
        Effect.callback<A, E | TimedOut>((resume) => attend(Effect.runForkWith(context)(effect), left, resume))
      ),
    await: <A, E>(fiber: Fiber.Fiber<A, E>, left: Left) =>
      Effect.callback<Exit.Exit<A, E | TimedOut>>((resume) =>
        attend(fiber, left, (exit) => resume(Effect.succeed(exit)))
      )
  }
})

/** The watch in use; by default each effect has one of its own. */
export const Watch = Context.Reference<Pick<Watch, "over">>("@scanjobs/core/Watch", {
  defaultValue: () => ({
    over: (effect, left) =>
      Effect.acquireUseRelease(
        Effect.sync(() => Scope.makeUnsafe()),
        (scope) => Effect.flatMap(Scope.provide(make, scope), ({ over }) => over(effect, left)),
        Scope.close
      )
  })
})
