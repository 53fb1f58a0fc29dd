import { type Provider, RateLimit, RetryPolicy, type ScanError } from "@scanjobs/core"
import { Api, DigiCert } from "@scanjobs/digicert"
import * as DigiCertEmulator from "@scanjobs/digicert/emulator"
import type { Emulator } from "@scanjobs/testing"
import { NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Redacted, Schema, Stream } from "effect"
import { HttpServerResponse } from "effect/http"
import sample from "./fixtures/futureScanJobs.json" with { type: "json" }

type DigiCertConnection = Provider.ConnectionOf<typeof DigiCert>

const connect = ({ settings }: DigiCertEmulator.DigiCertEmulator, apiKey = settings.apiKey): DigiCertConnection => ({
  ...settings,
  provider: "digicert",
  name: "dc",
  apiKey: Redacted.make(apiKey)
})

const Fast = Layer.mergeAll(
  NodeHttpClient.layerUndici,
  RateLimit.layerUnlimited,
  RetryPolicy.layer({ base: "1 millis", max: "2 millis" })
)

const errorOf = (connection: DigiCertConnection): Effect.Effect<ScanError.ScanError> =>
  DigiCert.jobs(connection).pipe(Stream.runDrain, Effect.flip, Effect.orDie, Effect.provide(Fast))

const answering =
  (body: unknown, status = 200): Emulator.Fault =>
  ({ endpoint }) =>
    endpoint === "getScanDetails" ? undefined : HttpServerResponse.jsonUnsafe(body, { status })

const one = (row: object): DigiCertEmulator.Scan => ({
  ...DigiCertEmulator.published,
  planned: DigiCertEmulator.rows([{ jobId: "1", startTime: 1591099200000, ...row }]),
  past: [{ jobId: "1", startTime: 1591099200000, endTime: 1591099260000, ...row }],
  current: []
})

describe("the published sample", () => {
  it.live("is read field for field", () =>
    Effect.gen(function* () {
      const vendor = yield* DigiCertEmulator.serve({
        scans: [DigiCertEmulator.published],
        fault: ({ endpoint, nth }) =>
          endpoint === "futureScanJobs"
            ? HttpServerResponse.jsonUnsafe(nth === 1 ? sample : { error: null, data: { scanJobDTOList: [] } })
            : undefined
      })
      const jobs = yield* DigiCert.jobs(connect(vendor)).pipe(
        Stream.filter((job) => job.listing === "future"),
        Stream.runCollect,
        Effect.provide(Fast)
      )
      assert.lengthOf(jobs, 10)
      assert.deepStrictEqual(jobs[1], {
        provider: "digicert",
        connection: "dc",
        listing: "future",
        scope: "293514",
        id: "digicert/dc/future/293514/1594123200000",
        vendorId: "1594123200000",
        kind: "occurrence",
        definitionId: "293514",
        name: "Monthly certificate inventory",
        category: "certificate",
        state: "scheduled",
        vendorState: "11",
        detail: null,
        progress: null,
        startTime: 1594123200000,
        finishTime: null,
        link: null,
        raw: { jobId: "1594123200000", startTime: 1594123200000, state: 11 }
      })
    })
  )
})

describe("states", () => {
  const expected = [
    [10, "running", "running"],
    [11, "scheduled", "succeeded"],
    [12, "scheduled", "failed"],
    [13, "scheduled", "partially_succeeded"],
    [14, "scheduled", "unknown"],
    [15, "scheduled", "unknown"],
    [16, "skipped", "skipped"],
    [19, "cancelled", "cancelled"],
    ["11", "scheduled", "succeeded"],
    [4711, "scheduled", "unknown"]
  ] as const
  for (const [state, plan, run] of expected) {
    it.live(`${JSON.stringify(state)} is ${plan} of a planned run and ${run} of a past one`, () =>
      Effect.gen(function* () {
        const vendor = yield* DigiCertEmulator.serve({ scans: [one({ state })] })
        const jobs = yield* DigiCert.jobs(connect(vendor)).pipe(Stream.runCollect, Effect.provide(Fast))
        const of = (listing: string) => jobs.find((job) => job.listing === listing)
        assert.deepStrictEqual([of("future")?.state, of("past")?.state], [plan, run])
        assert.strictEqual(of("past")?.vendorState, String(state))
      })
    )
  }
})

