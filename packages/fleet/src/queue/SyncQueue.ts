/**
 * Spreads syncs over processes: a queue in the database with an element for the next sync of each connection, kept by `pg-boss`.
 *
 * An element waits until it is due, and is then given to one process. A process that works on it gives a sign of life every few
 * seconds; without one, the element is given to another process. Two elements of one connection are never worked on at the same time.
 *
 * **Example** (what a `Runner` does with it)
 *
 * ```ts
 * import { SyncQueue } from "@scanjobs/fleet"
 * import { Console, Effect, Redacted } from "effect"
 *
 * const due: SyncQueue.Due = { connection: "customer-7", tenant: "customer", priority: 0, at: Date.now() }
 * const working: SyncQueue.Working = { slots: 8, tenantSlots: 4, onProblem: Effect.logWarning }
 *
 * export const program = Effect.gen(function* () {
 *   const queue = yield* SyncQueue.SyncQueue
 *   yield* queue.offer([due])
 *   return yield* queue.work(working, (connection) => Console.log("syncs", connection))
 * }).pipe(
 *   Effect.provide(SyncQueue.layer(Redacted.make("postgres://scanjobs@db.example/history"))),
 *   Effect.catchTags({
 *     QueueMissing: ({ message }: SyncQueue.QueueMissing) => Console.error(message),
 *     QueueFailed: ({ detail }: SyncQueue.QueueFailed) => Console.error("PostgreSQL:", detail)
 *   })
 * )
 * ```
 */
import type { StoreError } from "@scanjobs/history"
import { Array, Context, Effect, Layer, type Redacted, Redacted as Secret, Schema } from "effect"
import type { PgBoss } from "pg-boss"

/**
 * The queue cannot be used.
 *
 * @since 0.2.0
 * @category errors
 */
export class QueueFailed extends Schema.TaggedError<QueueFailed>()("QueueFailed", {
  /** What the queue said. */
  detail: Schema.String
}) {
  override get message(): string {
    return `the queue of syncs cannot be used: ${this.detail}`
  }
}

/**
 * The package `pg-boss` is not installed, which a fleet needs.
 *
 * @since 0.2.0
 * @category errors
 */
export class QueueMissing extends Schema.TaggedError<QueueMissing>()("QueueMissing", {}) {
  override get message(): string {
    return "a fleet needs the package pg-boss: npm install pg-boss"
  }
}

/**
 * The next sync of a connection.
 *
 * @since 0.2.0
 * @category models
 */
export interface Due {
  readonly connection: string
  readonly tenant: string
  readonly priority: number
  /** Epoch milliseconds of the database's clock. */
  readonly at: number
}

/**
 * How a process works.
 *
 * @since 0.2.0
 * @category models
 */
export interface Working {
  /** How many connections it syncs at once. */
  readonly slots: number
  /** How many of one tenant's. */
  readonly tenantSlots: number
  /** Told of problems of the queue, which recovers by itself. */
  readonly onProblem: (message: string) => Effect.Effect<void>
}

interface Service {
  /** Adds elements. One of a connection that has one already is left out. */
  readonly offer: (dues: ReadonlyArray<Due>) => Effect.Effect<void, QueueFailed>
  /**
   * Works on what is due until it is interrupted. Then it takes nothing new, waits some seconds for what is under way, and gives the
   * rest back. An element that fails is worked on again, sooner or later.
   */
  readonly work: <R>(
    options: Working,
    handle: (connection: string) => Effect.Effect<void, StoreError.StoreError | QueueFailed, R>
  ) => Effect.Effect<never, QueueFailed, R>
}

/**
 * The queue of a fleet.
 *
 * @since 0.2.0
 * @category models
 */
export class SyncQueue extends Context.Service<SyncQueue, Service>()("@scanjobs/fleet/SyncQueue") {}

const queue = "sync"

/** The database schema of the queue's tables. */
const schema = "scanjobs_queue"

/** Seconds. */
const second = 1
const minute = 60 * second
const day = 24 * 60 * minute

