/**
 * Counts requests in rolling windows: every window of a given length counts, wherever it begins.
 */
import type { Quota } from "@scanjobs/core"
import { Duration } from "effect"

/**
 * Admits requests while every quota holds.
 *
 * @since 0.1.0
 * @category models
 */
export interface RollingWindow {
  /** Counts a request of `key` at `now`, in milliseconds, or returns the quota that it would exceed, without counting it. */
  readonly admit: (key: string, now: number) => Quota.Quota | undefined
}

/**
 * Makes windows without requests.
 *
 * **Example** (the third request within a minute is one too many)
 *
 * ```ts
 * import { RollingWindow } from "@scanjobs/testing"
 *
 * const limits = RollingWindow.make([{ requests: 2, window: "1 minute" }])
 * export const exceeded = [0, 1000, 2000].map((now) => limits.admit("token", now))
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
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
 * The highest number of requests in any window of a length, from the times of a ledger's entries.
 *
 * **Example** (three requests, two of them close together)
 *
 * ```ts run
 * import { RollingWindow } from "@scanjobs/testing"
 *
 * console.log(RollingWindow.most([0, 400, 1200], "1 second")) // 2
 * ```
 *
 * @since 0.1.0
 * @category accessors
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
