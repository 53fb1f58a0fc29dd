import { assert, describe, it } from "@effect/vitest"
import * as DigiCertEmulator from "@scanjobs/digicert/emulator"
import { Effect, Schema } from "effect"
import { TestClock } from "effect/testing"
import sample from "./fixtures/futureScanJobs.json" with { type: "json" }

const prefix = "/apicontroller/v1/scan"
const page = { accountId: "5153184", divisionId: 677793, surveyDefId: 293514, startIndex: 1, pageSize: 10 }

/** Speaks to the emulator as `curl` would: no schema of ours, no client of ours. */
const talkTo = ({ baseUrl, settings }: DigiCertEmulator.DigiCertEmulator, apiKey: string = settings.apiKey) => {
  const send = (path: string, init: RequestInit) =>
    Effect.promise(async () => {
      const headers = { "X-DC-DEVKEY": apiKey, "Content-Type": "application/json" }
      const response = await fetch(`${baseUrl}${prefix}${path}`, { headers, ...init })
      const body: unknown = await response.json()
      return { status: response.status, body }
    })
  return {
    post: (path: string, body: object) => send(path, { method: "POST", body: JSON.stringify(body) }),
    get: (path: string) => send(path, {})
  }
}

const Jobs = Schema.Struct({
  data: Schema.Struct({
    scanJobDTOList: Schema.Array(Schema.Struct({ jobId: Schema.String, startTime: Schema.Any })),
    totalCount: Schema.optionalKey(Schema.Finite),
    currentCount: Schema.optionalKey(Schema.Finite)
  }),
  totalCount: Schema.optionalKey(Schema.Finite),
  currentCount: Schema.optionalKey(Schema.Finite)
})
const decodeJobs = Schema.decodeUnknownSync(Jobs)

const onlyPublished = { scans: [DigiCertEmulator.published] }

const numbered = (length: number): DigiCertEmulator.Scan => ({
  ...DigiCertEmulator.published,
  planned: DigiCertEmulator.rows(
    Array.from({ length }, (_, index) => ({ jobId: String(index), startTime: 1_591_099_200_000 + index, state: 11 }))
  )
})

const idsOf = (body: unknown) => decodeJobs(body).data.scanJobDTOList.map(({ jobId }) => jobId)

