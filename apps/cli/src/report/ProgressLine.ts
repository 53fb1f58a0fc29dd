/**
 * One line on a terminal that tells how far each connection is, while nothing else is shown.
 */
import { Clock, Effect, Stdio, Stream, Terminal } from "effect"
import * as StandardError from "./StandardError.ts"
import type { Tally } from "./Tally.ts"
import * as Visible from "../output/Visible.ts"

const clear = "\r\u001b[2K"

/** The line after so many milliseconds. */
export const render = (tally: Tally, elapsed: number, columns: number): string => {
  const parts = [...tally.counts].map(([connection, { jobs, pages, retrying }]) => {
    const rate = Math.round((jobs * 1000) / Math.max(1, elapsed))
    return `${connection}: ${pages} ${pages === 1 ? "page" : "pages"}, ${jobs} jobs (${rate}/s)${retrying === null ? "" : `, trying again: ${retrying}`}`
  })
  return Visible.cut(Visible.text(parts.length === 0 ? "asking …" : parts.join(" · ")), columns - 1)
}

/**
 * Shows the line while `write` writes `text`, a few times a second, and leaves nothing of it. It is shown only where
 * standard error is a terminal, and gives way to the first text that goes to the same terminal.
 */
export const during = Effect.fnUntraced(function* <A, E, E2, R, R2>(
  tally: Tally,
  text: Stream.Stream<string, E, R>,
  write: (text: Stream.Stream<string, E, R>) => Effect.Effect<A, E2, R2>
) {
  const stdio = yield* Stdio.Stdio
  if (!(yield* stdio.stderrIsTerminal)) return yield* write(text)
  const isShared = yield* stdio.stdoutIsTerminal
  const terminal = yield* Terminal.Terminal
  const started = yield* Clock.currentTimeMillis
  let isShown = false
  let hasGivenWay = false
  const erased = (): string => {
    const wasShown = isShown
    isShown = false
    return wasShown ? clear : ""
  }
  const giveWay = (page: string): string => {
    hasGivenWay = isShared
    return isShared ? erased() + page : page
  }
  const tick = Effect.gen(function* () {
    yield* Effect.sleep("200 millis")
    const columns = yield* terminal.columns
    const elapsed = (yield* Clock.currentTimeMillis) - started
    if (hasGivenWay) return
    isShown = true
    yield* StandardError.write(`${clear}${render(tally, elapsed, columns || 80)}`)
  })
  return yield* Effect.scoped(
    Effect.gen(function* () {
      yield* Effect.addFinalizer(() => Effect.suspend(() => StandardError.write(erased())))
      yield* Effect.forkScoped(Effect.forever(tick))
      return yield* write(Stream.map(text, giveWay))
    })
  )
})
