import { NodeHttpClient } from "@effect/platform-node"
import { AvePoint } from "@scanjobs/avepoint"
import * as AvePointEmulator from "@scanjobs/avepoint/emulator"
import { RateLimit } from "@scanjobs/core"
import { DigiCert } from "@scanjobs/digicert"
import * as DigiCertEmulator from "@scanjobs/digicert/emulator"
import { GitHub } from "@scanjobs/github"
import * as GitHubEmulator from "@scanjobs/github/emulator"
import { Store, Sync, Views } from "@scanjobs/history"
import { Tenable } from "@scanjobs/tenable"
import * as TenableEmulator from "@scanjobs/tenable/emulator"
import { World } from "@scanjobs/testing"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted, Stream } from "effect"
import { TestClock } from "effect/testing"
import { folder, linesOf, runHere, start } from "../Program.ts"

const hour = 3_600_000
const day = 24 * hour
const begins = Date.UTC(2026, 0, 10)

const services = Layer.mergeAll(NodeHttpClient.layerUndici, RateLimit.layerUnlimited, Store.layerSqlite(":memory:"))

const verdicts = {
  succeeded: "ran",
  partly: "ran",
  failed: "ran",
  late: "late",
  missed: "missed",
  skipped: "skipped"
} as const satisfies { readonly [fate in World.Fate]: string }

/** A world in which planned definitions whose schedules stay meet all of these fates soon. */
const worldWith = (fates: ReadonlyArray<World.Fate>, days: number): World.World => {
  const worlds = Array.from({ length: 100 }, (_, seed) => World.make({ begins, seed: String(seed) }))
  const found = worlds.find(({ definitions }) => {
    const events = definitions
      .filter(({ isPlanned, schedules }) => isPlanned && schedules.length === 1)
      .flatMap((definition) => World.events(definition, begins + 4 * hour, begins + (days - 2) * day - 4 * hour))
    return fates.every((fate) => events.some((event) => event.fate === fate))
  })
  assert.isDefined(found)
  return found ?? World.make({ begins })
}

/** Lets a world go on, syncs every two hours, and gives what the store says of planned runs that are decided. */
const judged = <E, R>(sync: Effect.Effect<unknown, E, R>, days: number) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(begins)
    for (let step = 0; step < days * 12; step++) {
      yield* sync
      yield* TestClock.adjust("2 hours")
    }
    const until = begins + (days - 2) * day
    const all = ["missed", "overdue", "ran", "late", "skipped", "cancelled", "withdrawn", "unknown"] as const
    const unmet = yield* Stream.runCollect(Views.verdicts({ until, verdicts: all }))
    const met = yield* Stream.runCollect(Views.jobs({ from: begins, until, kinds: ["run"] }))
    return { unmet, met: met.filter(({ verdict }) => verdict !== null) }
  })

/** What the store must say of a world's events, and what it says, for definitions whose schedule stays. */
const compare = (world: World.World, days: number, { met, unmet }: Effect.Success<ReturnType<typeof judged>>) => {
  const until = begins + (days - 2) * day
  const counts: Record<string, number> = {}
  for (const definition of world.definitions.filter(({ isPlanned }) => isPlanned)) {
    const ofName = <Job extends { readonly name: string | null }>(jobs: ReadonlyArray<Job>) =>
      jobs.filter(({ name }) => name === definition.name)
    const events = World.events(definition, begins + 3 * hour, until - 3 * hour)
    const missed = events.filter(({ fate }) => fate === "missed").map(({ plannedAt }) => plannedAt)
    // Nothing is called missed that was not, also where the schedule was edited or deleted.
    for (const { startTime, verdict } of ofName(unmet)) {
      if (verdict === "missed")
        assert.include(
          World.events(definition, begins, until).map((one) => (one.fate === "missed" ? one.plannedAt : 0)),
          startTime
        )
    }
    if (definition.schedules.length > 1) continue
    const found = ofName(unmet).filter(({ verdict }) => verdict === "missed")
    assert.includeMembers(
      found.map(({ startTime }) => startTime),
      missed
    )
    for (const { fate, startsAt } of events) {
      if (startsAt === null) continue
      const run = ofName(met).find(({ startTime }) => startTime === startsAt)
      assert.strictEqual(run?.verdict, verdicts[fate], `${definition.name} at ${new Date(startsAt).toISOString()}`)
      counts[fate] = (counts[fate] ?? 0) + 1
    }
    counts["missed"] = (counts["missed"] ?? 0) + missed.length
  }
  return counts
}

