import { LinkHeader } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"

describe("LinkHeader.parse", () => {
  it("reads targets and relations in their order", () => {
    assert.deepStrictEqual(
      LinkHeader.parse('<https://a.example/?page=2>; rel="next", <https://a.example/?page=9>; rel="last"'),
      [
        { href: "https://a.example/?page=2", rels: ["next"] },
        { href: "https://a.example/?page=9", rels: ["last"] }
      ]
    )
  })

  it.each([
    ["a relation without quotes", "</?page=2>; rel=next"],
    ["relations and names in any case", '</?page=2>; REL="Next"'],
    ["several relations of one link", '</?page=2>; rel="prefetch next"'],
    ["spaces wherever they may be", ' </?page=2> ;  rel = "next" '],
    ["parameters before the relation", '</?page=2>; title="a, b; rel=\\"last\\""; rel="next"'],
    ["parameters after the relation", '</?page=2>; rel="next"; results="true"'],
    ["the first relation only, where a link has two", '</?page=2>; rel="next"; rel="last"'],
    ["commas and semicolons in an earlier target", '</?ids=1,2;3>; rel="prev", </?page=2>; rel="next"']
  ])("reads %s", (_, header) => {
    assert.strictEqual(LinkHeader.find(header, "next"), "/?page=2")
  })

  it.each([
    ["no header", undefined],
    ["an empty one", ""],
    ["other relations", '</?page=1>; rel="prev"'],
    ["no brackets", '/?page=2; rel="next"'],
    ["no relation", "</?page=2>"]
  ])("finds no next link in %s", (_, header) => {
    assert.isUndefined(LinkHeader.find(header, "next"))
  })
})
