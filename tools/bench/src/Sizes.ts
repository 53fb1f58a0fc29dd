/**
 * The sizes of the benchmarks.
 */

/** The sizes of a benchmark. */
export interface Sizes {
  /** How often each program is run. */
  readonly rounds: number
  readonly jobs: number
  /** Jobs in pages of ten. */
  readonly jobsInSmallPages: number
  readonly jobsForHeap: number
  readonly connections: number
  readonly starts: number
  /** Pages that take 50 ms each. */
  readonly slowPages: number
  /** The highest number of points for a line. */
  readonly points: number
  /** Jobs of a history. */
  readonly jobsOfHistory: number
  /** Daily scans that are judged at once. */
  readonly definitions: number
}

/** By name. The targets refer to `full`; `smoke` only checks that everything runs. */
export const sizes = {
  full: {
    rounds: 5,
    jobs: 1_000_000,
    jobsInSmallPages: 200_000,
    jobsForHeap: 10_000_000,
    connections: 1000,
    starts: 15,
    slowPages: 400,
    points: 8,
    jobsOfHistory: 1_000_000,
    definitions: 10_000
  },
  quick: {
    rounds: 3,
    jobs: 300_000,
    jobsInSmallPages: 50_000,
    jobsForHeap: 1_000_000,
    connections: 200,
    starts: 7,
    slowPages: 160,
    points: 8,
    jobsOfHistory: 100_000,
    definitions: 10_000
  },
  smoke: {
    rounds: 1,
    jobs: 2000,
    jobsInSmallPages: 100,
    jobsForHeap: 20_000,
    connections: 4,
    starts: 1,
    slowPages: 4,
    points: 2,
    jobsOfHistory: 2000,
    definitions: 50
  }
} satisfies Record<string, Sizes>
