import { assert, describe, it } from "@effect/vitest"
import * as Search from "../src/Search.ts"

const requestOf = (...args: Parameters<typeof Search.request>) => Search.request(...args).payload.ServiceRequest

const lastIdOf = (hasMoreRecords: boolean | string | null, lastId?: number | null) =>
  Search.lastId({ ServiceResponse: { hasMoreRecords, ...(lastId === undefined ? {} : { lastId }) } })

describe("a search of WAS", () => {
  it("asks for times without fractions of a second, a second early", () => {
    assert.deepStrictEqual(requestOf({ pageSize: 5 }, "7", Date.UTC(2026, 0, 1, 0, 0, 0, 250)), {
      preferences: { limitResults: 5 },
      filters: {
        Criteria: [
          { field: "id", operator: "GREATER", value: "7" },
          { field: "launchedDate", operator: "GREATER", value: "2025-12-31T23:59:59Z" }
        ]
      }
    })
  })

  it("has no filters where there is nothing to filter by", () => {
    assert.deepStrictEqual(requestOf({}, undefined), { preferences: { limitResults: 1000 } })
  })

  it("ends where an answer says that there are no more rows, or does not say behind which", () => {
    assert.strictEqual(lastIdOf("true", 7), "7")
    assert.strictEqual(lastIdOf(true, 7), "7")
    for (const [more, id] of [["false", 7], [false, 7], [null, 7], ["true"], ["true", null]] as const) {
      assert.isUndefined(lastIdOf(more, id))
    }
  })
})
