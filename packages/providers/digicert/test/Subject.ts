import { DigiCert } from "@scanjobs/digicert"
import * as DigiCertEmulator from "@scanjobs/digicert/emulator"
import type { Conformance } from "@scanjobs/testing"
import { Clock, Effect, Redacted } from "effect"

const hour = 3_600_000

const run = (index: number): DigiCertEmulator.Row => ({
  jobId: `run-${index}`,
  state: 12,
  startTime: Date.UTC(2026, 0, 1, index),
  endTime: Date.UTC(2026, 0, 1, index, 20),
  percentageCompleted: 40,
  duration: 1200
})

/** How the conformance suite and the fault schedules start the emulator and connect to it. */
export const subject: Conformance.SubjectOf<typeof DigiCert> = {
  provider: DigiCert,
  listings: {
    past: { wire: DigiCertEmulator.wires.past },
    future: {
      wire: DigiCertEmulator.wires.future,
      endless: true,
      skips: { C19: "a planned run is scheduled, whatever its number says" }
    },
    current: "it is one page, without paging, of the endpoint that the other listings look names up in"
  },
  errorUnder200: (message) => ({ error: { code: "survey_not_found", message }, data: null }),
  skips: { C17: "an API key cannot be renewed" },
  start: ({ fault, listing, pageSize, rows }) =>
    Effect.gen(function* () {
      const now = yield* Clock.currentTimeMillis
      const plan = (index: number) => ({ jobId: `plan-${index}`, state: 11, startTime: now + (index + 1) * hour })
      const planned = { total: Number.isFinite(rows) ? rows : DigiCertEmulator.endless, at: planAt(rows, plan) }
      const vendor = yield* DigiCertEmulator.serve({
        fault,
        scans: [
          {
            ...DigiCertEmulator.published,
            planned: listing === "future" ? planned : DigiCertEmulator.rows([]),
            past: listing === "past" ? Array.from({ length: rows }, (_, index) => run(index)) : []
          }
        ]
      })
      const { apiKey, ...settings } = vendor.settings
      return {
        ledger: vendor.ledger,
        connection: { ...settings, provider: "digicert", name: "dc", apiKey: Redacted.make(apiKey), pageSize },
        secrets: Effect.succeed([apiKey]),
        revoke: null
      }
    })
}

const planAt = (rows: number, plan: (index: number) => DigiCertEmulator.Row) => (index: number) =>
  index < rows ? plan(index) : undefined
