import {
  type Connection,
  Progress,
  type Provider,
  type Query,
  RateLimit,
  type Reason,
  RetryPolicy
} from "@scanjobs/core"
import { DigiCert } from "@scanjobs/digicert"
import * as DigiCertEmulator from "@scanjobs/digicert/emulator"
import { type Emulator, Faults } from "@scanjobs/testing"
import { NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted, Stream } from "effect"
import { HttpServerResponse } from "effect/http"

type DigiCertConnection = Provider.ConnectionOf<typeof DigiCert>
type Vendor = DigiCertEmulator.DigiCertEmulator

const connect = ({ settings }: Vendor, changes: Partial<DigiCertConnection> = {}): DigiCertConnection => ({
  ...settings,
  provider: "digicert",
  name: "dc",
  apiKey: Redacted.make(settings.apiKey),
  ...changes
})

const Fast = Layer.mergeAll(
  NodeHttpClient.layerUndici,
  RateLimit.layerUnlimited,
  RetryPolicy.layer({ base: "1 millis", max: "2 millis" })
)

const list = (connection: DigiCertConnection, query: Query.Query = {}, listing?: "future" | "past" | "current") =>
  DigiCert.jobs(connection, query, listing === undefined ? {} : { listings: [listing] }).pipe(
    Stream.runCollect,
    Effect.provide(Fast)
  )

const reasonOf = (connection: DigiCertConnection): Effect.Effect<Reason.Reason> =>
  DigiCert.jobs(connection).pipe(
    Stream.runDrain,
    Effect.flip,
    Effect.map(({ reason }) => reason),
    Effect.orDie,
    Effect.provide(Fast)
  )

const scan = (changes: Partial<DigiCertEmulator.Scan> = {}): DigiCertEmulator.Scan => ({
  ...DigiCertEmulator.published,
  surveyDefId: 7,
  surveyName: "Perimeter",
  planned: DigiCertEmulator.rows([]),
  past: [],
  current: [],
  ...changes
})

const past = (jobId: string, changes: object = {}) => ({
  jobId,
  state: 11,
  startTime: 1591099200000,
  endTime: 1591099260000,
  percentageCompleted: 100,
  duration: 60,
  ...changes
})

const day = 86_400_000

