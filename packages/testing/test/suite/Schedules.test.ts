import { Conformance } from "@scanjobs/testing"
import * as ConformanceSuite from "@scanjobs/testing/conformance"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { type Parts, subject } from "../Planner.ts"

// A listing by keys, rows that become several jobs, and a secret made from settings: all three are correct.
ConformanceSuite.suite(subject(), { describe, it })

describe("the conformance of schedules", () => {
  const mistakes: ReadonlyArray<readonly [mistake: string, parts: Parts, caughtBy: string]> = [
    ["gives all runs of a schedule one id", { keyOf: ({ id }) => String(id) }, "C27"],
    ["does not say that a schedule goes on", { goesOn: false }, "C29"]
  ]
  for (const [mistake, parts, caughtBy] of mistakes) {
    it.live(`catches a provider that ${mistake}, by ${caughtBy}`, () =>
      Effect.gen(function* () {
        const check = Conformance.checks(subject(parts)).find((one) => one.id === caughtBy && one.listing === "planned")
        const failure = yield* Effect.flip(Effect.scoped(check?.run ?? Effect.die("there is no such check")))
        assert.strictEqual(failure._tag, "ConformanceFailure")
      })
    )
  }
})
