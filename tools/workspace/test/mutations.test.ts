import { assert, describe, it } from "vitest"
import { applied, of } from "../src/mutations.ts"

/** What becomes of a source by each of its mutations. */
const mutantsOf = (source: string) => of(source).map((mutation) => applied(source, mutation))

describe("mutations", () => {
  it("change numbers, flags and texts", () => {
    assert.deepStrictEqual(mutantsOf("f(1)"), ["f(2)"])
    assert.deepStrictEqual(mutantsOf("f(true)"), ["f(false)"])
    assert.deepStrictEqual(mutantsOf('f("a")'), ['f("")'])
  })

  it("turn comparisons and conditions around", () => {
    assert.deepStrictEqual(mutantsOf("a < b"), ["a <= b"])
    assert.deepStrictEqual(mutantsOf("a && b"), ["(a || b)"])
    assert.deepStrictEqual(mutantsOf("a ?? b"), ["(a)", "(b)"])
    assert.deepStrictEqual(mutantsOf("a ? b : c"), ["(b)", "(c)"])
    assert.deepStrictEqual(mutantsOf("!a"), ["a"])
    assert.deepStrictEqual(mutantsOf("if (a) b()"), ["if (true) b()", "if (false) b()"])
  })

  it("remove fields of objects, and none of patterns", () => {
    assert.deepStrictEqual(mutantsOf("f({ a, b: c })"), ["f({  b: c })", "f({ a,  })"])
    assert.deepStrictEqual(mutantsOf("const { a, b = 1 } = c"), ["const { a, b = 2 } = c"])
  })

  it("leave types and imports alone", () => {
    const source = 'import { a } from "a"\ntype B = "b"\nconst c = (d: { readonly e: 1 }): "f" => d as "f"'
    assert.deepStrictEqual(of(source), [])
  })

  it("know their line", () => {
    assert.deepStrictEqual(
      of("a()\nf(1)").map(({ kind, line }) => [kind, line]),
      [["number", 2]]
    )
  })
})
