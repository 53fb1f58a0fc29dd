import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { linesOf, run, runHere } from "../Program.ts"
import * as Vendors from "../Vendors.ts"

const fields = (ndjson: string, name: string): ReadonlyArray<unknown> => [
  ...new Set(linesOf(ndjson).map((line) => Reflect.get(JSON.parse(line), name)))
]

describe("the options of scanjobs list", () => {
  it.live("choose connections, listings, kinds and states, each by comma lists and patterns", () =>
    Effect.gen(function* () {
      const { digicert, started } = yield* Vendors.serve()
      const list = (...args: ReadonlyArray<string>) =>
        Effect.map(runHere(["list", ...args], started), (ended) => {
          assert.strictEqual(ended.code, 0, ended.stderr)
          return ended.stdout
        })
      assert.deepStrictEqual(fields(yield* list("-c", "a*"), "connection"), ["ap"])
      assert.deepStrictEqual(fields(yield* list("--provider", "avepoint"), "connection"), ["ap"])
      yield* digicert.ledger.clear
      assert.sameMembers([...fields(yield* list("--listing", "past,jobs"), "listing")], ["past", "jobs"])
      assert.notInclude(JSON.stringify(yield* digicert.ledger.entries), "future")
      assert.deepStrictEqual(fields(yield* list("-k", "occurrence", "--until", "7d"), "kind"), ["occurrence"])
      const states = fields(yield* list("-s", "failed,succeeded"), "state")
      assert.sameMembers([...states], ["failed", "succeeded"])
    })
  )

  it.live("sort by any field, and limit after that", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve()
      const ended = yield* runHere(["list", "-c", "ap", "--sort", "start:desc", "-n", "5", "-f", "csv"], started)
      const all = yield* runHere(["list", "-c", "ap", "-f", "csv", "--no-headers"], started)
      const times = (csv: string) =>
        csv
          .trim()
          .split("\r\n")
          // Behind it are when the run ended, and a link; commas in names are before it.
          .map((line) => line.split(",").at(-3) ?? "")
      assert.deepStrictEqual(times(ended.stdout).slice(1), times(all.stdout).toSorted().toReversed().slice(0, 5))
    })
  )

  it.live("show a table that nothing is cut from in a pipe, unless COLUMNS says how wide, and count states", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve()
      const table = (...columns: ReadonlyArray<string>) =>
        runHere(["list", "--format", "table", "--until", "1d"], {
          ...started,
          env: { ...started.env, ...(columns.length === 0 ? {} : { COLUMNS: columns.join("") }) }
        })
      const whole = yield* table()
      assert.notInclude(whole.stdout, "…")
      assert.isAbove(Math.max(...linesOf(whole.stdout).map(({ length }) => length)), 100)
      assert.match(whole.stderr, /^\d+ jobs from 2 connections: .*\d+ succeeded/m)
      const narrow = yield* table("60")
      assert.strictEqual(Math.max(...linesOf(narrow.stdout).map(({ length }) => length)) <= 60, true)
    })
  )

  it.live("are refused where they do not fit together, each with what to do", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve()
      const ended = yield* runHere(
        ["list", "-f", "json", "--columns", "start,stat", "--csv-raw", "--sort", "nmae"],
        started
      )
      assert.deepStrictEqual([ended.code, ended.stdout], [2, ""])
      const lines = linesOf(ended.stderr)
      assert.strictEqual(lines[0], "--columns applies to table, and the format is json; add --format table")
      assert.strictEqual(lines[1], "--csv-raw applies to csv, and the format is json; add --format csv")
      assert.match(lines[2] ?? "", /^--columns: there is no column "stat" \(did you mean "start"\?\)/)
      assert.match(lines[3] ?? "", /^--sort nmae: there is no order "nmae"/)
      const zone = yield* runHere(["list", "--tz", "Mars"], started)
      assert.match(zone.stderr, /^--tz Mars: expected UTC, local, an IANA name/)
    })
  )

  it.live("show emulators without any settings file", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve()
      const ended = yield* run(["list", "--demo", "--limit", "30", "--until", "1d"], { cwd: "/", env: started.env })
      assert.strictEqual(ended.code, 0, ended.stderr)
      assert.lengthOf(linesOf(ended.stdout), 30)
    })
  )
})
