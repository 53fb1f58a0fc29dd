/**
 * `scanjobs sync`: reads what is new of every connection into the store.
 */
import { Effect } from "effect"
import { Command, Flag } from "effect/cli"
import * as FailOn from "../FailOn.ts"
import * as SharedFlags from "../SharedFlags.ts"
import { every, syncing } from "./HistoryFlags.ts"

const flags = {
  ...syncing,
  every: Flag.withDescription(every, "Stay, and sync again after so long, such as 15m"),
  tz: SharedFlags.zone,
  failOn: FailOn.flag
}

/** Its implementation is loaded when it runs, so that help appears at once. */
export const command = Command.make("sync", flags, (input) =>
  Effect.flatMap(
    Effect.promise(() => import("./Sync.ts")),
    ({ run }) => run(input)
  )
).pipe(
  Command.withDescription("Read what is new into the store, judge what was planned, and say what changed"),
  Command.withExamples([
    { command: "scanjobs sync", description: "Once, for a scheduler" },
    { command: "scanjobs sync --every 15m", description: "Again and again, until Ctrl-C" }
  ])
)
