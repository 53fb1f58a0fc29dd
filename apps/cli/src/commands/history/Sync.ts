/**
 * What `scanjobs sync` does.
 */
import { type Change, Notices, Store, Sync, Views } from "@scanjobs/history"
import { Effect, FileSystem, Layer, Option, Path, Stream } from "effect"
import { UsageProblem } from "../../Problem.ts"
import * as HistoryStore from "../../services/HistoryStore.ts"
import * as HistorySections from "../../settings/HistorySections.ts"
import * as Report from "../../report/Report.ts"
import * as FailOn from "../FailOn.ts"
import * as ListQuery from "../ListQuery.ts"
import * as LivingDemo from "../LivingDemo.ts"
import * as Reading from "../Reading.ts"
import * as RelativeTime from "../RelativeTime.ts"
import { ChangeSummary } from "./ChangeSummary.ts"
import type { Syncing } from "./HistoryFlags.ts"
import * as Rounds from "./Rounds.ts"
import * as StoredReading from "./StoredReading.ts"
import * as StorePlace from "./StorePlace.ts"

/** What was given on the command line. */
export interface Input extends Syncing {
  readonly every: Option.Option<string>
  readonly tz: string
  readonly failOn: ReadonlyArray<FailOn.Name>
}

/** Syncs once, or again and again until it is told to stop. */
export const run = Effect.fnUntraced(function* (given: Input) {
  const input = { ...given, store: yield* storeOf(given) }
  const zone = yield* ListQuery.zoneOf(input)
  const interval = yield* Rounds.interval(input.every)
  if (interval !== undefined && input.failOn.length > 0) {
    return yield* new UsageProblem({ message: "--fail-on cannot go together with --every: the command does not end" })
  }
  const isNew = input.demo && (yield* HistoryStore.isNew(yield* StorePlace.find(input)))
  const where = yield* LivingDemo.prepare({ demo: input.demo, isNew }, Effect.scoped(round(input, Stream.drain)))
  const once = Effect.gen(function* () {
    const summary = new ChangeSummary()
    const synced = yield* round(input, (changes, fresh) =>
      Stream.concat(
        Stream.drain(Stream.map(changes, (change) => summary.add(change))),
        Stream.suspend(() => Stream.fromIterable(summary.lines(zone, fresh).map((line) => `${line}\n`)))
      )
    )
    yield* synced.end
    yield* FailOn.check(input.failOn, {
      missed: summary.count("missed"),
      overdue: summary.count("overdue"),
      failed: summary.count("failed"),
      silent: input.failOn.includes("silent") ? yield* synced.silent : 0
    })
  }).pipe(Effect.scoped, where)
  return yield* interval === undefined ? once : Rounds.repeat(once, interval)
}, Effect.scoped)

/** Reads all connections once, and writes what is made of the changes. Services stay open until the scope ends. */
export const round = Effect.fnUntraced(function* (
  input: Syncing,
  show: <E, R>(changes: Stream.Stream<Change.Change, E, R>, fresh: ReadonlyArray<string>) => Stream.Stream<string, E, R>
) {
  const back = yield* backOf(input.back)
  const reading = yield* Reading.open(input, { footer: "none" })
  const { connections, history } = reading
  const place = yield* StorePlace.of({ named: input.store, file: reading.file, history })
  const context = yield* Layer.build(HistoryStore.layer(place))
  const store = Effect.provideContext(context)
  const changes = Sync.all(reading.catalog, connections, reading.onFailure, {
    connections: Option.getOrUndefined(input.concurrency),
    policy: HistorySections.policyOf(history),
    back,
    tagsOf: ({ name }) => reading.tags.get(name) ?? []
  }).pipe(
    Stream.provideService(Store.Store, yield* store(Store.Store)),
    Stream.catchTag("StoreError", (error) => Stream.fail(HistoryStore.failed(error)))
  )
  const names = connections.map(({ name }) => name)
  const known = yield* Views.connections.pipe(store, Effect.mapError(HistoryStore.failed))
  const read = new Set(known.filter(({ completeAt }) => completeAt !== null).map(({ name }) => name))
  const fresh = names.filter((name) => !read.has(name))
  const ended = yield* reading.write(show(changes, fresh), { onInterrupt: Stream.empty })
  reading.tally.countRead()
  if (history.notify !== undefined && history.notify.length > 0) {
    const told = Notices.tell(history.notify, { scrub: reading.secrets.scrub })
    const undelivered = yield* told.pipe(store, Effect.mapError(HistoryStore.failed))
    for (const { error, notices } of undelivered) {
      yield* reading.reporter.note(`notify: ${error.message}; ${Report.count(notices, "notice")} will be sent again`)
    }
  }
  return {
    /** How many definitions are silent. It looks at the runs of every definition. */
    silent: StoredReading.silent(names).pipe(
      store,
      Effect.mapBoth({ onSuccess: ({ length }) => length, onFailure: HistoryStore.failed })
    ),
    end: ended === "broken-pipe" ? Effect.void : reading.report
  }
})

/** The store that the command line names. Without one, made-up jobs go to a file that ends with the scope. */
export const storeOf = Effect.fnUntraced(function* ({ demo, store }: Pick<Syncing, "demo" | "store">) {
  if (!demo || Option.isSome(store)) return store
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  return Option.some(path.join(yield* Effect.orDie(files.makeTempDirectoryScoped()), "demo.db"))
})

/** How far back `--back` asks for. */
export const backOf = (text: Option.Option<string>) =>
  Option.match(text, {
    onNone: () => Effect.undefined,
    onSome: (given) =>
      Effect.mapError(
        Effect.fromResult(RelativeTime.duration(given)),
        (expected) => new UsageProblem({ message: `--back ${given}: expected ${expected}` })
      )
  })
