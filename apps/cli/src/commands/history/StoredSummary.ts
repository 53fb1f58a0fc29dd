/**
 * What `scanjobs summary --stored` does.
 */
import { Views } from "@scanjobs/history"
import { Clock, Effect, Option, Stream } from "effect"
import * as Formats from "../../output/Formats.ts"
import * as StandardOutput from "../../output/StandardOutput.ts"
import * as Groups from "../../summary/Groups.ts"
import * as SummaryForm from "../../summary/SummaryForm.ts"
import * as ListQuery from "../ListQuery.ts"
import * as Presentation from "../Presentation.ts"
import * as Selection from "../Selection.ts"
import type { Input } from "../Summary.ts"
import * as StoredOptions from "./StoredOptions.ts"
import * as StoredReading from "./StoredReading.ts"

const usualFrom = "90d"

/** Writes the groups of the jobs that are in the store. */
export const run = Effect.fnUntraced(function* (input: Input) {
  const destination = yield* Formats.destination
  const format = Option.getOrElse(input.format, () => Formats.usual(destination))
  yield* Presentation.refuse([...Presentation.unfit(format, input), ...StoredOptions.refused(input)])
  const zone = yield* ListQuery.zoneOf(input)
  const query = yield* ListQuery.read({ ...input, from: Option.orElseSome(input.from, () => usualFrom) })
  const stored = yield* StoredReading.open(input)
  const counts = yield* stored.run(StoredReading.count(query.from, stored.names))
  const groups = new Groups.Groups({ by: input.by, zone, now: yield* Clock.currentTimeMillis })
  for (const { name, provider } of stored.connections) groups.expect({ name, provider })
  const { categories, from, states, until } = query
  const kinds = query.kinds ?? ["occurrence", "run"]
  const jobs = Views.jobs({ from, until, states, categories, kinds, connections: stored.names }, { raw: false })
  yield* Stream.runForEachArray(stored.stream(jobs), (page) =>
    Effect.sync(() => {
      for (const job of page) {
        const { listing } = job
        if (input.listing.length > 0 && !input.listing.some((pattern) => Selection.isMatch(pattern, listing))) continue
        groups.add(job)
      }
    })
  )
  const failing = new Set(
    stored.connections.flatMap(({ completeAt, failingSince, name }) =>
      completeAt === null || failingSince !== null ? [name] : []
    )
  )
  const text = SummaryForm.write(format, groups.all, {
    by: input.by,
    zone,
    destination,
    headers: !input.noHeaders,
    csvRaw: input.csvRaw,
    failing
  })
  if ((yield* StandardOutput.write(text)) === "broken-pipe") return
  yield* stored.end(counts, zone)
}, Effect.scoped)
