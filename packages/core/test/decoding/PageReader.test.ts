import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import { HttpApiEndpoint } from "effect/http-api"
import { execFileSync } from "node:child_process"
import * as JsonDepth from "../../src/decoding/JsonDepth.ts"
import * as PageReader from "../../src/decoding/PageReader.ts"

const Row = Schema.Struct({ id: Schema.String, size: Schema.Int })

const isPage = Schema.is(Schema.Struct({ runs: Schema.Array(Schema.Any) }))

const reader = PageReader.make(
  Row,
  (row) => HttpApiEndpoint.get("runs", "/runs", { success: Schema.Struct({ runs: Schema.Array(row) }) }),
  (body) => (isPage(body) ? body.runs : [])
)

const crash = (): boolean => {
  throw new RangeError("no such id")
}

describe("PageReader", () => {
  it("gives good rows as they came, with fields that the schema does not know", () => {
    const body = { runs: [{ id: "a", size: 1, more: { deep: [1] } }], total: 1 }
    const page = Result.getOrThrow(reader(body))
    assert.strictEqual(page.body, body)
    assert.strictEqual(page.rows[0], body.runs[0])
    assert.deepStrictEqual(page.rejected, [])
  })

  it("rejects a bad row alone, and says where it is bad", () => {
    const bad = { id: "b", size: "2" }
    const page = Result.getOrThrow(reader({ runs: [{ id: "a", size: 1 }, bad, { id: "c", size: 3 }] }))
    assert.deepStrictEqual(page.rows, [
      { id: "a", size: 1 },
      { id: "c", size: 3 }
    ])
    assert.deepStrictEqual(page.rejected, [{ index: 1, path: "size", issue: page.rejected[0]?.issue ?? "", raw: bad }])
    assert.match(page.rejected[0]?.issue ?? "", /number/)
  })

  it("rejects a row alone that is nested too deeply", () => {
    const deep: unknown = JSON.parse(`${"[".repeat(3050)}${"]".repeat(3050)}`)
    const body = {
      runs: [
        { id: "a", size: 1 },
        { id: "b", size: 2, more: deep }
      ]
    }
    assert.isTrue(JsonDepth.isExceeded(body))
    const page = Result.getOrThrow(reader(JsonDepth.cut(body), true))
    assert.deepStrictEqual(page.rows, [{ id: "a", size: 1 }])
    assert.deepInclude(page.rejected[0], { index: 1, issue: "is nested more than 200 levels deep" })
    assert.isBelow(JSON.stringify(page.rejected).length, 1000)
  })

  it("rejects ten thousand rows one by one, and fails as a whole where there are more", () => {
    const bad = (count: number) => ({ runs: [{ id: "a", size: 1 }, ...Array.from({ length: count }, () => ({}))] })
    const page = Result.getOrThrow(reader(bad(10_000)))
    assert.lengthOf(page.rejected, 10_000)
    assert.deepInclude(page.rejected[0], { index: 1, path: "id" })
    assert.match(Result.getOrThrow(Result.flip(reader(bad(10_001)))), /^more than 10000 rows .* id: /)
  })

  it("rejects a row alone whose schema throws", () => {
    const throwing = PageReader.make(
      Schema.Struct({ id: Schema.String.check(Schema.makeFilter((id) => id !== "b" || crash())) }),
      (row) => HttpApiEndpoint.get("runs", "/runs", { success: Schema.Struct({ runs: Schema.Array(row) }) }),
      (body) => (isPage(body) ? body.runs : [])
    )
    const page = Result.getOrThrow(throwing({ runs: [{ id: "a" }, { id: "b" }] }))
    assert.deepStrictEqual(page.rows, [{ id: "a" }])
    assert.include(page.rejected[0]?.issue, "decoding it throws: ")
  })

  it("fails where the answer itself is bad, and says where", () => {
    const failure = Result.flip(reader({ runs: "none" }))
    assert.match(Result.getOrThrow(failure), /^runs: /)
  })

  it("does the same where code must not be made of text", () => {
    const program = `
      import * as JsonDepth from "../../src/decoding/JsonDepth.ts"
import * as PageReader from ${JSON.stringify(new URL("../../src/decoding/PageReader.ts", import.meta.url).href)}
      import { Schema } from "effect"
      import { HttpApiEndpoint } from "effect/http-api"
      let refused = false
      try { new Function("return 1") } catch { refused = true }
      const Row = Schema.Struct({ id: Schema.String, size: Schema.Int })
      const endpoint = (row) => HttpApiEndpoint.get("runs", "/runs", { success: Schema.Struct({ runs: Schema.Array(row) }) })
      const read = PageReader.make(Row, endpoint, (body) => body.runs)
      const { success } = read({ runs: [{ id: "a", size: 1, more: true }, { id: "b" }] })
      console.log(JSON.stringify({ refused, rows: success.rows, rejected: success.rejected.map(({ path }) => path) }))
    `
    const flags = ["--disallow-code-generation-from-strings", "--conditions=@scanjobs/source", "--input-type=module"]
    const output = execFileSync(process.execPath, [...flags, "--eval", program], { cwd: import.meta.dirname })
    assert.deepStrictEqual(JSON.parse(output.toString()), {
      refused: true,
      rows: [{ id: "a", size: 1, more: true }],
      rejected: ["size"]
    })
  })
})
