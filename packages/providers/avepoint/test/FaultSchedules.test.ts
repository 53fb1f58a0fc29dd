import { FaultSchedule } from "@scanjobs/testing"
import { assert, it } from "@effect/vitest"
import { Config, Effect } from "effect"
import { subject } from "./Subject.ts"

const minutes = 60_000

// One page at a time, too, is for CI: it takes as long again.
const pagesAtOnce = process.env["CONFORMANCE_WHOLE"] === "true" ? [1, 8] : [8]

for (const pageConcurrency of pagesAtOnce) {
  it.live(
    `${pageConcurrency} pages at once: under faults by chance, no row is lost, none comes twice, every reading ends, and what is not whole says so`,
    () =>
      Effect.gen(function* () {
        const runs = yield* Config.Int("FAULT_RUNS").pipe(Config.withDefault(30))
        const outcomes = yield* FaultSchedule.runAll({ ...subject, pageConcurrency }, { runs })
        if (runs > 100) console.log(FaultSchedule.summary(outcomes))
        assert.deepStrictEqual(
          outcomes.flatMap(({ problem = [] }) => problem),
          []
        )
      }),
    60 * minutes
  )
}
