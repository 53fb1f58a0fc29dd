/**
 * Reports a run on standard error, for a person or for a program.
 */
import { type Progress, Query, type Secrets } from "@scanjobs/core"
import { Clock, Effect, Stdio } from "effect"
import type * as JsonLine from "./JsonLine.ts"
import * as JsonLines from "./JsonLines.ts"
import { LongWaits } from "./LongWait.ts"
import * as ProgressLine from "./ProgressLine.ts"
import * as Report from "./Report.ts"
import * as StandardError from "./StandardError.ts"
import type { Tally } from "./Tally.ts"

/** Reports a run. */
export interface Reporter {
  /** Reports an event as it happens, where the reader should know at once. */
  readonly event: (event: Progress.Event) => Effect.Effect<void>
  /** Reports something that is good to know of the run as a whole. */
  readonly note: (message: string) => Effect.Effect<void>
  /** Reports what the run came to. */
  readonly end: (tally: Tally, how: Report.Ended) => Effect.Effect<void>
}

/** What a reporter depends on. */
export interface Options {
  readonly secrets: Secrets.Secrets
  /** How many connections there are. */
  readonly connections: number
  readonly footer: Report.Footer
}

/** For a person: long waits as they begin, and everything else at the end, in as few lines as it takes. */
export const text = Effect.fnUntraced(function* ({ connections, footer, secrets }: Options) {
  const stdio = yield* Stdio.Stdio
  const horizon = yield* Query.Horizon
  const print = (lines: ReadonlyArray<string>) =>
    Effect.provideService(StandardError.print(lines.map(secrets.scrub)), Stdio.Stdio, stdio)
  // A line of progress may stand where the text goes.
  const clear = (yield* stdio.stderrIsTerminal) ? ProgressLine.clear : ""
  const waits = new LongWaits()
  const reporter: Reporter = {
    event: (event) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        const wait = waits.of(event, now)
        if (wait === undefined) return Effect.void
        const line = Effect.andThen(
          StandardError.write(clear),
          StandardError.print([secrets.scrub(`note: ${event.connection}: ${wait}`)])
        )
        return Effect.provideService(line, Stdio.Stdio, stdio)
      }),
    note: (message) => print([`note: ${message}`]),
    end: (tally, how) => Effect.suspend(() => print(Report.lines(tally, how, connections, horizon, footer)))
  }
  return reporter
})

/** For a program: JSON, as it happens. */
export const json = Effect.fnUntraced(function* ({ connections, secrets }: Options) {
  const stdio = yield* Stdio.Stdio
  const noted = new Set<string>()
  let unshown = 0
  const isNew = (line: JsonLine.Line): boolean => {
    if (line.type !== "note") return true
    const key = JSON.stringify(line)
    if (noted.has(key)) return false
    if (noted.size >= mostNotes) {
      unshown++
      return false
    }
    noted.add(key)
    return true
  }
  const print = (lines: ReadonlyArray<JsonLine.Line>) =>
    Effect.provideService(JsonLines.print(lines.filter(isNew), secrets), Stdio.Stdio, stdio)
  const waits = new LongWaits()
  const reporter: Reporter = {
    event: (event) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        const wait = waits.of(event, now)
        return print(wait === undefined ? JsonLines.ofEvent(event) : [JsonLines.noteOf(event, wait)])
      }),
    note: (message) => print([JsonLines.note(message)]),
    end: (tally, how) =>
      Effect.suspend(() =>
        JsonLines.print(
          [
            ...tally.failures.flatMap(JsonLines.ofFailure),
            ...(unshown === 0 ? [] : [JsonLines.note(`${Report.count(unshown, "more note")} not shown`)]),
            JsonLines.summary(tally, how, connections)
          ],
          secrets
        ).pipe(Effect.provideService(Stdio.Stdio, stdio))
      )
  }
  return reporter
})

/** How many different notes are written before the others are only counted, so that memory stays bounded. */
const mostNotes = 1000
