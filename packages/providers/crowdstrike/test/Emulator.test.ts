import { assert, describe, it } from "@effect/vitest"
import * as CrowdStrikeEmulator from "@scanjobs/crowdstrike/emulator"
import { World } from "@scanjobs/testing"
import { Effect } from "effect"
import * as Account from "./Account.ts"

describe("generated scans", () => {
  it.live("are of every kind and state, and all are read without drift", () =>
    Effect.gen(function* () {
      const vendor = yield* CrowdStrikeEmulator.serve({
        scans: yield* CrowdStrikeEmulator.generate({ jobs: 150 }),
        quirks: { unset: "absent" }
      })
      const { drift, error, jobs } = yield* Account.read(Account.connect(vendor))
      assert.isUndefined(error)
      assert.deepStrictEqual(drift, [])
      assert.includeMembers(
        [...new Set(jobs.map(({ kind, listing, state }) => `${listing} ${kind} ${state}`))],
        [
          "networkRuns run queued",
          "networkRuns run running",
          "networkRuns run succeeded",
          "networkRuns run failed",
          "networkRuns run cancelled",
          "networkScans definition scheduled",
          "networkScans definition paused",
          "networkScans occurrence scheduled",
          "onDemandScans run queued",
          "onDemandScans run running",
          "onDemandScans run succeeded",
          "onDemandScans run failed",
          "scheduledScans definition scheduled",
          "scheduledScans occurrence scheduled"
        ]
      )
      assert.lengthOf(
        jobs.filter(({ listing }) => listing === "networkRuns"),
        150
      )
      const definitions = new Set(jobs.flatMap(({ kind, vendorId }) => (kind === "definition" ? [vendorId] : [])))
      const strangers = jobs.filter(({ definitionId }) => definitionId !== null && !definitions.has(definitionId))
      assert.deepStrictEqual(strangers, [])
      assert.deepStrictEqual(yield* vendor.ledger.violations, [])
    })
  )

  it.live("are equal for equal seeds", () =>
    Effect.gen(function* () {
      const statuses = (seed: string) =>
        Effect.map(CrowdStrikeEmulator.generate({ seed, jobs: 100 }), ({ networkRuns }) =>
          networkRuns.map(({ status }) => status)
        )
      assert.deepStrictEqual(yield* statuses("a"), yield* statuses("a"))
      assert.notDeepEqual(yield* statuses("a"), yield* statuses("b"))
    })
  )
})

describe("a living world", () => {
  it.live("has runs that start and end, and the next run of each planned scan", () =>
    Effect.gen(function* () {
      const begins = Date.now() - 40 * 3_600_000
      const world = World.make({ begins })
      const vendor = yield* CrowdStrikeEmulator.serve({ scans: CrowdStrikeEmulator.living(world) })
      const { error, jobs } = yield* Account.read(Account.connect(vendor))
      assert.isUndefined(error)
      const planned = jobs.filter(({ kind }) => kind === "occurrence")
      assert.isAbove(planned.length, 3)
      assert.isTrue(planned.every(({ startTime }) => (startTime ?? 0) > begins))
      const runs = new Set(
        jobs.flatMap(({ definitionId, listing }) => (listing === "networkRuns" ? [definitionId] : []))
      )
      assert.isTrue(planned.every(({ definitionId }) => runs.has(definitionId)))
      assert.isAbove(jobs.filter(({ listing }) => listing === "onDemandScans").length, 40)
      assert.deepStrictEqual(yield* vendor.ledger.violations, [])
    })
  )
})

describe("the emulator", () => {
  const ask = (vendor: CrowdStrikeEmulator.CrowdStrikeEmulator, target: string) =>
    Effect.gen(function* () {
      const { baseUrl, clientId, clientSecret } = vendor.settings
      const body = new URLSearchParams({ client_id: clientId, client_secret: clientSecret })
      yield* Effect.promise(() => fetch(`${baseUrl}/oauth2/token`, { method: "POST", body }))
      const token = (yield* vendor.tokens.issued).at(-1)?.token ?? ""
      return yield* Effect.promise(async () => {
        const response = await fetch(`${baseUrl}${target}`, { headers: { authorization: `Bearer ${token}` } })
        const json: unknown = await response.json()
        return { status: response.status, json }
      })
    })
  const ids = (target: string) =>
    Effect.gen(function* () {
      const scans = { ...CrowdStrikeEmulator.empty, networkRuns: Account.networkRuns(5) }
      return yield* ask(yield* CrowdStrikeEmulator.serve({ scans, quirks: { deepest: 20 } }), target)
    })
  const path = "/netscan/queries/scan-runs/v1"

  it.live("lists newest first where no order is asked for, and says how many there are", () =>
    Effect.map(ids(`${path}?limit=2&offset=1`), ({ json, status }) => {
      assert.strictEqual(status, 200)
      assert.deepInclude(json, { resources: ["run-00003", "run-00002"], errors: [] })
      assert.include(JSON.stringify(json), '"pagination":{"offset":1,"limit":2,"total":5}')
    })
  )

  it.live("counts what a filter leaves", () =>
    Effect.map(
      ids(
        `${path}?limit=10&filter=${encodeURIComponent(`created_timestamp:>='${Account.iso(Account.newYear + 180_000)}'`)}`
      ),
      ({ json }) => {
        assert.deepInclude(json, { resources: ["run-00004", "run-00003"] })
        assert.include(JSON.stringify(json), '"total":2')
      }
    )
  )

  for (const [what, query] of [
    ["a page that is too deep", "limit=10&offset=11"],
    ["a page that is too large", "limit=101"],
    ["a filter that it does not know", `limit=1&filter=${encodeURIComponent("status:'done'")}`],
    ["a filter of another field", `limit=1&filter=${encodeURIComponent("created_on:>='2026-01-01T00:00:00Z'")}`],
    ["a filter without a time", `limit=1&filter=${encodeURIComponent("created_timestamp:>='soon'")}`],
    ["an order that it does not know", "limit=1&sort=status.asc"]
  ] as const) {
    it.live(`refuses ${what}`, () =>
      Effect.map(ids(`${path}?${query}`), ({ json, status }) => {
        assert.strictEqual(status, 400)
        assert.include(JSON.stringify(json), '"code":400')
      })
    )
  }

  it.live("does not know other addresses, nor callers without a token", () =>
    Effect.gen(function* () {
      assert.strictEqual((yield* ids("/netscan/queries/zones/v1")).status, 404)
      const vendor = yield* CrowdStrikeEmulator.serve()
      const status = yield* Effect.promise(async () => (await fetch(`${vendor.baseUrl}${path}?limit=1`)).status)
      assert.strictEqual(status, 401)
    })
  )
})
