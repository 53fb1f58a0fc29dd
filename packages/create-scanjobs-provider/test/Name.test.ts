import { Name } from "create-scanjobs-provider"
import { assert, describe, it } from "vitest"

describe("a provider's name", () => {
  it.each([
    ["acme", "Acme", "Acme"],
    ["acme-cloud", "AcmeCloud", "Acme Cloud"],
    ["a1-b2-3c", "A1B23c", "A1 B2 3c"]
  ])("%s is spelt %s in code and %s in text", (id, pascal, title) => {
    assert.deepStrictEqual(Name.parse(id), { id, pascal, title })
  })

  it.each(["", "Acme", "acme_cloud", "-acme", "acme-", "acme--cloud", "1acme", "../acme", "äcme", "acme cloud"])(
    "is not %j",
    (id) => {
      assert.include(Name.parse(id), "is not a valid name for a provider")
    }
  )

  it.each(["api", "schema", "emulator", "error"])("is not %s, which means something else in the package", (id) => {
    assert.include(Name.parse(id), "already means something else")
  })

  it("is not longer than a line can bear", () => {
    assert.include(Name.parse("a".repeat(31)), "more than 30 letters")
  })
})
