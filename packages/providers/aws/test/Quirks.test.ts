import { assert, describe, it } from "@effect/vitest"
import { Aws } from "@scanjobs/aws"
import * as AwsEmulator from "@scanjobs/aws/emulator"
import { type Progress, Progress as Reports } from "@scanjobs/core"
import { Faults } from "@scanjobs/testing"
import { Effect, Redacted, Stream } from "effect"
import { HttpClient, HttpClientResponse, HttpServerResponse } from "effect/http"
import { connect, type Connection, empty, Fast, ids, list, type ListingName, region, rows } from "./Account.ts"

const listings: ReadonlyArray<ListingName> = [
  "backupScans",
  "malwareScans",
  "cisScans",
  "cisConfigurations",
  "classificationJobs"
]

const serve = (options: AwsEmulator.Options & { readonly rows?: number } = {}) =>
  AwsEmulator.serve({ regions: { [region]: rows(options.rows ?? 3) }, ...options })

/** The notes of a reading. */
const notesOf = (connection: Connection, listing: ListingName) =>
  Effect.gen(function* () {
    const notes: Array<string> = []
    const listener = (event: Progress.Event) =>
      Effect.sync(() => void (event._tag === "Noted" && notes.push(`${event.scope}: ${event.message}`)))
    const outcome = yield* Aws.jobs(connection, {}, { listings: [listing] }).pipe(
      Stream.runCollect,
      Effect.result,
      Effect.provideService(Reports.Progress, listener),
      Effect.provide(Fast)
    )
    return { notes, outcome }
  })

const errorOf = (connection: Connection, listing: ListingName = "backupScans") =>
  Effect.orDie(Effect.flip(list(connection, listing)))

