import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import type { ScanJob } from "@scanjobs/core"
import { type Change, Store, Views } from "@scanjobs/history"
import { Deferred, Effect, Fiber, Stream } from "effect"
import { TestClock } from "effect/testing"
import type { Source } from "../../src/sync/Source.ts"
import * as SyncConnection from "../../src/sync/SyncConnection.ts"
import type { Options } from "../../src/sync/Sync.ts"
import { databases } from "../Databases.ts"
import * as FakeSource from "../FakeSource.ts"
import { plannedAt, runAt } from "../Nightly.ts"

const minute = 60_000
const hour = 60 * minute
const day = 24 * hour
const begin = Date.UTC(2026, 0, 10)

const plannedFor = (title: string, startTime: number): ScanJob.Fields => ({
  ...plannedAt(startTime),
  vendorId: title,
  definitionId: title,
  name: title
})
const runsOnly = { kinds: ["run"] } as const

/** Syncs, and gives what changed, and what failed, as lines. */
const sync = (source: Source<FakeSource.Down, never>, options: Options = {}) =>
  Effect.gen(function* () {
    const failures: Array<string> = []
    const changes = yield* Stream.runCollect(
      SyncConnection.run(
        source,
        ({ listing, scope }) => Effect.sync(() => void failures.push(`${listing} ${scope}`)),
        options
      )
    )
    return { changes: changes.map(lineOf), failures }
  })
const lineOf = ({ job, now, was, what }: Change.Change) => `${what} ${job.vendorId}: ${was} -> ${now}`
const stored = Effect.map(Stream.runCollect(Views.jobs()), (jobs) => jobs.map(({ vendorId }) => vendorId))

/** The source, read by a process that is stopped when it has read a page and is about to write it. */
const stoppedAtItsPages = (
  source: Source<FakeSource.Down, never>,
  asked: Deferred.Deferred<void>,
  awake: Deferred.Deferred<void>
): Source<FakeSource.Down, never> => ({
  ...source,
  lanes: (query, options) =>
    Stream.map(source.lanes(query, options), (lane) => ({
      ...lane,
      pages: Stream.tap(lane.pages, () => Effect.andThen(Deferred.succeed(asked, undefined), Deferred.await(awake)))
    }))
})

/** Everything in the store but when it was read. */
const contents = Effect.gen(function* () {
  const { attempt, sql } = yield* Store.Store
  const tables = ["job", "change", "definition", "series"]
  return yield* Effect.forEach(tables, (table) => attempt(sql`SELECT * FROM ${sql(table)} ORDER BY 1, 2`))
})

const linkAt = (time: number) => `https://vendor.example/runs/${time}`

