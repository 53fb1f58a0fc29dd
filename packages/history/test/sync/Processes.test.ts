import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Store, Views } from "@scanjobs/history"
import { Effect, FileSystem, Layer, Random, Stream } from "effect"
import { spawn } from "node:child_process"
import { fileURLToPath } from "node:url"
import { emptyDatabase, withoutPostgres } from "../Databases.ts"

/** How many processes are killed; each store takes half of them. */
const kills = Number(process.env["SYNC_KILLS"] ?? 4)
const runs = 3000
const program = fileURLToPath(new URL("sync-once.ts", import.meta.url))

/** What a process ends with that was superseded by a later sync. */
const superseded = 3

/** Syncs in a process of its own, which is killed so many milliseconds after it began; gives what it ended with, `null` if it was killed. */
const syncFor = (place: string, over: number, milliseconds: number) =>
  Effect.callback<number | null>((resume) => {
    const child = spawn(
      process.execPath,
      ["--conditions=@scanjobs/source", program, place, String(runs), String(over)],
      {
        stdio: ["ignore", "pipe", "inherit"]
      }
    )
    let timer: NodeJS.Timeout | undefined
    child.stdout.once("data", () => {
      timer = setTimeout(() => child.kill("SIGKILL"), milliseconds)
    })
    child.on("exit", (code) => {
      clearTimeout(timer)
      resume(Effect.succeed(code))
    })
  })

/** Syncs until a process comes to its end; gives how many were killed, which are at most so many. */
const syncKilled = Effect.fnUntraced(function* (place: string, over: number, most: number) {
  for (let count = 0; count < most; count++) {
    if ((yield* syncFor(place, over, yield* Random.nextIntBetween(1, 500))) === 0) return count
  }
  assert.strictEqual(yield* syncFor(place, over, 120_000), 0)
  return most
})

/** Syncs in three processes at the same time: the one that began last comes to its end, and the others may be superseded. */
const syncTogether = (place: string, over: number) =>
  Effect.gen(function* () {
    const ended = yield* Effect.forEach([1, 2, 3], () => syncFor(place, over, 120_000), { concurrency: 3 })
    assert.include(ended, 0)
    assert.deepStrictEqual(
      ended.filter((code) => code !== 0 && code !== superseded),
      []
    )
  })

/** All runs are over in the end, and were running at first, so that each has one change. */
const together = (place: string) =>
  Effect.gen(function* () {
    yield* syncTogether(place, 0)
    yield* syncTogether(place, runs)
    assert.deepStrictEqual(yield* Effect.provide(contents, Layer.fresh(Store.layer(place))), expected)
  })

/** Everything once. */
const expected = { succeeded: runs, jobs: runs, differentJobs: runs, changes: runs, changedJobs: runs }

/** How many runs and changes there are, and of how many different runs. */
const contents = Effect.gen(function* () {
  const jobs = yield* Stream.runCollect(Views.jobs())
  const changes = yield* Stream.runCollect(Views.changes())
  return {
    succeeded: jobs.filter(({ state }) => state === "succeeded").length,
    jobs: jobs.length,
    differentJobs: new Set(jobs.map(({ vendorId }) => vendorId)).size,
    changes: changes.length,
    changedJobs: new Set(changes.map(({ job }) => job.vendorId)).size
  }
})

/** All runs are over in the end, and were running at first, so that each has one change. */
const killed = <E, R>(emptyStore: Effect.Effect<string, E, R>) =>
  Effect.gen(function* () {
    let left = Math.ceil(kills / 2)
    while (left > 0) {
      const place = yield* emptyStore
      left -= yield* syncKilled(place, 0, Math.min(left, 3))
      left -= yield* syncKilled(place, runs, left)
      const found = yield* Effect.provide(contents, Layer.fresh(Store.layer(place)))
      assert.deepStrictEqual(found, expected)
    }
  }).pipe(Random.withSeed(`kills ${kills}`))

describe("a sync that is killed at any moment", () => {
  it.live(
    "has every run and every change once in SQLite when the next one ends",
    () =>
      Effect.gen(function* () {
        const files = yield* FileSystem.FileSystem
        yield* killed(Effect.map(files.makeTempDirectoryScoped(), (folder) => `sqlite:${folder}/scanjobs.db`))
      }).pipe(Effect.scoped, Effect.provide(NodeServices.layer)),
    { timeout: 3_600_000 }
  )

  it.live.skipIf(withoutPostgres !== undefined)(
    `has every run and every change once in PostgreSQL when the next one ends${withoutPostgres === undefined ? "" : ` (${withoutPostgres})`}`,
    () => Effect.scoped(killed(emptyDatabase)),
    { timeout: 3_600_000 }
  )
})

describe("three processes that sync the same connection at the same time", () => {
  it.live("write every run and every change once in SQLite", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      yield* together(`sqlite:${yield* files.makeTempDirectoryScoped()}/scanjobs.db`)
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.live.skipIf(withoutPostgres !== undefined)("write every run and every change once in PostgreSQL", () =>
    Effect.scoped(Effect.flatMap(emptyDatabase, together))
  )
})
