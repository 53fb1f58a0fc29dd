import { assert, describe, it } from "@effect/vitest"
import * as SeenKeys from "../../src/loop/SeenKeys.ts"

describe("the keys of a listing's rows", () => {
  it("are recognised when they come again", () => {
    const keys = SeenKeys.make()
    assert.isTrue(keys.isNew("a"))
    assert.isFalse(keys.isNew("a"))
  })

  it("are remembered for at least a window", () => {
    const keys = SeenKeys.make(100)
    for (let key = 0; key < 1000; key++) {
      assert.isTrue(keys.isNew(String(key)))
      if (key >= 99) assert.isFalse(keys.isNew(String(key - 99)))
    }
  })

  it("are forgotten after twice the window, so that memory stays bounded", () => {
    const keys = SeenKeys.make(100)
    for (let key = 0; key <= 200; key++) keys.isNew(String(key))
    assert.isTrue(keys.isNew("0"))
  })

  it("are forgotten sooner where they are very long, so that memory stays bounded", () => {
    const keys = SeenKeys.make(100)
    const long = (key: number) => `${key}`.padEnd(10_000)
    for (let key = 0; key < 10; key++) keys.isNew(long(key))
    assert.isFalse(keys.isNew(long(9)))
    assert.isTrue(keys.isNew(long(0)))
  })
})
