import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { FleetStatus } from "@scanjobs/fleet"
import { Store, Views } from "@scanjobs/history"
import { Config, Effect, Layer, Option, Stream } from "effect"
import { type ChildProcess, spawn } from "node:child_process"
import { join } from "node:path"
import { bin, folder } from "../Program.ts"
import * as CountedVendor from "./CountedVendor.ts"
import * as CutWire from "./CutWire.ts"
import { disconnect, emptyDatabase, withoutPostgres } from "./Postgres.ts"

/** Quotas over several processes need a Redis, which the environment's `REDIS_URL` names. */
const redis = Effect.runSync(Config.option(Config.String("REDIS_URL")).pipe(Effect.orDie))
const without = withoutPostgres ?? (Option.isNone(redis) ? "REDIS_URL is not set" : undefined)

/** How many connections the fleet has. */
const count = Effect.runSync(Config.Int("FLEET_CONNECTIONS").pipe(Config.withDefault(16), Effect.orDie))
/** For how long runners are killed, stopped and cut off, in seconds. */
const seconds = Effect.runSync(Config.Int("FLEET_SECONDS").pipe(Config.withDefault(24), Effect.orDie))
const runs = 24
const every = Math.max(4, Math.ceil(count / 12))

interface Running {
  readonly program: ChildProcess
  readonly said: () => string
}

/** Starts a runner in this folder, and kills it with the scope. */
const start = (cwd: string) =>
  Effect.acquireRelease(
    Effect.sync((): Running => {
      const program = spawn(process.execPath, [bin, "serve", "--fleet", "--port", "0", "--concurrency", "8"], {
        cwd,
        env: { PATH: process.env["PATH"] },
        stdio: ["ignore", "ignore", "pipe"]
      })
      let said = ""
      program.stderr.setEncoding("utf8").on("data", (text: string) => (said += text))
      return { program, said: () => said }
    }),
    ({ program }) => Effect.sync(() => program.kill("SIGKILL"))
  )

/** Waits until something holds, which is looked at again and again. */
const eventually = <E, R>(holds: Effect.Effect<boolean, E, R>): Effect.Effect<void, E, R> =>
  Effect.flatMap(holds, (is) => (is ? Effect.void : Effect.andThen(Effect.sleep("500 millis"), eventually(holds))))

/** What the server of a runner tells Prometheus, by name and labels. */
const metricsOf = ({ said }: Running) =>
  Effect.promise(async () => {
    const url = /http:\/\/127\.0\.0\.1:\d+/.exec(said())?.[0] ?? "no address"
    const text = await (await fetch(`${url}/metrics`)).text()
    return new Map([...text.matchAll(/^(scanjobs_fleet_\S+) (\S+)$/gm)].map(([, name, value]) => [name, Number(value)]))
  })

