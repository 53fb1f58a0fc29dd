import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { HttpServerResponse } from "effect/http"
import { linesOf, runHere } from "../Program.ts"
import * as Vendors from "../Vendors.ts"

describe("a vendor that lists fewer jobs than it states", () => {
  it.live("ends with exit status 3, after all its jobs", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve({
        avepoint: {
          fault: ({ endpoint }) =>
            endpoint === "jobs"
              ? HttpServerResponse.jsonUnsafe({ jobs: [{ id: "only", type: 0, state: 2 }], totalCount: 950 })
              : undefined
        }
      })
      const ended = yield* runHere(["list", "--connection", "ap"], started)
      assert.strictEqual(ended.code, 3)
      assert.lengthOf(linesOf(ended.stdout), 1)
      assert.include(ended.stderr, "the vendor says that there are 950 rows, but gave only 1")
    })
  )
})
