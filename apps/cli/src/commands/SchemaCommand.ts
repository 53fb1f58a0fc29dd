/**
 * `scanjobs schema`: the settings file as JSON Schema.
 */
import { Effect } from "effect"
import { Command } from "effect/cli"
import * as Options from "./SharedFlags.ts"

const flags = { config: Options.config }

/** Its work is loaded when it starts, so that help appears at once. */
export const command = Command.make("schema", flags, (input) =>
  Effect.flatMap(
    Effect.promise(() => import("./SchemaOfSettings.ts")),
    ({ run }) => run(input)
  )
).pipe(
  Command.withDescription("Print the JSON Schema of the settings file, with its plugins, for editors"),
  Command.withExamples([
    {
      command: "scanjobs schema > scanjobs.schema.json",
      description: 'Then, in scanjobs.json: "$schema": "./scanjobs.schema.json"'
    }
  ])
)
