import { Paging } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { isLink } from "../../src/contract/PageStrategy.ts"

interface Request {
  readonly query: { readonly page: number }
}

describe("Paging.link", () => {
  it.each([[null], [undefined], [""]])("takes %j for no link", (href) => {
    assert.isUndefined(Paging.link(href))
  })

  it("leaves the linked request as it is by default", () => {
    const link = Paging.link<Request>("/runs?page=2")
    const request = { query: { page: 2 } }
    assert.strictEqual(link?.href, "/runs?page=2")
    assert.strictEqual(link?.request(request), request)
  })
})

describe("isLink", () => {
  it("tells a link from a request", () => {
    const link = Paging.link<Request>("/runs?page=2")
    assert.isTrue(link !== undefined && isLink<Request>(link))
    assert.isFalse(isLink<Request>({ query: { page: 2 } }))
  })

  it("tells a link from a request that has a field of that name", () => {
    assert.isFalse(isLink<object>({ _tag: "Link" }))
    assert.isFalse(isLink<object>({ _tag: "Query", href: "x" }))
  })
})
