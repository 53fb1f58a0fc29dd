/**
 * The history: what a sync costs beside listing the same jobs.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { AvePoint } from "@scanjobs/avepoint"
import { type Lane, Listing, type Query, type ScanJob } from "@scanjobs/core"
import { Store, Sync, Views } from "@scanjobs/history"
import { Effect, Layer, ManagedRuntime, Schema, Stream } from "effect"
import { HttpApiEndpoint } from "effect/http-api"
import { TestClock } from "effect/testing"
import type { HistoryTimes } from "../Report.ts"
import type { Meter } from "../Meter.ts"
import type { Target } from "../Target.ts"
import { connectionTo } from "./Ours.ts"

await import("@effect/platform-node/Undici")

/** Far enough back for every job of the server, whose days begin in 1998. */
const everything = "30000 days"

/** Syncs the target's jobs into its store, and counts what is in it. */
const sync = (target: Target, meter: Meter, options: Store.Options) => {
  const runtime = ManagedRuntime.make(
    Layer.mergeAll(NodeHttpClient.layerUndici, Store.layer(target.store ?? ":memory:", options))
  )
  return runtime.runPromise(
    Sync.run(AvePoint, connectionTo(target), ({ cause }) => Effect.die(cause), {
      back: everything,
      overlap: everything
    }).pipe(
      Stream.runDrain,
      Effect.andThen(countJobs),
      Effect.map((jobs) => {
        meter.jobs = jobs
      }),
      Effect.ensuring(runtime.disposeEffect)
    )
  )
}

const countJobs = Effect.flatMap(Store.Store, ({ attempt, sql }) =>
  Effect.map(attempt(sql<{ readonly jobs: number | bigint }>`SELECT count(*) AS jobs FROM job`), ([row]) =>
    Number(row?.jobs)
  )
)

/** Into a store as it is by default. Where the store has the jobs, nothing has changed. */
export const historySync = (target: Target, meter: Meter): Promise<void> => sync(target, meter, {})

/** Into a store without the vendors' rows. */
export const historySyncWithoutRaw = (target: Target, meter: Meter): Promise<void> =>
  sync(target, meter, { raw: false })

const day = 86_400_000
const hour = 3_600_000

/** How long an effect takes, in milliseconds: the least of five. */
const timed = <A, E, R>(effect: Effect.Effect<A, E, R>, times = 5): Effect.Effect<number, E, R> =>
  Effect.map(
    Effect.replicateEffect(
      Effect.gen(function* () {
        const began = performance.now()
        yield* effect
        return performance.now() - began
      }),
      times
    ),
    (all) => Math.min(...all)
  )

/** The last thirty days of the store's jobs, whole and counted; and a sync that judges many definitions at once. */
export const historyTimes = (target: Target): Promise<HistoryTimes> =>
  Effect.runPromise(
    Effect.gen(function* () {
      const times = yield* Effect.provide(
        Effect.gen(function* () {
          const { attempt, sql } = yield* Store.Store
          const [last] = yield* attempt(sql<{ readonly at: number }>`SELECT max(start_time) AS at FROM job`)
          const month = { from: (last?.at ?? 0) - 30 * day }
          return {
            monthJobs: yield* Stream.runCount(Views.jobs(month)),
            month: yield* timed(Stream.runDrain(Views.jobs(month, { raw: false }))),
            counts: yield* timed(Stream.runDrain(Views.counts(month)))
          }
        }),
        Store.layer(target.store ?? ":memory:")
      )
      return {
        ...times,
        judge: yield* Effect.provide(
          judging(target, target.definitions ?? 100),
          Layer.mergeAll(Layer.fresh(Store.layer(":memory:")), TestClock.layer(), NodeHttpClient.layerUndici)
        )
      }
    })
  )

const Row = Schema.Struct({ id: Schema.String })
const endpoint = () => HttpApiEndpoint.get("rows", "/rows", { success: Schema.Array(Row) })
const start = Date.UTC(2026, 0, 1)

/** A vendor of daily scans, each planned for an hour after the start and the day after; its runs are those of two weeks before. */
const daily = (definitions: number) => ({
  ...AvePoint,
  listings: {
    plan: Listing.make({ row: Row, endpoint, endless: true, holds: { kinds: ["occurrence"] } }),
    runs: Listing.make({ row: Row, endpoint, holds: { kinds: ["run"] } })
  },
  lanes: (
    _: never,
    query: Query.Input = {},
    options: { readonly listings?: ReadonlyArray<string> | undefined } = {}
  ) => {
    const isPlan = new Set<string>(options.listings).has("plan")
    const from = typeof query.from === "number" ? query.from : Number.NEGATIVE_INFINITY
    const days = isPlan ? [0, 1] : Array.from({ length: 14 }, (_, index) => index - 14)
    const times = days.map((count) => start + hour + count * day).filter((time) => time >= from)
    const source = { provider: "avepoint", connection: "bench", listing: isPlan ? "plan" : "runs", scope: null }
    const pages = Stream.fromIterable(times).pipe(
      Stream.map((time, index): Lane.Page<ScanJob.ScanJob> => {
        const jobs = Array.from({ length: definitions }, (_, definition) =>
          jobOf(source, String(definition), time, isPlan)
        )
        const request = index === times.length - 1 ? null : index + 1
        return { source, index, jobs, rejected: [], next: { ...source, request } }
      })
    )
    return Stream.make<[Lane.Lane<ScanJob.ScanJob>]>({ source, order: "none", pages })
  }
})

const jobOf = (
  source: Lane.Page<unknown>["source"],
  definition: string,
  time: number,
  isPlan: boolean
): ScanJob.ScanJob => ({
  ...source,
  id: `avepoint/bench/${source.listing}/${definition}@${time}`,
  vendorId: `${definition}@${time}`,
  kind: isPlan ? "occurrence" : "run",
  definitionId: definition,
  name: definition,
  category: "inventory",
  state: isPlan ? "scheduled" : "succeeded",
  vendorState: null,
  detail: null,
  progress: null,
  startTime: time,
  finishTime: isPlan ? null : time + hour / 2,
  link: null,
  raw: { definition, time }
})

/** How long a sync takes that finds out that none of so many daily scans came today. */
const judging = (target: Target, definitions: number) => {
  const sync = Stream.runDrain(Sync.run(daily(definitions), connectionTo(target), ({ cause }) => Effect.die(cause)))
  return Effect.gen(function* () {
    yield* TestClock.setTime(start)
    yield* sync
    yield* TestClock.setTime(start + 4 * hour)
    const time = yield* timed(sync, 1)
    const overdue = yield* Stream.runCount(Views.verdicts())
    return overdue === definitions ? time : yield* Effect.die(new Error(`${overdue} of ${definitions} are overdue`))
  })
}
