import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Simulation from "./Simulation.ts"

/** `npm run simulate` runs a hundred. */
const worlds = Number(process.env["SIMULATED_WORLDS"] ?? 3)
const seeds = Array.from({ length: worlds }, (_, index) => index + 1)

describe("made-up vendors that are read for 25 days", () => {
  it.effect(
    "give no false alarm, and what can be known of misses is found",
    () =>
      Effect.gen(function* () {
        const result = yield* Simulation.run(seeds)
        if (worlds > 3) console.log(Simulation.table(result).join("\n"))
        assert.deepStrictEqual(result.falseAlarms, [])
        assert.isAbove(result.misses, 5 * worlds)
        // Of few worlds, one with long outages weighs too much.
        assert.isAtLeast(result.missesFound / result.misses, worlds < 50 ? 0.75 : 0.91)
      }),
    { timeout: 3_600_000 }
  )
})
