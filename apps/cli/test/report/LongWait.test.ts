import { assert, describe, it } from "@effect/vitest"
import { Reason } from "@scanjobs/core"
import { LongWaits } from "../../src/report/LongWait.ts"

const now = Date.UTC(2026, 0, 1, 12)
const retrying = (connection: string, wait: number) =>
  ({
    _tag: "Retrying",
    provider: "acme",
    connection,
    reason: new Reason.RateLimited({ ...Reason.unknownAnswer, status: 429, retryAfter: null }),
    wait
  }) as const

describe("LongWaits", () => {
  it("says until when a connection waits", () => {
    assert.strictEqual(
      new LongWaits().of(retrying("main", 1_800_000), now),
      "waits until 2026-01-01T12:30:00.000Z (1800 s) before it tries again: RateLimited: the vendor asks for fewer requests (HTTP 429)"
    )
  })

  it("says nothing of short waits", () => {
    assert.isUndefined(new LongWaits().of(retrying("main", 9000), now))
  })

  it("says once what all requests of a connection wait for, and again when the wait is extended", () => {
    const waits = new LongWaits()
    const said = [
      waits.of(retrying("main", 60_000), now),
      waits.of(retrying("main", 60_000), now + 500),
      waits.of(retrying("other", 60_000), now + 500),
      waits.of(retrying("main", 60_000), now + 61_000)
    ]
    assert.deepStrictEqual(
      said.map((line) => line !== undefined),
      [true, false, true, true]
    )
  })
})
