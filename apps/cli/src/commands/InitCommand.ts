/**
 * `scanjobs init`: a settings file, by questions.
 */
import { Effect } from "effect"
import { Command } from "effect/cli"
import * as Options from "./SharedFlags.ts"

const flags = { config: Options.config }

/** Its work is loaded when it starts, so that help appears at once. */
export const command = Command.make("init", flags, (input) =>
  Effect.flatMap(
    Effect.promise(() => import("./Init.ts")),
    ({ run }) => run(input)
  )
).pipe(
  Command.withDescription("Ask for the connections to your vendors, and write a settings file that only you can read")
)
