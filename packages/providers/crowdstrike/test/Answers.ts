/** Accounts of an emulated Falcon, and answers in its form, for faults. */
import * as CrowdStrikeEmulator from "@scanjobs/crowdstrike/emulator"
import type { Emulator } from "@scanjobs/testing"
import { HttpServerResponse } from "effect/http"

const { empty, serve } = CrowdStrikeEmulator

/** An account with runs of network scans. */
export const withRuns = (rows: ReadonlyArray<CrowdStrikeEmulator.Row>, options: CrowdStrikeEmulator.Options = {}) =>
  serve({ ...options, scans: { ...empty, networkRuns: rows } })

/** A fault that answers with this. */
export const answering =
  (status: number, body: unknown, headers: { readonly [name: string]: string } = {}): Emulator.Fault =>
  () =>
    HttpServerResponse.jsonUnsafe(body, { status, headers })

/** What Falcon puts around errors and rows. */
export const envelope = (errors: ReadonlyArray<object> | null, resources: unknown = null) => ({
  meta: { query_time: 0.1, trace_id: "trace-77" },
  errors,
  resources
})