const chaos = Effect.gen(function* () {
  // A run that is over before the first sync has no change to tell, so that all of them end after it.
  let first = Number.POSITIVE_INFINITY
  const vendor = yield* CountedVendor.serve({
    runs,
    latency: 50,
    endOf: (account, run) => first + ((Number(account.split(" ")[1]) * 7 + run * 13) % 97) * ((seconds * 1000) / 97)
  })
  const database = yield* emptyDatabase
  const wire = yield* CutWire.lay(Number(new URL(database).port || 5432))
  const throughWire = new URL(database)
  throughWire.port = String(wire.port)
  const settings = (store: string) => ({
    plugins: [join(import.meta.dirname, "CountedProvider.ts")],
    store,
    redis: { url: Option.getOrElse(redis, () => "") },
    fleet: { every: `${every} seconds` },
    connections: Array.from({ length: count }, (_, index) => ({
      name: `account ${index}`,
      provider: "counted",
      baseUrl: vendor.url,
      token: "token"
    }))
  })
  const own = yield* folder({ "scanjobs.json": settings(database) })
  const cutOff = yield* folder({ "scanjobs.json": settings(throughWire.href) })

  const runners = [yield* start(own), yield* start(own), yield* start(cutOff), yield* start(own)] as const
  const store = Effect.provide(yield* Layer.build(Store.layerPostgres(database)))
  const synced = Effect.map(
    Effect.orElseSucceed(store(Views.connections), () => []),
    (all) => all.filter(({ completeAt }) => completeAt !== null).length
  )
  yield* eventually(Effect.map(synced, (complete) => complete === count))
  first = Date.now() + 1000
  const last = first + seconds * 1000

  const [killed, stopped] = runners
  const step = (seconds * 1000) / 8
  yield* Effect.sleep(step)
  killed.program.kill("SIGKILL")
  yield* Effect.sleep(step)
  stopped.program.kill("SIGSTOP")
  yield* Effect.sleep(step)
  wire.cut()
  yield* Effect.sleep(step)
  yield* disconnect(database)
  yield* Effect.sleep(step)
  stopped.program.kill("SIGCONT")
  yield* Effect.sleep(step)
  wire.mend()
  const joined = yield* start(own)
  yield* Effect.sleep(Math.max(0, last - Date.now()))

  // Every connection is read once more, and that reading began after the last run was over.
  yield* eventually(
    Effect.map(
      Effect.orElseSucceed(store(Views.connections), () => []),
      (all) => all.length === count && all.every(({ completeAt }) => (completeAt ?? 0) > last)
    )
  )
  const jobs = yield* Stream.runCollect(Views.jobs()).pipe(store)
  const changes = yield* Stream.runCollect(Views.changes()).pipe(store)
  const status = yield* store(FleetStatus.read)
  // All but the killed one: those that were stopped or cut off show themselves again with their next sign of life.
  const alive = Effect.map(metricsOf(joined), (all) => all.get("scanjobs_fleet_runners"))
  yield* eventually(Effect.map(alive, (known) => known === runners.length))
  const metrics = yield* metricsOf(joined)
  return { jobs, changes, status, metrics, vendor, runners: [...runners, joined] }
})

describe.skipIf(without !== undefined)(
  `a fleet whose runners are killed, stopped and cut off${without === undefined ? "" : ` (${without})`}`,
  () => {
    it.live(
      "reads every connection, and has every run and every change once",
      () =>
        Effect.gen(function* () {
          const { changes, jobs, metrics, runners, status, vendor } = yield* chaos
          const idOf = ({ connection, vendorId }: { readonly connection: string; readonly vendorId: string }) =>
            `${connection}/${vendorId}`
          assert.strictEqual(jobs.length, count * runs)
          assert.strictEqual(new Set(jobs.map(idOf)).size, count * runs)
          assert.deepStrictEqual([...new Set(jobs.map(({ state }) => state))], ["succeeded"])
          assert.deepStrictEqual(
            [...new Set(changes.map(({ now, was, what }) => `${what}: ${was} -> ${now}`))],
            ["state: running -> succeeded"]
          )
          assert.strictEqual(changes.length, count * runs)
          assert.strictEqual(new Set(changes.map(({ job }) => idOf(job))).size, count * runs)
          // The quota of two seconds holds where requests are let go. On a busy machine, one of them may take a second to arrive.
          assert.deepStrictEqual(CountedVendor.overQuota(vendor.asked, { requests: 4, millis: 1000 }), [])
          assert.deepStrictEqual(status.failing, [])
          assert.strictEqual(status.connections, count)
          const inState = (state: string) => metrics.get(`scanjobs_fleet_connections{state="${state}"}`) ?? Number.NaN
          assert.strictEqual(inState("running") + inState("waiting") + inState("idle") + inState("paused"), count)
          // The killed one gives no sign of life any more.
          assert.strictEqual(metrics.get("scanjobs_fleet_runners"), runners.length - 1)
          assert.isAtLeast(metrics.get('scanjobs_fleet_lag_seconds{quantile="0.99"}') ?? Number.NaN, 0)
          // The killed one said no more; nobody's words hold a secret or a stack.
          for (const { said } of runners) assert.notMatch(said(), /password|\n {4}at /)
        }).pipe(Effect.scoped, Effect.provide(NodeServices.layer)),
      { timeout: 240_000 + seconds * 4000 }
    )
  }
)
