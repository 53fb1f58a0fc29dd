/**
 * `scanjobs watch`: every change as it comes.
 */
import { Effect } from "effect"
import { Command, Flag } from "effect/cli"
import * as SharedFlags from "../SharedFlags.ts"
import { every, syncing } from "./HistoryFlags.ts"

const flags = {
  ...syncing,
  every: Flag.withDescription(every, "How often the vendors are asked; default 15m"),
  sync: Flag.Boolean("sync").pipe(
    Flag.withDefault(true),
    Flag.withDescription("--no-sync asks no vendor, and shows what other processes find")
  ),
  tz: SharedFlags.zone,
  format: Flag.Literals("format", ["lines", "ndjson"]).pipe(
    Flag.withAlias("f"),
    Flag.withDescription("Default lines on a terminal, and ndjson otherwise"),
    Flag.optional
  )
}

/** Its implementation is loaded when it runs, so that help appears at once. */
export const command = Command.make("watch", flags, (input) =>
  Effect.flatMap(
    Effect.promise(() => import("./Watch.ts")),
    ({ run }) => run(input)
  )
).pipe(
  Command.withDescription("Stay, sync again and again, and show every change as it comes"),
  Command.withExamples([
    { command: "scanjobs watch --every 5m", description: "Ask the vendors every five minutes" },
    { command: "scanjobs watch --no-sync -f ndjson", description: "For programs: what another sync finds" }
  ])
)
