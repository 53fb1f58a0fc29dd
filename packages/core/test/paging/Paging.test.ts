import { Paging } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"

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

describe("Paging.isLink", () => {
  it("tells a link from a request", () => {
    const link = Paging.link<Request>("/runs?page=2")
    assert.isTrue(link !== undefined && Paging.isLink<Request>(link))
    assert.isFalse(Paging.isLink<Request>({ query: { page: 2 } }))
  })

  it("tells a link from a request that has a field of that name", () => {
    assert.isFalse(Paging.isLink<object>({ _tag: "Link" }))
    assert.isFalse(Paging.isLink<object>({ _tag: "Query", href: "x" }))
  })
})
