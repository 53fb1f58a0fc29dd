import { assert, describe, it } from "@effect/vitest"
import * as SeenKeys from "../../src/loop/SeenKeys.ts"

describe("the keys of a listing's rows", () => {
  it("knows a key again", () => {
    const keys = SeenKeys.make()
    assert.isTrue(keys.isNew("a"))
    assert.isFalse(keys.isNew("a"))
  })

  it("remembers at least as many keys as its window", () => {
    const keys = SeenKeys.make(100)
    for (let key = 0; key < 1000; key++) {
      assert.isTrue(keys.isNew(String(key)))
      if (key >= 99) assert.isFalse(keys.isNew(String(key - 99)))
    }
  })

  it("forgets keys older than twice its window, so that memory stays bounded", () => {
    const keys = SeenKeys.make(100)
    for (let key = 0; key <= 200; key++) keys.isNew(String(key))
    assert.isTrue(keys.isNew("0"))
  })
})
