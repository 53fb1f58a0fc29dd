import { PageGuard } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"

describe("PageGuard.layer", () => {
  it.effect("keeps the default of what is not given", () =>
    Effect.gen(function* () {
      assert.include(yield* PageGuard.PageGuard, {
        maxPages: 1_000_000,
        maxBarren: 5,
        maxRejected: Number.POSITIVE_INFINITY,
        maxEndless: 200_000,
        maxPageJobs: 500_000
      })
    }).pipe(Effect.provide(PageGuard.layer({ maxBarren: 5 })))
  )
})
