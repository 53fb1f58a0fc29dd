/**
 * What the pages of one listing bring, counted for telemetry.
 */
import { Effect, Metric } from "effect"
import * as Telemetry from "./Telemetry.ts"

/** What one page brought. */
export interface Counts {
  readonly rows: number
  readonly repeats: number
  readonly rejected: number
  readonly jobs: number
  readonly unknownStates: number
}

/** Counts the pages of the listing with these attributes. Their counters are found once, and not again for each page. */
export const make = (attributes: { readonly [name: string]: string }): Effect.Effect<(counts: Counts) => void> => {
  const own = ({ description, id }: Metric.Counter<number>) =>
    Metric.counter(id, { description, attributes, incremental: true })
  const pages = own(Telemetry.pages)
  const counters = {
    rows: own(Telemetry.rows),
    repeats: own(Telemetry.repeats),
    rejected: own(Telemetry.rejected),
    jobs: own(Telemetry.jobs),
    unknownStates: own(Telemetry.unknownStates)
  }
  const names = ["rows", "repeats", "rejected", "jobs", "unknownStates"] as const
  return Effect.map(Effect.context(), (context) => (counts) => {
    pages.updateUnsafe(1, context)
    for (const name of names) if (counts[name] !== 0) counters[name].updateUnsafe(counts[name], context)
  })
}
