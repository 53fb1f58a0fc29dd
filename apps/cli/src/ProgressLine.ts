/**
 * One line on a terminal that tells how far each connection is, while nothing else is shown.
 */
import { Clock, Effect, Stdio, Stream, Terminal } from "effect"
import * as StandardError from "./StandardError.ts"
import type { Tally } from "./Tally.ts"
import * as Visible from "./Visible.ts"

const clear = "\r\u001b[2K"

/** The line after so many milliseconds. */
export const render = (tally: Tally, elapsed: number, columns: number): string => {
  const parts = [...tally.counts].map(
    ([connection, { jobs, pages }]) =>
      `${connection}: ${pages} pages, ${jobs} jobs (${Math.round((jobs * 1000) / Math.max(1, elapsed))}/s)`
  )
  return Visible.cut(Visible.text(parts.length === 0 ? "asking …" : parts.join(" · ")), columns - 1)
}

/** Notes that there is output from now on; where it goes to a terminal, the line gives way to it. */
export const giveWay =
  (tally: Tally, isTerminal: boolean) =>
  <E, R>(text: Stream.Stream<string, E, R>): Stream.Stream<string, E, R> =>
    Stream.map(text, (page) => {
      const isFirst = !tally.hasOutput
      tally.hasOutput = true
      return isFirst && isTerminal ? clear + page : page
    })

/**
 * Shows the line while the effect runs, a few times a second, and leaves nothing of it. It is shown only where standard
 * error is a terminal, and not once there is output on the same terminal.
 */
export const during = <A, E, R>(
  tally: Tally,
  effect: Effect.Effect<A, E, R>
): Effect.Effect<A, E, R | Stdio.Stdio | Terminal.Terminal> =>
  Effect.gen(function* () {
    const stdio = yield* Stdio.Stdio
    if (!(yield* stdio.stderrIsTerminal)) return yield* effect
    const isShared = yield* stdio.stdoutIsTerminal
    const terminal = yield* Terminal.Terminal
    const started = yield* Clock.currentTimeMillis
    const tick = Effect.gen(function* () {
      yield* Effect.sleep("200 millis")
      const columns = yield* terminal.columns
      const elapsed = (yield* Clock.currentTimeMillis) - started
      if (isShared && tally.hasOutput) return
      yield* StandardError.write(`${clear}${render(tally, elapsed, columns || 80)}`)
    })
    return yield* Effect.scoped(
      Effect.gen(function* () {
        yield* Effect.addFinalizer(() => StandardError.write(clear))
        yield* Effect.forkScoped(Effect.forever(tick))
        return yield* effect
      })
    )
  })
