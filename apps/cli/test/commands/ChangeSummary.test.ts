import type { Change } from "@scanjobs/history"
import { assert, describe, it } from "@effect/vitest"
import { ChangeSummary } from "../../src/commands/history/ChangeSummary.ts"
import * as TimeZone from "../../src/output/TimeZone.ts"
import { job } from "../Jobs.ts"

const change = (what: Change.What, now: string | null, fields: Parameters<typeof job>[0] = {}): Change.Change => ({
  id: 1,
  at: 0,
  what,
  was: null,
  now,
  job: {
    ...job({ name: "Nightly", connection: "dc", startTime: Date.UTC(2026, 0, 1), detail: null, ...fields }),
    verdict: null,
    why: null,
    delay: null,
    firstSeen: 0
  }
})

const linesOf = (changes: ReadonlyArray<Change.Change>, fresh: ReadonlyArray<string> = []) => {
  const summary = new ChangeSummary()
  for (const one of changes) summary.add(one)
  return summary.lines(TimeZone.utc, fresh)
}

describe("the summary of a sync", () => {
  it("counts what is alike, and names what people should know of", () => {
    const lines = linesOf([
      change("new", "succeeded"),
      change("new", "succeeded"),
      change("state", "partially_succeeded"),
      change("verdict", "missed", { kind: "occurrence" }),
      change("state", "failed", { detail: "no route\nto host" })
    ])
    assert.deepStrictEqual(lines, [
      "1 planned run missed, 1 run failed, 1 run partially succeeded, 2 new runs",
      "missed: Nightly, dc, 2026-01-01 00:00 (UTC)",
      String.raw`failed: Nightly, dc, 2026-01-01 00:00 (UTC): no route\nto host`
    ])
  })

  it("names ten of a kind, and counts the rest", () => {
    const lines = linesOf(Array.from({ length: 25 }, () => change("verdict", "missed", { kind: "occurrence" })))
    assert.lengthOf(lines, 12)
    assert.strictEqual(lines[0], "25 planned runs missed")
    assert.strictEqual(lines.at(-1), "missed: 15 more")
  })

  it("calls nothing a change of a connection that is read for the first time", () => {
    assert.deepStrictEqual(linesOf([]), ["no change"])
    assert.deepStrictEqual(linesOf([], ["dc"]), ["first reading of dc: changes are told from the next sync on"])
  })
})
