/**
 * The checks of quotas: what the provider declares that the vendor allows is kept, by everything that it sends.
 */
import { type Quota, RateLimit } from "@scanjobs/core"
import { Clock, Duration, Effect } from "effect"
import { type Definition, expect, start } from "./Check.ts"
import * as Faults from "../faults/Faults.ts"
import { accelerate } from "./AcceleratedClock.ts"
import * as Reading from "./Reading.ts"
import * as RollingWindow from "../ledger/RollingWindow.ts"
import type { Bench } from "./Subject.ts"

const advice = "declare every window that the vendor documents in `quotas`, and ask for nothing besides the library"

/** The most rows, one a page, that a check reads to exceed a quota; it cannot exceed larger quotas. */
const mostRequests = 150

/** Reads more pages than these quotas allow at once. The quotas of the provider and of the listing are both kept. */
const kept = (bench: Bench, quotas: ReadonlyArray<Quota.Quota>) => {
  const windows = quotas.map(({ window }) => Duration.toMillis(Duration.fromInputUnsafe(window)))
  return Effect.gen(function* () {
    const smallest = Math.min(...quotas.map(({ requests }) => requests))
    const rows = Math.min(mostRequests, smallest + 15)
    const stage = yield* start(bench, Faults.none, { rows, pageSize: 1 })
    const began = yield* Clock.currentTimeMillis
    const reading = yield* Reading.read(stage, {
      policies: RateLimit.layerMemory,
      most: rows + 10,
      patience: "10 minutes"
    })
    yield* expect(Reading.isWhole(reading), `within the quotas, the listing ${Reading.endOf(reading)}`)
    const times = (yield* stage.ledger.entries).filter(({ endpoint }) => endpoint !== null).map(({ time }) => time)
    // The ledger has times of arrival, and the first request takes longer to arrive than the others, above all on a busy machine.
    const delay = (times[0] ?? began) - began
    for (const [index, { requests }] of quotas.entries()) {
      const length = windows[index] ?? 0
      const most = RollingWindow.most(times, Math.max(length / 2, length * 0.9 - delay))
      yield* expect(most <= requests, `${most} requests arrived within one window of ${requests}`)
    }
    // A short window must not become as short as the time that a request takes to arrive.
  }).pipe(accelerate(Math.min(20, Math.max(1, Math.min(...windows) / 1000))))
}

const ofProvider: Definition = {
  id: "C25",
  once: true,
  title: "the declared quotas are kept in every rolling window",
  advice,
  appliesNot: ({ provider }) => (provider.quotas.length === 0 ? "the provider declares no quotas" : undefined),
  verify: (bench) => kept(bench, bench.provider.quotas)
}

const quotasOf = ({ listing, provider }: Bench): ReadonlyArray<Quota.Quota> => provider.listings[listing]?.quotas ?? []

const ofListing: Definition = {
  id: "C45",
  title: "the quotas of a listing are kept, too, by its own requests and those for its parents and details",
  advice,
  appliesNot: (bench) => (quotasOf(bench).length === 0 ? "the listing declares no quotas of its own" : undefined),
  verify: (bench) => kept(bench, quotasOf(bench))
}

/** The checks of quotas. */
export const checks: ReadonlyArray<Definition> = [ofProvider, ofListing]