describe("where DigiCert's documentation and samples disagree, or are silent", () => {
  it.live("D1: a schedule without an end stops at `until`, whatever its total says", () =>
    Effect.gen(function* () {
      const vendor = yield* DigiCertEmulator.serve({ scans: [DigiCertEmulator.published] })
      const jobs = yield* list(connect(vendor), { until: Date.UTC(2021, 2, 3) }, "future")
      assert.deepStrictEqual(
        jobs.map(({ vendorId }) => vendorId),
        [
          "1591099200000",
          "1594123200000",
          "1596542400000",
          "1598961600000",
          "1601985600000",
          "1604404800000",
          "1606824000000",
          "1609848000000",
          "1612267200000",
          "1614686400000"
        ]
      )
      assert.lengthOf(yield* vendor.ledger.to("futureScanJobs"), 1)
    })
  )

  it.live("D1: without `until`, it is read for 90 days from now, and a note says so", () =>
    Effect.gen(function* () {
      const daily = DigiCertEmulator.recurring((index) => Date.now() + index * day + 1000)
      const vendor = yield* DigiCertEmulator.serve({ scans: [scan({ planned: daily })] })
      const events: Array<Progress.Event> = []
      const jobs = yield* list(connect(vendor), {}, "future").pipe(
        Effect.provide(Progress.layer((event) => Effect.sync(() => events.push(event))))
      )
      assert.lengthOf(jobs, 90)
      const ends = events.filter((event) => event._tag === "Completed").map(({ by, listing }) => `${listing} ${by}`)
      assert.deepStrictEqual(ends.toSorted(), ["future horizon"])
    })
  )

  it.live("D1: a limit ends it after one page", () =>
    Effect.gen(function* () {
      const vendor = yield* DigiCertEmulator.serve({ scans: [DigiCertEmulator.published] })
      assert.lengthOf(yield* list(connect(vendor), { limit: 3, categories: ["certificate"] }), 3)
      assert.isAtMost((yield* vendor.ledger.to("futureScanJobs")).length, 1)
    })
  )

  for (const times of ["milliseconds", "millisecondsText", "seconds", "secondsText"] as const) {
    it.live(`D2: a start time in ${times} is the same instant`, () =>
      Effect.gen(function* () {
        const vendor = yield* DigiCertEmulator.serve({ scans: [DigiCertEmulator.published], quirks: { times } })
        const [first] = yield* list(connect(vendor), { limit: 1, until: Date.UTC(2021, 0) })
        assert.strictEqual(first?.startTime, 1591099200000)
      })
    )
  }

  for (const startTime of [0, "0", "", null]) {
    it.live(`D3: a start time of ${JSON.stringify(startTime)} means no time, and the job matches every span`, () =>
      Effect.gen(function* () {
        const planned = DigiCertEmulator.rows([{ jobId: "0", startTime, state: 11 }])
        const vendor = yield* DigiCertEmulator.serve({ scans: [scan({ planned })] })
        const [job] = yield* list(connect(vendor), { from: Date.now(), until: Date.now() + 1 })
        assert.strictEqual(job?.startTime, null)
        assert.strictEqual(job?.vendorId, "0")
      })
    )
  }

  it.live("D4: equal job ids of two scans, and of a plan and a run, have different ids", () =>
    Effect.gen(function* () {
      const planned = DigiCertEmulator.rows([{ jobId: "1591099200000", startTime: 1591099200000, state: 11 }])
      const both = { planned, past: [past("1591099200000")] }
      const vendor = yield* DigiCertEmulator.serve({ scans: [scan(both), scan({ ...both, surveyDefId: 8 })] })
      const jobs = yield* list(connect(vendor))
      assert.sameMembers(
        jobs.map(({ id }) => id),
        [
          "digicert/dc/future/7/1591099200000",
          "digicert/dc/future/8/1591099200000",
          "digicert/dc/past/7/1591099200000",
          "digicert/dc/past/8/1591099200000"
        ]
      )
    })
  )

  it.live("D5: the next page starts after the records received, even if the vendor sends fewer than requested", () =>
    Effect.gen(function* () {
      const runs = Array.from({ length: 23 }, (_, index) => past(`run-${index}`))
      const vendor = yield* DigiCertEmulator.serve({ scans: [scan({ past: runs })], quirks: { maxPageSize: 10 } })
      const jobs = yield* list(connect(vendor), {}, "past")
      assert.deepStrictEqual(
        jobs.map(({ vendorId }) => vendorId),
        runs.map(({ jobId }) => jobId)
      )
      const asked = (yield* vendor.ledger.to("pastScanJobs")).map(({ body }) => JSON.stringify(body))
      assert.deepStrictEqual(
        asked.map((body) => /"startIndex":(\d+)/.exec(body)?.[1]),
        ["1", "11", "21", "24"]
      )
    })
  )

  it.live("D5: the listing of a vendor that ignores startIndex ends, and no row is emitted twice", () =>
    Effect.gen(function* () {
      const page = { error: null, data: { scanJobDTOList: [past("a"), past("b")], totalCount: 2, currentCount: 2 } }
      const fault: Emulator.Fault = ({ endpoint }) =>
        endpoint === "pastScanJobs" ? HttpServerResponse.jsonUnsafe(page) : undefined
      const vendor = yield* DigiCertEmulator.serve({ scans: [scan()], fault })
      assert.lengthOf(yield* list(connect(vendor), {}, "past"), 2)
    })
  )

  it.live("D5: if nothing proves that such a listing is complete, it fails", () =>
    Effect.gen(function* () {
      const page = { error: null, data: { scanJobDTOList: [past("a")], totalCount: 2147483647, currentCount: 1 } }
      const fault: Emulator.Fault = ({ endpoint }) =>
        endpoint === "pastScanJobs" ? HttpServerResponse.jsonUnsafe(page) : undefined
      const vendor = yield* DigiCertEmulator.serve({ scans: [scan()], fault })
      const reason = yield* reasonOf(connect(vendor))
      assert.strictEqual(reason._tag, "PaginationStalled")
    })
  )

  it("D6: a page size outside 1 to 512 is refused before any request", () => {
    const settings = { name: "dc", provider: "digicert", apiKey: "k", accountId: "1", divisionId: 1, surveyDefIds: [1] }
    const keys = (pageSize: number) => {
      const decoded = DigiCert.decode({ ...settings, pageSize })
      return decoded._tag === "Failure" ? decoded.failure.map(({ key }: Connection.Problem) => key) : []
    }
    assert.deepStrictEqual([keys(0), keys(513), keys(1), keys(512)], [["pageSize"], ["pageSize"], [], []])
  })

  it.live("D6: a scan that the settings name twice is read once, and its number as text is refused", () =>
    Effect.gen(function* () {
      const vendor = yield* DigiCertEmulator.serve({ scans: [scan({ past: [past("a")] })] })
      assert.lengthOf(yield* list(connect(vendor, { surveyDefIds: [7, 7] }), {}, "past"), 1)
      const { apiKey, baseUrl, accountId, divisionId } = vendor.settings
      const settings = { name: "dc", provider: "digicert", apiKey, baseUrl, accountId, divisionId }
      const decoded = DigiCert.decode({ ...settings, surveyDefIds: [7, "7"] })
      assert.deepStrictEqual(
        decoded._tag === "Failure" ? decoded.failure.map(({ key, message }) => [key, message]) : [],
        [["surveyDefIds.1", "expected number"]]
      )
    })
  )

  it.live("D6: a page size is always sent", () =>
    Effect.gen(function* () {
      const vendor = yield* DigiCertEmulator.serve({ scans: [scan()] })
      yield* list(connect(vendor))
      yield* list(connect(vendor, { pageSize: 20 }))
      const sizes = (yield* vendor.ledger.to("pastScanJobs")).map(
        ({ body }) => /"pageSize":(\d+)/.exec(JSON.stringify(body))?.[1]
      )
      assert.deepStrictEqual(sizes, ["512", "20"])
    })
  )

  for (const counts of ["data", "top", "absent"] as const) {
    it.live(`D7: counts ${counts === "absent" ? "nowhere" : `in ${counts}`} change nothing`, () =>
      Effect.gen(function* () {
        const runs = [past("a"), past("b"), past("c")]
        const vendor = yield* DigiCertEmulator.serve({ scans: [scan({ past: runs })], quirks: { counts, total: 1 } })
        assert.lengthOf(yield* list(connect(vendor), {}, "past"), 3)
      })
    )
  }

  it.live("D8: a read by POST is retried", () =>
    Effect.gen(function* () {
      const fault: Emulator.Fault = ({ endpoint }, nth) =>
        endpoint === "pastScanJobs" && nth < 3 ? HttpServerResponse.empty({ status: 503 }) : undefined
      const vendor = yield* DigiCertEmulator.serve({ scans: [scan({ past: [past("a")] })], fault })
      assert.lengthOf(yield* list(connect(vendor), {}, "past"), 1)
    })
  )

  it.live("D9: the account is sent as text, the division and the scan as numbers", () =>
    Effect.gen(function* () {
      const vendor = yield* DigiCertEmulator.serve({ scans: [DigiCertEmulator.published] })
      yield* list(connect(vendor), { limit: 1 })
      const [request] = yield* vendor.ledger.to("futureScanJobs")
      assert.deepStrictEqual(request?.body, {
        accountId: "5153184",
        divisionId: 677793,
        surveyDefId: 293514,
        startIndex: 1,
        pageSize: 512
      })
      assert.deepStrictEqual(yield* vendor.ledger.violations, [])
    })
  )

  it.live("D10: rows out of order at the end of the span are not lost, even if they are in the past", () =>
    Effect.gen(function* () {
      const vendor = yield* DigiCertEmulator.serve({ scans: [DigiCertEmulator.published], quirks: { unsorted: true } })
      const jobs = yield* list(connect(vendor, { pageSize: 10 }), { until: Date.UTC(2021, 2, 3) }, "future")
      assert.lengthOf(jobs, 10)
    })
  )

  it.live("D11: a planned run takes its name from the scan, which is requested once", () =>
    Effect.gen(function* () {
      const planned = DigiCertEmulator.rows([{ jobId: "1", startTime: 1591099200000, state: 11 }])
      const vendor = yield* DigiCertEmulator.serve({ scans: [scan({ planned, past: [past("a")] })] })
      const jobs = yield* list(connect(vendor))
      assert.deepStrictEqual(
        jobs.map(({ definitionId, name }) => [definitionId, name]),
        [
          ["7", "Perimeter"],
          ["7", "Perimeter"]
        ]
      )
      assert.lengthOf(yield* vendor.ledger.to("getScanDetails"), 1)
    })
  )

  it.live("D11: if the vendor refuses the scan's details, runs have no name, and a note says so", () =>
    Effect.gen(function* () {
      const fault: Emulator.Fault = ({ endpoint }) =>
        endpoint === "getScanDetails"
          ? HttpServerResponse.jsonUnsafe({ error: "gone", data: null }, { status: 404 })
          : undefined
      const vendor = yield* DigiCertEmulator.serve({ scans: [scan({ past: [past("a")] })], fault })
      const notes: Array<string> = []
      const jobs = yield* DigiCert.jobs(connect(vendor), {}, { listings: ["past"] }).pipe(
        Stream.runCollect,
        Effect.provide(
          Layer.merge(
            Fast,
            Progress.layer((event) => Effect.sync(() => event._tag === "Noted" && notes.push(event.message)))
          )
        )
      )
      assert.strictEqual(jobs[0]?.name, null)
      assert.include(notes[0], "getScanDetails")
    })
  )

  it.live("D12: a running job's start is an instant, although the scan's own start is a time of day", () =>
    Effect.gen(function* () {
      const current = [{ jobId: "9", state: 10, startTime: 1591099200000, percentageCompleted: 40.5, duration: 12 }]
      const vendor = yield* DigiCertEmulator.serve({ scans: [scan({ startTime: 52200000, current })] })
      const [job] = yield* list(connect(vendor), {}, "current")
      assert.deepStrictEqual(
        [job?.startTime, job?.progress, job?.state, job?.name],
        [1591099200000, 40.5, "running", "Perimeter"]
      )
    })
  )

  it.live("D13: an invalid time zone does no harm", () =>
    Effect.gen(function* () {
      const details = {
        error: null,
        data: { surveyName: "India", timezone: "5:30#chennai", startTime: 52200000, currentScanJobList: null }
      }
      const fault: Emulator.Fault = ({ endpoint }) =>
        endpoint === "getScanDetails" ? HttpServerResponse.jsonUnsafe(details) : undefined
      const vendor = yield* DigiCertEmulator.serve({ scans: [scan({ past: [past("a")] })], fault })
      const [job] = yield* list(connect(vendor))
      assert.strictEqual(job?.name, "India")
    })
  )

  it.live("a query for running scans asks for the running job of each scan, and not for plans or history", () =>
    Effect.gen(function* () {
      const vendor = yield* DigiCertEmulator.serve()
      yield* list(connect(vendor), { states: ["running"], kinds: ["run"] })
      assert.deepStrictEqual(
        new Set((yield* vendor.ledger.entries).map(({ path }) => path.split("/").at(-1))),
        new Set(["getScanDetails"])
      )
    })
  )
})

