import { assert, describe, it } from "@effect/vitest"
import * as AwsEmulator from "@scanjobs/aws/emulator"
import { World } from "@scanjobs/testing"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { connect, ids, list, region } from "./Account.ts"

describe("the emulator of AWS", () => {
  it.effect("makes equal scans of equal seeds", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.UTC(2026, 0, 10))
      const first = yield* AwsEmulator.generate({ seed: "a", jobs: 9 })
      assert.deepStrictEqual(yield* AwsEmulator.generate({ seed: "a", jobs: 9 }), first)
      assert.notDeepEqual(yield* AwsEmulator.generate({ seed: "b", jobs: 9 }), first)
    })
  )

  it.live("has as many scans as wanted, over its regions", () =>
    Effect.gen(function* () {
      const regions = yield* AwsEmulator.generate({ jobs: 7 })
      const vendor = yield* AwsEmulator.serve({ regions })
      assert.lengthOf(yield* ids(connect(vendor), "backupScans"), 7)
      assert.deepStrictEqual(yield* vendor.ledger.violations, [])
    })
  )

  it.live("refuses a request without a signature", () =>
    Effect.gen(function* () {
      const vendor = yield* AwsEmulator.serve({ regions: yield* AwsEmulator.generate({ regions: [region] }) })
      const unsigned = yield* Effect.promise(() => fetch(`${vendor.settings.baseUrl}/scan/jobs`))
      assert.deepStrictEqual(
        [unsigned.status, unsigned.headers.get("x-amzn-errortype")],
        [403, "MissingAuthenticationTokenException"]
      )
    })
  )

  it.live("shows a world in which time goes on", () =>
    Effect.gen(function* () {
      const begins = Date.now() - 3 * 86_400_000
      const scans = [
        { name: "backup: files", every: 3_600_000, isPlanned: false },
        { name: "i-1", every: 7_200_000, isPlanned: false }
      ]
      const vendor = yield* AwsEmulator.serve({ regions: AwsEmulator.living(World.make({ begins, scans })) })
      const backups = yield* list(connect(vendor), "backupScans")
      const machines = yield* list(connect(vendor), "malwareScans")
      assert.isAbove(backups.length, machines.length)
      assert.isAbove(machines.length, 30)
      assert.strictEqual(backups[0]?.name, "files")
    })
  )
})
