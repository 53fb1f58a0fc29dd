/**
 * A made-up vendor for processes that read it at the same time, or are killed.
 */
import type { FakeListing } from "../FakeSource.ts"

const minute = 60_000
const day = 86_400_000
const start = Math.floor(Date.now() / day) * day - 5 * day

/** So many runs, of which the first ones are over by now, and were running before. */
export const vendor = (runs: number, over: number): Readonly<Record<string, FakeListing>> => ({
  runs: {
    holds: { kinds: ["run"] },
    jobs: () =>
      Array.from({ length: runs }, (_, index) => ({
        vendorId: `run ${index}`,
        kind: "run",
        category: "other",
        state: index < over ? "succeeded" : "running",
        vendorState: null,
        definitionId: `definition ${index % 7}`,
        name: `definition ${index % 7}`,
        startTime: start + index * minute
      }))
  }
})
