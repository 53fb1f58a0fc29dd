import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { linesOf, runHere } from "../Program.ts"
import * as Vendors from "../Vendors.ts"

describe("scanjobs summary", () => {
  it.live("shows each connection with its latest runs, what is next, and what the letters mean", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve()
      const ended = yield* runHere(["summary", "--format", "table"], started)
      assert.strictEqual(ended.code, 0, ended.stderr)
      const [header = "", ...lines] = linesOf(ended.stdout)
      assert.match(
        header,
        /^CONNECTION +PROVIDER +LAST +LAST START \(UTC\) +RECENT RUNS +FAILED 30D +NEXT START \(UTC\) +RUNS +PLANNED$/
      )
      assert.sameMembers(
        lines.map((line) => line.split(" ", 1).join("")),
        ["ap", "dc"]
      )
      assert.match(ended.stderr, /^recent runs, oldest first: .*\. succeeded/m)
      assert.match(ended.stderr, /^jobs since 20.* \(UTC\) are counted; change that with --from$/m)
    })
  )

  it.live("gives programs one object for each group, and the same numbers in each form", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve()
      const read = (...args: ReadonlyArray<string>) =>
        Effect.map(runHere(["summary", ...args], started), (ended) => ended.stdout)
      const lines = linesOf(yield* read("--by", "state")).map((line) => JSON.parse(line))
      const list = linesOf((yield* runHere(["list", "--from", "90d"], started)).stdout).map((line) => JSON.parse(line))
      const counts = Map.groupBy(list, ({ state }) => state)
      assert.deepStrictEqual(
        Object.fromEntries(lines.map(({ planned, runs, state }) => [state, runs + planned])),
        Object.fromEntries([...counts].map(([state, all]) => [state, all.length]))
      )
      assert.deepStrictEqual(JSON.parse(yield* read("--by", "state", "-f", "json")), lines)
      const [header, ...records] = (yield* read("--by", "state", "-f", "csv")).trim().split("\r\n")
      assert.match(header ?? "", /^connection,provider,scope,definitionId,name,state,day,runs,planned,failures30Days,/)
      assert.lengthOf(records, lines.length)
    })
  )

  it.live("marks a connection that cannot be read, and exits with 3", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve()
      const env = { ...Vendors.secrets, AP_SECRET: "canary-wrong-secret" }
      const ended = yield* runHere(["summary", "-f", "table"], { ...started, env })
      assert.strictEqual(ended.code, 3)
      assert.match(ended.stdout, /^ap .* incomplete$/m)
      assert.match(ended.stderr, /^ap \(avepoint.*\): Unauthorized/m)
      const [line = ""] = linesOf((yield* runHere(["summary", "-c", "ap"], { ...started, env })).stdout)
      assert.deepInclude(JSON.parse(line), { connection: "ap", runs: 0, complete: false, lastState: null })
    })
  )
})
