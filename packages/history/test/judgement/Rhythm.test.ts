import { assert, describe, it } from "@effect/vitest"
import { Rhythm } from "@scanjobs/history"

const minute = 60_000
const day = 24 * 60 * minute
const monday = Date.UTC(2026, 10, 9, 2)

describe("the longest duration of a run", () => {
  it("is not known from four runs", () => {
    assert.isNull(Rhythm.longestDuration([minute, minute, minute, minute]))
  })

  it("is twice what the slowest of the last twenty took", () => {
    const durations = Array.from({ length: 20 }, (_, index) => (20 + index) * minute)
    assert.strictEqual(Rhythm.longestDuration(durations), 78 * minute)
  })

  it("leaves short runs half an hour above their median", () => {
    assert.strictEqual(Rhythm.longestDuration(Array.from({ length: 9 }, () => minute)), 31 * minute)
  })
})

describe("the time by which the next run should have come", () => {
  it("allows for weekends where runs come on weekdays only", () => {
    const weekdays = [0, 1, 2, 3, 4, 7, 8, 9, 10, 11, 14].map((days) => monday + days * day)
    assert.strictEqual(Rhythm.expectedBy(weekdays), monday + 14 * day + 3.75 * day + 30 * minute)
  })

  it("is not known where runs come now and then", () => {
    assert.isNull(Rhythm.expectedBy([0, 1, 30, 31, 90, 91].map((days) => monday + days * day)))
  })

  it("is not known from four runs", () => {
    assert.isNull(Rhythm.expectedBy([0, 1, 2, 3].map((days) => monday + days * day)))
  })
})
