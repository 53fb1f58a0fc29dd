/**
 * `scanjobs summary`: how the scans of each connection, definition, state or day are doing.
 */
import { Effect } from "effect"
import { Command, Flag } from "effect/cli"
import * as Formats from "../output/Formats.ts"
import * as FailOn from "./FailOn.ts"
import { format, reading, stored } from "./ListFlags.ts"

const flags = {
  ...reading,
  ...stored,
  failOn: FailOn.flag,
  format: format(Formats.names),
  by: Flag.Literals("by", ["connection", "definition", "state", "day"]).pipe(
    Flag.withDescription("What to group jobs by; default connection"),
    Flag.withDefault("connection")
  )
}

/** Its implementation is loaded when it runs, so that help appears at once. */
export const command = Command.make("summary", flags, (input) =>
  Effect.gen(function* () {
    if (input.stored) {
      const { run } = yield* Effect.promise(() => import("./history/StoredSummary.ts"))
      return yield* run(input)
    }
    const { run } = yield* Effect.promise(() => import("./Summary.ts"))
    return yield* run(input)
  })
).pipe(
  Command.withDescription("Count jobs by connection, definition, state or day, the worst first"),
  Command.withExamples([
    { command: "scanjobs summary", description: "Which connections fail, and when each runs next" },
    {
      command: "scanjobs summary --by definition --from 30d",
      description: "Each schedule or profile, in the last month"
    },
    { command: "scanjobs summary --by day --tz local --format csv", description: "Runs and failures of each day" }
  ])
)
