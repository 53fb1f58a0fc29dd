import { assert, describe, it } from "@effect/vitest"
import type { ScanJob } from "@scanjobs/core"
import { Effect, Result, Stream } from "effect"
import * as Sorting from "../../src/output/Sorting.ts"
import { job } from "../Jobs.ts"

const sorted = (text: string, jobs: ReadonlyArray<ScanJob.ScanJob>) =>
  Effect.gen(function* () {
    const order = Result.getOrThrow(Sorting.parse(text))
    if (order === "none") return assert.fail("expected an order")
    return yield* Stream.runCollect(Sorting.make(order).hold(Stream.fromIterable(jobs)))
  })
const problem = (text: string) => Result.match(Sorting.parse(text), { onSuccess: () => "", onFailure: (why) => why })

describe("Sorting", () => {
  it.effect("sorts by a field either way; what lacks it comes first, or last", () =>
    Effect.gen(function* () {
      const jobs = [job({ name: "b" }), job({ name: null }), job({ name: "a" })]
      const names = (text: string) => Effect.map(sorted(text, jobs), (all) => all.map(({ name }) => name))
      assert.deepStrictEqual(yield* names("name"), [null, "a", "b"])
      assert.deepStrictEqual(yield* names("name:desc"), ["b", "a", null])
    })
  )

  it.effect("puts the worst states first, and equal jobs in order of start", () =>
    Effect.gen(function* () {
      const jobs = [
        job({ state: "succeeded" }),
        job({ state: "failed", startTime: 2 }),
        job({ state: "running" }),
        job({ state: "failed", startTime: 1 })
      ]
      const all = yield* sorted("state", jobs)
      assert.deepStrictEqual(
        all.map(({ startTime, state }) => (state === "failed" ? `failed ${startTime}` : state)),
        ["failed 1", "failed 2", "running", "succeeded"]
      )
    })
  )

  it.effect("gives what it holds when it is cut off", () =>
    Effect.gen(function* () {
      const sorter = Sorting.make({ field: "name", isDescending: false })
      const jobs = Stream.concat(Stream.make(job({ name: "b" }), job({ name: "a" })), Stream.never)
      yield* Stream.runDrain(Stream.interruptWhen(sorter.hold(jobs), Effect.sleep(0)))
      assert.deepStrictEqual(
        sorter.held().map(({ name }) => name),
        ["a", "b"]
      )
    })
  )

  it("names a wrong field or direction", () => {
    assert.match(problem("stat"), /^there is no order "stat" \(did you mean "start"\?\); there are start, finish, /)
    assert.strictEqual(problem("name:down"), "expected name, name:asc or name:desc")
  })
})
