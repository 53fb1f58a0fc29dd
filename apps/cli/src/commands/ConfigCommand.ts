/**
 * `scanjobs config check`: whether the settings can be used, without asking a vendor.
 */
import { Effect } from "effect"
import { Command } from "effect/cli"
import * as Options from "./SharedFlags.ts"

const flags = { config: Options.config }

/** Its work is loaded when it starts, so that help appears at once. */
const check = Command.make("check", flags, (input) =>
  Effect.flatMap(
    Effect.promise(() => import("./ConfigCheck.ts")),
    ({ run }) => run(input)
  )
).pipe(
  Command.withDescription(
    "Check the settings without asking a vendor: keys, types, variables, secret files and commands, plugins"
  )
)

/** The commands about the settings file. */
export const command = Command.make("config").pipe(
  Command.withDescription("Work with the settings file"),
  Command.withSubcommands([check])
)
