import { Api, AvePoint, Region } from "@scanjobs/avepoint"
import * as AvePointEmulator from "@scanjobs/avepoint/emulator"
import type { Connection } from "@scanjobs/core"
import { type Emulator, Faults } from "@scanjobs/testing"
import { assert, describe, it } from "@effect/vitest"
import { NodeHttpClient } from "@effect/platform-node"
import { Effect, Redacted, Schema, Stream } from "effect"
import { HttpServerResponse } from "effect/http"
import { readFileSync } from "node:fs"
import sample from "./fixtures/jobs.json" with { type: "json" }
import { connect, ids, jobs, list, untilError } from "./Tenant.ts"

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url), "utf8")

describe("the published sample", () => {
  it("is the fixture, without its comments and trailing commas (A10)", () => {
    const strict = fixture("jobs.published.txt")
      .replaceAll(/\/\/ .*$/gm, "")
      .replaceAll(/,(\s*[}\]])/g, "$1")
    assert.deepStrictEqual(JSON.parse(strict), sample)
  })

  it.live("is read field for field", () =>
    Effect.gen(function* () {
      const vendor = yield* AvePointEmulator.serve({
        fault: ({ endpoint }) =>
          endpoint === "jobs" ? HttpServerResponse.jsonUnsafe({ ...sample, nextLink: null }) : undefined
      })
      const [first, second] = yield* list(connect(vendor))
      assert.deepStrictEqual(first, {
        provider: "avepoint",
        connection: "ap",
        listing: "jobs",
        scope: null,
        id: "avepoint/ap/jobs/Scan20240926055840723067",
        vendorId: "Scan20240926055840723067",
        kind: "run",
        definitionId: null,
        name: "scan sharepoint sites",
        category: "inventory",
        state: "succeeded",
        vendorState: "2",
        detail: null,
        progress: null,
        startTime: Date.parse("2024-09-26T05:58:40.409Z"),
        finishTime: Date.parse("2024-09-26T05:59:12.230Z"),
        link: null,
        raw: sample.jobs[0]
      } as never)
      assert.strictEqual(second?.name, "scan power platform")
    })
  )
})

describe("states", () => {
  const expected = [
    [0, "unknown"],
    [1, "running"],
    [2, "succeeded"],
    [3, "failed"],
    [4, "partially_succeeded"],
    [5, "skipped"],
    [6, "queued"],
    [7, "failed"],
    [8, "cancelled"],
    [9, "cancelled"],
    [10, "cancelled"],
    [11, "skipped"],
    [12, "skipped"],
    [13, "scheduled"],
    [14, "scheduled"],
    [15, "unknown"]
  ] as const
  it.live("follow the vendor's numbers", () =>
    Effect.gen(function* () {
      const rows = expected.flatMap(([state], index) => jobs(index + 1, { state }).slice(index))
      const vendor = yield* AvePointEmulator.serve({ jobs: rows })
      const found = yield* list(connect(vendor))
      assert.deepStrictEqual(
        found.map(({ state }) => state),
        expected.map(([, state]) => state)
      )
    })
  )
})

describe("parameters", () => {
  it.live("are sent as set, and as documented", () =>
    Effect.gen(function* () {
      const vendor = yield* AvePointEmulator.serve({ jobs: jobs(9) })
      const found = yield* ids(connect(vendor, { pageSize: 5, skip: 2, orderby: "StartTime", sortorder: 1 }))
      assert.lengthOf(found, 7)
      const [first] = yield* vendor.ledger.to("jobs")
      assert.deepStrictEqual(first?.query, { top: "5", skip: "2", orderby: "StartTime", sortorder: "1" })
      assert.deepStrictEqual(yield* vendor.ledger.violations, [])
    })
  )

  it.live("default to whole pages, oldest first", () =>
    Effect.gen(function* () {
      const vendor = yield* AvePointEmulator.serve({ jobs: jobs(1) })
      yield* ids(connect(vendor))
      const [first] = yield* vendor.ledger.to("jobs")
      assert.deepStrictEqual(first?.query, { top: "1000", skip: "0", orderby: "StartTime", sortorder: "0" })
    })
  )

  it.live("newest first, a query with `from` stops at the first older jobs", () =>
    Effect.gen(function* () {
      const vendor = yield* AvePointEmulator.serve({ jobs: jobs(100) })
      const from = Date.UTC(2026, 0, 1, 0, 90)
      assert.lengthOf(yield* ids(connect(vendor, { pageSize: 10, sortorder: 1 }), { from }), 10)
      assert.lengthOf(yield* vendor.ledger.to("jobs"), 2)
    })
  )
})

