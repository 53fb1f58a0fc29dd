import { assert, describe, it } from "@effect/vitest"
import type { ScanJob } from "@scanjobs/core"
import { Effect, Stream } from "effect"
import * as Table from "../../src/output/Table.ts"
import * as Visible from "../../src/output/Visible.ts"
import { job } from "../Jobs.ts"

const lines = (jobs: ReadonlyArray<ScanJob.ScanJob>, columns = 80, colour = false) =>
  Stream.fromIterable(jobs).pipe(
    Table.make({ columns, colour }),
    Stream.runCollect,
    Effect.map((texts) => texts.join("").split("\n").slice(0, -1))
  )

describe("Table", () => {
  it.effect("shows when, how it went, whose, what and which", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* lines([job(), job({ state: "failed", startTime: null, name: null })]), [
        "START (UTC)       STATE      CONNECTION  NAME             LISTING  ID",
        "2026-01-01 08:30  succeeded  main        Nightly          runs     7",
        "-                 failed     main        -                runs     7"
      ])
    })
  )

  it.effect("is never wider than the terminal, however wide letters are", () =>
    Effect.gen(function* () {
      const wide = job({
        name: "漢字カタカナ".repeat(20),
        vendorId: "x".repeat(400),
        connection: "👩‍👩‍👧‍👦".repeat(30),
        detail: "é".repeat(300)
      })
      for (const columns of [1, 10, 16, 40, 79, 80, 92, 120, 200, 400]) {
        for (const line of yield* lines([wide, job()], columns)) assert.isAtMost(Visible.width(line), columns)
      }
    })
  )

  it.effect("adds category and detail where there is room", () =>
    Effect.gen(function* () {
      const [header = ""] = yield* lines([job()], 200)
      assert.match(header, /CATEGORY.*DETAIL$/)
    })
  )

  it.effect("shows control characters, line breaks and bidi overrides instead of sending them", () =>
    Effect.gen(function* () {
      const [, line = ""] = yield* lines([job({ name: "a\u001b[2J\r\nb\u202e\u0007\u009b\u2028" })], 200)
      assert.include(line, String.raw`a\x1b[2J\r\nb\u202e\x07\x9b\u2028`)
      assert.notMatch(line, /[\p{Cc}\u202e\u2028]/u)
    })
  )

  it.effect("tells states apart by word and, where asked, by colour", () =>
    Effect.gen(function* () {
      const [, succeeded = "", failed = ""] = yield* lines([job(), job({ state: "failed" })], 80, true)
      assert.include(succeeded, "\u001b[32msucceeded\u001b[0m")
      assert.include(failed, "\u001b[31mfailed   \u001b[0m")
    })
  )

  it.effect("shows rows as they come", () =>
    Effect.gen(function* () {
      const endless = Stream.forever(Stream.make(job()))
      const texts = yield* endless.pipe(Table.make({ columns: 80, colour: false }), Stream.take(3), Stream.runCollect)
      assert.lengthOf(texts, 3)
    })
  )
})
