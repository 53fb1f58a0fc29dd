import { assert, describe, it } from "@effect/vitest"
import type { ScanJob } from "@scanjobs/core"
import { Effect, Stream } from "effect"
import * as Table from "../../src/output/Table.ts"
import * as TimeZone from "../../src/output/TimeZone.ts"
import * as Visible from "../../src/output/Visible.ts"
import { job } from "../Jobs.ts"

const options: Table.Options = {
  width: 80,
  colour: false,
  headers: true,
  columns: [],
  wide: false,
  zone: TimeZone.utc,
  now: Date.UTC(2026, 0, 1, 10, 0)
}
const lines = (jobs: ReadonlyArray<ScanJob.ScanJob>, changes: Partial<Table.Options> = {}) =>
  Stream.fromIterable(jobs).pipe(
    Table.make({ ...options, ...changes }).write,
    Stream.runCollect,
    Effect.map((texts) => texts.join("").split("\n").slice(0, -1))
  )
const at = (hour: number, minute = 0) => Date.UTC(2026, 0, 1, hour, minute)

describe("Table", () => {
  it.effect("is as wide as what it shows, and leaves out columns that have nothing to show", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* lines([job(), job({ state: "failed", startTime: null, name: null })]), [
        "START (UTC)       STATE      CONNECTION  NAME     LISTING  ID  CATEGORY",
        "2026-01-01 08:30  succeeded  main        Nightly  runs     7   web",
        "-                 failed     main                 runs     7   web"
      ])
    })
  )

  it.effect("shows how long a run took, or has been running", () =>
    Effect.gen(function* () {
      const durations = (yield* lines(
        [
          job({ startTime: at(8), finishTime: at(8, 1) + 5000 }),
          job({ startTime: at(1), finishTime: at(9, 5) }),
          job({ startTime: at(8), state: "running" }),
          job({ startTime: at(8), finishTime: at(7) }),
          job({ startTime: null })
        ],
        { columns: ["duration"], headers: false }
      )).map((line) => line.trim())
      assert.deepStrictEqual(durations, ["1m 05s", "8h 05m", "2h 00m", "", ""])
    })
  )

  it.effect("shows scopes and definitions where they say something", () =>
    Effect.gen(function* () {
      const [scoped = ""] = yield* lines([job({ scope: "octo/app", definitionId: "ci" })], { width: 200 })
      assert.match(scoped, /SCOPE +DEFINITION/)
      const [same = ""] = yield* lines([job({ scope: "293514", definitionId: "293514" })], { width: 200 })
      assert.match(same, /SCOPE +LISTING/)
    })
  )

  it.effect("puts the detail first where failures are asked for, and the progress where running jobs are", () =>
    Effect.gen(function* () {
      const failed = job({ state: "failed", detail: "the agent did not answer in time", name: "x".repeat(40) })
      assert.include((yield* lines([failed], { states: ["failed"] }))[1], "the agent did not answer in time")
      assert.notInclude((yield* lines([failed]))[1], "did not answer")
      const running = job({ state: "running", progress: 41.9, name: "x".repeat(40), connection: "y".repeat(20) })
      const shown = yield* lines([running], { states: ["running", "paused"], width: 52 })
      assert.include(shown[0], "PROGRESS")
      assert.include(shown[1], "41 %")
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
      for (const width of [1, 10, 16, 40, 79, 80, 92, 120, 200, 400]) {
        for (const line of yield* lines([wide, job()], { width })) assert.isAtMost(Visible.width(line), width)
      }
    })
  )

  it.effect("cuts nothing where there is no width, as in a pipe", () =>
    Effect.gen(function* () {
      const long = job({ name: "n".repeat(300), detail: "d".repeat(300) })
      const [, line = ""] = yield* lines([long], { width: Number.POSITIVE_INFINITY })
      assert.match(line, /n{300}.*d{300}$/)
    })
  )

  it.effect("shows the columns that are named, in their order, and all that say something where it is wide", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* lines([job()], { columns: ["name", "detail", "state"] }), [
        "NAME     DETAIL  STATE",
        "Nightly          succeeded"
      ])
      const [header = ""] = yield* lines([job()], { wide: true, width: 10 })
      assert.match(header, /^START \(UTC\) +STATE .*PROVIDER .*KIND .*UNIQUE ID$/)
    })
  )

  it.effect("shows times in the zone that is asked for", () =>
    Effect.gen(function* () {
      const zone = { name: "+02:00", offset: () => 7_200_000 }
      const [header = "", line = ""] = yield* lines([job()], { zone })
      assert.match(header, /^START \(\+02:00\) /)
      assert.match(line, /^2026-01-01 10:30 /)
    })
  )

  it.effect("shows control characters, line breaks and bidi overrides as escapes", () =>
    Effect.gen(function* () {
      const [, line = ""] = yield* lines([job({ name: "a\u001b[2J\r\nb\u202e\u0007\u009b\u2028" })], { width: 200 })
      assert.include(line, String.raw`a\x1b[2J\r\nb\u202e\x07\x9b\u2028`)
      assert.notMatch(line, /[\p{Cc}\u202e\u2028]/u)
    })
  )

  it.effect("tells states apart by word and, where asked, by colour", () =>
    Effect.gen(function* () {
      const [, succeeded = "", failed = ""] = yield* lines([job(), job({ state: "failed" })], { colour: true })
      assert.include(succeeded, "\u001b[32msucceeded\u001b[0m")
      assert.include(failed, "\u001b[1;31mfailed   \u001b[0m")
    })
  )

  it.effect("shows an endless stream, laid out by its first thousand rows", () =>
    Effect.gen(function* () {
      const endless = Stream.forever(Stream.make(job()))
      const texts = yield* endless.pipe(Table.make(options).write, Stream.take(3), Stream.runCollect)
      assert.deepStrictEqual(
        texts.map((text) => text.split("\n").length - 1),
        [1001, 1, 1]
      )
    })
  )

  it.effect("gives the rows that it holds when it is cut off", () =>
    Effect.gen(function* () {
      const table = Table.make(options)
      yield* Stream.runDrain(
        Stream.interruptWhen(table.write(Stream.concat(Stream.make(job()), Stream.never)), Effect.sleep(0))
      )
      assert.match(table.close(), /^START .*\n2026-01-01 08:30 .*\n$/)
      assert.strictEqual(table.close(), "")
    })
  )
})
