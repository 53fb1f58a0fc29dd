import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { type Store, type StoredJob, Views } from "@scanjobs/history"
import { Effect, Fiber, Option, Stream } from "effect"
import { TestClock } from "effect/testing"
import * as SyncConnection from "../../src/sync/SyncConnection.ts"
import { databases } from "../Databases.ts"
import * as FakeSource from "../FakeSource.ts"
import { run } from "../Nightly.ts"

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const begin = Date.UTC(2026, 0, 10)

const holds = { kinds: ["run"] } as const

const sync = (listings: Readonly<Record<string, FakeSource.FakeListing>>, connection = "main") =>
  Stream.runDrain(SyncConnection.run(FakeSource.make(listings, 500, connection), () => Effect.void, {}))
const ids = (jobs: Stream.Stream<StoredJob.StoredJob, unknown, Store.Store>) =>
  Effect.map(Stream.runCollect(jobs), (all) => all.map(({ vendorId }) => vendorId))

for (const { empty, name, skip } of databases) {
  const inStore = <A, E>(test: Effect.Effect<A, E, Store.Store>) =>
    Effect.gen(function* () {
      const open = yield* empty
      yield* TestClock.setTime(begin)
      yield* Effect.provide(test, open())
    }).pipe(Effect.provide(NodeServices.layer))

  describe.skipIf(skip !== undefined)(`views of ${name}${skip === undefined ? "" : ` (${skip})`}`, () => {
    it.effect("give every job once in the order of start time, those without one last", () =>
      inStore(
        Effect.gen(function* () {
          // More than two pages, of which many start at the same time.
          const timed = Array.from({ length: 4100 }, (_, index) =>
            run(`r${index}`, begin - Math.floor(index / 50) * minute)
          )
          const untimed = Array.from({ length: 3 }, (_, index) => run(`queued ${index}`, null, { state: "queued" }))
          yield* sync({ runs: { holds, jobs: () => [...untimed, ...timed] } })
          const ascending = yield* Stream.runCollect(Views.jobs())
          assert.strictEqual(new Set(ascending.map(({ id }) => id)).size, 4103)
          const times = ascending.map(({ startTime }) => startTime ?? Number.POSITIVE_INFINITY)
          assert.deepStrictEqual(
            times,
            times.toSorted((a, b) => a - b)
          )
          assert.deepStrictEqual(yield* ids(Stream.drop(Views.jobs(), 4100)), ["queued 0", "queued 1", "queued 2"])
          const descending = yield* ids(Views.jobs({}, { order: "descending", limit: 4100, raw: false }))
          assert.deepStrictEqual(
            descending,
            ascending
              .slice(0, 4100)
              .map(({ vendorId }) => vendorId)
              .toReversed()
          )
          assert.strictEqual((yield* ids(Views.jobs({}, { limit: 2001 }))).length, 2001)
        })
      )
    )

    it.effect(
      "page jobs so that what comes and goes meanwhile shifts nothing, also among those that start at once",
      () =>
        inStore(
          Effect.gen(function* () {
            let jobs = [
              ...Array.from({ length: 30 }, (_, index) => run(`r${String(index).padStart(2, "0")}`, begin)),
              ...Array.from({ length: 5 }, (_, index) => run(`queued ${index}`, null, { state: "queued" }))
            ]
            const again = sync({ runs: { holds, jobs: () => jobs } })
            yield* again
            const expected = yield* ids(Views.jobs())
            const found: Array<string> = []
            let cursor: string | undefined
            do {
              const page = yield* Views.jobPage({}, { limit: 4, cursor })
              found.push(...page.jobs.map(({ vendorId }) => vendorId))
              cursor = page.next ?? undefined
              jobs.push(run(`early ${found.length}`, begin - day))
              yield* again
            } while (cursor !== undefined)
            assert.deepStrictEqual(found, expected)
          })
        )
    )

    it.effect("end a page before it has too many characters, but not before its first job", () =>
      inStore(
        Effect.gen(function* () {
          const long = "x".repeat(1000)
          yield* sync({ runs: { holds, jobs: () => ["a", "b", "c"].map((id) => run(id, begin, { name: long })) } })
          const { jobs, next } = yield* Views.jobPage({}, { characters: 3500 })
          assert.deepStrictEqual(
            jobs.map(({ vendorId }) => vendorId),
            ["a", "b"]
          )
          const rest = yield* Views.jobPage({}, { characters: 10, cursor: next ?? "" })
          assert.strictEqual(rest.jobs.length, 1)
          assert.isNull(rest.next)
        })
      )
    )

    it.effect("know the tags of connections, which the last sync gave", () =>
      inStore(
        Effect.gen(function* () {
          const tagged = (connection: string, tags: ReadonlyArray<string>) =>
            Stream.runDrain(
              SyncConnection.run(
                FakeSource.make({ runs: { holds, jobs: () => [run(connection, begin)] } }, 500, connection),
                () => Effect.void,
                { tagsOf: () => tags }
              )
            )
          yield* tagged("main", ["production", "emea"])
          yield* tagged("other", ["production"])
          assert.deepStrictEqual(yield* ids(Views.jobs({ tags: ["emea"] })), ["main"])
          assert.deepStrictEqual(yield* ids(Views.jobs({ tags: [] })), [])
          yield* tagged("main", ["test"])
          yield* sync({ runs: { holds, jobs: () => [run("other", begin)] } }, "other")
          const connections = yield* Views.connections
          assert.deepStrictEqual(
            connections.map(({ name: own, tags }) => [own, tags]),
            [
              ["main", ["test"]],
              ["other", ["production"]]
            ]
          )
          assert.deepStrictEqual(yield* ids(Views.jobs({ tags: ["production", "emea"] })), ["other"])
        })
      )
    )

    it.effect("say that a cursor cannot be read", () =>
      inStore(
        Effect.gen(function* () {
          for (const cursor of ["", "nonsense", "bnVsbA", "WzEsMl0"]) {
            assert.strictEqual((yield* Effect.flip(Views.jobPage({}, { cursor })))._tag, "CursorUnreadable", cursor)
          }
        })
      )
    )

    it.effect("select by time, connection, state, category, kind and text", () =>
      inStore(
        Effect.gen(function* () {
          yield* sync({
            runs: {
              jobs: () => [
                run("a", begin - 3 * day, { name: "100% Über_all" }),
                run("id-b", begin - 2 * day, { state: "failed", name: null }),
                run("c", begin - day, { category: "code", name: "1000 overall" })
              ]
            }
          })
          yield* sync({ runs: { holds, jobs: () => [run("d", begin - day)] } }, "other")
          const selected = (selection: Views.Selection) => ids(Views.jobs(selection))
          assert.deepStrictEqual(yield* selected({ from: begin - 2 * day, until: begin - day }), ["id-b"])
          assert.deepStrictEqual(yield* selected({ from: "-2 days", connections: ["main"] }), ["id-b", "c"])
          assert.deepStrictEqual(yield* selected({ states: ["failed", "running"] }), ["id-b"])
          assert.deepStrictEqual(yield* selected({ states: [] }), [])
          assert.deepStrictEqual(yield* selected({ categories: ["code"] }), ["c"])
          assert.deepStrictEqual(yield* selected({ kinds: ["occurrence"] }), [])
          assert.deepStrictEqual(yield* selected({ providers: ["elsewhere"] }), [])
          assert.deepStrictEqual(yield* selected({ text: "0%" }), ["a"])
          assert.deepStrictEqual(yield* selected({ text: "R_A" }), ["a"])
          assert.deepStrictEqual(yield* selected({ text: "OVERALL" }), ["c"])
          assert.deepStrictEqual(yield* selected({ text: "\u00dcber" }), ["a"])
          assert.deepStrictEqual(yield* selected({ text: "ID-B" }), ["id-b"])
        })
      )
    )

    it.effect("find a job by its id, whatever is in the id", () =>
      inStore(
        Effect.gen(function* () {
          yield* sync(
            { runs: { holds, scopes: () => ["a/b", "a"], jobs: ({ scope }) => [run(`x/${scope}`, begin)] } },
            "north / south"
          )
          const jobs = yield* Stream.runCollect(Views.jobs())
          assert.strictEqual(jobs.length, 2)
          for (const one of jobs) assert.deepStrictEqual(yield* Views.job(one.id), Option.some(one))
          assert.deepStrictEqual(yield* Views.job("fake/north/runs/x"), Option.none())
          assert.deepStrictEqual(yield* Views.job("%"), Option.none())
        })
      )
    )

    it.effect("follow changes as they are written", () =>
      inStore(
        Effect.gen(function* () {
          let jobs = [run("a", begin)]
          const again = sync({ runs: { holds, jobs: () => jobs } })
          yield* again
          jobs = [run("a", begin, { state: "failed" }), run("b", begin)]
          yield* TestClock.adjust("1 minute")
          yield* again
          const live = yield* Views.follow({ after: 1 }).pipe(Stream.take(2), Stream.runCollect, Effect.forkChild)
          yield* TestClock.adjust("5 seconds")
          jobs = [run("a", begin, { state: "failed" }), run("b", begin, { state: "failed" })]
          yield* again
          while (live.pollUnsafe() === undefined) {
            yield* TestClock.adjust("1 second")
            // PostgreSQL's answer comes in real time.
            yield* Effect.promise(() => new Promise((resolve) => setImmediate(resolve)))
          }
          const found = yield* Fiber.join(live)
          const ofOne = yield* Stream.runCollect(Views.changes({ job: found[0]?.job.id ?? "" }))
          assert.deepStrictEqual(
            ofOne.map(({ now, what }) => `${what} ${now}`),
            ["new succeeded", "state failed"]
          )
          assert.deepStrictEqual(yield* Stream.runCollect(Views.changes({ job: "fake/main/runs/none" })), [])
          assert.deepStrictEqual(
            found.map(({ job, now, what }) => `${what} ${job.vendorId} ${now}`),
            ["new b succeeded", "state b failed"]
          )
          const since = yield* Stream.runCollect(
            Views.changes({ since: begin + 1, connections: ["main"], what: ["new"] })
          )
          assert.deepStrictEqual(
            since.map(({ job }) => job.vendorId),
            ["b"]
          )
        })
      )
    )

    it.effect("know a definition that is silent for longer than ever, once a reading shows it", () =>
      inStore(
        Effect.gen(function* () {
          let isDown = false
          const again = sync({
            runs: {
              holds,
              failsAfter: () => (isDown ? 0 : undefined),
              jobs: () =>
                Array.from({ length: 8 }, (_, index) =>
                  run(`r${index}`, begin - index * day, { finishTime: begin - index * day + 20 * minute })
                )
            }
          })
          const states = Effect.map(Stream.runCollect(Views.definitions()), (all) =>
            all.map(({ isSilent }) => isSilent)
          )
          yield* again
          assert.deepStrictEqual(yield* states, [false])
          isDown = true
          yield* TestClock.adjust("40 hours")
          yield* again
          assert.deepStrictEqual(yield* states, [false])
          isDown = false
          yield* again
          assert.deepStrictEqual(yield* states, [true])
          const [definition] = yield* Stream.runCollect(Views.definitions({ connections: ["main"] }))
          assert.deepStrictEqual(definition, {
            provider: "fake",
            connection: "main",
            scope: null,
            definitionId: "nightly",
            name: "Nightly",
            category: "web",
            lastStart: begin,
            nextStart: null,
            expectedBy: begin + 30.5 * hour,
            isSilent: true,
            longest: 50 * minute
          })
          assert.deepStrictEqual(yield* Stream.runCollect(Views.definitions({ connections: [] })), [])
        })
      )
    )

    it.effect("know that a definition is silent by the listings that bring its runs", () =>
      inStore(
        Effect.gen(function* () {
          const times = Array.from({ length: 8 }, (_, index) => begin - index * day)
          const again = sync({
            runs: { holds, jobs: () => times.map((time) => run(`r${time}`, time)) },
            forbidden: { holds, jobs: () => [], failsAfter: () => 0 }
          })
          yield* again
          yield* TestClock.adjust("40 hours")
          yield* again
          const [definition] = yield* Stream.runCollect(Views.definitions())
          assert.isTrue(definition?.isSilent)
        })
      )
    )

    it.effect("know a run that takes longer than earlier ones", () =>
      inStore(
        Effect.gen(function* () {
          const over = Array.from({ length: 6 }, (_, index) => {
            const start = begin - (index + 1) * day
            return run(`r${index}`, start, { finishTime: start + 30 * minute })
          })
          const again = sync({ runs: { holds, jobs: () => [...over, run("now", begin, { state: "running" })] } })
          yield* TestClock.adjust("50 minutes")
          yield* again
          assert.deepStrictEqual(yield* Stream.runCollect(Views.runningTooLong()), [])
          yield* TestClock.adjust("30 minutes")
          // Nobody has looked since.
          assert.deepStrictEqual(yield* Stream.runCollect(Views.runningTooLong()), [])
          yield* again
          const found = yield* Stream.runCollect(Views.runningTooLong({ connections: ["main"] }))
          assert.deepStrictEqual(
            found.map(({ job, longest }) => [job.vendorId, longest]),
            [["now", 60 * minute]]
          )
        })
      )
    )

    it.effect("count jobs by day and state", () =>
      inStore(
        Effect.gen(function* () {
          const times = [begin - 2 * day, begin - 2 * day + 23 * hour, begin - day, begin]
          yield* sync({
            runs: {
              holds,
              jobs: () => times.map((time, index) => run(`r${index}`, time, index === 1 ? { state: "failed" } : {}))
            }
          })
          const counts = yield* Stream.runCollect(Views.counts({ from: begin - 2 * day, until: begin }))
          assert.deepStrictEqual(
            counts.map((count) => [(begin - count.day) / day, count.state, count.jobs]),
            [
              [2, "failed", 1],
              [2, "succeeded", 1],
              [1, "succeeded", 1]
            ]
          )
        })
      )
    )

    it.effect("tell what of a connection could not be read, and since when", () =>
      inStore(
        Effect.gen(function* () {
          let isDown = true
          const again = sync({
            broken: {
              holds,
              scopes: () => ["a", "b"],
              jobs: ({ scope }) => [run(`r ${scope}`, begin)],
              failsAfter: ({ scope }) => (isDown && scope === "b" ? 0 : undefined)
            },
            runs: { holds, jobs: () => [] }
          })
          yield* again
          yield* TestClock.adjust("1 hour")
          yield* again
          const [failing] = yield* Views.connections
          assert.deepStrictEqual(failing, {
            provider: "fake",
            name: "main",
            tags: [],
            syncedAt: begin + hour,
            completeAt: null,
            failingSince: begin,
            failures: [{ listing: "broken", scope: null, since: begin, message: "b: the vendor is down" }]
          })
          isDown = false
          yield* again
          isDown = true
          yield* TestClock.adjust("1 hour")
          yield* again
          const [later] = yield* Views.connections
          assert.strictEqual(later?.completeAt, begin + hour)
          assert.deepStrictEqual(later?.failures, [
            { listing: "broken", scope: "b", since: begin + 2 * hour, message: "the vendor is down" }
          ])
        })
      )
    )
  })
}