for (const { empty, name, skip } of databases) {
  /** Runs a test in an empty store, at a time that the test sets. */
  const inStore = <A, E>(test: Effect.Effect<A, E, Store.Store>, options?: Store.Options) =>
    Effect.gen(function* () {
      const open = yield* empty
      yield* TestClock.setTime(begin)
      yield* Effect.provide(test, open(options))
    }).pipe(Effect.provide(NodeServices.layer))

  describe.skipIf(skip !== undefined)(`a sync into ${name}${skip === undefined ? "" : ` (${skip})`}`, () => {
    it.effect("writes every job once, and takes the first reading as what there is", () =>
      inStore(
        Effect.gen(function* () {
          const times = Array.from({ length: 250 }, (_, index) => begin - index * hour)
          const source = FakeSource.make({
            runs: { holds: runsOnly, jobs: () => times.map((time) => runAt(time, { link: linkAt(time) })) }
          })
          assert.deepStrictEqual(yield* sync(source), { changes: [], failures: [] })
          assert.deepStrictEqual(yield* stored, times.map((time) => `run ${time}`).toReversed())
          const [first] = yield* Stream.runCollect(Views.jobs({ from: begin }))
          assert.deepStrictEqual(first, {
            provider: "fake",
            connection: "main",
            listing: "runs",
            scope: null,
            id: `fake/main/runs/run ${begin}`,
            vendorId: `run ${begin}`,
            kind: "run",
            definitionId: "nightly",
            name: "Nightly",
            category: "web",
            state: "succeeded",
            vendorState: null,
            detail: null,
            progress: null,
            startTime: begin,
            finishTime: null,
            link: linkAt(begin),
            raw: { id: `run ${begin}` },
            verdict: null,
            why: null,
            delay: null,
            firstSeen: begin
          })
        })
      )
    )

    it.effect("tells what is new and what has another state, once", () =>
      inStore(
        Effect.gen(function* () {
          let jobs = [runAt(begin - hour, { state: "running" })]
          const source = FakeSource.make({ runs: { holds: runsOnly, jobs: () => jobs } })
          yield* sync(source)
          jobs = [runAt(begin - hour, { state: "failed" }), runAt(begin + hour)]
          yield* TestClock.adjust("2 hours")
          assert.deepStrictEqual((yield* sync(source)).changes, [
            `state run ${begin - hour}: running -> failed`,
            `new run ${begin + hour}: null -> succeeded`
          ])
          assert.deepStrictEqual((yield* sync(source)).changes, [])
          const all = yield* Stream.runCollect(Views.changes())
          assert.deepStrictEqual(
            all.map(({ id }) => id),
            [1, 2]
          )
          assert.strictEqual(yield* Views.lastChange, 2)
        })
      )
    )

    it.effect(
      "writes nothing over a later one of the same connection where it was stopped for a while, and says so",
      () =>
        inStore(
          Effect.gen(function* () {
            let state: ScanJob.State = "running"
            const source = FakeSource.make({
              runs: { holds: runsOnly, jobs: () => [runAt(begin - hour, { state })] }
            })
            yield* sync(source)
            state = "paused"
            const asked = yield* Deferred.make<void>()
            const awake = yield* Deferred.make<void>()
            const stopped = yield* Effect.forkChild(sync(stoppedAtItsPages(source, asked, awake)))
            yield* Deferred.await(asked)
            state = "succeeded"
            yield* sync(source)
            yield* Deferred.succeed(awake, undefined)
            assert.deepStrictEqual(yield* Fiber.join(stopped), { changes: [], failures: ["null null"] })
            const changes = yield* Stream.runCollect(Views.changes())
            assert.deepStrictEqual(changes.map(lineOf), [`state run ${begin - hour}: running -> succeeded`])
            const jobs = yield* Stream.runCollect(Views.jobs())
            assert.deepStrictEqual(
              jobs.map((job) => job.state),
              ["succeeded"]
            )
            const [connection] = yield* Views.connections
            assert.deepStrictEqual(connection?.failures, [])
          })
        )
    )

    it.effect("writes nothing but its own times where nothing changed", () =>
      inStore(
        Effect.gen(function* () {
          const source = FakeSource.make({
            plan: { isPlan: true, holds: { kinds: ["occurrence"] }, jobs: () => [plannedAt(begin + 3 * day)] },
            runs: { holds: runsOnly, jobs: () => [runAt(begin - hour), runAt(begin - 2 * hour, { state: "running" })] }
          })
          yield* sync(source)
          yield* TestClock.adjust("15 minutes")
          yield* sync(source)
          const before = yield* contents
          yield* TestClock.adjust("15 minutes")
          yield* sync(source)
          assert.deepStrictEqual(yield* contents, before)
        })
      )
    )

    it.effect("asks for what came since the last reading and the day before, and for runs that are not over", () =>
      inStore(
        Effect.gen(function* () {
          const asked: Array<number> = []
          let isRunning = true
          const source = FakeSource.make({
            runs: {
              holds: runsOnly,
              jobs: ({ from, now }) => {
                asked.push((now - from) / day)
                return [runAt(begin - 5 * day, { state: isRunning ? "running" : "succeeded" })]
              }
            }
          })
          yield* sync(source, { back: "90 days" })
          yield* TestClock.adjust("6 hours")
          yield* sync(source)
          isRunning = false
          yield* sync(source)
          yield* sync(source)
          assert.deepStrictEqual(asked, [90, 5.25, 5.25, 1])
        })
      )
    )

    it.effect("reads the listings that can be read, deletes nothing for the others, and goes on where it stopped", () =>
      inStore(
        Effect.gen(function* () {
          const pages: Array<number> = []
          let failsAfter: number | undefined = 2
          let jobs = Array.from({ length: 250 }, (_, index) => runAt(begin - index * minute, { state: "running" }))
          const source = FakeSource.make({
            broken: {
              holds: runsOnly,
              jobs: () => jobs,
              failsAfter: () => failsAfter,
              onPage: (index) => pages.push(index)
            },
            runs: { holds: runsOnly, jobs: () => [runAt(begin)] }
          })
          assert.deepStrictEqual((yield* sync(source)).failures, ["broken null"])
          assert.strictEqual((yield* stored).length, 201)
          jobs = jobs.slice(0, 249)
          failsAfter = undefined
          assert.deepStrictEqual(yield* sync(source), { changes: [], failures: [] })
          assert.deepStrictEqual(pages, [0, 1, 2])
          assert.strictEqual((yield* stored).length, 250)
        })
      )
    )

    it.effect("is complete up to when a reading began, also where a later one went on with it", () =>
      inStore(
        Effect.gen(function* () {
          let failsAfter: number | undefined = 2
          let isOver = false
          const source = FakeSource.make({
            runs: {
              holds: runsOnly,
              jobs: () =>
                Array.from({ length: 250 }, (_, index) =>
                  runAt(begin - index * minute, { state: isOver ? "succeeded" : "running" })
                ),
              failsAfter: () => failsAfter
            }
          })
          const completeAt = Effect.map(Views.connections, ([connection]) => connection?.completeAt)
          const running = Effect.map(Stream.runCollect(Views.jobs({ states: ["running"] })), ({ length }) => length)
          yield* sync(source)
          assert.isNull(yield* completeAt)
          isOver = true
          failsAfter = undefined
          yield* TestClock.adjust("5 minutes")
          yield* sync(source)
          // The first pages still tell of runs as they were then.
          assert.strictEqual(yield* running, 200)
          assert.strictEqual(yield* completeAt, begin)
          yield* sync(source)
          assert.strictEqual(yield* running, 0)
          assert.strictEqual(yield* completeAt, begin + 5 * minute)
        })
      )
    )

    it.effect("begins anew where the connection lists another account's rows by now", () =>
      inStore(
        Effect.gen(function* () {
          const pages: Array<number> = []
          const jobs = Array.from({ length: 250 }, (_, index) => runAt(begin - index * minute))
          let failsAfter: number | undefined = 2
          const listings = {
            runs: {
              holds: runsOnly,
              jobs: () => jobs,
              failsAfter: () => failsAfter,
              onPage: (index: number) => pages.push(index)
            }
          }
          yield* sync(FakeSource.make(listings))
          failsAfter = undefined
          yield* sync(FakeSource.make(listings, 100, "main", "another account"))
          assert.deepStrictEqual(pages, [0, 1, 0, 1, 2])
        })
      )
    )

    it.effect("reads a new scope from its beginning, and tells only what started since the listing was whole", () =>
      inStore(
        Effect.gen(function* () {
          let scopes = ["a"]
          const asked: Array<string> = []
          const source = FakeSource.make({
            runs: {
              holds: runsOnly,
              scopes: () => scopes,
              jobs: ({ from, now, scope }) => {
                asked.push(`${scope} ${(now - from) / day}`)
                return [runAt(begin - 10 * day), runAt(begin + hour)].filter(({ startTime }) => (startTime ?? 0) <= now)
              }
            }
          })
          yield* sync(source, { back: "90 days" })
          scopes = ["a", "b"]
          yield* TestClock.adjust("12 hours")
          const { changes } = yield* sync(source, { back: "90 days" })
          assert.deepStrictEqual(asked, ["a 90", "a 1.5", "b 90"])
          assert.deepStrictEqual(changes, [
            `new run ${begin + hour}: null -> succeeded`,
            `new run ${begin + hour}: null -> succeeded`
          ])
          assert.strictEqual((yield* stored).length, 4)
        })
      )
    )

    it.effect("does not conclude anything from a reading in which rows could not be read", () =>
      inStore(
        Effect.gen(function* () {
          let isBroken = false
          const due = begin + 6 * hour
          const source = FakeSource.make({
            plan: {
              isPlan: true,
              holds: { kinds: ["occurrence"] },
              jobs: ({ now }) => [due, due + 3 * day].filter((time) => time >= now).map(plannedAt)
            },
            runs: {
              holds: runsOnly,
              jobs: () => (isBroken ? [] : [runAt(begin - hour, { state: "running" })]),
              rejected: () => (isBroken ? 1 : 0)
            }
          })
          yield* sync(source)
          isBroken = true
          yield* TestClock.setTime(due + 2 * hour)
          assert.deepStrictEqual((yield* sync(source)).changes, [`verdict planned ${due}: planned -> unknown`])
          assert.deepStrictEqual(yield* stored, [`run ${begin - hour}`, `planned ${due}`, `planned ${due + 3 * day}`])
          const [connection] = yield* Views.connections
          assert.deepStrictEqual(connection?.failures, [
            { listing: "runs", scope: null, since: null, message: "1 row could not be read" }
          ])
          isBroken = false
          yield* TestClock.adjust("1 hour")
          assert.deepStrictEqual((yield* sync(source)).changes, [`verdict planned ${due}: unknown -> overdue`])
        })
      )
    )

    it.effect("tells of a run that vanished before it was over, where a complete reading does not have it", () =>
      inStore(
        Effect.gen(function* () {
          let jobs = [runAt(begin - hour, { state: "running" }), runAt(begin - 2 * hour)]
          let failsAfter: number | undefined
          const source = FakeSource.make({ runs: { holds: runsOnly, jobs: () => jobs, failsAfter: () => failsAfter } })
          yield* sync(source)
          jobs = []
          failsAfter = 0
          yield* TestClock.adjust("15 minutes")
          assert.deepStrictEqual((yield* sync(source)).changes, [])
          failsAfter = undefined
          assert.deepStrictEqual((yield* sync(source)).changes, [`gone run ${begin - hour}: running -> null`])
          assert.deepStrictEqual(yield* stored, [`run ${begin - 2 * hour}`])
          assert.deepStrictEqual((yield* sync(source)).changes, [])
        })
      )
    )

    it.effect("keeps a run that moves from one listing of a series to another as one", () =>
      inStore(
        Effect.gen(function* () {
          let isOver = false
          const one = (state: ScanJob.State) => runAt(begin - hour, { state })
          const source = FakeSource.make({
            past: {
              series: "runs",
              holds: { kinds: ["run"], states: ["succeeded"] },
              jobs: () => (isOver ? [one("succeeded")] : [])
            },
            current: { series: "runs", holds: runsOnly, jobs: () => (isOver ? [] : [one("running")]) }
          })
          yield* sync(source)
          isOver = true
          yield* TestClock.adjust("15 minutes")
          assert.deepStrictEqual((yield* sync(source)).changes, [`state run ${begin - hour}: running -> succeeded`])
          assert.strictEqual((yield* stored).length, 1)
        })
      )
    )

    it.effect("says of a planned run that it is overdue, then missed, and that it came after all", () =>
      inStore(
        Effect.gen(function* () {
          let runs: ReadonlyArray<ScanJob.Fields> = []
          const due = begin + 6 * hour
          const source = FakeSource.make({
            plan: {
              isPlan: true,
              holds: { kinds: ["occurrence"] },
              jobs: ({ now }) => [due, due + 3 * day].filter((time) => time >= now).map(plannedAt)
            },
            runs: { holds: runsOnly, jobs: () => runs }
          })
          const at = (hours: number) =>
            Effect.andThen(
              TestClock.setTime(begin + hours * hour),
              Effect.map(sync(source), ({ changes }) => changes)
            )
          const planned = `verdict planned ${due}`
          assert.deepStrictEqual(yield* at(0), [])
          assert.deepStrictEqual(yield* at(5), [])
          assert.deepStrictEqual(yield* at(6.5), [])
          assert.deepStrictEqual(yield* at(8), [`${planned}: due -> overdue`])
          assert.deepStrictEqual(yield* at(12), [])
          assert.deepStrictEqual(yield* at(31), [`${planned}: overdue -> missed`])
          const [missed] = yield* Stream.runCollect(Views.verdicts())
          assert.deepStrictEqual([missed?.verdict, missed?.startTime], ["missed", due])
          runs = [runAt(due + 2 * hour)]
          assert.deepStrictEqual(yield* at(32), [
            `new run ${due + 2 * hour}: null -> succeeded`,
            `${planned}: missed -> late`
          ])
          const late = yield* Stream.runCollect(Views.jobs({ kinds: ["run"] }))
          assert.deepStrictEqual(
            late.map(({ delay, verdict }) => [verdict, delay]),
            [["late", 2 * hour]]
          )
          // The planned run is the run that met it.
          assert.deepStrictEqual(yield* stored, [`run ${due + 2 * hour}`, `planned ${due + 3 * day}`])
        })
      )
    )

    it.effect("judges planned runs of a listing that has runs, too", () =>
      inStore(
        Effect.gen(function* () {
          const due = [6, 30, 54].map((hours) => begin + hours * hour)
          const source = FakeSource.make({
            all: {
              jobs: ({ now }) => [
                ...due.filter((time) => time > now).map(plannedAt),
                ...due
                  .slice(0, 1)
                  .filter((time) => time <= now)
                  .map((time) => runAt(time))
              ]
            }
          })
          for (const hours of [0, 5, 7, 13, 20, 29, 31, 40]) {
            yield* TestClock.setTime(begin + hours * hour)
            yield* sync(source)
          }
          const found = yield* Stream.runCollect(
            Views.verdicts({ verdicts: ["ran", "overdue", "planned", "unknown", "withdrawn"] })
          )
          assert.deepStrictEqual(
            found.map(({ verdict }) => verdict),
            ["ran", "overdue", "planned"]
          )
        })
      )
    )

    it.effect("judges by a plan that tells only the next run, once it knows how far apart they are", () =>
      inStore(
        Effect.gen(function* () {
          let edited = false
          const due = [6, 30, 54, 78, 102].map((hours) => begin + hours * hour)
          const source = FakeSource.make({
            plan: {
              holds: { kinds: ["occurrence"] },
              jobs: ({ now }) => {
                const next = due.find((time) => time > now)
                return next === undefined ? [] : [plannedAt(edited ? begin + 85 * hour : next)]
              }
            },
            runs: { holds: runsOnly, jobs: () => [] }
          })
          for (let hours = 0; hours <= 84; hours += 2) {
            edited = hours >= 78
            yield* TestClock.setTime(begin + hours * hour)
            yield* sync(source)
          }
          const found = yield* Stream.runCollect(
            Views.verdicts({ verdicts: ["missed", "overdue", "unknown", "planned", "withdrawn"] })
          )
          assert.deepStrictEqual(
            found.map(({ verdict, why }) => [verdict, why]),
            [
              ["unknown", "plan changed"],
              ["missed", null],
              ["missed", null],
              ["unknown", "plan changed"],
              ["planned", null]
            ]
          )
        })
      )
    )

    it.effect("judges nothing by a listing that could not be read", () =>
      inStore(
        Effect.gen(function* () {
          const due = begin + 6 * hour
          let failsAfter: number | undefined
          const source = FakeSource.make({
            plan: {
              isPlan: true,
              holds: { kinds: ["occurrence"] },
              jobs: ({ now }) => (due >= now ? [plannedAt(due)] : [])
            },
            runs: { holds: runsOnly, jobs: () => [], failsAfter: () => failsAfter }
          })
          yield* sync(source)
          failsAfter = 0
          yield* TestClock.setTime(due + 30 * hour)
          yield* sync(source)
          const [row] = yield* Stream.runCollect(Views.verdicts({ verdicts: ["unknown"] }))
          assert.strictEqual(row?.why, "runs not read")
          const [connection] = yield* Views.connections
          assert.deepStrictEqual(
            connection?.failures.map(({ listing, since }) => [listing, since]),
            [["runs", due + 30 * hour]]
          )
        })
      )
    )

    it.effect("judges each definition by its own rules", () =>
      inStore(
        Effect.gen(function* () {
          const due = begin + 6 * hour
          const names = ["patient", "strict", "paused"]
          const source = FakeSource.make({
            plan: {
              isPlan: true,
              holds: { kinds: ["occurrence"] },
              jobs: ({ now }) => (due < now ? [] : names.map((title) => plannedFor(title, due)))
            },
            runs: { holds: runsOnly, jobs: () => [] }
          })
          const policy: Options["policy"] = ({ connection, definitionId, name: title, provider, scope }) => {
            assert.deepStrictEqual([provider, connection, definitionId, scope], ["fake", "main", title, null])
            if (title === "strict") return { grace: "10 minutes" }
            return title === "paused" ? { pauses: [{ from: due - hour, until: due + hour }] } : {}
          }
          yield* sync(source, { policy })
          yield* TestClock.setTime(due + 30 * minute)
          assert.deepStrictEqual((yield* sync(source, { policy })).changes, ["verdict strict: planned -> overdue"])
          yield* TestClock.setTime(due + 2 * hour)
          assert.deepStrictEqual((yield* sync(source, { policy })).changes.toSorted(), [
            "verdict patient: due -> overdue",
            "verdict paused: due -> skipped"
          ])
        })
      )
    )

    it.effect("knows after an outage that what was planned ran meanwhile", () =>
      inStore(
        Effect.gen(function* () {
          let failsAfter: number | undefined
          const due = [6, 30, 54].map((hours) => begin + hours * hour)
          const source = FakeSource.make({
            plan: {
              isPlan: true,
              holds: { kinds: ["occurrence"] },
              jobs: ({ now }) => due.filter((time) => time > now).map(plannedAt)
            },
            runs: {
              holds: runsOnly,
              failsAfter: () => failsAfter,
              jobs: ({ now }) => due.filter((time) => time <= now).map((time) => runAt(time + minute))
            }
          })
          yield* sync(source)
          failsAfter = 0
          for (const hours of [5, 9, 29, 33]) {
            yield* TestClock.setTime(begin + hours * hour)
            yield* sync(source)
          }
          const verdicts = Effect.map(
            Stream.runCollect(Views.verdicts({ verdicts: ["ran", "unknown", "planned", "missed", "overdue"] })),
            (all) => all.map(({ verdict, why }) => [verdict, why])
          )
          assert.deepStrictEqual(yield* verdicts, [
            ["unknown", "runs not read"],
            ["unknown", "runs not read"],
            ["planned", null]
          ])
          failsAfter = undefined
          const { changes } = yield* sync(source)
          assert.deepStrictEqual(changes.slice(-2), [
            `verdict planned ${due[0]}: unknown -> ran`,
            `verdict planned ${due[1]}: unknown -> ran`
          ])
          assert.deepStrictEqual(yield* verdicts, [
            ["ran", null],
            ["ran", null],
            ["planned", null]
          ])
        })
      )
    )

    it.effect("calls planned runs withdrawn that the schedule no longer has, and tells the first of them", () =>
      inStore(
        Effect.gen(function* () {
          let times = [begin + day, begin + 2 * day, begin + 3 * day]
          const source = FakeSource.make({
            plan: { isPlan: true, holds: { kinds: ["occurrence"] }, jobs: () => times.map(plannedAt) },
            runs: { holds: runsOnly, jobs: () => [] }
          })
          yield* sync(source)
          times = []
          yield* TestClock.adjust("1 hour")
          assert.deepStrictEqual((yield* sync(source)).changes, [
            `verdict planned ${begin + day}: planned -> withdrawn`
          ])
          assert.deepStrictEqual(yield* stored, [])
          assert.strictEqual((yield* Stream.runCollect(Views.verdicts({ verdicts: ["withdrawn"] }))).length, 3)
        })
      )
    )

    it.effect("does not double where two processes do it at the same time", () =>
      Effect.gen(function* () {
        const open = yield* empty
        yield* TestClock.setTime(begin)
        let jobs = [runAt(begin - 400 * minute)]
        const source = FakeSource.make({ runs: { holds: runsOnly, jobs: () => jobs } }, 20)
        yield* Effect.provide(sync(source), open())
        jobs = Array.from({ length: 300 }, (_, index) => runAt(begin - index * minute))
        yield* TestClock.adjust("1 hour")
        yield* Effect.all([Effect.provide(sync(source), open()), Effect.provide(sync(source), open())], {
          concurrency: "unbounded"
        })
        yield* Effect.gen(function* () {
          assert.strictEqual((yield* stored).length, 301)
          const changes = yield* Stream.runCollect(Views.changes())
          assert.strictEqual(changes.length, 300)
          assert.strictEqual(new Set(changes.map(({ job }) => job.vendorId)).size, 300)
        }).pipe(Effect.provide(open()))
      }).pipe(Effect.provide(NodeServices.layer))
    )

    it.effect("can leave out the vendors' rows, and forget what is old", () =>
      inStore(
        Effect.gen(function* () {
          const times = [begin - 20 * day, begin - 12 * hour]
          const source = FakeSource.make({ runs: { holds: runsOnly, jobs: () => times.map((time) => runAt(time)) } })
          yield* sync(source)
          const jobs = yield* Stream.runCollect(Views.jobs())
          assert.deepStrictEqual(
            jobs.map(({ raw, vendorId }) => [vendorId, raw]),
            [[`run ${begin - 12 * hour}`, null]]
          )
          assert.strictEqual(yield* Store.prune("-6 hours"), 1)
          assert.deepStrictEqual(yield* stored, [])
        }),
        { raw: false, retention: "10 days" }
      )
    )

    it.effect("takes texts that a database cannot hold", () =>
      inStore(
        Effect.gen(function* () {
          const odd = runAt(begin, { vendorId: "a/\0b", name: "half \uD83D, 'quoted' \\ \"text\" ${x}" })
          const source = FakeSource.make({ runs: { holds: runsOnly, jobs: () => [odd] } })
          yield* sync(source)
          yield* sync(source)
          const jobs = yield* Stream.runCollect(Views.jobs())
          assert.deepStrictEqual(
            jobs.map((job) => [job.vendorId, job.name]),
            [["a/\uFFFDb", "half \uFFFD, 'quoted' \\ \"text\" ${x}"]]
          )
        })
      )
    )
  })
}
