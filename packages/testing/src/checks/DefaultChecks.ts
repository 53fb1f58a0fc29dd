/**
 * The check of defaults: what a connection need not set is what the vendor accepts.
 */
import { Effect } from "effect"
import { type Definition, expect, expectSameJobs, start } from "./Check.ts"
import * as Reading from "./Reading.ts"
import { tuningOf } from "./Subject.ts"

const defaults: Definition = {
  id: "C50",
  title: "a connection without its settings for tuning reads the same jobs",
  advice:
    "let the default size of a page, and every other default, be one that the vendor documents and that its emulator accepts",
  appliesNot: ({ provider }) =>
    tuningOf(provider).length === 0 ? "no setting is marked as `Connection.tuning`" : undefined,
  verify: (bench, healthy) =>
    Effect.gen(function* () {
      const stage = yield* start(bench)
      const reading = yield* Reading.read(stage.withDefaults)
      const circumstance = `without ${tuningOf(bench.provider).join(", ")}`
      yield* expectSameJobs(healthy, reading, circumstance)
      const [violation] = yield* stage.ledger.violations
      yield* expect(violation === undefined, `${circumstance}, the vendor would not take this: ${violation}`)
    })
}

/** The checks of defaults. */
export const checks: ReadonlyArray<Definition> = [defaults]