describe("a refusal of the credential", () => {
  it.live.each([
    ["HTTP 403", 403, { errors: [{ code: "access_denied", message: "no" }] }],
    ["HTTP 200 with an error", 200, { error: { code: "access_denied|invalid_approver", message: "no" }, data: null }]
  ] as const)("fails the list and the check: %s", ([, status, body]) =>
    Effect.gen(function* () {
      const fault = Faults.on("pastScanJobs", () => HttpServerResponse.jsonUnsafe(body, { status }))
      const vendor = yield* DigiCertEmulator.serve({ scans: [scan({ past: [past("a")] })], fault })
      const events: Array<Progress.Event> = []
      const checked = yield* DigiCert.check(connect(vendor)).pipe(
        Effect.provide([Fast, Progress.layer((event) => Effect.sync(() => void events.push(event)))])
      )
      const failed = checked.filter((one) => one.status === "failed").flatMap(({ scopes }) => scopes)
      assert.isAtLeast(failed.length, 1)
      assert.deepStrictEqual([...new Set(failed.map(({ error }) => error?.reason._tag))], ["Forbidden"])
      assert.isEmpty(events.filter(({ _tag }) => _tag === "Noted"))
      const error = yield* DigiCert.jobs(connect(vendor)).pipe(Stream.runDrain, Effect.flip, Effect.provide(Fast))
      assert.strictEqual(error.reason._tag, "Forbidden")
    })
  )
})
