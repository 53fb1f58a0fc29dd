/**
 * The providers that commands work with which need no connections: `providers`, `schema` and `emulate`.
 */
import { Effect, type Option } from "effect"
import type { Source } from "../plugins/Plugin.ts"
import * as StandardError from "../report/StandardError.ts"
import * as Settings from "../settings/Settings.ts"

/** Finds them, and says on standard error which plugins are not loaded. */
export const find = Effect.fnUntraced(function* (config: Option.Option<string>) {
  const { notes, providers } = yield* Settings.installed(config)
  yield* StandardError.print(notes)
  const all: ReadonlyArray<Source> = providers
  return all
})
