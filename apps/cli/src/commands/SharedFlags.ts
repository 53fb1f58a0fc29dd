/**
 * The options that several commands share.
 */
import { Config } from "effect"
import { Flag } from "effect/cli"

/** Which settings file; the environment's `SCANJOBS_CONFIG` where the option is not given. */
export const config = Flag.String("config").pipe(
  Flag.withMetavar("FILE"),
  Flag.withDescription("The settings file; default SCANJOBS_CONFIG, or scanjobs.json in the current folder"),
  Flag.withFallbackConfig(Config.String("SCANJOBS_CONFIG")),
  Flag.optional
)

const names = (name: string, alias: string, metavar: string, description: string) =>
  Flag.String(name).pipe(
    Flag.withAlias(alias),
    Flag.withMetavar(metavar),
    Flag.withDescription(description),
    Flag.atLeast(0)
  )

/** Which connections; all where nothing is named. */
export const connections = {
  connection: names("connection", "c", "NAME", 'Only these connections; "prod-*" means all whose names begin so'),
  provider: names("provider", "p", "ID", "Only connections of these providers"),
  tag: names("tag", "t", "TAG", "Only connections with one of these tags"),
  demo: Flag.Boolean("demo").pipe(
    Flag.withDefault(false),
    Flag.withDescription("Use built-in emulators with made-up jobs instead of a settings file")
  )
}

/** The zone of times. */
export const zone = Flag.String("tz").pipe(
  Flag.withMetavar("ZONE"),
  Flag.withDescription("The zone of times in a table, and of times given without one; default UTC"),
  Flag.withDefault("UTC")
)

/** Standard error for programs. */
export const jsonErrors = Flag.Boolean("json-errors").pipe(
  Flag.withDefault(false),
  Flag.withDescription("Write failures and notes to standard error as JSON, an object a line, and nothing else")
)

/** Whether `--json-errors` is among arguments that could not be parsed. */
export const wantsJsonErrors = (args: ReadonlyArray<string>): boolean =>
  args.some((arg) => arg === "--json-errors" || arg === "--json-errors=true")
