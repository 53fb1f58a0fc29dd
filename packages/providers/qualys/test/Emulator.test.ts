import * as QualysEmulator from "@scanjobs/qualys/emulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { UrlParams } from "effect/http"
import { XMLParser } from "fast-xml-parser"
import { Buffer } from "node:buffer"
import * as Account from "./Account.ts"

describe("the emulator", () => {
  it.live("is read whole, without a violation, and another parser of XML finds the same rows", () =>
    Effect.gen(function* () {
      const vendor = yield* QualysEmulator.serve({ subscription: yield* QualysEmulator.generate({ jobs: 60 }) })
      const account = Account.connect(vendor, { pageSize: 25, historyDays: 29 })
      const { error, jobs } = yield* Account.read(account, "vmScans")
      assert.isUndefined(error)
      assert.lengthOf(jobs, 60)
      for (const listing of ["complianceScans", "wasScans"] as const) {
        assert.lengthOf((yield* Account.read(account, listing)).jobs, 60)
      }
      for (const listing of ["vmSchedules", "wasSchedules"] as const) {
        assert.isAbove((yield* Account.read(account, listing)).jobs.length, 3)
      }
      const entries = yield* vendor.ledger.entries
      assert.deepStrictEqual(
        entries.flatMap(({ violations }) => violations),
        []
      )
      const { password, username } = vendor.settings
      const parser = new XMLParser({
        ignoreAttributes: false,
        attributeNamePrefix: "@",
        parseTagValue: false,
        htmlEntities: true
      })
      const theirs = yield* Effect.promise(() =>
        Promise.all(
          entries
            .filter(({ endpoint }) => endpoint === "vmScans")
            .map(async ({ path, query }) => {
              const asked = UrlParams.toString(UrlParams.fromInput(query))
              const answer = await fetch(`${vendor.settings.baseUrl}${path}?${asked}`, {
                headers: {
                  authorization: `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`,
                  "x-requested-with": "test"
                }
              })
              return parser.parse(await answer.text())
            })
        )
      )
      const rows = theirs.flatMap(({ SCAN_LIST_OUTPUT }) => [SCAN_LIST_OUTPUT.RESPONSE.SCAN_LIST?.SCAN ?? []].flat())
      const byRef = (found: ReadonlyArray<{ readonly REF: string }>) => new Map(found.map((row) => [row.REF, row]))
      assert.deepStrictEqual<unknown>(new Map(jobs.map(({ raw, vendorId }) => [vendorId, raw])), byRef(rows))
    })
  )

  it.live("refuses requests behind its limit as Qualys does, and others without a user", () =>
    Effect.gen(function* () {
      const vendor = yield* QualysEmulator.serve({ limit: 2 })
      const account = Account.connect(vendor, { historyDays: 80 })
      const { error } = yield* Account.read(account, "vmScans")
      assert.deepInclude(error?.reason, { _tag: "RateLimited", code: "1965" })
      const wrong = yield* Account.read({ ...account, username: "nobody" }, "vmScans")
      assert.strictEqual(wrong.error?.reason._tag, "Unauthorized")
    })
  )
})
