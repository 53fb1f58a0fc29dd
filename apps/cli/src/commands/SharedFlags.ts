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

/** Which connections; all where none is given. */
export const connection = Flag.String("connection").pipe(
  Flag.withMetavar("NAME"),
  Flag.withDescription("Only this connection; may be repeated"),
  Flag.atLeast(0)
)

/** Standard error for programs. */
export const jsonErrors = Flag.Boolean("json-errors").pipe(
  Flag.withDefault(false),
  Flag.withDescription("Write failures and notes to standard error as JSON, an object a line, and nothing else")
)

/** Whether `--json-errors` is among arguments that could not be parsed. */
export const wantsJsonErrors = (args: ReadonlyArray<string>): boolean =>
  args.some((arg) => arg === "--json-errors" || arg === "--json-errors=true")