describe("a store of a vendor that lives", () => {
  it.effect("says of each planned run what became of it: DigiCert", () =>
    Effect.gen(function* () {
      const days = 8
      const world = worldWith(["late", "missed", "skipped", "failed"], days)
      yield* TestClock.setTime(begins)
      const { settings } = yield* DigiCertEmulator.serve({ scans: DigiCertEmulator.living(world) })
      const connection = {
        ...settings,
        provider: "digicert",
        name: "dc",
        apiKey: Redacted.make(settings.apiKey)
      } as const
      const sync = Stream.runDrain(
        Sync.run(DigiCert, connection, ({ cause }) => Effect.die(cause), { back: "20 days" })
      )
      const counts = compare(world, days, yield* judged(sync, days))
      for (const fate of ["late", "missed", "skipped", "failed"]) assert.isAbove(counts[fate] ?? 0, 0, fate)
    }).pipe(Effect.provide(services))
  )

  it.effect("says of each planned run what became of it: Tenable, which tells only the next one", () =>
    Effect.gen(function* () {
      const days = 8
      const world = World.make({ begins, seed: "tenable" })
      yield* TestClock.setTime(begins)
      const { settings } = yield* TenableEmulator.serve({ scans: TenableEmulator.living(world) })
      const [accessKey, secretKey] = [Redacted.make(settings.accessKey), Redacted.make(settings.secretKey)]
      const connection = { ...settings, provider: "tenable", name: "tvm", accessKey, secretKey } as const
      const sync = Stream.runDrain(Sync.run(Tenable, connection, ({ cause }) => Effect.die(cause), { back: "20 days" }))
      const { met, unmet } = yield* judged(sync, days)
      const missed = unmet.filter(({ verdict }) => verdict === "missed")
      const real = world.definitions.flatMap((definition) =>
        World.events(definition, begins, begins + days * day).flatMap(({ fate, plannedAt }) =>
          fate === "missed" ? [`${definition.name} ${plannedAt}`] : []
        )
      )
      for (const { name, startTime } of missed) assert.include(real, `${name} ${startTime}`)
      assert.isAbove(met.filter(({ verdict }) => verdict === "ran").length, 10)
    }).pipe(Effect.provide(services))
  )

  it.effect("calls a definition without a plan silent that stopped, and no other: AvePoint", () =>
    Effect.gen(function* () {
      const world = World.make({ begins, seed: "quiet" })
      yield* TestClock.setTime(begins)
      const vendor = yield* AvePointEmulator.serve({ jobs: AvePointEmulator.living(world) })
      const { clientSecret, ...settings } = vendor.settings
      const connection = {
        ...settings,
        provider: "avepoint",
        name: "ap",
        clientSecret: Redacted.make(clientSecret)
      } as const
      const sync = Stream.runDrain(
        Sync.run(AvePoint, connection, ({ cause }) => Effect.die(cause), { back: "20 days" })
      )
      yield* judged(sync, 7)
      const silent = yield* Stream.runCollect(Stream.filter(Views.definitions(), ({ isSilent }) => isSilent))
      assert.include(
        silent.map(({ name }) => name),
        "Nightly analysis"
      )
    }).pipe(Effect.provide(services))
  )
})

describe("a living GitHub", () => {
  it.effect("lists an analysis once it is over, and the latest scan for secrets also while it runs", () =>
    Effect.gen(function* () {
      const world = World.make({
        begins,
        scans: [
          { name: "web: CodeQL", every: day, isPlanned: false, offset: hour, fates: { 0: "failed" } },
          { name: "web: secrets", every: day, isPlanned: false, offset: hour, fates: { 0: "succeeded" } }
        ]
      })
      const vendor = yield* GitHubEmulator.serve({ repositories: GitHubEmulator.living(world) })
      const token = Redacted.make(vendor.settings.token)
      const connection = { ...vendor.settings, token, provider: "github", name: "gh" } as const
      const read = (time: number) =>
        Effect.andThen(
          TestClock.setTime(time),
          Effect.map(Stream.runCollect(GitHub.jobs(connection, { from: begins })), (jobs) =>
            jobs.map(({ name, state }) => `${name}: ${state}`)
          )
        )
      assert.sameMembers(yield* read(begins + hour + 10 * 60_000), ["backfill scans: git: running"])
      assert.sameMembers(yield* read(begins + 5 * hour), ["CodeQL: failed", "backfill scans: git: succeeded"])
    }).pipe(Effect.provide(services))
  )
})

describe("scanjobs emulate --live", () => {
  it.live("serves vendors in which scans start and end while one looks", () =>
    Effect.gen(function* () {
      const cwd = yield* folder({})
      yield* start(["emulate", "digicert", "avepoint", "--live", "--speed", "10000"], {
        cwd,
        output: "scanjobs.json"
      }).pipe(Effect.flatMap((program) => program.said("Stop with Ctrl-C")))
      const read = Effect.map(
        runHere(["list", "--kind", "run", "--from", "-60s"], { cwd }),
        ({ code, stderr, stdout }) => {
          assert.strictEqual(code, 0, stderr)
          return new Set(linesOf(stdout).map((line): unknown => JSON.parse(line).id))
        }
      )
      const before = yield* read
      while ([...(yield* read)].every((id) => before.has(id))) yield* Effect.sleep("200 millis")
    })
  )

  it.live("refuses a speed without it", () =>
    Effect.gen(function* () {
      const ended = yield* runHere(["emulate", "--speed", "60"], { cwd: yield* folder({}) })
      assert.strictEqual(ended.code, 2)
      assert.include(ended.stderr, "add --live")
    })
  )
})
