import { assert, describe, it } from "@effect/vitest"
import { ScanJob } from "@scanjobs/core"
import { Effect, Stream } from "effect"
import { Csv as Reader } from "effect/encoding"
import * as Csv from "../../src/output/Csv.ts"
import { job } from "../Jobs.ts"

const odd = job({ name: 'two "words",\r\nand a line', progress: null, startTime: null })
const written = (jobs: ReadonlyArray<ScanJob.ScanJob> = [job(), odd]) =>
  Stream.fromIterable(jobs).pipe(
    Csv.csv,
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
      assert.deepStrictEqual(first?.slice(-4), ["", "100", "2026-01-01T08:30:00.000Z", ""])
      assert.strictEqual(second?.[8], 'two "words",\r\nand a line')
      assert.strictEqual(second?.[14], "")
    })
  )

  it.effect("has its header where there is nothing", () =>
    Effect.gen(function* () {
      assert.match(yield* written([]), /^provider,connection,.*,finishTime\r\n$/)
    })
  )
})
