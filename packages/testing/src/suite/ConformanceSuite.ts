/**
 * Registers the conformance checks as tests. Exports everything that `Conformance` does, too.
 */
import type { Provider } from "@scanjobs/core"
import { Effect, type Schema } from "effect"
import { type Check, checks, type ConformanceFailure, type Subject, unread } from "./Conformance.ts"
import { pagesAtOnce } from "../checks/Subject.ts"
import type { TestRunner } from "./TestRunner.ts"

export * from "./Conformance.ts"
export type { TestRunner } from "./TestRunner.ts"

/**
 * Registers a test for every check of every listing of a provider. A check that does not apply is skipped with its reason, and so is
 * one on whose foundations another check fails.
 *
 * **Example** (the whole test file of a provider)
 *
 * ```ts
 * import * as Conformance from "@scanjobs/testing/conformance"
 * import { describe, it } from "vitest"
 *
 * declare const subject: Conformance.Subject<"acme", {}, {}, never>
 *
 * Conformance.suite(subject, { describe, it })
 * ```
 *
 * @since 0.1.0
 * @category conformance
 */
export const suite = <Id extends string, Fields extends Schema.Struct.Fields, L extends Provider.Listings, E>(
  subject: Subject<Id, Fields, L, E>,
  { describe, it }: TestRunner
): void => {
  const left = unread(subject).map(([listing, reason]) => ({
    listing,
    title: "is not read",
    skip: reason,
    run: Effect.void
  }))
  for (const [listing, all] of Map.groupBy([...checks(subject), ...left], (check) => check.listing)) {
    describe(`conformance of ${subject.provider.id}, ${listing}${pagesAtOnce(subject)}`, () => {
      for (const { run, skip, title } of all) {
        const reason = skip === undefined ? "" : ` (does not apply: ${skip})`
        it(
          `${title}${reason}`,
          async ({ skip }) => {
            skip(reason !== "", reason)
            const blocked = await Effect.runPromise(verdict(run))
            skip(blocked !== "", blocked)
          },
          patience
        )
      }
    })
  }
}

/** The timeout of a check on a busy machine, in milliseconds. */
const patience = 60_000

/** Fails if the check fails. Returns the reason if the check has no result, and otherwise an empty text. */
const verdict = (run: Check["run"]): Effect.Effect<string, ConformanceFailure> =>
  run.pipe(
    Effect.as(""),
    Effect.catchTag("Blocked", ({ message }) => Effect.succeed(message)),
    Effect.scoped
  )
