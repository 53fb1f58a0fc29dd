import { assert, describe, it } from "@effect/vitest"
import * as IoFault from "../../src/files/IoFault.ts"

const failed = (code: string) => Object.assign(new Error(`${code}: it failed, write`), { code })

describe("IoFault", () => {
  it.each([
    ["ENOSPC", "the disk is full, ENOSPC"],
    ["EROFS", "the file system is read-only, EROFS"],
    ["EXOTIC", "EXOTIC"]
  ])("names %s", (code, words) => {
    assert.strictEqual(IoFault.ofError(failed(code)), words)
  })

  it("falls back on the error's own text", () => {
    assert.strictEqual(IoFault.ofError(new Error("Busy")), "Busy")
  })
})
