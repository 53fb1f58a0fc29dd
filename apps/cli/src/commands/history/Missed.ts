/**
 * What `scanjobs missed` does.
 */
import { type Verdict, Views } from "@scanjobs/history"
import { Clock, Effect, Option, Stream } from "effect"
import * as Formats from "../../output/Formats.ts"
import * as StandardOutput from "../../output/StandardOutput.ts"
import * as StoredForm from "../../output/StoredForm.ts"
import * as Report from "../../report/Report.ts"
import * as ListQuery from "../ListQuery.ts"
import * as Presentation from "../Presentation.ts"
import type { Reading } from "./HistoryFlags.ts"
import * as StoredReading from "./StoredReading.ts"

/** What was given on the command line. */
export interface Input extends Reading {
  readonly format: Option.Option<Formats.JobFormat>
  readonly verdict: ReadonlyArray<Verdict.Name>
}

const week = 604_800_000

/** What people look for where `--verdict` does not say. */
const usual: ReadonlyArray<Verdict.Name> = ["overdue", "missed"]

/** Writes the planned runs with these verdicts, and says what is silent, what runs too long, and what is not known. */
export const run = Effect.fnUntraced(function* (input: Input) {
  const destination = yield* Formats.destination
  const format: Formats.JobFormat = Option.getOrElse(input.format, () => Formats.usual(destination))
  yield* Presentation.refuse(Presentation.unfit(format, input))
  const zone = yield* ListQuery.zoneOf(input)
  const now = yield* Clock.currentTimeMillis
  const from = yield* StoredReading.since(input.since, zone, now, week)
  const stored = yield* StoredReading.open(input)
  const counts = yield* stored.run(StoredReading.count(from, stored.names))

  let lost = 0
  const form = yield* StoredForm.open(format, {
    destination,
    zone,
    now,
    wide: false,
    headers: !input.noHeaders,
    csvRaw: input.csvRaw,
    lost: () => void lost++
  })
  const verdicts = input.verdict.length === 0 ? usual : input.verdict
  const jobs = Views.verdicts({ from, verdicts, connections: stored.names })
  let written = 0
  const rows = Stream.mapArray(stored.stream(jobs), (page) => {
    written += page.length
    return page
  })
  if ((yield* StandardOutput.write(form.write(rows))) === "broken-pipe") return
  const what = verdicts.join(" or ")
  yield* stored.say([
    `${Report.count(written - lost, "planned run")} ${what} of ${Report.count(stored.names.length, "connection")}`
  ])
  const connections = stored.names
  const silent = yield* stored.run(StoredReading.silent(connections))
  const long = yield* stored.run(Stream.runCollect(Views.runningTooLong({ connections })))
  yield* stored.end(counts, zone, StoredReading.quiet(silent, long, zone))
}, Effect.scoped)