describe("the DigiCert emulator", () => {
  it.effect("answers the documented request as documented", () =>
    Effect.gen(function* () {
      const { post } = talkTo(yield* DigiCertEmulator.serve(onlyPublished))
      assert.deepStrictEqual(yield* post("/futureScanJobs", page), { status: 200, body: sample })
    })
  )

  it.effect("continues the schedule without end, by records counted from 1", () =>
    Effect.gen(function* () {
      const { post } = talkTo(yield* DigiCertEmulator.serve(onlyPublished))
      const ids = idsOf((yield* post("/futureScanJobs", page)).body)
      const overlapping = yield* post("/futureScanJobs", { ...page, startIndex: 10, pageSize: 2 })
      assert.deepStrictEqual(idsOf(overlapping.body), [ids[9], String(Date.UTC(2021, 3, 6, 12))])
      const far = decodeJobs((yield* post("/futureScanJobs", { ...page, startIndex: 1201, pageSize: 512 })).body)
      assert.strictEqual(far.data.scanJobDTOList[0]?.jobId, String(Date.UTC(2120, 5, 4, 12)))
      assert.strictEqual(far.data.totalCount, 2_147_483_647)
      assert.strictEqual(far.data.currentCount, 512)
    })
  )

  it.effect("gives a scan that runs once no time", () =>
    Effect.gen(function* () {
      const scan = { ...DigiCertEmulator.published, planned: DigiCertEmulator.oneTime }
      const { post } = talkTo(yield* DigiCertEmulator.serve({ scans: [scan] }))
      const { data } = decodeJobs((yield* post("/futureScanJobs", page)).body)
      assert.deepStrictEqual(data, {
        scanJobDTOList: [{ jobId: "0", startTime: 0 }],
        totalCount: 1,
        currentCount: 1
      })
    })
  )

  it.effect("ends a finite list with an empty page", () =>
    Effect.gen(function* () {
      const { post } = talkTo(yield* DigiCertEmulator.serve({ scans: [numbered(12)] }))
      assert.strictEqual(idsOf((yield* post("/futureScanJobs", { ...page, startIndex: 11 })).body).length, 2)
      assert.strictEqual(idsOf((yield* post("/futureScanJobs", { ...page, startIndex: 13 })).body).length, 0)
    })
  )

  it.effect("refuses a bad key with 403, and a view-only key for a list, which is a POST", () =>
    Effect.gen(function* () {
      const emulator = yield* DigiCertEmulator.serve({ ...onlyPublished, viewOnlyKey: "looking" })
      const invalid = { errors: [{ code: "access_denied_invalid_key", message: "The API key is not valid." }] }
      assert.deepStrictEqual(yield* talkTo(emulator, "wrong").post("/futureScanJobs", page), {
        status: 403,
        body: invalid
      })
      assert.strictEqual((yield* talkTo(emulator, "looking").post("/pastScanJobs", page)).status, 403)
      const details = "/getScanDetails?surveyDefId=293514&accountId=5153184&divisionId=677793"
      assert.strictEqual((yield* talkTo(emulator, "looking").get(details)).status, 200)
    })
  )

  it.effect("reports an unknown scan in a 200, in the chosen form", () =>
    Effect.gen(function* () {
      const [code, message] = ["survey_not_found", "There is no such scan in this account."]
      const forms = {
        object: { error: { code, message }, data: null },
        array: { errors: [{ code, message }], data: null },
        text: { error: message, data: null }
      } as const
      for (const error of ["object", "array", "text"] as const) {
        const { post } = talkTo(yield* DigiCertEmulator.serve({ ...onlyPublished, quirks: { error } }))
        const answer = yield* post("/futureScanJobs", { ...page, surveyDefId: 1 })
        assert.deepStrictEqual(answer, { status: 200, body: forms[error] })
      }
    })
  )

  it.effect("accepts exactly the documented types, fields and ranges", () =>
    Effect.gen(function* () {
      const emulator = yield* DigiCertEmulator.serve(onlyPublished)
      const { get, post } = talkTo(emulator)
      const { accountId: _, ...noAccount } = page
      const answers = [
        yield* post("/futureScanJobs", { ...page, accountId: 5153184 }),
        yield* post("/futureScanJobs", { ...page, divisionId: "677793" }),
        yield* post("/futureScanJobs", { ...page, surveyDefId: "293514" }),
        yield* post("/futureScanJobs", { ...page, startIndex: 0 }),
        yield* post("/futureScanJobs", { ...page, pageSize: 513 }),
        yield* post("/futureScanJobs", { ...page, pageSize: 1.5 }),
        yield* post("/futureScanJobs", { ...page, frequency: "daily" }),
        yield* post("/pastScanJobs", noAccount),
        yield* get("/getScanDetails?surveyDefId=293514&accountId=5153184"),
        yield* get("/getScanDetails?surveyDefId=abc&accountId=5153184&divisionId=677793")
      ]
      assert.deepStrictEqual(
        answers.map(({ status }) => status),
        answers.map(() => 400)
      )
      assert.strictEqual((yield* emulator.ledger.violations).length, answers.length)
    })
  )

  it.effect("sends times and counts in every known form", () =>
    Effect.gen(function* () {
      const first = (quirks: Partial<DigiCertEmulator.Quirks>) =>
        Effect.gen(function* () {
          const { post } = talkTo(yield* DigiCertEmulator.serve({ ...onlyPublished, quirks }))
          return decodeJobs((yield* post("/futureScanJobs", { ...page, pageSize: 1 })).body)
        })
      const timeAs = (times: DigiCertEmulator.Quirks["times"]) =>
        Effect.map(first({ times }), ({ data }) => data.scanJobDTOList[0])
      const jobId = "1591099200000"
      assert.deepStrictEqual(yield* timeAs("millisecondsText"), { jobId, startTime: "1591099200000" })
      assert.deepStrictEqual(yield* timeAs("seconds"), { jobId, startTime: 1_591_099_200 })
      assert.deepStrictEqual(yield* timeAs("secondsText"), { jobId, startTime: "1591099200" })
      const top = yield* first({ counts: "top" })
      assert.deepInclude(top, { totalCount: DigiCertEmulator.endless, currentCount: 1 })
      assert.notProperty(top.data, "totalCount")
      const absent = yield* first({ counts: "absent" })
      assert.notProperty(absent, "totalCount")
      assert.strictEqual((yield* first({ total: 7 })).data.totalCount, 7)
    })
  )

  it.effect("caps pages, and shuffles rows without losing one", () =>
    Effect.gen(function* () {
      const quirks = { maxPageSize: 7, unsorted: true }
      const { post } = talkTo(yield* DigiCertEmulator.serve({ scans: [numbered(50)], quirks }))
      const ids: Array<number> = []
      for (;;) {
        const more = idsOf((yield* post("/futureScanJobs", { ...page, startIndex: ids.length + 1 })).body)
        assert.isAtMost(more.length, 7)
        if (more.length === 0) break
        ids.push(...more.map(Number))
      }
      const sorted = ids.toSorted((a, b) => a - b)
      assert.notDeepEqual(ids, sorted)
      assert.deepStrictEqual(
        sorted,
        Array.from({ length: 50 }, (_, index) => index)
      )
    })
  )

  it.effect("enforces the vendor's quotas if asked to", () =>
    Effect.gen(function* () {
      const { post } = talkTo(yield* DigiCertEmulator.serve({ ...onlyPublished, limited: true }))
      const burst = (count: number) =>
        Effect.map(
          Effect.all(
            Array.from({ length: count }, () => post("/futureScanJobs", page)),
            { concurrency: 20 }
          ),
          (all) => all.filter(({ status }) => status === 200).length
        )
      assert.strictEqual(yield* burst(101), 100)
      const refused = yield* post("/futureScanJobs", page)
      assert.deepStrictEqual(refused, {
        status: 429,
        body: { errors: [{ code: "request_limit_exceeded", message: "Too many requests." }] }
      })
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual(yield* burst(1), 1)
    })
  )

  it.effect("describes a scan as the documentation does", () =>
    Effect.gen(function* () {
      const current = [{ jobId: "9", state: 10, startTime: 1_591_099_200_000, percentageCompleted: 40, duration: 60 }]
      const emulator = yield* DigiCertEmulator.serve({ scans: [{ ...DigiCertEmulator.published, current }] })
      const answer = yield* talkTo(emulator).get(
        "/getScanDetails?surveyDefId=293514&accountId=5153184&divisionId=677793"
      )
      assert.deepStrictEqual(answer.body, {
        error: null,
        data: {
          accountId: "5153184",
          divisionId: 677793,
          surveyName: "Monthly certificate inventory",
          frequencyType: "monthly",
          surveyDefId: 293514,
          state: "active",
          timezone: "5:30#chennai",
          createdTime: Date.UTC(2020, 4, 20, 9, 30),
          startTime: 43_200_000,
          currentScanJobList: current
        }
      })
    })
  )

  it.effect("generates equal scans for equal seeds, around the current time", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.UTC(2026, 0, 15, 10))
      const plain = (scans: ReadonlyArray<DigiCertEmulator.Scan>) =>
        scans.map(({ planned, ...scan }) => ({ ...scan, first: planned.at(0), second: planned.at(1) }))
      const first = yield* DigiCertEmulator.generate({ scans: 12, past: 50, seed: "a" })
      const again = yield* DigiCertEmulator.generate({ scans: 12, past: 50, seed: "a" })
      const other = yield* DigiCertEmulator.generate({ scans: 12, past: 50, seed: "b" })
      assert.deepStrictEqual(plain(first), plain(again))
      assert.notDeepEqual(plain(first), plain(other))
      assert.strictEqual(new Set(first.map(({ surveyDefId }) => surveyDefId)).size, 12)
      assert.strictEqual(new Set(first.flatMap(({ past }) => past.map(({ jobId }) => jobId))).size, 11 * 50 + 1)
      const now = Date.UTC(2026, 0, 15, 10)
      for (const { past, planned } of first) {
        assert.isTrue(past.every(({ startTime }) => Number(startTime) < now))
        assert.isTrue(Number(planned.at(0)?.["startTime"]) > now || planned.total === 1)
      }
    })
  )

  it.effect("spreads the past runs over its scans, even millions", () =>
    Effect.gen(function* () {
      const now = Date.UTC(2026, 0, 15, 10)
      yield* TestClock.setTime(now)
      const few = yield* DigiCertEmulator.lazily({ runs: 8 })
      assert.deepStrictEqual(
        few.map(({ past }) => past.length),
        [2, 2, 1, 1, 1, 1]
      )
      const [first] = yield* DigiCertEmulator.lazily({ runs: 6_000_000 })
      assert.strictEqual(first?.past.length, 1_000_000)
      const times = [0, 1, 999_999].map((back) => Number(first?.past.at(back)["startTime"]))
      assert.deepStrictEqual(
        times,
        times.toSorted((a, b) => b - a)
      )
      assert.isAbove(times[2] ?? 0, now - 11 * 365 * 24 * 3_600_000)
    })
  )
})
