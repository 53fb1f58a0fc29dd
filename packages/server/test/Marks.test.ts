import { assert, describe, it } from "@effect/vitest"
import type { StoredJob, Views } from "@scanjobs/history"
import * as Marks from "../src/Marks.ts"

const hour = 3_600_000
const from = Date.UTC(2026, 0, 1)
const span: Views.Span = { from, until: from + 30 * 24 * hour }

const job = (index: number, given: Partial<StoredJob.StoredJob> = {}): StoredJob.StoredJob => ({
  provider: "tenable",
  connection: "main",
  listing: "runs",
  scope: null,
  id: `tenable/main/runs/${index}`,
  vendorId: String(index),
  kind: "run",
  definitionId: "d",
  name: "Hourly",
  category: "vulnerability",
  state: "succeeded",
  vendorState: null,
  detail: null,
  progress: null,
  startTime: from + index * hour,
  finishTime: from + index * hour + hour / 2,
  link: null,
  raw: null,
  verdict: null,
  why: null,
  delay: null,
  firstSeen: from,
  ...given
})

const hourly = (count: number, of: (index: number) => Partial<Views.RowJob> = () => ({})) =>
  Array.from({ length: count }, (_, index) => ({ definition: 1, job: job(index), needs: null, ...of(index) }))

const countOf = (marks: ReturnType<typeof Marks.make>) =>
  marks.reduce((sum, { together }) => sum + (together?.marks ?? 1), 0)

describe("the marks of a row", () => {
  it("are one for each run, as long as they have room", () => {
    const marks = Marks.make(hourly(300).toReversed(), span)
    assert.strictEqual(marks.length, 300)
    assert.isTrue(marks.every(({ together }) => together === undefined))
    assert.deepStrictEqual(
      marks.map(({ start }) => start),
      marks.map(({ start }) => start).toSorted((a, b) => a - b)
    )
  })

  it("are at most 300, however many runs there are, and count all of them", () => {
    for (const count of [301, 720]) {
      const marks = Marks.make(hourly(count), span)
      assert.isAtMost(marks.length, Marks.most)
      assert.strictEqual(countOf(marks), count)
    }
  })

  it("show the most pressing run of those that are close together, and how many need attention", () => {
    const needs = new Map<number, Views.Attention>([
      [402, "late"],
      [403, "failed"],
      [10, "unknown"]
    ])
    const marks = Marks.make(
      hourly(720, (index) => ({ needs: needs.get(index) ?? null })),
      span
    )
    const worst = marks.filter((mark) => mark.needs !== null)
    assert.deepStrictEqual(
      worst.map((mark) => [mark.id, mark.needs, mark.together]),
      [
        ["tenable/main/runs/10", "unknown", { marks: 2, needing: 1 }],
        ["tenable/main/runs/403", "failed", { marks: 3, needing: 2 }]
      ]
    )
    const [, failed] = worst
    assert.deepStrictEqual([failed?.start, failed?.finish], [from + 401 * hour, from + 403 * hour + hour / 2])
  })

  it("leave out what has no time", () => {
    const untimed = { definition: 1, job: job(0, { startTime: null }), needs: null }
    const described = { definition: 1, job: job(1, { kind: "definition" }), needs: null }
    assert.deepStrictEqual(Marks.make([untimed, described], span), [])
  })
})
