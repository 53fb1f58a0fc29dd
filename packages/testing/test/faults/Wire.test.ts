import { Listing } from "@scanjobs/core"
import { Wire } from "@scanjobs/testing"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { HttpApiEndpoint } from "effect/http-api"

const scans = Listing.make({
  row: Schema.Struct({
    id: Schema.String,
    attributes: Schema.optionalKey(Schema.NullOr(Schema.Struct({ status: Schema.String, at: Schema.String })))
  }),
  endpoint: (row) => HttpApiEndpoint.get("scans", "/scans", { success: Schema.Struct({ data: Schema.Array(row) }) })
})

const wire = Wire.make(scans, {
  rows: { get: ({ data }) => data, set: (body, data) => ({ ...body, data }) },
  next: null,
  total: null,
  id: Wire.field("id"),
  state: Wire.within("attributes", Wire.field("status")),
  start: Wire.within("attributes", Wire.field("at"))
})

const row = { id: "s-1", attributes: { status: "done", at: "2026-01-01T00:00:00Z" } }

describe("Wire.within", () => {
  it("reads and changes a field of a field, and nothing beside it", () => {
    assert.strictEqual(wire.state?.get(row), "done")
    assert.deepStrictEqual(wire.state?.set(row, 7), { ...row, attributes: { ...row.attributes, status: 7 } })
  })

  it("reads nothing and changes nothing where the outer field is null or missing", () => {
    for (const bare of [{ id: "s-1" }, { id: "s-1", attributes: null }]) {
      assert.isUndefined(wire.start?.get(bare))
      assert.deepStrictEqual(wire.start?.set(bare, 7), bare)
    }
  })
})
