/**
 * Settings that need no file: every built-in vendor's emulator, served on loopback by this program.
 */
import { Effect } from "effect"
import * as BuiltIn from "../plugins/BuiltIn.ts"
import type { Settings } from "../settings/Settings.ts"

/** How many jobs each listing has: enough to see something of everything, and few enough to read. */
const jobs = 25

/** Serves the emulators until the scope ends. */
export const settings = Effect.gen(function* () {
  const sources = yield* BuiltIn.sources
  const connections = yield* Effect.forEach(
    sources,
    Effect.fnUntraced(function* ({ playground, provider }) {
      const emulator = yield* Effect.orDie(playground)
      if (emulator === undefined) return yield* Effect.die(new Error(`${provider.id} has no emulator`))
      const served = yield* Effect.orDie(
        emulator.serve({ port: undefined, jobs, seed: undefined, faults: 0, latency: undefined })
      )
      const decoded = provider.decode({ name: provider.id, provider: provider.id, ...served.settings })
      return yield* Effect.orDie(Effect.fromResult(decoded))
    })
  )
  const providers = sources.map(({ provider }) => provider)
  const ids = sources.map(({ provider }) => provider.id)
  const demo: Omit<Settings, "file"> = { providers, ids, connections, tags: new Map(), sections: {} }
  return demo
})
