/**
 * What standard error says of a run, for a person or for a program.
 */
import { type Progress, Query } from "@scanjobs/core"
import { Effect, Stdio } from "effect"
import * as JsonLines from "./JsonLines.ts"
import * as Report from "./Report.ts"
import * as StandardError from "./StandardError.ts"
import type { Tally } from "./Tally.ts"

/** Tells of a run. */
export interface Reporter {
  /** Tells of an event as soon as it happens, where the reader is a program. */
  readonly event: (event: Progress.Event) => Effect.Effect<void>
  /** Tells something that is good to know of the run as a whole. */
  readonly note: (message: string) => Effect.Effect<void>
  /** Tells what the run came to. */
  readonly end: (tally: Tally, how: Report.Ended) => Effect.Effect<void>
}

/** What it is made with. */
export interface Options {
  /** Takes secrets out of a text. */
  readonly hide: (text: string) => string
  /** How many connections there are. */
  readonly connections: number
  readonly footer: Report.Footer
}

/** For a person: everything at the end, in as few lines as it takes. */
export const text = Effect.fnUntraced(function* ({ connections, footer, hide }: Options) {
  const stdio = yield* Stdio.Stdio
  const horizon = yield* Query.Horizon
  const print = (lines: ReadonlyArray<string>) =>
    Effect.provideService(StandardError.print(lines.map(hide)), Stdio.Stdio, stdio)
  const reporter: Reporter = {
    event: () => Effect.void,
    note: (message) => print([`note: ${message}`]),
    end: (tally, how) => Effect.suspend(() => print(Report.lines(tally, how, connections, horizon, footer)))
  }
  return reporter
})

/** For a program: JSON, as it happens. */
export const json = Effect.fnUntraced(function* ({ connections, hide }: Options) {
  const stdio = yield* Stdio.Stdio
  const noted = new Set<string>()
  let unshown = 0
  const isNew = (line: JsonLines.Line): boolean => {
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
  const print = (lines: ReadonlyArray<JsonLines.Line>) =>
    Effect.provideService(JsonLines.print(lines.filter(isNew), hide), Stdio.Stdio, stdio)
  const reporter: Reporter = {
    event: (event) => print(JsonLines.ofEvent(event)),
    note: (message) => print([JsonLines.note(message)]),
    end: (tally, how) =>
      Effect.suspend(() =>
        JsonLines.print(
          [
            ...tally.failures.flatMap(JsonLines.ofFailure),
            ...(unshown === 0 ? [] : [JsonLines.note(`${Report.count(unshown, "more note")} not shown`)]),
            JsonLines.summary(tally, how, connections)
          ],
          hide
        ).pipe(Effect.provideService(Stdio.Stdio, stdio))
      )
  }
  return reporter
})

/** How many different notes are written before the others are only counted, so that memory stays bounded. */
const mostNotes = 1000
