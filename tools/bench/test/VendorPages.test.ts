import { assert, describe, it } from "@effect/vitest"
import { isPageSize, type Page, render } from "../src/VendorPages.ts"

interface Row {
  readonly id: string
  readonly startTime: string
}

/** Parses a page and releases its bytes for reuse. */
const rowsOf = ({ bytes, done }: Page): ReadonlyArray<Row> => {
  const { jobs } = JSON.parse(bytes.toString()) as { readonly jobs: ReadonlyArray<Row> }
  done()
  return jobs
}

const pages = (size: number, count: number): ReadonlyArray<Row> => {
  const page = render(size)
  return Array.from({ length: count }, (_, index) => rowsOf(page(index, "}"))).flat()
}

describe("the benchmark's pages", () => {
  it("have ids of their own, in the order of their start times", () => {
    const rows = pages(1000, 40)
    assert.strictEqual(new Set(rows.map(({ id }) => id)).size, 40_000)
    const times = rows.map(({ startTime }) => startTime)
    assert.deepStrictEqual(times, times.toSorted())
  })

  it("give the same jobs in every size", () => {
    const rows = pages(1000, 3)
    for (const size of [10, 100, 200, 500]) assert.deepStrictEqual(pages(size, 3000 / size), rows)
  })

  it("do not change while they are on their way", () => {
    const page = render(1000)
    const first = page(0, "}")
    const before = first.bytes.toString()
    for (let index = 1; index <= 64; index++) rowsOf(page(index, "}"))
    assert.strictEqual(first.bytes.toString(), before)
  })

  it("divide a day", () => {
    assert.deepStrictEqual([1, 10, 1000, 3, 2000, 0].map(isPageSize), [true, true, true, false, false, false])
  })
})