describe("AWS", () => {
  it.live("W1: tells times as epoch seconds with a fraction, and Macie's as ISO 8601", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({ rows: 1 })
      const times = yield* Effect.forEach(["backupScans", "cisScans", "classificationJobs"] as const, (listing) =>
        Effect.map(list(connect(vendor), listing), ([job]) => [job?.startTime, job?.finishTime])
      )
      const at = Date.UTC(2026, 0, 1) + 250
      assert.deepStrictEqual(times, [
        [at, at + 30_000],
        [at, null],
        [at + 86_400_000, null]
      ])
    })
  )

  for (const end of ["absent", "null", "empty"] as const) {
    it.live.each(listings)(`W2: ends %s where the token is ${end}`, (listing) =>
      Effect.gen(function* () {
        const vendor = yield* serve({ rows: 5, quirks: { end } })
        assert.lengthOf(yield* ids(connect(vendor, { pageSize: 2 }), listing), 5)
      })
    )
  }

  it.live.each(listings)("W3: goes on in %s behind any number of empty pages with new tokens", (listing) =>
    Effect.gen(function* () {
      const vendor = yield* serve({ rows: 3, quirks: { emptyPages: 12 } })
      assert.lengthOf(yield* ids(connect(vendor, { pageSize: 2 }), listing), 3)
    })
  )

  it.live("W3: fails where an empty page repeats its token", () =>
    Effect.gen(function* () {
      const stuck = Faults.on("malwareScans", () => HttpServerResponse.jsonUnsafe({ scans: [], nextToken: "same" }))
      const vendor = yield* serve({ fault: stuck })
      assert.strictEqual((yield* errorOf(connect(vendor), "malwareScans")).reason._tag, "PaginationStalled")
    })
  )

  it.live("W4: pages malware scans by the query, with an empty body and no detector", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({ rows: 3 })
      yield* ids(connect(vendor, { pageSize: 2 }), "malwareScans")
      const entries = yield* vendor.ledger.entries
      assert.deepStrictEqual(
        entries.map(({ body, query }) => [query["maxResults"], query["nextToken"] === undefined, body]),
        [
          ["2", true, {}],
          ["2", false, {}]
        ]
      )
    })
  )

  describe("W6: a region where a service is not enabled", () => {
    const two = (off: AwsEmulator.Region) => AwsEmulator.serve({ regions: { [region]: rows(2), "us-east-1": off } })

    it.live.each([400, 401, 403] as const)(
      "is left out with a note, where it answers %d and there are others",
      (status) =>
        Effect.gen(function* () {
          const vendor = yield* two({ ...empty, classificationJobs: status })
          const { notes, outcome } = yield* notesOf(connect(vendor), "classificationJobs")
          assert.strictEqual(outcome._tag === "Success" ? outcome.success.length : 0, 2)
          assert.deepStrictEqual(notes, [
            "us-east-1: us-east-1 is left out: The service is not enabled for this account in this region."
          ])
        })
    )

    it.live("is a refusal where it is the only one", () =>
      Effect.gen(function* () {
        const vendor = yield* AwsEmulator.serve({ regions: { [region]: { ...empty, classificationJobs: 403 } } })
        const { reason } = yield* errorOf(connect(vendor), "classificationJobs")
        assert.strictEqual(reason._tag, "Forbidden")
        assert.include(reason.message, "macie2:ListClassificationJobs")
      })
    )

    it.live("is not told from a permission that is missing by the status alone", () =>
      Effect.gen(function* () {
        const denied = Faults.on("scanJobs", () =>
          HttpServerResponse.jsonUnsafe(
            { message: "User: arn:aws:iam::1:user/x is not authorized to perform: backup:ListScanJobs" },
            { status: 403, headers: { "x-amzn-errortype": "AccessDeniedException" } }
          )
        )
        const vendor = yield* AwsEmulator.serve({ regions: { [region]: empty, "us-east-1": empty }, fault: denied })
        assert.strictEqual((yield* errorOf(connect(vendor))).reason._tag, "Forbidden")
      })
    )
  })

  it.live.each([
    { listing: "backupScans", field: "State" },
    { listing: "malwareScans", field: "scanStatus" },
    { listing: "cisScans", field: "status" },
    { listing: "classificationJobs", field: "jobStatus" }
  ] as const)("W12: lists what has no state, which no service promises, as unknown: $listing", ({ listing, field }) =>
    Effect.gen(function* () {
      const all = rows(2)[listing]
      const stateless = (row: AwsEmulator.Row, value: object) =>
        Object.assign(Object.fromEntries(Object.entries(row).filter(([name]) => name !== field)), value)
      const [first = {}, second = {}] = typeof all === "number" ? [] : all
      const vendor = yield* AwsEmulator.serve({
        regions: { [region]: { ...empty, [listing]: [stateless(first, {}), stateless(second, { [field]: null })] } }
      })
      const jobs = yield* list(connect(vendor), listing)
      assert.deepStrictEqual(
        jobs.map(({ state, vendorState }) => [state, vendorState]),
        [
          ["unknown", null],
          ["unknown", null]
        ]
      )
    })
  )

  it.effect.each([
    { where: "eu-central-1", host: "backup.eu-central-1.amazonaws.com" },
    { where: "us-gov-west-1", host: "backup.us-gov-west-1.amazonaws.com" },
    { where: "cn-north-1", host: "backup.cn-north-1.amazonaws.com.cn" },
    { where: "eusc-de-east-1", host: "backup.eusc-de-east-1.amazonaws.eu" },
    { where: "us-isob-east-1", host: "backup.us-isob-east-1.sc2s.sgov.gov" }
  ] as const)("asks the host of its partition in the region $where", ({ host, where }) =>
    Effect.gen(function* () {
      const asked: Array<string> = []
      const client = HttpClient.make((request, url) => {
        asked.push(url.host)
        return Effect.succeed(HttpClientResponse.fromWeb(request, Response.json({ ScanJobs: [] })))
      })
      const keys = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: Redacted.make("secret") }
      yield* Aws.jobs(
        { provider: "aws", name: "main", ...keys, regions: [where] },
        {},
        { listings: ["backupScans"] }
      ).pipe(Stream.runDrain, Effect.provideService(HttpClient.HttpClient, client))
      assert.deepStrictEqual(asked, [host])
    })
  )

  it.live("W7: spells what was cancelled in two ways", () =>
    Effect.gen(function* () {
      const one = rows(1)
      const state = (field: string, word: string) => (row: AwsEmulator.Row) => ({ ...row, [field]: word })
      const of = (all: AwsEmulator.Region["backupScans"], change: (row: AwsEmulator.Row) => AwsEmulator.Row) =>
        typeof all === "number" ? all : all.map(change)
      const vendor = yield* AwsEmulator.serve({
        regions: {
          [region]: {
            ...one,
            backupScans: of(one.backupScans, state("State", "CANCELED")),
            cisScans: of(one.cisScans, state("status", "CANCELLED"))
          }
        }
      })
      const states = yield* Effect.forEach(["backupScans", "cisScans"] as const, (listing) =>
        Effect.map(list(connect(vendor), listing), ([job]) => job?.state)
      )
      assert.deepStrictEqual(states, ["cancelled", "cancelled"])
    })
  )

  describe("W8: a CIS configuration", () => {
    const planned = (schedule: object) =>
      Effect.gen(function* () {
        const row = { scanConfigurationArn: "arn:c", scanName: "servers", schedule }
        const vendor = yield* AwsEmulator.serve({ regions: { [region]: { ...empty, cisConfigurations: [row] } } })
        const span = { from: Date.UTC(2026, 2, 27), until: Date.UTC(2026, 3, 4) }
        const jobs = yield* list(connect(vendor), "cisPlanned", span)
        return jobs.map(({ startTime, state }) => `${state} ${new Date(startTime ?? Number.NaN).toISOString()}`)
      })
    const startTime = { timeOfDay: "02:30", timezone: "Europe/Berlin" }

    it.live("that runs daily is due in its zone, also where clocks go forward", () =>
      Effect.gen(function* () {
        const due = yield* planned({ daily: { startTime } })
        assert.deepStrictEqual(due.slice(0, 4), [
          "scheduled 2026-03-27T01:30:00.000Z",
          "scheduled 2026-03-28T01:30:00.000Z",
          "scheduled 2026-03-29T01:30:00.000Z",
          "scheduled 2026-03-30T00:30:00.000Z"
        ])
      })
    )

    it.live("that runs daily is found behind pages of others whose next run is after the span", () =>
      Effect.gen(function* () {
        const schedules = [
          ...Array.from({ length: 12 }, () => ({ weekly: { startTime, days: ["THU"] } })),
          { daily: { startTime } }
        ]
        const cisConfigurations = schedules.map((schedule, index) => ({
          scanConfigurationArn: `arn:c${index}`,
          schedule
        }))
        const vendor = yield* AwsEmulator.serve({ regions: { [region]: { ...empty, cisConfigurations } } })
        const span = { from: Date.UTC(2026, 2, 27), until: Date.UTC(2026, 2, 28) }
        const jobs = yield* list(connect(vendor, { pageSize: 1 }), "cisPlanned", span)
        assert.deepStrictEqual(
          jobs.map(({ startTime: due }) => due),
          [Date.UTC(2026, 2, 27, 1, 30)]
        )
      })
    )

    it.live("that runs weekly is due on its days", () =>
      Effect.gen(function* () {
        const due = yield* planned({ weekly: { startTime, days: ["MON", "FRI"] } })
        assert.deepStrictEqual(due, [
          "scheduled 2026-03-27T01:30:00.000Z",
          "scheduled 2026-03-30T00:30:00.000Z",
          "scheduled 2026-04-03T00:30:00.000Z"
        ])
      })
    )

    it.live.each([{ monthly: { startTime, day: "SUN" } }, { oneTime: {} }])("as %j has no planned run", (schedule) =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* planned(schedule), [])
      })
    )
  })

  it.live("W10: learns the services' clock from a refusal, and is refused where the difference stays", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({ rows: 5, quirks: { ahead: 3_600_000 } })
      assert.lengthOf(yield* ids(connect(vendor, { pageSize: 2 }), "backupScans"), 5)
      assert.deepStrictEqual(
        (yield* vendor.ledger.entries).map(({ status }) => status),
        [403, 200, 200, 200]
      )
    })
  )

  it.live("W11: encodes a token of any signs once, and signs it as it is sent", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({ rows: 3 })
      yield* ids(connect(vendor, { pageSize: 2 }), "malwareScans")
      const [, second] = yield* vendor.ledger.entries
      assert.match(String(second?.query["nextToken"]), /^é\/\+=0:/)
      assert.strictEqual(second?.credential, "accepted")
    })
  )
})

