import { LinkHeader, Time } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import * as Body from "../src/http/Body.ts"
import * as LongJson from "../src/http/LongJson.ts"
import * as RetryAfter from "../src/http/RetryAfter.ts"
import * as Excerpt from "../src/contract/Excerpt.ts"
import * as VerbFailure from "../src/contract/VerbFailure.ts"
import * as Hostile from "./Hostile.ts"

const sentAt = Date.parse("2026-01-01T00:00:00Z")
const bytesOf = (text: string) => new TextEncoder().encode(text)

const parsers: ReadonlyArray<readonly [string, (text: string) => unknown]> = [
  ["LinkHeader.parse", LinkHeader.parse],
  ["LinkHeader.find", (text) => LinkHeader.find(text, "next")],
  ["Time.fromIso", Time.fromIso],
  ["Time.fromEpoch", Time.fromEpoch],
  ["RetryAfter.waitOf", (text) => RetryAfter.waitOf({ "retry-after": text }, undefined, sentAt)],
  ["RetryAfter.sentAtOf", (date) => RetryAfter.sentAtOf({ date })],
  ["LongJson", (text) => LongJson.make()(bytesOf(text)).json],
  ["the charset of a body", Body.charsetOf],
  ["Excerpt.of", (text) => Excerpt.of({ scrub: (clean) => clean }, text)],
  ["VerbFailure.textOf", VerbFailure.textOf]
]

describe.each(parsers)("%s", (_, parse) => {
  it.prop("throws for no text", [Schema.String], ([text]) => {
    parse(text)
  })

  it.each(Hostile.pieces.map((piece) => [JSON.stringify(piece), piece] as const))(
    "takes a megabyte of %s in linear time, without throwing",
    (_, piece) => {
      parse(Hostile.repeated(piece, 1_000_000))
      assert.isBelow(Hostile.growth(parse, piece, 200_000), Hostile.linear)
    }
  )
})

describe("Hostile.growth", () => {
  it("is above the bound where the time is quadratic", () => {
    const quadratic = (text: string) => {
      let pairs = 0
      for (let i = 0; i < text.length; i++) for (let j = 0; j < text.length; j++) pairs += text.charCodeAt(i) ^ j
      return pairs
    }
    assert.isAbove(Hostile.growth(quadratic, "a", 16_000), Hostile.linear)
  })
})

describe("the wait of a header", () => {
  it.each([
    ["400 digits", "9".repeat(400)],
    ["an exponent of digits", "1".repeat(309)],
    ["400 digits of hours", `${"9".repeat(400)} h`],
    ["a time in year 275760", "8640000000000000"],
    ["a time beyond all dates", "8640000000000001"]
  ])("is a number that is at most 31 years for %s", (_, header) => {
    const wait = RetryAfter.waitOf({ "retry-after": header }, undefined, sentAt) ?? Number.NaN
    assert.isTrue(Number.isSafeInteger(wait))
    assert.isAtMost(wait, 1e12)
    assert.isAbove(wait, 1e9)
  })

  it.each([1e308, Number.MAX_VALUE, 1e15])("is bounded where a plugin states %d", (retryAfter) => {
    assert.strictEqual(RetryAfter.waitOf({}, { code: null, message: null, retryAfter }, sentAt), 1e12)
  })

  it.prop("is null or a whole number of seconds from 0 on", [Schema.String], ([text]) => {
    const wait = RetryAfter.waitOf({ "retry-after": text }, undefined, sentAt)
    assert.isTrue(wait === null || (Number.isInteger(wait) && wait >= 0))
  })
})
