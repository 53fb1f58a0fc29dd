import { assert, describe, it } from "@effect/vitest"
import type { ScanJob } from "@scanjobs/core"
import { Effect, Stream } from "effect"
import * as HiddenDefinitions from "../../src/commands/HiddenDefinitions.ts"
import { Tally } from "../../src/report/Tally.ts"
import { job } from "../Jobs.ts"

const shown = (...kinds: ReadonlyArray<ScanJob.Kind>) => {
  const tally = new Tally()
  return Stream.fromIterable(kinds.map((kind) => job({ kind }))).pipe(
    HiddenDefinitions.hide(tally),
    Stream.runCollect,
    Effect.map((jobs) => ({ kinds: jobs.map(({ kind }) => kind), hidden: tally.hidden }))
  )
}

describe("HiddenDefinitions", () => {
  it.effect("leaves definitions out, and counts them", () =>
    Effect.gen(function* () {
      const { hidden, kinds } = yield* shown("definition", "run", "definition", "occurrence")
      assert.deepStrictEqual([hidden, kinds], [2, ["run", "occurrence"]])
    })
  )

  it.effect("shows them where there is nothing else", () =>
    Effect.gen(function* () {
      const { hidden, kinds } = yield* shown("definition", "definition")
      assert.deepStrictEqual([hidden, kinds], [0, ["definition", "definition"]])
    })
  )
})
