/**
 * Leaves definitions out of a table, which is about runs: a schedule or a profile has no start and no outcome of its own.
 */
import type { ScanJob } from "@scanjobs/core"
import { Stream } from "effect"
import type { Tally } from "../report/Tally.ts"

/** How many definitions are kept for the case that there is nothing else to show. */
const mostKept = 1000

/** Emits everything but definitions, which the tally counts. Where there is nothing else, the definitions come after all. */
export const hide =
  (tally: Tally) =>
  <E, R>(jobs: Stream.Stream<ScanJob.ScanJob, E, R>): Stream.Stream<ScanJob.ScanJob, E, R> =>
    Stream.suspend(() => {
      const kept: Array<ScanJob.ScanJob> = []
      let isAlone = true
      const others = Stream.filter(jobs, (job) => {
        if (job.kind !== "definition") {
          isAlone = false
          return true
        }
        tally.hidden++
        if (isAlone && kept.length < mostKept) kept.push(job)
        return false
      })
      return Stream.concat(
        others,
        Stream.suspend(() => {
          if (!isAlone) return Stream.empty
          tally.hidden -= kept.length
          return Stream.fromIterable(kept)
        })
      )
    })
