/**
 * Both vendors on loopback, and a settings file that has a connection to each.
 */
import * as AvePointEmulator from "@scanjobs/avepoint/emulator"
import * as DigiCertEmulator from "@scanjobs/digicert/emulator"
import type { Emulator } from "@scanjobs/testing"
import { Effect } from "effect"
import { folder } from "./Program.ts"

/** The secrets of both connections, which no output may hold. */
export const secrets = { DC_KEY: "canary-devkey-81c2", AP_SECRET: "canary-secret-5f07" }

/** The second page of AvePoint's jobs never comes. */
export const silentSecondPage: Emulator.Fault = ({ endpoint }, nth) =>
  endpoint === "jobs" && nth === 2 ? Effect.never : undefined

/** What the emulators are made of. */
export interface Options {
  readonly digicert?: DigiCertEmulator.Options
  readonly avepoint?: AvePointEmulator.Options
  /** Keys of the settings file beside the connections. */
  readonly settings?: object
}

/** Serves both, with three scans of ten past runs and 40 jobs, unless the options say otherwise. */
export const serve = Effect.fnUntraced(function* (options: Options = {}) {
  const digicert = yield* DigiCertEmulator.serve({
    apiKey: secrets.DC_KEY,
    scans: yield* DigiCertEmulator.generate({ scans: 3, past: 10 }),
    ...options.digicert
  })
  const avepoint = yield* AvePointEmulator.serve({
    clientSecret: secrets.AP_SECRET,
    jobs: yield* AvePointEmulator.generate({ jobs: 40 }),
    ...options.avepoint
  })
  const settings = {
    ...options.settings,
    connections: [
      { ...digicert.settings, name: "dc", provider: "digicert", apiKey: "${DC_KEY}" },
      { ...avepoint.settings, name: "ap", provider: "avepoint", clientSecret: "${AP_SECRET}", pageSize: 20 }
    ]
  }
  const cwd = yield* folder({ "scanjobs.json": settings })
  return { digicert, avepoint, settings, started: { cwd, env: secrets } }
})
