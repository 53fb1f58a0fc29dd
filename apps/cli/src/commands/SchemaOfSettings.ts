/**
 * What `scanjobs schema` does.
 */
import { SettingsSchema } from "@scanjobs/settings"
import { Effect, type Option, Stream } from "effect"
import * as InstalledProviders from "./InstalledProviders.ts"
import * as Sections from "../settings/Sections.ts"
import * as StandardOutput from "../output/StandardOutput.ts"

/** What was given on the command line. */
export interface Input {
  readonly config: Option.Option<string>
}

/** Describes the built-in providers and, where a settings file is named, its plugins' providers. */
export const run = Effect.fnUntraced(function* ({ config }: Input) {
  const installed = yield* InstalledProviders.find(config)
  const schema = SettingsSchema.make(
    installed.map(({ provider }) => provider),
    Sections.sections
  )
  yield* StandardOutput.write(Stream.make(`${JSON.stringify(schema, null, 2)}\n`))
})
