/**
 * What `scanjobs list --stored` does.
 */
import { type StoredJob, Views } from "@scanjobs/history"
import { Clock, Effect, Option, Stream } from "effect"
import * as Formats from "../../output/Formats.ts"
import * as StandardOutput from "../../output/StandardOutput.ts"
import * as StoredForm from "../../output/StoredForm.ts"
import { NotComplete } from "../../Problem.ts"
import * as Report from "../../report/Report.ts"
import type { Input } from "../ListFlags.ts"
import * as ListQuery from "../ListQuery.ts"
import * as Presentation from "../Presentation.ts"
import * as Selection from "../Selection.ts"
import * as StoredOptions from "./StoredOptions.ts"
import * as StoredReading from "./StoredReading.ts"

/** Writes the jobs that are in the store. */
export const run = Effect.fnUntraced(function* (input: Input) {
  const destination = yield* Formats.destination
  const { format, order, wide, zone } = yield* Presentation.read(input, destination)
  yield* Presentation.refuse([
    ...StoredOptions.refused(input),
    ...StoredOptions.refusedOfList(input),
    ...(order === "none" || order.field === "start"
      ? []
      : ["--stored gives jobs in order of start; leave out --sort, or give start or start:desc"])
  ])
  const query = yield* ListQuery.read(input)
  const stored = yield* StoredReading.open(input)
  const counts = yield* stored.run(StoredReading.count(query.from, stored.names))
  let lost = 0
  const form = yield* StoredForm.open(format, {
    destination,
    zone,
    now: yield* Clock.currentTimeMillis,
    states: query.states,
    wide,
    headers: !input.noHeaders,
    csvRaw: input.csvRaw,
    lost: () => void lost++
  })
  // As in a table of what vendors list, definitions are shown where they are asked for.
  const kinds = query.kinds ?? (format === "table" ? ["occurrence", "run"] : undefined)
  const { categories, from, states, until } = query
  const limit = Option.getOrElse(input.limit, () => Number.POSITIVE_INFINITY)
  const isWanted = ({ listing }: StoredJob.StoredJob) =>
    input.listing.length === 0 || input.listing.some((pattern) => Selection.isMatch(pattern, listing))
  const jobs = stored.stream(
    Views.jobs(
      { from, until, states, categories, kinds, connections: stored.names },
      {
        order: order !== "none" && order.isDescending ? "descending" : "ascending",
        raw: format !== "table" && format !== "csv"
      }
    )
  )
  let written = 0
  const rows = Stream.mapArray(Stream.take(Stream.filter(jobs, isWanted), limit), (page) => {
    written += page.length
    return page
  })
  if ((yield* StandardOutput.write(form.write(rows))) === "broken-pipe") return
  yield* stored.say([
    `${Report.count(written - lost, "stored job")} of ${Report.count(stored.names.length, "connection")}`
  ])
  yield* stored.end(counts, zone)
  if (lost > 0) return yield* new NotComplete()
}, Effect.scoped)
