/**
 * Syncs a made-up vendor into the store that the first argument names. The vendor has as many runs as the second argument says, of which
 * as many are over as the third says. It ends with 3 where another process has begun a sync later.
 */
import { Store, Sync } from "@scanjobs/history"
import { Cause, Effect, Stream } from "effect"
import * as FakeSource from "../FakeSource.ts"
import * as SyncConnection from "../../src/sync/SyncConnection.ts"
import { vendor } from "./ProcessVendor.ts"

const [place = "", runs = "0", changed = "0"] = process.argv.slice(2)

console.log("begun")
await Effect.runPromise(
  SyncConnection.run(
    FakeSource.make(vendor(Number(runs), Number(changed)), 50),
    ({ cause }) =>
      Cause.squash(cause) instanceof Sync.SyncSuperseded
        ? Effect.sync(() => void (process.exitCode = 3))
        : Effect.die(cause),
    {}
  ).pipe(Stream.runDrain, Effect.provide(Store.layer(place)))
)
