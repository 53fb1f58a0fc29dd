/**
 * `scanjobs check`: whether each connection works.
 */
import { Effect } from "effect"
import { Command } from "effect/cli"
import * as Options from "./SharedFlags.ts"

const flags = { config: Options.config, ...Options.connections }

/** Its implementation is loaded when it runs, so that help appears at once. */
export const command = Command.make("check", flags, (input) =>
  Effect.flatMap(
    Effect.promise(() => import("./Check.ts")),
    ({ run }) => run(input)
  )
).pipe(Command.withDescription("Try each listing of each connection: ok, or what is wrong and what to do"))
