/** The vendor's own client reads the emulator, and finds the rows that the provider finds, with the same fields. */
import { assert, describe, it } from "@effect/vitest"
import * as CrowdStrikeEmulator from "@scanjobs/crowdstrike/emulator"
import { DomainScanRunToJSON, DomainScanV2ToJSON, FalconClient } from "crowdstrike-falcon"
import { Effect } from "effect"
import * as Account from "./Account.ts"

const host = "https://api.us-2.crowdstrike.com/"

/** The vendor's client, whose requests to its cloud go to the emulator. */
const clientOf = ({ settings: { baseUrl, clientId, clientSecret } }: CrowdStrikeEmulator.CrowdStrikeEmulator) =>
  new FalconClient({
    cloud: "us-2",
    clientId,
    clientSecret,
    memberCid: "child-1",
    fetchApi: (input: Parameters<typeof fetch>[0], init?: RequestInit) => {
      const url = input instanceof Request ? input.url : String(input)
      assert.isTrue(url.startsWith(host), url)
      return fetch(`${baseUrl}/${url.slice(host.length)}`, init)
    }
  })

interface Page {
  readonly resources: ReadonlyArray<string>
}

/** All rows, asked for as the documentation of the lists says. */
const all = async <Row>(
  idsAt: (offset: number) => Promise<Page>,
  rowsOf: (ids: Array<string>) => Promise<{ readonly resources: ReadonlyArray<Row> }>,
  found: ReadonlyArray<Row> = []
): Promise<ReadonlyArray<Row>> => {
  const { resources: ids } = await idsAt(found.length)
  if (ids.length === 0) return found
  const { resources } = await rowsOf([...ids])
  return all(idsAt, rowsOf, [...found, ...resources])
}

/** As JSON: without fields that are `undefined`, and times as texts. */
const plain = (rows: ReadonlyArray<unknown>): unknown => JSON.parse(JSON.stringify(rows))

const quirks = { order: "asked", unset: "absent" } as const

describe("crowdstrike-falcon", () => {
  it.live("finds the same runs of network scans", () =>
    Effect.gen(function* () {
      const vendor = yield* CrowdStrikeEmulator.serve({
        scans: yield* CrowdStrikeEmulator.generate({ jobs: 123 }),
        quirks: { order: "asked" }
      })
      const { networkScanScanRuns: api } = clientOf(vendor)
      const theirs = yield* Effect.promise(() =>
        all(
          (offset) => api.queryScanRuns(undefined, offset, 20, "created_timestamp|asc"),
          (ids) => api.getScanRuns(ids)
        )
      )
      const { error, jobs } = yield* Account.read(Account.connect(vendor, { pageSize: 20 }), "networkRuns")
      assert.isUndefined(error)
      assert.lengthOf(jobs, 123)
      assert.deepStrictEqual(plain(jobs.map(({ raw }) => raw)), plain(theirs.map((row) => DomainScanRunToJSON(row))))
      assert.deepStrictEqual(
        jobs.map(({ progress, vendorId, vendorState }) => ({ progress, vendorId, vendorState })),
        theirs.map(({ id, progressPct, status }) => ({ progress: progressPct, vendorId: id, vendorState: status }))
      )
      assert.deepStrictEqual(yield* vendor.ledger.violations, [])
    })
  )

  it.live("finds the same on-demand scans", () =>
    Effect.gen(function* () {
      const scans = yield* CrowdStrikeEmulator.generate({ jobs: 123 })
      const vendor = yield* CrowdStrikeEmulator.serve({ scans, quirks })
      const { ods } = clientOf(vendor)
      const theirs = yield* Effect.promise(() =>
        all(
          (offset) => ods.queryScans(undefined, offset, 20, "created_on|asc"),
          (ids) => ods.getScansByScanIdsV2(ids)
        )
      )
      const { error, jobs } = yield* Account.read(Account.connect(vendor, { pageSize: 20 }), "onDemandScans")
      assert.isUndefined(error)
      assert.lengthOf(jobs, 123)
      assert.deepStrictEqual(plain(jobs.map(({ raw }) => raw)), plain(theirs.map((row) => DomainScanV2ToJSON(row))))
      assert.deepStrictEqual(
        jobs.map(({ finishTime, startTime, vendorState }) => [vendorState, startTime, finishTime]),
        theirs.map(({ scanCompletedOn, scanStartedOn, status }) => [
          status ?? null,
          scanStartedOn?.getTime() ?? null,
          scanCompletedOn?.getTime() ?? null
        ])
      )
      assert.deepStrictEqual(yield* vendor.ledger.violations, [])
    })
  )

  it.live("is given no more by a filter of its own than the provider is by ours", () =>
    Effect.gen(function* () {
      const vendor = yield* CrowdStrikeEmulator.serve({
        scans: { ...CrowdStrikeEmulator.empty, networkRuns: Account.networkRuns(10) }
      })
      const { networkScanScanRuns: api } = clientOf(vendor)
      const from = Account.newYear + 7 * 60_000
      const filter = `created_timestamp:>='${Account.iso(from)}'`
      const { resources } = yield* Effect.promise(() => api.queryScanRuns(undefined, 0, 100, undefined, filter))
      const { ids } = yield* Account.read(Account.connect(vendor, { startsWithinDays: 0 }), "networkRuns", { from })
      assert.deepStrictEqual([...resources].toReversed(), [...ids])
    })
  )
})
