/**
 * Finds the store that a command works on, and keeps its password out of everything that the program says.
 */
import { Effect, type Option } from "effect"
import * as KnownSecrets from "../../report/KnownSecrets.ts"
import * as HistoryStore from "../../services/HistoryStore.ts"
import * as HistorySections from "../../settings/HistorySections.ts"
import * as Settings from "../../settings/Settings.ts"

/** The place that `--store` or these settings name. */
export const of = Effect.fnUntraced(function* (asked: HistoryStore.Asked) {
  const place = yield* HistoryStore.placeOf(asked)
  yield* KnownSecrets.add(HistorySections.secretsOf({ ...asked.history, store: HistoryStore.redacted(place) }))
  return place
})

/** The same without the connections of the settings, so that no secret of theirs is read. `demo` has no settings. */
export const find = Effect.fnUntraced(function* ({ config, demo = false, store }: Input) {
  const found = demo ? undefined : yield* Settings.loadHistory(config)
  return yield* of({ named: store, file: found?.file, history: found?.history ?? {} })
})

/** What was given on the command line. */
export interface Input {
  readonly config: Option.Option<string>
  readonly store: Option.Option<string>
  readonly demo?: boolean
}
