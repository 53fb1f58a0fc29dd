/**
 * `scanjobs changes`: what the syncs found to be different.
 */
import { Change } from "@scanjobs/history"
import { Effect } from "effect"
import { Command, Flag } from "effect/cli"
import * as Formats from "../../output/Formats.ts"
import * as ListFlags from "../ListFlags.ts"
import { reading } from "./HistoryFlags.ts"

const flags = {
  ...reading,
  format: ListFlags.format(Formats.names),
  what: Flag.Literals("what", Change.What.literals).pipe(
    Flag.withDescription("Only new jobs, changes of state, changes of verdict, or what is gone"),
    Flag.atLeast(0)
  )
}

/** Its implementation is loaded when it runs, so that help appears at once. */
export const command = Command.make("changes", flags, (input) =>
  Effect.flatMap(
    Effect.promise(() => import("./Changes.ts")),
    ({ run }) => run(input)
  )
).pipe(
  Command.withDescription("What scanjobs sync found to be different: new, ended, missed, gone"),
  Command.withExamples([
    { command: "scanjobs changes", description: "What was different since yesterday" },
    { command: "scanjobs changes --since 7d --what verdict", description: "What became of planned runs" }
  ])
)