/** After how many seconds without a sign of life an element is given to another process; the least that `pg-boss` takes. */
const lease = 10 * second

/** How long a process that ends waits for the syncs under way, in milliseconds. */
const patience = 4000

const failed = (error: unknown) => new QueueFailed({ detail: error instanceof Error ? error.message : String(error) })

const promised = <A>(run: () => Promise<A>) => Effect.tryPromise({ try: run, catch: failed })

/**
 * The queue in the PostgreSQL database with this address, in a database schema of its own, `scanjobs_queue`.
 *
 * @since 0.2.0
 * @category layers
 */
export const layer = (address: Redacted.Redacted): Layer.Layer<SyncQueue, QueueFailed | QueueMissing> =>
  Layer.effect(
    SyncQueue,
    Effect.gen(function* () {
      const { PgBoss } = yield* Effect.tryPromise({ try: () => import("pg-boss"), catch: () => new QueueMissing() })
      const problems = new Problems()
      const boss = yield* Effect.acquireRelease(
        promised(async () => {
          const made = new PgBoss({
            connectionString: Secret.value(address),
            application_name: "scanjobs",
            schema,
            max: 4,
            superviseIntervalSeconds: 5 * second,
            monitorIntervalSeconds: 5 * second,
            maintenanceIntervalSeconds: 10 * minute
          })
          made.on("error", (error) => problems.tell(error.message))
          await made.start()
          return made
        }),
        (made) => Effect.promise(() => made.stop({ graceful: true, timeout: patience }).catch(() => undefined))
      )
      yield* promised(() => boss.createQueue(queue, { policy: "stately", ...ofElements }))
      return { offer: offer(boss), work: work(boss, problems) }
    })
  )

/** What holds for every element of the queue. */
const ofElements = {
  heartbeatSeconds: lease,
  // A first reading can take hours. What is cut goes on where it stopped.
  expireInSeconds: day - second,
  // The store or the queue was away: it is tried again for as long as it takes.
  retryLimit: 1_000_000,
  retryDelay: second,
  retryBackoff: true,
  retryDelayMax: minute,
  // What is done is not looked at any more.
  deleteAfterSeconds: 10 * minute,
  retentionSeconds: 366 * day
}

/** How many elements one statement adds. */
const batch = 1000

const offer =
  (boss: PgBoss): Service["offer"] =>
  (dues) =>
    Effect.forEach(
      Array.chunksOf(dues, batch),
      (chunk) =>
        promised(() =>
          boss.insert(
            queue,
            chunk.map(({ at, connection, priority, tenant }) => ({
              data: { connection },
              singletonKey: connection,
              priority,
              group: { id: tenant },
              startAfter: new Date(at)
            }))
          )
        ),
      { discard: true }
    )

const work =
  (boss: PgBoss, problems: Problems): Service["work"] =>
  ({ onProblem, slots, tenantSlots }, handle) =>
    Effect.contextWith((context: Context.Context<Effect.Services<ReturnType<typeof handle>>>) => {
      const run = Effect.runPromiseWith(context)
      problems.listen((message) => Effect.runForkWith(context)(onProblem(message)))
      const begin = promised(() =>
        boss.work<{ readonly connection: string }>(
          queue,
          {
            localConcurrency: slots,
            localGroupConcurrency: tenantSlots,
            pollingIntervalSeconds: 1,
            heartbeatRefreshSeconds: 3
          },
          async (jobs) => {
            // The signal is given when another process may have the element by now.
            await Promise.all(jobs.map(({ data, signal }) => run(handle(data.connection), { signal })))
          }
        )
      )
      return Effect.andThen(begin, Effect.never)
    })

/** Passes on what the queue says of its problems, to whoever listens. */
class Problems {
  #tell: ((message: string) => void) | undefined

  listen(tell: (message: string) => void): void {
    this.#tell = tell
  }

  tell(message: string): void {
    this.#tell?.(message)
  }
}
