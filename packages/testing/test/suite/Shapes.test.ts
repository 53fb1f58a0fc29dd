import { Conformance } from "@scanjobs/testing"
import * as ConformanceSuite from "@scanjobs/testing/conformance"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { firstGroups, subject } from "../Shapes.ts"

ConformanceSuite.suite(subject(), { describe, it })

it.live("the conformance of several lists catches a provider that asks for one of them only, by C51", () =>
  Effect.gen(function* () {
    const check = Conformance.checks(subject({ lists: [true] })).find(
      ({ id, listing }) => id === "C51" && listing === "split"
    )
    // Before it, C04 sees that rows are missing, and does not know why.
    const failure = yield* Effect.flip(Effect.scoped(check?.run ?? Effect.die("there is no such check")))
    assert.include(failure.message, "of the lists that `open` tells apart, 1 were asked for, and 1 had rows")
  })
)

describe("the conformance of parents of parents", () => {
  const checkOf = (tested: ReturnType<typeof subject>, id: string, title: string) =>
    Conformance.checks(tested).find((one) => one.id === id && one.listing === "deep" && one.title.endsWith(title))

  const failureOf = (check: Conformance.Check | undefined) =>
    Effect.flip(Effect.scoped(check?.run ?? Effect.die("there is no such check")))

  it.live("catches a provider that takes the first page of them for all, by C04", () =>
    Effect.gen(function* () {
      const broken = subject({ groups: firstGroups })
      const failure = yield* failureOf(checkOf(broken, "C04", "also of the parents of its parents"))
      assert.include(failure.message, "the vendor has 12 rows, 5 a page, and was asked for 5 of them")
    })
  )

  it.live("fails where the subject does not say how to check them, by C37", () =>
    Effect.gen(function* () {
      const { listings, ...right } = subject()
      const { deep } = listings
      if (typeof deep === "string" || typeof deep.parents !== "object") return assert.fail("it has parents")
      const { parents: _, ...machines } = deep.parents
      const unsaid = { ...right, listings: { ...listings, deep: { ...deep, parents: machines } } }
      const failure = yield* failureOf(checkOf(unsaid, "C37", "also of its parents"))
      assert.include(failure.message, "the subject does not say how to check the parents")
    })
  )
})
