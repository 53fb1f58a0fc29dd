import { Tenable } from "@scanjobs/tenable"
import * as TenableEmulator from "@scanjobs/tenable/emulator"
import type { Conformance } from "@scanjobs/testing"
import { Clock, Effect } from "effect"
import { connect, runs, scan } from "./Tenant.ts"

const minute = 60_000
let began: number | undefined

/** A time of the zone UTC as Tenable writes local ones. */
const local = (millis: number) => new Date(millis).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")

const daily = { enabled: true, rrules: "FREQ=DAILY;INTERVAL=1", timezone: "Etc/UTC" }
const once = { ...daily, rrules: "FREQ=ONETIME;INTERVAL=1" }

/** How the conformance suite and the fault schedules start the emulator and connect to it. */
export const subject: Conformance.SubjectOf<typeof Tenable> = {
  provider: Tenable,
  listings: {
    runs: {
      wire: TenableEmulator.wires.runs,
      // All scans come in one answer.
      parents: { wire: TenableEmulator.wires.scans, single: true }
    },
    scans: { wire: TenableEmulator.wires.scans, single: true },
    planned: {
      wire: TenableEmulator.wires.planned,
      endless: true,
      single: true,
      skips: { C21: "without a field of its schedule, a scan has other planned runs, or none" }
    }
  },
  errorUnder200: (message) => ({ statusCode: 400, error: "Bad Request", message }),
  forbidden: { body: { statusCode: 403, error: "Forbidden", message: "You need more permissions." } },
  skips: { C17: "an API key cannot be renewed" },
  start: ({ fault, listing, of, pageSize, rows }) =>
    Effect.gen(function* () {
      // Equal starts give equal ids, also where a check starts the vendor a second later.
      const now = (began ??= yield* Clock.currentTimeMillis)
      const planned = (index: number) => ({ ...once, starttime: local(now + (index + 1) * 10 * minute) })
      const scans = {
        runs: () =>
          of === "parents"
            ? Array.from({ length: rows }, (_, index) => scan(index + 1, { runs: runs(1, { status: "aborted" }) }))
            : [scan(11, { runs: runs(rows, { status: "aborted" }) })],
        scans: () => Array.from({ length: rows }, (_, index) => scan(index + 1, { status: "aborted" })),
        planned: () =>
          Number.isFinite(rows)
            ? Array.from({ length: rows }, (_, index) => scan(index + 1, planned(index)))
            : [scan(1, { ...daily, starttime: local(now) })]
      }[listing]
      const vendor = yield* TenableEmulator.serve({ fault, scans: scans?.() ?? [] })
      return {
        ledger: vendor.ledger,
        connection: connect(vendor, { pageSize }),
        secrets: Effect.succeed([vendor.settings.accessKey, vendor.settings.secretKey]),
        revoke: null
      }
    })
}
