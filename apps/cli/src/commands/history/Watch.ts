/**
 * What `scanjobs watch` does.
 */
import { Store, Views } from "@scanjobs/history"
import { Effect, Layer, Option, Stream } from "effect"
import * as ChangeForm from "../../output/ChangeForm.ts"
import * as Formats from "../../output/Formats.ts"
import * as StandardOutput from "../../output/StandardOutput.ts"
import * as HistoryStore from "../../services/HistoryStore.ts"
import * as ListQuery from "../ListQuery.ts"
import * as LivingDemo from "../LivingDemo.ts"
import * as Selection from "../Selection.ts"
import type { Syncing } from "./HistoryFlags.ts"
import * as Rounds from "./Rounds.ts"
import * as StorePlace from "./StorePlace.ts"
import * as Sync from "./Sync.ts"

/** What was given on the command line. */
export interface Input extends Syncing {
  readonly every: Option.Option<string>
  readonly sync: boolean
  readonly tz: string
  readonly format: Option.Option<"lines" | "ndjson">
}

/** Syncs again and again, and writes every change as it comes, also those that other processes find. It does not end by itself. */
export const run = Effect.fnUntraced(function* (given: Input) {
  const zone = yield* ListQuery.zoneOf(given)
  const interval = (yield* Rounds.interval(given.every)) ?? Rounds.usual(given)
  const destination = yield* Formats.destination
  const format = Option.getOrElse(given.format, () => (destination.isTerminal ? "lines" : "ndjson"))
  const write: ChangeForm.Write =
    format === "lines"
      ? ChangeForm.lines(zone)
      : yield* ChangeForm.open("ndjson", { destination, zone, headers: false, csvRaw: false })
  const input = { ...given, store: yield* Sync.storeOf(given) }
  const place = yield* StorePlace.find(input)
  const isNew = input.demo && (yield* HistoryStore.isNew(place))
  const store = yield* Layer.build(HistoryStore.layer(place))
  const service = yield* Effect.provideContext(Store.Store, store)
  const changes = Stream.unwrap(Effect.map(Views.lastChange, (after) => Views.follow({ after }))).pipe(
    Stream.provideService(Store.Store, service),
    Stream.filter(({ job }) => Selection.admits(input.connection, [job.connection])),
    Stream.filter(({ job }) => Selection.admits(input.provider, [job.provider])),
    Stream.mapError(HistoryStore.failed)
  )
  const shown = Effect.asVoid(StandardOutput.write(write(changes)))
  if (!input.sync) return yield* shown
  const quiet = Effect.scoped(Sync.round(input, Stream.drain))
  const told = Effect.scoped(Effect.flatMap(Sync.round(input, Stream.drain), ({ end }) => end))
  const where = yield* LivingDemo.prepare({ demo: input.demo, isNew }, quiet)
  return yield* Effect.raceFirst(shown, Rounds.repeat(where(told), interval))
}, Effect.scoped)
