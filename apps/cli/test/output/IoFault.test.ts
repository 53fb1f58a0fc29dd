import { assert, describe, it } from "@effect/vitest"
import { PlatformError } from "effect"
import * as IoFault from "../../src/output/IoFault.ts"

const failed = (code: string) =>
  PlatformError.systemError({
    _tag: "Unknown",
    module: "FileSystem",
    method: "write",
    cause: Object.assign(new Error(code), { code })
  })

describe("IoFault", () => {
  it.each([
    ["ENOSPC", "the disk is full, ENOSPC"],
    ["EROFS", "the file system is read-only, EROFS"],
    ["EXOTIC", "EXOTIC"]
  ])("names %s", (code, words) => {
    assert.strictEqual(IoFault.describe(failed(code)), words)
  })

  it("falls back on what the platform calls it", () => {
    const error = PlatformError.systemError({ _tag: "Busy", module: "FileSystem", method: "write" })
    assert.strictEqual(IoFault.describe(error), "Busy")
  })
})