describe("the order of a query", () => {
  it.live("wins over the settings, and is the order of the lane", () =>
    Effect.gen(function* () {
      const vendor = yield* AvePointEmulator.serve({ jobs: jobs(100) })
      const from = Date.UTC(2026, 0, 1, 0, 90)
      const newest = yield* ids(connect(vendor, { pageSize: 10, sortorder: 0 }), { from, order: "descending" })
      assert.lengthOf(yield* vendor.ledger.to("jobs"), 2)
      const oldest = yield* ids(connect(vendor, { pageSize: 10, sortorder: 1 }), { from, order: "ascending" })
      assert.deepStrictEqual(newest, oldest.toReversed())
      const orderOf = (order: "ascending" | "descending") =>
        Effect.map(
          Effect.provide(Stream.runCollect(AvePoint.lanes(connect(vendor, {}), { order })), NodeHttpClient.layerUndici),
          ([lane]) => lane?.order
        )
      assert.strictEqual(yield* orderOf("descending"), "descending")
      assert.strictEqual(yield* orderOf("ascending"), "ascending")
    })
  )
})

describe("regions", () => {
  it("have the addresses of the documentation", () => {
    const of = (region: Region.Region) => Object.values(Region.addressesOf(region))
    assert.deepStrictEqual(of("us"), [
      "https://graph-us.avepointonlineservices.com",
      "https://identity.avepointonlineservices.com/connect/token"
    ])
    assert.deepStrictEqual(of("gcp-kr"), [
      "https://graph-gcp-kr.avepointonlineservices.com",
      "https://identity.avepointonlineservices.com/connect/token"
    ])
    assert.deepStrictEqual(of("gov"), [
      "https://graph-gov.avepointonlineservices.com",
      "https://identity-gov.avepointonlineservices.com/connect/token"
    ])
    assert.deepStrictEqual(of("aos2"), [
      "https://graph-aos2.avepointonlineservices.com",
      "https://identity-aos2.avepointonlineservices.com/connect/token"
    ])
    assert.deepStrictEqual(of("fedramp"), [
      "https://graphusgovapi.online15.net",
      "https://identity.online15.net/connect/token"
    ])
  })

  it("are those of the documentation, without the one that does not exist", () => {
    assert.lengthOf(Region.Region.literals, 23)
    assert.isFalse(Schema.is(Region.Region)("eu"))
  })
})

describe("settings", () => {
  const certificate = "-----BEGIN CERTIFICATE-----"
  const privateKey = "-----BEGIN PRIVATE KEY-----"
  const problems = (settings: object): ReadonlyArray<string> => {
    const decoded = AvePoint.decode({ provider: "avepoint", name: "ap", clientId: "c", ...settings })
    const found: ReadonlyArray<Connection.Problem> = decoded._tag === "Failure" ? decoded.failure : []
    for (const { message } of found) assert.isNotEmpty(message)
    return found.map(({ key }) => key)
  }

  it("want a secret, or a certificate with its key, and not both", () => {
    assert.deepStrictEqual(problems({ region: "us" }), ["clientSecret"])
    assert.deepStrictEqual(problems({ region: "us", clientSecret: "s" }), [])
    assert.deepStrictEqual(problems({ region: "us", certificate }), ["privateKey"])
    assert.deepStrictEqual(problems({ region: "us", privateKey }), ["certificate"])
    assert.deepStrictEqual(problems({ region: "us", certificate, privateKey }), [])
    assert.deepStrictEqual(problems({ region: "us", clientSecret: "s", certificate, privateKey }), ["clientSecret"])
  })

  it("want a region, or both addresses", () => {
    assert.deepStrictEqual(problems({ clientSecret: "s" }), ["region"])
    assert.deepStrictEqual(problems({ clientSecret: "s", baseUrl: "https://a.example" }), ["region"])
    assert.deepStrictEqual(
      problems({ clientSecret: "s", baseUrl: "https://a.example", tokenUrl: "https://b.example/t" }),
      []
    )
  })

  it.live("may name other addresses than those of the region", () =>
    Effect.gen(function* () {
      const vendor = yield* AvePointEmulator.serve({ jobs: jobs(3) })
      assert.lengthOf(yield* list(connect(vendor, { region: "us" })), 3)
    })
  )

  it.live("are not blamed where the vendor is down", () =>
    Effect.gen(function* () {
      const vendor = yield* AvePointEmulator.serve({ fault: Faults.on("jobs", Faults.status(503)) })
      const { error } = yield* untilError(connect(vendor))
      assert.notInclude(error?.message ?? "", "permission")
    })
  )

  it("require PEM texts of the right type", () => {
    const both = { region: "us", certificate, privateKey }
    assert.deepStrictEqual(problems({ ...both, certificate: privateKey, privateKey: certificate }), [
      "certificate",
      "privateKey"
    ])
    assert.deepStrictEqual(problems({ ...both, privateKey: "-----BEGIN ENCRYPTED PRIVATE KEY-----" }), ["privateKey"])
    assert.deepStrictEqual(problems({ ...both, privateKey: "-----BEGIN EC PRIVATE KEY-----" }), ["privateKey"])
    assert.deepStrictEqual(problems({ ...both, privateKey: "-----BEGIN RSA PRIVATE KEY-----" }), [])
  })

  it("tell which texts can be files", () => {
    assert.deepStrictEqual([...AvePoint.fileSettings], ["certificate", "privateKey"])
  })
})