describe("errors", () => {
  const inside = [
    ["an object", { error: { code: "E1", message: "no such scan" }, data: null }, "E1", "no such scan"],
    ["a list beside data", { errors: [{ code: "E2", message: "not now" }], data: null }, "E2", "not now"],
    ["a text", { error: "broken", data: null }, "broken", null],
    ["something else", { error: { reason: 5 }, data: { scanJobDTOList: [] } }, null, null]
  ] as const
  for (const [form, body, code, detail] of inside) {
    it.live(`an error in a 200 that is ${form} is an error, not an empty list`, () =>
      Effect.gen(function* () {
        const vendor = yield* DigiCertEmulator.serve({ fault: answering(body) })
        const { reason } = yield* errorOf(connect(vendor))
        assert.strictEqual(reason._tag, "VendorRejected")
        if (reason._tag === "VendorRejected") assert.deepStrictEqual([reason.code, reason.detail], [code, detail])
      })
    )
  }

  it.live("a wrong key is Forbidden, says what to check, and is not retried", () =>
    Effect.gen(function* () {
      const vendor = yield* DigiCertEmulator.serve({ scans: [one({ state: 11 })] })
      const error = yield* errorOf(connect(vendor, "wrong-key-4711"))
      assert.strictEqual(error.reason._tag, "Forbidden")
      assert.include(error.message, "View Only")
      assert.notInclude(error.message, "wrong-key-4711")
      assert.isAtMost((yield* vendor.ledger.entries).length, 3)
    })
  )

  it.live("a view-only key can read the scan, and the error says why it cannot read the lists", () =>
    Effect.gen(function* () {
      const vendor = yield* DigiCertEmulator.serve({ scans: [one({ state: 11 })], viewOnlyKey: "view" })
      const error = yield* errorOf(connect(vendor, "view"))
      assert.deepStrictEqual([error.listing, error.reason._tag], ["future", "Forbidden"])
    })
  )

  it.live("a gateway's HTML is an error, whatever its status", () =>
    Effect.gen(function* () {
      const html: Emulator.Fault = () => HttpServerResponse.html("<html><h1>Maintenance</h1></html>")
      const vendor = yield* DigiCertEmulator.serve({ fault: html })
      const { reason } = yield* errorOf(connect(vendor))
      assert.strictEqual(reason._tag, "Malformed")
    })
  )

  it.live("a failure has a cursor to resume from", () =>
    Effect.gen(function* () {
      const runs = Array.from({ length: 6 }, (_, index) => ({ jobId: `r${index}`, state: 11 }))
      const vendor = yield* DigiCertEmulator.serve({
        scans: [{ ...one({}), planned: DigiCertEmulator.rows([]), past: runs }],
        fault: ({ endpoint, nth }) =>
          endpoint === "pastScanJobs" && nth === 2 ? HttpServerResponse.empty({ status: 404 }) : undefined
      })
      const { resume } = yield* errorOf({ ...connect(vendor), pageSize: 4 })
      assert.deepInclude(resume, { listing: "past", scope: 293514 })
      const rest = yield* DigiCert.jobs(connect(vendor), {}, { resume: resume === null ? [] : [resume] }).pipe(
        Stream.filter(({ listing }) => listing === "past"),
        Stream.runCollect,
        Effect.provide(Fast)
      )
      assert.deepStrictEqual(
        rest.map(({ vendorId }) => vendorId),
        ["r4", "r5"]
      )
    })
  )
})

describe("schemas", () => {
  for (const [name, endpoint] of [
    ["futureScanJobs", Api.futureScanJobs(Api.FutureScanJob)],
    ["pastScanJobs", Api.pastScanJobs(Api.PastScanJob)],
    ["getScanDetails", Api.getScanDetails(Api.CurrentScanJob)]
  ] as const) {
    it(`of ${name} are read by compiled code`, () => {
      for (const page of endpoint.success) assert.strictEqual(Schema.toCodecJson(page).ast, page.ast)
    })
  }
})

describe("the quotas", () => {
  it.live("belong to the key: connections with the same key share them", () =>
    Effect.gen(function* () {
      const vendor = yield* DigiCertEmulator.serve({ scans: [one({ state: 11 })] })
      const keys: Array<string> = []
      const recording = Layer.succeed(RateLimit.RateLimit, {
        acquire: (key) => Effect.sync(() => void keys.push(key))
      })
      for (const [name, apiKey] of [
        ["a", "shared"],
        ["b", "shared"],
        ["c", "own"]
      ] as const) {
        yield* DigiCert.check({ ...connect(vendor, apiKey), name }).pipe(
          Effect.ignore,
          Effect.provide(Layer.merge(NodeHttpClient.layerUndici, recording))
        )
      }
      assert.lengthOf(new Set(keys), 2)
      assert.isFalse(keys.some((key) => key.includes("shared")))
    })
  )
})
