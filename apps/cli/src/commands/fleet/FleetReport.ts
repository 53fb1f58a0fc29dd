/**
 * What `scanjobs fleet status` does.
 */
import { FleetStatus } from "@scanjobs/fleet"
import { Effect, Stream } from "effect"
import * as Length from "../../output/Length.ts"
import * as StandardOutput from "../../output/StandardOutput.ts"
import * as Visible from "../../output/Visible.ts"
import * as Report from "../../report/Report.ts"
import * as StorePlace from "../history/StorePlace.ts"
import * as FleetDatabase from "./FleetDatabase.ts"
import type { Showing } from "./FleetFlags.ts"

/** Reads it from the database, and prints it. */
export const run = Effect.fnUntraced(function* ({ config, json, store }: Showing) {
  const database = yield* FleetDatabase.open(yield* StorePlace.find({ config, store }))
  const status = yield* database(FleetStatus.read)
  const lines = json ? [JSON.stringify(status)] : linesOf(status)
  yield* StandardOutput.write(Stream.fromIterable(lines.map((line) => `${line}\n`)))
}, Effect.scoped)

/** The status in words. */
export const linesOf = (status: FleetStatus.FleetStatus): ReadonlyArray<string> => {
  const { connections, failing, lag, paused, running, runners, waiting } = status
  const { now, p50, p99 } = lag
  const alive = runners.filter(({ isAlive }) => isAlive)
  return [
    `${Report.count(alive.length, "runner")}, ${Report.count(connections, "connection")}: ${running} are synced now, ${waiting} wait, ${paused} are paused`,
    waiting === 0 ? "nothing is overdue" : `the longest wait is ${Length.shown(now)}`,
    `syncs began ${Length.shown(p50)} late in the middle, and ${Length.shown(p99)} at the 99th percentile`,
    ...runners.map(
      ({ age, isAlive, name, running, seen, slots, version }) =>
        `runner ${Visible.text(name)} (${Visible.text(version)}): ${
          isAlive
            ? `${running} of ${slots} slots, for ${Length.shown(age)}`
            : `gone, last seen ${Length.shown(seen)} ago`
        }`
    ),
    ...failing.map(
      ({ connections, reason }) => `failing with ${Visible.text(reason)}: ${Report.count(connections, "connection")}`
    )
  ]
}
