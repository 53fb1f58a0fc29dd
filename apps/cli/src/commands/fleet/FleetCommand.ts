/**
 * `scanjobs fleet`: how a fleet is doing.
 */
import { Effect } from "effect"
import { Command } from "effect/cli"
import { showing } from "./FleetFlags.ts"

const status = Command.make("status", showing, (input) =>
  Effect.flatMap(
    Effect.promise(() => import("./FleetReport.ts")),
    ({ run }) => run(input)
  )
).pipe(Command.withDescription("Its runners, how late syncs are, what waits, and which connections fail and why"))

/** The commands about a fleet as a whole. */
export const command = Command.make("fleet").pipe(
  Command.withDescription("Many processes that sync the same connections; scanjobs serve --fleet is one of them"),
  Command.withSubcommands([status])
)
