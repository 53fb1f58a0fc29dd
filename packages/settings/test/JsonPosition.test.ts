import { assert, describe, it } from "@effect/vitest"
import * as JsonPosition from "../src/JsonPosition.ts"

const at = (text: string) => {
  const found = JsonPosition.find(text)
  return found === undefined ? "JSON" : `${found.line}:${found.column} ${found.expected}`
}

describe("JsonPosition", () => {
  it("finds nothing in JSON", () => {
    for (const text of ['{"a":[1,-2.5e3,true,null,"x\\u00e9\\n"],"b":{}}', " [ ] ", '"x"', "0"]) {
      assert.strictEqual(at(text), "JSON", text)
    }
  })

  it("finds the line and column of the first mistake", () => {
    assert.strictEqual(at('{\n  "a": 1,\n}'), "3:1 a key in double quotes")
    assert.strictEqual(at('{"a" 1}'), "1:6 a colon")
    assert.strictEqual(at("[1,\n 2 3]"), "2:4 a comma or ]")
    assert.strictEqual(at('{"a": secret}'), "1:7 a value")
    assert.strictEqual(at('{"a": "x\ny"}'), "1:7 a string that ends on its line, with valid escapes")
    assert.strictEqual(at("[01]"), "1:2 a value")
    assert.strictEqual(at('{"a": 1'), "1:8 a comma or }")
    assert.strictEqual(at("[] x"), "1:4 the end of the file")
    assert.strictEqual(at(""), "1:1 a value")
  })

  it("agrees with the engine on what is JSON", () => {
    const texts = [
      "1.",
      "+1",
      "1e",
      "-",
      '"\\x"',
      '"\t"',
      "{,}",
      "[1,]",
      "{}{}",
      "tru",
      "truex",
      "nul",
      "[[[]]]",
      '{"a":{}}'
    ]
    for (const text of texts) {
      let isJson = true
      try {
        JSON.parse(text)
      } catch {
        isJson = false
      }
      assert.strictEqual(JsonPosition.find(text) === undefined, isJson, text)
    }
  })
})
