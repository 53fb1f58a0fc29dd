/**
 * What a definition's own past says about its runs: how long one may take, and when the next one should have come.
 *
 * Many vendors have no plan to judge by. Their definitions can still be silent for longer than ever before, or run for longer.
 *
 * **Example** (a scan that runs every day)
 *
 * ```ts run
 * import { Rhythm } from "@scanjobs/history"
 *
 * const day = 86_400_000
 * const starts = [0, 1, 2, 3, 4, 5].map((n) => Date.UTC(2026, 0, 1) + n * day)
 * console.log(new Date(Rhythm.expectedBy(starts) ?? 0).toISOString()) // 2026-01-07T06:30:00.000Z
 *
 * const minutes = [20, 21, 22, 20, 40].map((n) => n * 60_000)
 * console.log((Rhythm.longestDuration(minutes) ?? 0) / 60_000) // 80
 * ```
 */
import { Duration } from "effect"

const halfAnHour = Duration.toMillis("30 minutes")

/** The value below which this share of the sorted values lies. */
const quantile = (sorted: ReadonlyArray<number>, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? 0

/**
 * After how many milliseconds a run of this definition runs for too long: twice what its slowest runs take, and at least half
 * an hour above the median. `null` if fewer than five runs are known, which say nothing.
 *
 * `durations` are those of runs that ended well, in milliseconds, the latest last; the last 20 count.
 *
 * @since 0.1.0
 * @category constructors
 */
export const longestDuration = (durations: ReadonlyArray<number>): number | null => {
  if (durations.length < 5) return null
  const sorted = durations.slice(-20).toSorted((a, b) => a - b)
  return Math.max(2 * quantile(sorted, 0.95), quantile(sorted, 0.5) + halfAnHour)
}

/**
 * By when the next run of a definition without a plan should have started, in epoch milliseconds: a quarter later than the longest
 * gap between its runs, plus half an hour. `null` if its runs have no rhythm, or if fewer than five are known.
 *
 * `starts` are epoch milliseconds in ascending order; the last 13 count. Runs on weekdays only are a rhythm; runs now and then
 * are none.
 *
 * @since 0.1.0
 * @category constructors
 */
export const expectedBy = (starts: ReadonlyArray<number>): number | null => {
  const last = starts.slice(-13)
  const gaps = last.slice(1).map((start, index) => start - (last[index] ?? start))
  if (gaps.length < 4) return null
  const sorted = gaps.toSorted((a, b) => a - b)
  const shortest = sorted[0] ?? 0
  const longest = sorted.at(-1) ?? 0
  const median = quantile(sorted, 0.5)
  if (longest > 8 * median || shortest < median / 8) return null
  return (last.at(-1) ?? 0) + 1.25 * longest + halfAnHour
}
