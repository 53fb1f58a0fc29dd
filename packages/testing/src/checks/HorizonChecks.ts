/**
 * The check of what is planned: where it goes on without an end, it is cut at the horizon, and the caller is told.
 */
import { PageGuard, Query } from "@scanjobs/core"
import { type Duration, Effect, Layer } from "effect"
import { type Definition, expect, Found, start, usual } from "./Check.ts"
import * as Reading from "./Reading.ts"
import type { Stage } from "./Subject.ts"

/** Reads without `until`, as far as a horizon lets it. */
const readTo = (stage: Stage, horizon: Duration.Input) =>
  Reading.read(stage, {
    policies: Layer.merge(Query.layerHorizon(horizon), PageGuard.layer({ maxPages: 90 })),
    query: { until: undefined }
  })

const near = "3 days"
const far = "400 days"

const endless: Definition = {
  id: "C29",
  title: "a list without an end is cut at the horizon, and the caller is told",
  advice:
    'declare the listing with `endless: true`, or `endless: "rows"` where its rows are what goes on; give `order` and start times, so that the library sees where the horizon lies; for a schedule, give the first run behind `span.until`, too',
  appliesNot: ({ expected: { endless, several } }) =>
    endless === true || (several === true && endless === undefined) ? undefined : "the vendor's list has an end",
  verify: (bench) =>
    Effect.gen(function* () {
      const { endless, several } = bench.expected
      // An endless schedule is one row, so the list of schedules itself has an end.
      const rows = several === true ? usual.rows : Number.POSITIVE_INFINITY
      const stage = yield* start(bench, undefined, { rows, pageSize: 5 })
      const reading = yield* readTo(stage, near)
      yield* expect(Reading.isWhole(reading), `a list without an end ${Reading.endOf(reading)}`)
      const isTold = reading.events.some((event) => event._tag === "Completed" && event.by === "horizon")
      if (endless === true) return yield* expect(isTold, "nobody was told that the list was cut at the horizon")
      const further = yield* readTo(stage, far)
      const known = new Set(reading.ids)
      const behind = further.ids.filter((id) => !known.has(id))
      if (behind.length === 0)
        return yield* new Found({
          what: `nothing is planned behind a horizon of ${near}: let \`start\` make schedules that go on for longer, or say \`endless: false\` of a vendor that has none`
        })
      yield* expect(
        isTold,
        `${behind.length} jobs lie behind a horizon of ${near} (${behind[0]}), and nobody was told that they are missing`
      )
    })
}

/** The checks of horizons. */
export const checks: ReadonlyArray<Definition> = [endless]
