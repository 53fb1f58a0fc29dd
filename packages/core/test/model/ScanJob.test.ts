import { ScanJob } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Effect, Equal, Option, Schema } from "effect"
import * as Job from "../Job.ts"

const codec = ScanJob.schema(Schema.Struct({ state: Schema.Int }))
const decode = Schema.decodeUnknownEffect(codec)
const encode = Schema.encodeEffect(codec)

const job = { ...Job.make("7", { startTime: Date.parse("2026-01-02T03:04:05.678Z") }), raw: { state: 3 } }

describe("ScanJob.schema", () => {
  it.effect("encodes times as ISO 8601 with Z, and no time as null", () =>
    Effect.gen(function* () {
      const encoded = yield* encode(job)
      assert.strictEqual(encoded.startTime, "2026-01-02T03:04:05.678Z")
      assert.strictEqual(encoded.finishTime, null)
    })
  )

  it.effect("decodes a time with an offset to the same instant", () =>
    Effect.gen(function* () {
      const decoded = yield* decode({ ...(yield* encode(job)), startTime: "2026-01-02T05:04:05.678+02:00" })
      assert.strictEqual(decoded.startTime, job.startTime)
    })
  )

  it.effect.each(["2026-01-02T03:04:05", "2026-01-02", "soon", ""])("refuses the time %j", (startTime) =>
    Effect.gen(function* () {
      const { message } = yield* Effect.flip(decode({ ...(yield* encode(job)), startTime }))
      assert.include(message, "an ISO 8601 instant with Z or an offset")
    })
  )

  it.effect.each([-8.64e15 - 1, 8.64e15 + 1])("refuses the time %d, which no Date can hold", (startTime) =>
    Effect.gen(function* () {
      assert.isTrue(Option.isNone(yield* Effect.option(encode({ ...job, startTime }))))
    })
  )

  it.effect.each([-0.1, 100.1])("refuses a progress of %d", (progress) =>
    Effect.gen(function* () {
      assert.isTrue(Option.isNone(yield* Effect.option(encode({ ...job, progress }))))
    })
  )

  it.effect("refuses a state that is not one of its own", () =>
    Effect.gen(function* () {
      assert.isTrue(Option.isNone(yield* Effect.option(decode({ ...(yield* encode(job)), state: "done" }))))
    })
  )

  it.effect.prop("gives back every job through JSON text", [Job.arbitrary], ([some]) =>
    Effect.gen(function* () {
      const text = JSON.stringify(yield* encode(some))
      assert.isTrue(Equal.equals(yield* decode(JSON.parse(text)), some))
    })
  )

  it("has exactly the fields of fieldNames, in their order", () => {
    assert.deepStrictEqual(Object.keys(codec.fields), [...ScanJob.fieldNames])
  })

  it.effect("encodes the fields in the order of fieldNames", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(Object.keys(yield* encode(job)), [...ScanJob.fieldNames])
    })
  )
})

describe("a job's times as DateTime", () => {
  it("are built of the epoch milliseconds", () => {
    const both = { ...job, finishTime: 0 }
    assert.deepStrictEqual(ScanJob.startDateTime(both), Option.some(DateTime.makeUnsafe("2026-01-02T03:04:05.678Z")))
    assert.deepStrictEqual(ScanJob.finishDateTime(both), Option.some(DateTime.makeUnsafe(0)))
  })

  it("are none where the job has none", () => {
    const none = Job.make("7")
    assert.isTrue(Option.isNone(ScanJob.startDateTime(none)))
    assert.isTrue(Option.isNone(ScanJob.finishDateTime(none)))
  })
})

describe("ScanJob.states", () => {
  const stateOf = ScanJob.states({ ok: "succeeded", 3: "failed" })

  it.each([
    ["ok", "succeeded"],
    [3, "failed"],
    ["3", "failed"],
    ["OK", "unknown"],
    [null, "unknown"],
    [undefined, "unknown"],
    ["constructor", "unknown"],
    ["__proto__", "unknown"],
    ["toString", "unknown"]
  ] as const)("takes %j for %s", (vendorState, state) => {
    assert.strictEqual(stateOf(vendorState), state)
  })

  it("gives another state for what it does not know, where it is told to", () => {
    assert.strictEqual(ScanJob.states({ 16: "skipped" }, "scheduled")(11), "scheduled")
  })
})

describe("ScanJob.firstText", () => {
  it("is the first that says something", () => {
    assert.strictEqual(ScanJob.firstText(null, "", "nightly", "weekly"), "nightly")
  })

  it.each([[], [""], [null, undefined, ""]])("is null where none does: %j", (...texts) => {
    assert.isNull(ScanJob.firstText(...texts))
  })
})
