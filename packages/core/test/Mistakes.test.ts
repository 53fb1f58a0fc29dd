import { NodeHttpClient } from "@effect/platform-node"
import { type Provider, RetryPolicy } from "@scanjobs/core"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Layer, Stream } from "effect"
import * as Job from "./Job.ts"
import * as Plain from "./Plain.ts"
import * as Vendor from "./Vendor.ts"

const live = Layer.merge(NodeHttpClient.layerUndici, RetryPolicy.layer({ times: 0 }))

/** The ids of the jobs. */
const idsOf = <E, R>(jobs: Stream.Stream<Provider.JobOf<ReturnType<typeof Plain.make>>, E, R>) =>
  Effect.map(Stream.runCollect(jobs), Job.idsOf)

layer(live, { excludeTestServices: true })("a plugin's mistake", (it) => {
  describe("of numbers that are none", () => {
    it.effect("leaves the field empty and keeps the job, also where a span is asked for", () =>
      Effect.gen(function* () {
        const vendor = yield* Plain.serve([{ id: "1", at: "soon" }])
        const provider = Plain.make({
          job: (row) => ({ ...Plain.verbs.job(row), finishTime: Number.POSITIVE_INFINITY, progress: 0 / 0 })
        })
        const jobs = yield* Stream.runCollect(provider.jobs(Plain.connection(vendor), { from: 0 }))
        assert.deepStrictEqual(
          jobs.map(({ finishTime, progress, startTime }) => [startTime, finishTime, progress]),
          [[null, null, null]]
        )
      })
    )
  })

  describe("of skipping whatever fails", () => {
    const provider = Plain.make({ skips: () => "nothing to list" })

    it.effect.each([
      ["Unauthorized", Vendor.json({}, 401)],
      ["RateLimited", Vendor.json({}, 429)],
      ["Unavailable", Vendor.json({}, 503)],
      ["Malformed", Vendor.json({ runs: 1 })]
    ] as const)("does not hide %s", ([reason, answer]) =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(answer)
        const failure = yield* Effect.flip(provider.check(Plain.connection(vendor)))
        assert.strictEqual(failure.reason._tag, reason)
      })
    )

    it.effect.each([403, 404])("skips what the vendor refuses with %s", (status) =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(Vendor.json({}, status))
        assert.deepStrictEqual(yield* idsOf(provider.jobs(Plain.connection(vendor))), [])
      })
    )
  })
})
