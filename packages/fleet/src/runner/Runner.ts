/**
 * One process of a fleet: it syncs the connections that are due, each of which one runner has at a time.
 *
 * **Details**
 *
 * - Runners may join and leave at any time. One that ends gives its connections back, and one that is killed or stopped loses them after
 *   some seconds without a sign of life.
 * - A runner that was stopped and wakes up has no more connections, and what it still reads is not written: see `Sync.SyncSuperseded` of the
 *   history.
 * - A runner that cannot reach the database for a while goes on when it is there again.
 * - A connection that fails is synced less and less often, and its condition is in the roster.
 *
 * **Example** (a runner of a fleet whose connections have their settings in the database)
 *
 * ```ts
 * import { Runner, type SealingKeys, SyncQueue } from "@scanjobs/fleet"
 * import { Store, type StoreError } from "@scanjobs/history"
 * import { Effect, Layer, Redacted } from "effect"
 *
 * declare const syncOf: (name: string, settings: unknown) => Effect.Effect<Runner.Outcome, StoreError.StoreError, Store.Store>
 *
 * const address = Redacted.make("postgres://scanjobs@db.example/history")
 *
 * export const program = (keys: SealingKeys.SealingKeys) => {
 *   const sync = ({ name, sealed }: Runner.Taken): Effect.Effect<Runner.Outcome, StoreError.StoreError, Store.Store> =>
 *     keys.open(name, sealed ?? "").pipe(
 *       Effect.flatMap((text) => syncOf(name, JSON.parse(text))),
 *       Effect.catchTag("CannotUnseal", ({ _tag, message }) =>
 *         Effect.succeed<Runner.Outcome>({ _tag: "failing", reason: _tag, message })
 *       )
 *     )
 *   const options: Runner.Options<Store.Store> = { name: "host-1", version: "1.0.0", slots: 8, sync, onProblem: Effect.logWarning }
 *   return Runner.run(options).pipe(Effect.provide(Layer.merge(Store.layerPostgres(address), SyncQueue.layer(address))))
 * }
 * ```
 */
import type { Store, StoreError } from "@scanjobs/history"
import { Effect, Schedule } from "effect"
import { type Due, type QueueFailed, SyncQueue } from "../queue/SyncQueue.ts"
import * as Presence from "./Presence.ts"
import * as Syncs from "./Syncs.ts"

/**
 * A connection that is to be synced now.
 *
 * @since 0.2.0
 * @category models
 */
export type Taken = Syncs.Taken

/**
 * How a sync of a connection ended.
 *
 * @since 0.2.0
 * @category models
 */
export type Outcome = Syncs.Outcome

/**
 * What a runner is made from.
 *
 * @since 0.2.0
 * @category models
 */
export interface Options<R> {
  /** Tells the runners of a fleet apart; no two processes may have the same. */
  readonly name: string
  /** Shown to operators, such as during a rolling upgrade. */
  readonly version: string
  /** How many connections it syncs at once. Default 8. */
  readonly slots?: number | undefined
  /** How many of one tenant's connections it syncs at once, so that one with many leaves room for others. Default half of the slots. */
  readonly tenantSlots?: number | undefined
  /** Syncs a connection. What it fails with is a problem of the store, after which the connection is still due. */
  readonly sync: (taken: Taken) => Effect.Effect<Outcome, StoreError.StoreError, R>
  /** Told of each problem with the store or the queue, in words. */
  readonly onProblem: (message: string) => Effect.Effect<void>
}

/** How often a runner says that it is there, and looks for connections that are not in the queue. */
const beat = "5 seconds"

/** What a problem of the store is retried after: soon at first, and then every 5 seconds. */
const recovery = Schedule.min([Schedule.exponential("200 millis"), Schedule.spaced("5 seconds")])

/**
 * Runs until it is interrupted. It fails only where it cannot begin.
 *
 * @since 0.2.0
 * @category running
 */
export const run = <R>(options: Options<R>): Effect.Effect<never, QueueFailed, Store.Store | SyncQueue | R> =>
  Effect.gen(function* () {
    const { name, onProblem, slots = 8, sync, version } = options
    const tenantSlots = options.tenantSlots ?? Math.max(1, Math.ceil(slots / 2))
    const queue = yield* SyncQueue

    const patient = <A, R2>(effect: Effect.Effect<A, StoreError.StoreError | QueueFailed, R2>) =>
      effect.pipe(
        Effect.tapError((error) => onProblem(error.message)),
        Effect.retry(recovery),
        Effect.orDie
      )

    const broken = (connection: string, defect: unknown) =>
      Effect.as(
        onProblem(`${connection}: ${defect instanceof Error ? `${defect.name}: ${defect.message}` : String(defect)}`),
        { _tag: "failing", reason: "InternalError", message: "internal error" } as const
      )

    /** Where it cannot be added now, whoever looks next for missing ones adds it. */
    const addNext = (next: Due) =>
      Effect.catchTag(queue.offer([next]), "QueueFailed", (error) =>
        Effect.andThen(onProblem(error.message), patient(Syncs.notQueued([next])))
      )

    const handle = Effect.fnUntraced(function* (connection: string) {
      const begun = yield* Syncs.begin(name, connection)
      if (begun._tag === "early") yield* addNext(begun.next)
      if (begun._tag !== "taken") return
      const { taken } = begun
      const outcome = yield* Effect.catchDefect(sync(taken), (defect) => broken(connection, defect)).pipe(
        Effect.withSpan("scanjobs.fleet.sync", {
          attributes: { connection, provider: taken.provider, runner: name, late: taken.late }
        })
      )
      const next = yield* patient(Syncs.end(name, connection, outcome))
      if (next !== undefined) yield* addNext(next)
    })

    const queueMissing = Effect.gen(function* () {
      const dues = yield* Syncs.missing
      if (dues.length > 0) {
        yield* Effect.onError(queue.offer(dues), () => Effect.ignore(Syncs.notQueued(dues)))
      }
      return dues.length
    })
    const show = Presence.show({ name, slots, version })
    const beats = Effect.andThen(show, Effect.repeat(queueMissing, { until: (count) => count === 0 })).pipe(
      Effect.catch((error) => onProblem(error.message)),
      Effect.repeat(Schedule.spaced(beat))
    )

    yield* Effect.forkScoped(beats)
    return yield* queue
      .work({ slots, tenantSlots, onProblem }, handle)
      .pipe(Effect.onExit(() => Effect.ignore(Presence.end(name))))
  }).pipe(Effect.scoped)