describe("the credential", () => {
  it.live("may be a certificate", () =>
    Effect.gen(function* () {
      const certificate = fixture("test-only.certificate.pem")
      const vendor = yield* AvePointEmulator.serve({ jobs: jobs(3), certificate })
      const { clientSecret: _, ...tenant } = connect(vendor)
      for (const key of ["test-only.pkcs8.key.pem", "test-only.pkcs1.key.pem"]) {
        const proof = { certificate: Redacted.make(certificate), privateKey: Redacted.make(fixture(key)) }
        assert.lengthOf(yield* ids({ ...tenant, ...proof }), 3)
      }
      assert.deepStrictEqual(yield* vendor.ledger.violations, [])
    })
  )

  it.live("that is wrong is Unauthorized, with the token server's message and without the secret", () =>
    Effect.gen(function* () {
      const vendor = yield* AvePointEmulator.serve({ jobs: jobs(3) })
      const { error } = yield* untilError(connect(vendor, { clientSecret: Redacted.make("canary-4711") }))
      assert.strictEqual(error.reason._tag, "Unauthorized")
      assert.include(error.message, "invalid_client")
      assert.notInclude(JSON.stringify(error) + error.message, "canary-4711")
      assert.lengthOf(yield* vendor.ledger.to("/connect/token"), 1)
      assert.lengthOf(yield* vendor.ledger.to("jobs"), 0)
    })
  )
})

describe("errors", () => {
  const forms = [
    [{ traceId: "t-1", error: "broken", statusCode: 400 }, 400, "VendorRejected"],
    [
      { statusCode: 400, message: "no", errors: [{ code: "E7", field: "top", message: "too many" }], requestId: "r-1" },
      400,
      "VendorRejected"
    ],
    [{ error: { code: "Forbidden", message: "not yours" } }, 403, "Forbidden"],
    [{ error: { code: "Busy", message: "later" }, statusCode: 503 }, 200, "Unavailable"],
    [{ statusCode: 401, message: "expired" }, 200, "Unauthorized"],
    [{ error: "no", jobs: [], totalCount: 0 }, 200, "VendorRejected"],
    ["I'm a teapot", 418, "VendorRejected"]
  ] as const
  for (const [body, status, tag] of forms) {
    it.live(`${JSON.stringify(body)} with ${status} is ${tag}`, () =>
      Effect.gen(function* () {
        const fault: Emulator.Fault = ({ endpoint }) =>
          endpoint === "jobs" ? HttpServerResponse.jsonUnsafe(body, { status }) : undefined
        const vendor = yield* AvePointEmulator.serve({ fault })
        const { error } = yield* untilError(connect(vendor))
        assert.strictEqual(error.reason._tag, tag)
      })
    )
  }

  it.live("keep the vendor's request id", () =>
    Effect.gen(function* () {
      const fault: Emulator.Fault = ({ endpoint }) =>
        endpoint === "jobs"
          ? HttpServerResponse.empty({ status: 400, headers: { "request-id": "abc-123" } })
          : undefined
      const vendor = yield* AvePointEmulator.serve({ fault })
      const { error } = yield* untilError(connect(vendor))
      assert.include(error.message, "request id abc-123")
    })
  )
})

describe("schemas", () => {
  it("of a page are read by compiled code", () => {
    for (const page of Api.jobs(Api.AvePointJob).success) assert.strictEqual(Schema.toCodecJson(page).ast, page.ast)
  })
})