describe("an error of AWS", () => {
  it.live.each(["header", "headerWithAddress", "body"] as const)("has its type in the %s", (errorType) =>
    Effect.gen(function* () {
      const vendor = yield* serve({ quirks: { errorType } })
      const wrong = connect(vendor, { secretAccessKey: Redacted.make("another") })
      const { reason } = yield* errorOf(wrong)
      assert.deepInclude(reason, { _tag: "Unauthorized", code: "InvalidSignatureException" })
      assert.include(reason.message, "check accessKeyId")
    })
  )

  it.live("with an unknown key is Unauthorized, although its status is 403", () =>
    Effect.gen(function* () {
      const vendor = yield* serve()
      const { reason } = yield* errorOf(connect(vendor, { accessKeyId: "AKIAUNKNOWN000000001" }))
      assert.deepInclude(reason, { _tag: "Unauthorized", code: "UnrecognizedClientException" })
    })
  )

  it.live("with temporary keys wants their token", () =>
    Effect.gen(function* () {
      const vendor = yield* serve({ sessionToken: "t0ken/of+session=" })
      assert.strictEqual((yield* errorOf(connect(vendor))).reason._tag, "Unauthorized")
      const sessionToken = Redacted.make("t0ken/of+session=")
      assert.lengthOf(yield* ids(connect(vendor, { sessionToken }), "backupScans"), 3)
    })
  )

  it.live.each([
    [400, "ThrottlingException"],
    [429, "TooManyRequestsException"]
  ] as const)("with status %d and type %s is tried again", ([status, type]) =>
    Effect.gen(function* () {
      const throttled = Faults.on(
        "scanJobs",
        Faults.nth(1, () =>
          HttpServerResponse.jsonUnsafe({ message: "Rate exceeded" }, { status, headers: { "x-amzn-errortype": type } })
        )
      )
      const vendor = yield* serve({ fault: throttled })
      assert.lengthOf(yield* ids(connect(vendor), "backupScans"), 3)
      assert.lengthOf(yield* vendor.ledger.entries, 2)
    })
  )
})
