import { Conformance } from "@scanjobs/testing"
import * as ConformanceSuite from "@scanjobs/testing/conformance"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { type Parts, subject } from "../Planner.ts"

// A listing by keys, rows that become several jobs, and a secret made from settings: all three are correct.
ConformanceSuite.suite(subject(), { describe, it })

describe("the conformance of schedules", () => {
  const mistakes: ReadonlyArray<readonly [mistake: string, parts: Parts, caughtBy: string, says: string]> = [
    ["gives all runs of a schedule one id", { keyOf: ({ id }) => String(id) }, "C27", "have the same id"],
    ["leaves out a schedule of each page", { schedules: (all) => all.slice(1) }, "C04", "became no job"],
    ["plans none of the runs that it declares", { plans: false }, "C38", "none of its rows has one"],
    ["does not say that a schedule goes on", { goesOn: false }, "C29", "nobody was told"],
    [
      "works out the runs of endless schedules, and does not declare them",
      { endless: false },
      "C29",
      "nobody was told that they are missing"
    ]
  ]

  it.live("takes the word of a provider that declares what its subject does not", () => {
    const check = Conformance.checks(subject({ endless: "rows" })).find(
      (one) => one.id === "C29" && one.listing === "planned"
    )
    return Effect.scoped(check?.run ?? Effect.die("there is no such check"))
  })

  for (const [mistake, parts, caughtBy, says] of mistakes) {
    it.live(`catches a provider that ${mistake}, by ${caughtBy}`, () =>
      Effect.gen(function* () {
        const check = Conformance.checks(subject(parts)).find((one) => one.id === caughtBy && one.listing === "planned")
        const failure = yield* Effect.flip(Effect.scoped(check?.run ?? Effect.die("there is no such check")))
        assert.strictEqual(failure._tag, "ConformanceFailure")
        assert.include(failure.message, says)
      })
    )
  }
})
