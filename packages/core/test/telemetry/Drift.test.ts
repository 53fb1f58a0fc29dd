import { Drift } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import * as DriftWatch from "../../src/telemetry/DriftWatch.ts"

const Row = Schema.Struct({ id: Schema.String, note: Schema.optionalKey(Schema.String), at: Schema.Int })

const found = (rows: ReadonlyArray<object>) => {
  const watch = DriftWatch.make(DriftWatch.fieldsOf(Row))
  for (const row of rows) watch.row(row)
  return watch.found()
}

describe("drift", () => {
  it("is none where rows have the schema's fields, in any order", () => {
    assert.deepStrictEqual(
      found([
        { id: "1", note: "n", at: 1 },
        { at: 1, id: "2", note: "n" }
      ]),
      []
    )
  })

  it("counts the rows with a field that the schema does not know", () => {
    assert.deepStrictEqual(
      found([
        { id: "1", note: "n", at: 1 },
        { id: "2", note: "n", at: 1, risk: 5 },
        { id: "3", note: "n", at: 1, risk: 5 },
        { id: "4", note: "n", at: 1 },
        { risk: 1, id: "5", at: 1 }
      ]),
      [{ kind: "extra", field: "risk", rows: 3 }]
    )
  })

  it("tells of a field that no row has, and not of one that some rows have", () => {
    assert.deepStrictEqual(found([{ id: "1", at: 1 }]), [{ kind: "missing", field: "note" }])
    assert.deepStrictEqual(
      found([
        { id: "1", at: 1 },
        { id: "2", note: "n", at: 1 }
      ]),
      []
    )
  })

  it("counts the rows with a whole number that has lost digits, wherever it is", () => {
    const watch = DriftWatch.make(undefined)
    for (const text of [
      '{"id":12345678901234567}',
      '{"id":9007199254740993}',
      '{"owner":{"id":-9007199254740993}}',
      '{"targets":[{"id":1},{"id":9223372036854775807}]}',
      '{"id":9007199254740991,"share":0.1234567890123456789,"text":"12345678901234567"}'
    ]) {
      watch.row(JSON.parse(text))
    }
    const found = watch.found()
    assert.deepStrictEqual(found, [
      { kind: "inexact_number", field: "id", rows: 2 },
      { kind: "inexact_number", field: "owner.id", rows: 1 },
      { kind: "inexact_number", field: "targets.*.id", rows: 1 }
    ])
    assert.include(Drift.format({ kind: "inexact_number", field: "id", rows: 2 }), "last digits are lost: id")
  })

  it("is none where there are no rows", () => {
    assert.deepStrictEqual(found([]), [])
  })

  it("counts jobs of an unknown state, by the vendor's value", () => {
    const watch = DriftWatch.make(undefined)
    for (const state of ["15", "42", "15"]) watch.unknownState(state)
    assert.deepStrictEqual(watch.found(), [
      { kind: "unknown_state", value: "15", rows: 2 },
      { kind: "unknown_state", value: "42", rows: 1 }
    ])
  })

  it("counts jobs with a time that cannot be read", () => {
    const watch = DriftWatch.make(undefined)
    for (const field of ["startTime", "finishTime", "startTime"] as const) watch.unreadableTime(field)
    assert.deepStrictEqual(watch.found(), [
      { kind: "unreadable_time", field: "startTime", rows: 2 },
      { kind: "unreadable_time", field: "finishTime", rows: 1 }
    ])
  })

  it("counts the pages with a field beside the rows that the schema does not know, at every level", () => {
    const Page = Schema.Struct({
      data: Schema.NullOr(Schema.Struct({ rows: Schema.Array(Row), total: Schema.optionalKey(Schema.Int) })),
      links: Schema.Record(Schema.String, Schema.String)
    })
    const watch = DriftWatch.make(undefined, DriftWatch.shapeOf(Page))
    const data = { rows: [{ id: "1", at: 1, unknown: true }], total: 1 }
    watch.page({ data, links: { next: "/2" } })
    watch.page({ data: { ...data, groups: [] }, links: {}, warnings: [] })
    watch.page({ data: { ...data, groups: [] }, links: {} })
    watch.page({ data: null, links: {} })
    assert.deepStrictEqual(watch.found(), [
      { kind: "extra_in_page", field: "data.groups", rows: 2 },
      { kind: "extra_in_page", field: "warnings", rows: 1 }
    ])
  })

  it("tells a hundred fields apart at most", () => {
    assert.lengthOf(
      found(Array.from({ length: 500 }, (_, n) => ({ id: "1", note: "n", at: 1, [`field${n}`]: n }))),
      100
    )
  })

  it("is not watched where rows are no plain struct", () => {
    assert.isUndefined(DriftWatch.fieldsOf(Schema.Record(Schema.String, Schema.String)))
  })
})
