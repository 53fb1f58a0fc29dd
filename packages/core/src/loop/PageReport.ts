/**
 * Reports the pages of one listing, and how it ends, to `Progress` and to the metrics.
 */
import { Effect, Metric } from "effect"
import type { Order } from "../model/Query.ts"
import type { ScanJob } from "../model/ScanJob.ts"
import type { Reason } from "../model/Reason.ts"
import * as PageCounts from "../telemetry/PageCounts.ts"
import { type Completed, Progress, type Source } from "../telemetry/Progress.ts"
import * as Telemetry from "../telemetry/Telemetry.ts"
import type { Selected } from "./PageSelection.ts"
import * as PluginWarnings from "./PluginWarnings.ts"

/** What is reported of a page. */
export interface PageFacts {
  readonly jobs: ReadonlyArray<ScanJob>
  /** How many rows the answer had. */
  readonly rows: number
  readonly notes?: ReadonlyArray<string> | undefined
  /** What the answer says that it lacks. */
  readonly gaps?: ReadonlyArray<string> | undefined
}

/** The reports of one listing. */
export interface PageReport {
  readonly page: (index: number, read: PageFacts, selected: Selected<ScanJob>) => Effect.Effect<void>
  readonly completed: (
    by: Completed["by"],
    counts: { readonly pages: number; readonly jobs: number; readonly knownUntil: number | undefined }
  ) => Effect.Effect<void>
  readonly failed: (reason: Reason) => Effect.Effect<void>
}

/** What is reported on. */
export interface Options {
  readonly source: Source
  /** The order that the vendor promises. */
  readonly order: Order
  /** Where the listing is cut by the default horizon, in epoch milliseconds; `null` where it is not cut. */
  readonly horizon: number | null
}

/** Starts a listing with nothing reported. */
export const make = Effect.fnUntraced(function* ({ horizon, order, source }: Options): Effect.fn.Return<PageReport> {
  const { connection, listing, provider } = source
  const tell = yield* Progress
  const count = yield* PageCounts.make({ provider, connection, listing })
  const warnings = PluginWarnings.make(order)
  const countOutcome = (outcome: string) =>
    Metric.update(Metric.withAttributes(Telemetry.listings, { provider, connection, listing, outcome }), 1)

  return {
    page: Effect.fnUntraced(function* (index, { gaps = [], jobs, notes = [], rows }, selected) {
      const { freshRows, rejected, unknownStates } = selected
      const counts = { rows, jobs: selected.jobs.length, repeats: rows - freshRows }
      count({ ...counts, rejected: rejected.length, unknownStates })
      yield* tell({ _tag: "PageRead", ...source, page: index, ...counts, rejected })
      for (const gap of gaps) yield* tell({ _tag: "Noted", ...source, message: `the vendor could not reach ${gap}` })
      for (const message of [...notes, ...warnings.of(jobs, selected.hasRepeatedJobs)]) {
        yield* tell({ _tag: "Noted", ...source, message })
      }
    }),
    completed: Effect.fnUntraced(function* (cut, { jobs, knownUntil, pages }) {
      const by = cut === "end" && knownUntil !== undefined ? "known" : cut
      if (knownUntil !== undefined) yield* tell({ _tag: "Noted", ...source, message: knownNote(knownUntil) })
      yield* countOutcome(by)
      const until = by === "known" ? (knownUntil ?? null) : horizon
      yield* tell({ _tag: "Completed", ...source, pages, jobs, by, horizon: until })
    }),
    failed: ({ _tag }) => countOutcome(_tag)
  }
})

const knownNote = (time: number): string =>
  `the vendor tells planned runs until ${new Date(time).toISOString()} only: later ones are missing`
