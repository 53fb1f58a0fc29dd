/**
 * What `scanjobs summary` does.
 */
import { Clock, Effect, Option, Stream } from "effect"
import * as Formats from "../output/Formats.ts"
import * as TimeZone from "../output/TimeZone.ts"
import * as StandardError from "../report/StandardError.ts"
import * as Groups from "../summary/Groups.ts"
import * as SummaryForm from "../summary/SummaryForm.ts"
import * as FailOn from "./FailOn.ts"
import { onlyWithStored, type Reading as ReadingInput } from "./ListFlags.ts"
import * as ListQuery from "./ListQuery.ts"
import * as Presentation from "./Presentation.ts"
import * as Reading from "./Reading.ts"

/** What was given on the command line. */
export interface Input extends ReadingInput {
  readonly by: Groups.By
  readonly format: Option.Option<Formats.Format>
  readonly stored: boolean
  readonly store: Option.Option<string>
  readonly failOn: ReadonlyArray<FailOn.Name>
}

/** How far back jobs are read where `--from` does not say. */
const usualFrom = "90d"

/** Writes the groups once everything is read; fails with `NotComplete` where something could not be read. */
export const run = Effect.fnUntraced(function* (input: Input) {
  const destination = yield* Formats.destination
  const format = Option.getOrElse(input.format, () => Formats.usual(destination))
  yield* Presentation.refuse(Presentation.unfit(format, { noHeaders: input.noHeaders, csvRaw: input.csvRaw }))
  yield* FailOn.refuse(input.failOn, ["failed"], FailOn.onlyStored)
  yield* Presentation.refuse(Option.isSome(input.store) ? [onlyWithStored] : [])
  const zone = yield* ListQuery.zoneOf(input)
  const query = yield* ListQuery.read({ ...input, from: Option.orElseSome(input.from, () => usualFrom) })
  const reading = yield* Reading.open(input, { footer: "none" })
  const { connections, counted, tally } = reading

  const groups = new Groups.Groups({ by: input.by, zone, now: yield* Clock.currentTimeMillis })
  for (const connection of connections) groups.expect(connection)
  let failed = 0
  const jobs = counted(reading.arriving({ ...query, kinds: query.kinds ?? ["occurrence", "run"] }))
  const text = Stream.concat(
    Stream.drain(
      Stream.mapArray(jobs, (page) => {
        for (const job of page) {
          if (job.state === "failed") failed++
          groups.add(job)
        }
        return page
      })
    ),
    Stream.suspend(() =>
      SummaryForm.write(format, groups.all, {
        by: input.by,
        zone,
        destination,
        headers: !input.noHeaders,
        csvRaw: input.csvRaw,
        failing: tally.failing
      })
    )
  )
  // A summary of a part would be taken for one of the whole, so that an interrupted one is not written.
  const ended = yield* reading.write(text, { onInterrupt: Stream.empty })
  if (ended === "broken-pipe") return
  if (format === "table" && !input.jsonErrors) {
    const legend = SummaryForm.legend(groups.all)
    const since = query.from === undefined ? null : TimeZone.format(query.from, zone)
    yield* StandardError.print([
      ...(legend === "" || input.by === "state" || input.by === "day" ? [] : [`recent runs, oldest first: ${legend}`]),
      ...(since === null ? [] : [`jobs since ${since} (${zone.name}) are counted; change that with --from`])
    ])
  }
  yield* reading.report
  yield* FailOn.check(input.failOn, { failed })
}, Effect.scoped)
