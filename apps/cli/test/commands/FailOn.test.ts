import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { linesOf, runHere } from "../Program.ts"
import * as Vendors from "../Vendors.ts"

describe("scanjobs list --fail-on", () => {
  it.live("exits with 1 where a job failed, and writes all jobs", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve()
      const ended = yield* runHere(["list", "-c", "ap", "--fail-on", "failed"], started)
      assert.strictEqual(ended.code, 1, ended.stderr)
      assert.isTrue(linesOf(ended.stdout).some((line) => line.includes('"state":"failed"')))
      const all = yield* runHere(["list", "-c", "ap"], started)
      assert.strictEqual(all.code, 0, all.stderr)
      assert.lengthOf(linesOf(ended.stdout), linesOf(all.stdout).length)
    })
  )

  it.live("exits with 0 where none failed", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve()
      const ended = yield* runHere(["list", "-c", "ap", "-s", "succeeded", "--fail-on", "failed"], started)
      assert.strictEqual(ended.code, 0, ended.stderr)
    })
  )

  it.live("exits with 3 where something is missing, whatever failed", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve()
      const ended = yield* runHere(["list", "--timeout", "1ms", "--fail-on", "failed"], started)
      assert.strictEqual(ended.code, 3, ended.stderr)
    })
  )

  it.live("refuses what a list cannot tell, and --resume, whose earlier runs it cannot count", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve()
      const missed = yield* runHere(["list", "--fail-on", "failed,missed"], started)
      assert.strictEqual(missed.code, 2)
      assert.match(missed.stderr, /--fail-on missed: only what is stored tells which scans never happened/)
      const resumed = yield* runHere(["list", "--resume", "never.json", "--fail-on", "failed"], started)
      assert.strictEqual(resumed.code, 2)
      assert.match(resumed.stderr, /--fail-on cannot go together with --resume/)
    })
  )
})
