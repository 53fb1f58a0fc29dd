import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import * as Digest from "../../src/store/Digest.ts"

describe("a digest", () => {
  it.prop("is a whole number that a column holds, and the same for the same text", [Schema.String], ([text]) => {
    const digest = Digest.make(text)
    assert.isTrue(Number.isSafeInteger(digest) && digest >= 0)
    // Another text in between leaves nothing behind.
    Digest.make(`${text}${text} and more`)
    assert.strictEqual(Digest.make(text), digest)
  })

  it.prop("changes with any character", [Schema.NonEmptyString, Schema.Natural], ([text, place]) => {
    const well = text.toWellFormed()
    const at = place % well.length
    const changed = `${well.slice(0, at)}${well[at] === "a" ? "b" : "a"}${well.slice(at + 1)}`
    assert.notStrictEqual(Digest.make(changed), Digest.make(well))
  })

  it("differs between a hundred thousand rows that differ in a few characters", () => {
    const digests = new Set<number>()
    for (let index = 0; index < 100_000; index++) {
      digests.add(
        Digest.make(`{"id":"run","progress":${index % 100},"at":${1_767_225_600_000 + Math.floor(index / 100)}}`)
      )
    }
    assert.strictEqual(digests.size, 100_000)
  })

  it("reads texts of any length", () => {
    const long = "ü€😀".repeat(50_000)
    assert.notStrictEqual(Digest.make(long), Digest.make(`${long.slice(0, -2)}😁`))
    assert.notStrictEqual(Digest.make(""), Digest.make("\0"))
  })
})
