/**
 * `scanjobs mcp`: the history for an agent, over standard input and output.
 */
import { Effect } from "effect"
import { Command } from "effect/cli"
import * as ListFlags from "../ListFlags.ts"
import * as SharedFlags from "../SharedFlags.ts"

const flags = { config: SharedFlags.config, store: ListFlags.stored.store, jsonErrors: SharedFlags.jsonErrors }

/** Its implementation is loaded when it runs, so that help appears at once. */
export const command = Command.make("mcp", flags, (input) =>
  Effect.flatMap(
    Effect.promise(() => import("./Mcp.ts")),
    ({ run }) => run(input)
  )
).pipe(
  Command.withDescription("Answer an agent that starts this program, by the Model Context Protocol; it only reads"),
  Command.withExamples([
    { command: "scanjobs mcp --store /srv/scanjobs.db", description: "What an agent's settings name as command" }
  ])
)
