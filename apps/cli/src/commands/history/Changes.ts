/**
 * What `scanjobs changes` does.
 */
import { type Change, Views } from "@scanjobs/history"
import { Clock, Effect, Option, Stream } from "effect"
import * as ChangeForm from "../../output/ChangeForm.ts"
import * as Formats from "../../output/Formats.ts"
import * as StandardOutput from "../../output/StandardOutput.ts"
import * as Report from "../../report/Report.ts"
import * as ListQuery from "../ListQuery.ts"
import * as Presentation from "../Presentation.ts"
import type { Reading } from "./HistoryFlags.ts"
import * as StoredReading from "./StoredReading.ts"

/** What was given on the command line. */
export interface Input extends Reading {
  readonly format: Option.Option<Formats.Format>
  readonly what: ReadonlyArray<Change.What>
}

const day = 86_400_000

/** Writes what was different, in the order in which it was found. */
export const run = Effect.fnUntraced(function* (input: Input) {
  const destination = yield* Formats.destination
  const format = Option.getOrElse(input.format, () => Formats.usual(destination))
  yield* Presentation.refuse(Presentation.unfit(format, input))
  const zone = yield* ListQuery.zoneOf(input)
  const since = yield* StoredReading.since(input.since, zone, yield* Clock.currentTimeMillis, day)
  const stored = yield* StoredReading.open(input)
  const counts = yield* stored.run(StoredReading.count(since, stored.names))
  const write = yield* ChangeForm.open(format, { destination, zone, headers: !input.noHeaders, csvRaw: input.csvRaw })
  const what = input.what.length === 0 ? undefined : input.what
  let written = 0
  const changes = Stream.mapArray(stored.stream(Views.changes({ since, what, connections: stored.names })), (page) => {
    written += page.length
    return page
  })
  if ((yield* StandardOutput.write(write(changes))) === "broken-pipe") return
  yield* stored.say([`${Report.count(written, "change")} of ${Report.count(stored.names.length, "connection")}`])
  yield* stored.end(counts, zone)
}, Effect.scoped)
