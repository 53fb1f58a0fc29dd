import { assert, describe, it } from "@effect/vitest"
import { ScanJob } from "@scanjobs/core"
import { Effect, Schema, Stream } from "effect"
import { Csv as Reader } from "effect/encoding"
import * as Csv from "../../src/output/Csv.ts"
import { job } from "../Jobs.ts"
import * as ContinuedOutput from "../resume/ContinuedOutput.ts"

const odd = job({ name: 'two "words",\r\nand a line', progress: null, startTime: null })
const written = (jobs: ReadonlyArray<ScanJob.ScanJob> = [job(), odd], options: Partial<Csv.Options> = {}) =>
  Stream.fromIterable(jobs).pipe(
    Csv.make({ headers: true, cells: "guarded", ...options }),
    Stream.runCollect,
    Effect.map((texts) => texts.join(""))
  )

describe("Csv", () => {
  it.effect("has a header and all fields but the vendor's row, and can be read back", () =>
    Effect.gen(function* () {
      const text = yield* written()
      const [header, first, second] = yield* Stream.make(text).pipe(
        Stream.pipeThroughChannel(Reader.decodeString()),
        Stream.runCollect
      )
      assert.deepStrictEqual(
        header,
        ScanJob.fieldNames.filter((name) => name !== "raw")
      )
      assert.deepStrictEqual(first?.slice(-5), ["", "100", "2026-01-01T08:30:00.000Z", "", ""])
      assert.strictEqual(second?.[8], 'two "words",\r\nand a line')
      assert.strictEqual(second?.[14], "")
    })
  )

  it.effect("has its header where there is nothing", () =>
    Effect.gen(function* () {
      assert.match(yield* written([]), /^provider,connection,.*,finishTime,link\r\n$/)
    })
  )

  it.effect.prop(
    "ends a record that was cut off anywhere, so that each record after it is read as one of its own",
    [Schema.Array(Schema.String), Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 999 }))],
    ([names, place]) =>
      Effect.gen(function* () {
        const marks = names.flatMap((name) => [name, `,"${name}"\r\n`])
        const text = yield* written([odd, ...marks.map((name) => job({ name }))], { headers: false, cells: "exact" })
        const cut = text.slice(0, place % (text.length + 1))
        const next = yield* written([odd, job({ id: "next" })], { headers: false })
        const records = ContinuedOutput.records(cut + Csv.mend + next)
        assert.deepStrictEqual(records.slice(-2), ContinuedOutput.records(next))
      })
  )

  it.effect("puts an apostrophe before what a spreadsheet would run as a formula", () =>
    Effect.gen(function* () {
      const names = ['=HYPERLINK("http://example.com")', "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "a=1"]
      const jobs = names.map((name) => job({ name }))
      const cells = (text: string) =>
        Stream.make(text).pipe(
          Stream.pipeThroughChannel(Reader.decodeString()),
          Stream.runCollect,
          Effect.map((records) => records.map((record) => record[8]))
        )
      const plain = { headers: false }
      assert.deepStrictEqual(
        yield* cells(yield* written(jobs, plain)),
        names.map((name) => (name.startsWith("a") ? name : `'${name}`))
      )
      assert.deepStrictEqual(yield* cells(yield* written(jobs, { ...plain, cells: "exact" })), names)
    })
  )

  it.effect("shows control characters as escapes: on a terminal all, elsewhere all but line breaks and tabs", () =>
    Effect.gen(function* () {
      const jobs = [job({ name: "a\u001b[31mb\u202ec\nd" })]
      assert.include(yield* written(jobs), String.raw`"a\x1b[31mb\u202ec` + '\nd"')
      assert.include(yield* written(jobs, { cells: "visible" }), String.raw`,a\x1b[31mb\u202ec\nd,`)
      assert.include(yield* written(jobs, { cells: "exact" }), "a\u001b[31mb")
    })
  )
})
