import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import * as LongJson from "../../src/http/LongJson.ts"

/** So small that a few rows are long. */
const small = { longest: 40, piece: 15, farthest: 200 }

const read = (parse: (bytes: Uint8Array) => LongJson.JsonText, text: string) => {
  const { json, parts } = parse(new TextEncoder().encode(text))
  return { pieces: parts, parsed: json }
}

const cut = (text: string, sizes?: LongJson.Sizes) => read(LongJson.make(sizes), text)

const parsedWhole = (text: string) => Result.try((): unknown => JSON.parse(text))

const rows = (count: number) =>
  Array.from({ length: count }, (_, id) => ({ id, name: `run ${id} – ü`, tags: [{ a: 1 }] }))

const Text = Schema.Union([
  Schema.String,
  Schema.Literals([
    '},{"id":',
    '"},{"id":"',
    '\\"},{',
    "]}",
    "[{",
    "\u0000 the rows go on",
    "__proto__",
    "日本",
    "\ufeff"
  ])
])
const Row = Schema.Struct({
  id: Schema.Union([Schema.Finite, Text, Schema.Array(Schema.Struct({ id: Text }))]),
  more: Schema.optionalKey(Schema.Union([Schema.Null, Schema.Boolean, Schema.Record(Text, Text)]))
})
const Page = Schema.Union([
  Schema.Array(Row),
  Schema.Record(Text, Schema.Union([Schema.Array(Row), Text, Schema.Finite, Schema.Array(Text)]))
])

const often = { arbitrary: { runs: 2000 } }

describe("LongJson", () => {
  it("cuts a long list of rows, and a list in an object, between rows", () => {
    for (const body of [rows(6000), { jobs: rows(6000), total: 3000, next: null }, { next: "", jobs: rows(6000) }]) {
      const text = JSON.stringify(body)
      const { parsed, pieces } = cut(text)
      assert.isAbove(pieces.length, 2)
      assert.isTrue(pieces.every(({ length }) => length < 100_000))
      assert.strictEqual(pieces.join(""), text)
      assert.deepStrictEqual(Result.getOrThrow(parsed), body)
    }
  })

  it("leaves a body whole that is short, that is no list of rows, and whose list lies deeper", () => {
    const long = "x".repeat(200_000)
    const named = [{ [long]: 1 }, { [long]: 2 }]
    for (const body of [{ jobs: rows(10) }, { long }, [long], named, { data: { jobs: rows(6000) } }]) {
      const { parsed, pieces } = cut(JSON.stringify(body))
      assert.strictEqual(pieces.length, 1)
      assert.deepStrictEqual(Result.getOrThrow(parsed), body)
    }
  })

  it("parses the whole where a cut was in a text, or in a list of a row", () => {
    const inText = { jobs: [{ id: 1, log: 'x},{"id":'.repeat(20) }] }
    const inRow = { jobs: [{ id: 1, steps: Array.from({ length: 40 }, (_, id) => ({ id })) }] }
    for (const body of [inText, inRow]) {
      const text = JSON.stringify(body).replaceAll('\\"', "\\u0022")
      assert.deepStrictEqual(Result.getOrThrow(cut(text, small).parsed), JSON.parse(text))
    }
    const { parsed, pieces } = cut(JSON.stringify(inRow), small)
    assert.isAbove(pieces.length, 1)
    assert.deepStrictEqual(Result.getOrThrow(parsed), inRow)
  })

  it("gives the later of two members with one name, wherever they stand", () => {
    const list = JSON.stringify(rows(10))
    for (const text of [
      `{"jobs":${list},"jobs":[1]}`,
      `{"jobs":${list},"jobs":${list}}`,
      `{"total":1,"jobs":${list},"total":2}`,
      `{"jobs":${list},"__proto__":{"a":1}}`,
      `{"__proto__":7,"jobs":${list}}`
    ]) {
      const parsed = Result.getOrThrow(cut(text, small).parsed)
      assert.strictEqual(JSON.stringify(parsed), JSON.stringify(JSON.parse(text)))
    }
  })

  it("cuts no more where it was in vain again and again", () => {
    const text = JSON.stringify([{ id: 1, steps: Array.from({ length: 40 }, (_, id) => ({ id })) }])
    const parse = LongJson.make(small)
    const counts = Array.from({ length: 5 }, () => {
      const { parsed, pieces } = read(parse, text)
      assert.deepStrictEqual(Result.getOrThrow(parsed), JSON.parse(text))
      return pieces.length > 1
    })
    assert.deepStrictEqual(counts, [true, true, true, false, false])
  })

  it.prop(
    "makes of every text what `JSON.parse` makes of it, members in their order",
    [Page],
    ([page]) => {
      const text = JSON.stringify(page)
      const { parsed, pieces } = cut(text, small)
      assert.strictEqual(pieces.join(""), text)
      assert.strictEqual(JSON.stringify(Result.getOrThrow(parsed)), JSON.stringify(JSON.parse(text)))
    },
    often
  )

  it.prop(
    "takes for JSON what `JSON.parse` takes for it, and nothing else",
    [
      Page,
      Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1000 })),
      Schema.Literals(["", "}", ",", "]", '"', "{", "0"])
    ],
    ([page, place, letter]) => {
      const text = JSON.stringify(page)
      const at = place % (text.length + 1)
      const broken = `${text.slice(0, at)}${letter}${text.slice(at + 1)}`.toWellFormed()
      const { parsed } = cut(broken, small)
      const whole = parsedWhole(broken)
      assert.strictEqual(Result.isSuccess(parsed), Result.isSuccess(whole), broken)
      if (Result.isSuccess(whole))
        assert.strictEqual(JSON.stringify(Result.getOrThrow(parsed)), JSON.stringify(whole.success))
    },
    often
  )
})
