import { assert, describe, it } from "vitest"
import { isPermitted } from "../src/sbom.ts"

const component = (
  ...licenses: ReadonlyArray<{ readonly license?: { readonly id: string }; readonly expression?: string }>
) => ({
  name: "some",
  version: "1.0.0",
  licenses
})

describe("the check of licences", () => {
  it("admits a licence that is on the list, and one of several that an expression offers", () => {
    assert.isTrue(isPermitted(component({ license: { id: "MIT" } })))
    assert.isTrue(isPermitted(component({ expression: "(GPL-3.0-only OR MIT)" })))
  })

  it.each([
    ["another licence", component({ license: { id: "GPL-3.0-only" } })],
    ["two of which one is another", component({ license: { id: "MIT" } }, { license: { id: "SSPL-1.0" } })],
    ["two that both hold", component({ expression: "MIT AND GPL-3.0-only" })],
    ["none", component()]
  ])("refuses %s", (_what, wrong) => {
    assert.isFalse(isPermitted(wrong))
  })
})
