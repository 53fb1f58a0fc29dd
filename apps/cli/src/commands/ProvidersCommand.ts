/**
 * `scanjobs providers`: what is installed.
 */
import { Effect } from "effect"
import { Command, Flag } from "effect/cli"
import * as Options from "./SharedFlags.ts"

const flags = {
  config: Options.config,
  json: Flag.Boolean("json").pipe(Flag.withDescription("As JSON, for programs"), Flag.withDefault(false))
}

/** Its implementation is loaded when it runs, so that help appears at once. */
export const command = Command.make("providers", flags, (input) =>
  Effect.flatMap(
    Effect.promise(() => import("./Providers.ts")),
    ({ run }) => run(input)
  )
).pipe(Command.withDescription("What is installed: origin, version, listings, settings and quotas of each provider"))
