import { assert, describe, it } from "@effect/vitest"
import { ScanJob } from "@scanjobs/core"
import { Effect, Fiber, Schema, Stream } from "effect"
import * as Rows from "../../src/output/JsonRows.ts"
import { job } from "../Jobs.ts"

const none = () => assert.fail("every job can be written")
const odd = job({ name: 'two "words",\r\nand a line', progress: null, startTime: null, raw: null })
const jobs = [job(), { ...odd, raw: undefined }]
const written = ({ write }: Rows.Form, of: ReadonlyArray<ScanJob.ScanJob> = jobs) =>
  Stream.fromIterable(of).pipe(
    write,
    Stream.runCollect,
    Effect.map((texts) => texts.join(""))
  )
const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(Schema.Array(ScanJob.schema(Schema.Json))))
const kept: ReadonlyArray<unknown> = [job(), odd]

describe("Rows", () => {
  it.effect("ndjson has one object a line with exactly the model's fields, in their order", () =>
    Effect.gen(function* () {
      const lines = (yield* written(Rows.ndjson(none))).split("\n").slice(0, -1)
      for (const line of lines) assert.deepStrictEqual(Object.keys(JSON.parse(line)), [...ScanJob.fieldNames])
      assert.deepStrictEqual<unknown>(yield* decode(`[${lines.join(",")}]`), kept)
    })
  )

  it.effect("json that was cut off can be ended well", () =>
    Effect.gen(function* () {
      const form = Rows.json(none)
      assert.strictEqual(form.close(), "")
      const texts = yield* Stream.fromIterable(jobs).pipe(
        Stream.rechunk(1),
        form.write,
        Stream.take(2),
        Stream.runCollect
      )
      assert.lengthOf(yield* decode(texts.join("") + form.close()), 1)
    })
  )

  it.effect("json that was cut off before its bracket was written has one all the same", () =>
    Effect.gen(function* () {
      const form = Rows.json(none)
      const stuck = Stream.mapEffect(form.write(Stream.fromIterable(jobs)), () => Effect.never)
      yield* Fiber.interrupt(yield* Effect.forkChild(Stream.runDrain(stuck), { startImmediately: true }))
      const texts = yield* Stream.runCollect(form.write(Stream.empty))
      assert.deepStrictEqual(JSON.parse(texts.join("") + form.close()), [])
    })
  )

  it.effect.each([
    ["ndjson", Rows.ndjson],
    ["json", Rows.json]
  ] as const)("%s leaves out a row that is nested too deeply, and tells of it", ([form, writer]) =>
    Effect.gen(function* () {
      const deep: unknown = JSON.parse(`${"[".repeat(50_000)}${"]".repeat(50_000)}`)
      const lost: Array<string> = []
      const text = yield* written(
        writer(({ id }) => lost.push(id)),
        [job(), { ...job(), id: "deep", raw: deep }, job()]
      )
      assert.deepStrictEqual(lost, ["deep"])
      const items = form === "json" ? yield* decode(text) : text.trim().split("\n")
      assert.lengthOf(items, 2)
    })
  )

  it.effect("json is one array, also where there is nothing", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual<unknown>(yield* decode(yield* written(Rows.json(none))), kept)
      assert.strictEqual(yield* written(Rows.json(none), []), "[]\n")
    })
  )

  it.effect("what a terminal would obey is written as JSON escapes where it is asked for, and means the same", () =>
    Effect.gen(function* () {
      const name = "a\u009b31mb\u202ec"
      const text = yield* written(Rows.visible(Rows.ndjson(none)), [job({ name })])
      assert.match(text, /^[ -~]+\n$/)
      assert.strictEqual(JSON.parse(text).name, name)
    })
  )
})
