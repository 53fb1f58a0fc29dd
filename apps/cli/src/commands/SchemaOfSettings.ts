/**
 * What `scanjobs schema` does.
 */
import { SettingsSchema } from "@scanjobs/settings"
import { Effect, type Option, Stream } from "effect"
import * as BuiltIn from "../plugins/BuiltIn.ts"
import * as Settings from "../settings/Settings.ts"
import * as StandardOutput from "../output/StandardOutput.ts"

/** What was given on the command line. */
export interface Input {
  readonly config: Option.Option<string>
}

/** Describes the built-in providers and, where there is a settings file, its plugins' providers. */
export const run = Effect.fnUntraced(function* ({ config }: Input) {
  // A shell that sends the output to the settings file's own name has emptied that file.
  const isNew = yield* Settings.isEmpty(config)
  const installed = isNew ? BuiltIn.all : yield* Settings.installed(config)
  const schema = SettingsSchema.make(installed.map(({ provider }) => provider))
  yield* StandardOutput.write(Stream.make(`${JSON.stringify(schema, null, 2)}\n`))
})
