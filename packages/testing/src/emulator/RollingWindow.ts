/**
 * Counts requests in rolling windows, as vendors do: in any window of that length, wherever it begins.
 */
import type { Quota } from "@scanjobs/core"
import { Duration } from "effect"

/** Admits requests as long as every quota holds. */
export interface RollingWindow {
  /** Notes a request of `key` at `now`, in milliseconds, or says which quota it would break; a refused one does not count. */
  readonly admit: (key: string, now: number) => Quota.Quota | undefined
}

/** Starts with no requests. */
export const make = (quotas: ReadonlyArray<Quota.Quota>): RollingWindow => {
  const longest = Math.max(0, ...quotas.map(({ window }) => Duration.toMillis(window)))
  const byKey = new Map<string, Array<number>>()
  return {
    admit: (key, now) => {
      const times = (byKey.get(key) ?? []).filter((time) => time > now - longest)
      byKey.set(key, times)
      const broken = quotas.find(({ requests, window }) => {
        const start = now - Duration.toMillis(window)
        return times.filter((time) => time > start).length >= requests
      })
      if (broken === undefined) times.push(now)
      return broken
    }
  }
}

/**
 * The most requests in any window of that length, by the times of a ledger's entries.
 *
 * **Example** (three requests, two of them close together)
 *
 * ```ts run
 * import { RollingWindow } from "@scanjobs/testing"
 *
 * console.log(RollingWindow.most([0, 400, 1200], "1 second")) // 2
 * ```
 */
export const most = (times: ReadonlyArray<number>, window: Duration.Input): number => {
  const sorted = times.toSorted((a, b) => a - b)
  const length = Duration.toMillis(window)
  let first = 0
  let best = 0
  for (const [index, time] of sorted.entries()) {
    while ((sorted[first] ?? time) <= time - length) first++
    best = Math.max(best, index - first + 1)
  }
  return best
}
