import { Paging } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"

/** What is wrong with the options of a strategy, which no compiler has seen. */
const mistake = (strategy: Function, options: object) => {
  try {
    strategy(options)
    return "none"
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const request = () => ({})
const counted = { size: 10, request, page: () => 1 }

describe("a page strategy in plain JavaScript", () => {
  it("is accepted as it should be", () => {
    assert.strictEqual(mistake(Paging.pageNumber, counted), "none")
    assert.strictEqual(mistake(Paging.pageNumber, { ...counted, more: () => true, end: undefined }), "none")
    assert.strictEqual(mistake(Paging.offset, { size: 10, request, offset: () => 0, end: "short" }), "none")
  })

  it.each<[string, Function, object, string]>([
    ["a misspelt option", Paging.pageNumber, { ...counted, mor: () => true }, "Did you mean `more`?"],
    [
      "an option of another strategy",
      Paging.cursor,
      { request, token: () => "", more: () => true },
      "no option `more`"
    ],
    ["an option that is missing", Paging.keyset, { request }, "the option `key` is missing"],
    [
      "an option that is no function",
      Paging.nextLink,
      { request, link: "next" },
      "the option `link` is not a function"
    ],
    [
      "two ways to end",
      Paging.offset,
      { size: 1, request, offset: () => 0, end: "short", more: () => true },
      "give `more`"
    ],
    ["two ways to end", Paging.pageNumber, { ...counted, pages: () => 1, end: "short" }, "give `pages`"],
    ["no window", Paging.windows, { length: "1 day", request, span: () => ({}) }, "the option `window` is missing"],
    [
      "a part that is missing",
      Paging.offset,
      { size: 1, request, offset: () => 0, deepest: { rows: 10, key: () => "" } },
      "Paging.offset, deepest: the option `since` is missing"
    ],
    ["no request", Paging.single, {}, "Paging.single: the option `request` is missing"],
    ["no request", Paging.linkHeader, {}, "Paging.linkHeader: the option `request` is missing"]
  ])("is refused with %s", (_what, strategy, options, part) => {
    assert.include(mistake(strategy, options), part)
  })
})
