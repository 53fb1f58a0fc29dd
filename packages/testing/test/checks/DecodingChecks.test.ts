import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { isCompiled } from "../../src/checks/DecodingChecks.ts"

const pageOf = (field: Schema.Constraint) =>
  Schema.toCodecJson(Schema.Struct({ runs: Schema.NullOr(Schema.Array(Schema.Struct({ id: Schema.String, field }))) }))

describe("DecodingChecks.isCompiled", () => {
  it.each([
    ["a finite number", Schema.Finite],
    ["a number or a text", Schema.Union([Schema.Finite, Schema.String])],
    ["anything", Schema.Any],
    ["an optional key", Schema.optionalKey(Schema.NullOr(Schema.String))],
    ["a list that must have items", Schema.Array(Schema.String).check(Schema.isMinLength(1))]
  ] as const)("is so of a page whose rows have %s", (_, field) => {
    assert.isTrue(isCompiled(pageOf(field)))
  })

  it.each([
    ["any number, also none that JSON has", Schema.Number],
    ["what is unknown", Schema.Unknown],
    ["a key that may be undefined", Schema.optional(Schema.String)],
    ["a date", Schema.DateFromString]
  ] as const)("is not so of a page whose rows have %s", (_, field) => {
    assert.isFalse(isCompiled(pageOf(field)))
  })
})
