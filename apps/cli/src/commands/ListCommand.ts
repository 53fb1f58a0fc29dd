/**
 * `scanjobs list`: every scan job of every connection.
 */
import { Effect } from "effect"
import { Command } from "effect/cli"
import { flags } from "./ListFlags.ts"

/** Its implementation is loaded when it runs, so that help appears at once. */
export const command = Command.make("list", flags, (input) =>
  Effect.gen(function* () {
    if (input.stored) {
      const { run } = yield* Effect.promise(() => import("./history/StoredList.ts"))
      return yield* run(input)
    }
    const { run } = yield* Effect.promise(() => import("./List.ts"))
    return yield* run(input)
  })
).pipe(
  Command.withDescription("List scan jobs: rows on standard output, everything else on standard error"),
  Command.withExamples([
    { command: "scanjobs list --state failed --from -7d", description: "What failed in the last week" },
    { command: "scanjobs list --until +90d --sort start --format csv", description: "What is planned, as CSV" },
    { command: "scanjobs list --resume all.json >> all.ndjson", description: "Everything, in as many runs as it takes" }
  ])
)
