/**
 * One line on a terminal that shows how far the run is, until rows are shown.
 */
import { Clock, Effect, Stdio, Stream, Terminal } from "effect"
import * as StandardError from "./StandardError.ts"
import { count } from "./Report.ts"
import type { Tally } from "./Tally.ts"
import * as Visible from "../output/Visible.ts"

/** Erases the line that the cursor is in. */
export const clear = "\r\u001b[2K"

/** How many connections are shown each by itself; more are counted. */
const mostNamed = 4

/** The line after so many milliseconds. */
export const render = (tally: Tally, elapsed: number, columns: number): string =>
  Visible.cut(
    Visible.text(tally.connections > mostNamed ? together(tally, elapsed) : each(tally, elapsed)),
    columns - 1
  )

const each = (tally: Tally, elapsed: number): string => {
  const parts = [...tally.counts].map(([connection, { jobs, pages, retrying }]) => {
    const rate = Math.round((jobs * 1000) / Math.max(1, elapsed))
    return `${connection}: ${count(pages, "page")}, ${count(jobs, "job")} (${rate}/s)${retrying === null ? "" : `, trying again: ${retrying}`}`
  })
  return parts.length === 0 ? "asking …" : parts.join(" · ")
}

/** Such as `91/150 done, 952 jobs, 2 failing, 00:24`. */
const together = ({ connections, counts, ended, failing }: Tally, elapsed: number): string => {
  const all = [...counts.values()]
  const jobs = all.reduce((sum, one) => sum + one.jobs, 0)
  const retrying = all.filter((one) => one.retrying !== null).length
  return [
    `${ended.size}/${connections} done`,
    count(jobs, "job"),
    ...(failing.size === 0 ? [] : [`${failing.size} failing`]),
    ...(retrying === 0 ? [] : [`${retrying} trying again`]),
    clock(elapsed)
  ].join(", ")
}

/** Minutes and seconds, such as `00:24`, after an hour with the hours before them. */
const clock = (millis: number): string => {
  const seconds = Math.floor(millis / 1000)
  const hours = Math.floor(seconds / 3600)
  return `${hours === 0 ? "" : `${hours}:`}${two((seconds % 3600) / 60)}:${two(seconds % 60)}`
}

/**
 * Redraws the line a few times a second while `write` writes `text`, and erases it at the end. It is shown only where standard error
 * is a terminal, and only until the first text goes to the same terminal.
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

const two = (n: number): string => String(Math.floor(n)).padStart(2, "0")
