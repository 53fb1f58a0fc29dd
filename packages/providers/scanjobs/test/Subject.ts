import { Scanjobs } from "@scanjobs/scanjobs"
import * as ScanjobsEmulator from "@scanjobs/scanjobs/emulator"
import type { Provider } from "@scanjobs/core"
import type { Conformance } from "@scanjobs/testing"
import { Effect, Result } from "effect"

/** A connection to a server. */
export const connect = (
  { settings }: Pick<ScanjobsEmulator.ScanjobsEmulator, "settings">,
  changes: object = {}
): Provider.ConnectionOf<typeof Scanjobs> =>
  Result.getOrThrow(Scanjobs.decode({ ...settings, provider: "scanjobs", name: "main", ...changes }))

/** How the conformance suite and the fault schedules start the emulator and connect to it. */
export const subject: Conformance.SubjectOf<typeof Scanjobs> = {
  provider: Scanjobs,
  listings: {
    jobs: {
      wire: ScanjobsEmulator.wires.jobs,
      parents: { wire: ScanjobsEmulator.wires.connections, single: true }
    }
  },
  errorUnder200: (message) => ({ type: "about:blank", status: 400, title: "Bad request", detail: message }),
  skips: { C17: "the token cannot be renewed", C47: "the server fills every page but the last" },
  start: ({ fault, of, pageSize, rows }) =>
    Effect.gen(function* () {
      const names = of === "rows" ? ["code"] : Array.from({ length: rows }, (_, index) => `connection-${index}`)
      const connections = yield* ScanjobsEmulator.generate({ runs: rows, connections: names })
      const server = yield* ScanjobsEmulator.serve({ fault, connections })
      return {
        ledger: server.ledger,
        connection: connect(server, { pageSize }),
        secrets: Effect.succeed([server.settings.token]),
        revoke: null
      }
    })
}
