/**
 * What `scanjobs mcp` does.
 */
import { Mcp } from "@scanjobs/server"
import { Effect } from "effect"
import * as HistoryStore from "../../services/HistoryStore.ts"
import * as StorePlace from "./StorePlace.ts"

/** Answers until standard input ends. */
export const run = Effect.fnUntraced(function* (input: StorePlace.Input) {
  const place = yield* StorePlace.find(input)
  yield* Effect.provide(Mcp.serveStdio, HistoryStore.existing(place))
})
