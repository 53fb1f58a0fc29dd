import { Options } from "create-scanjobs-provider"
import { assert, describe, it } from "vitest"

describe("the choices", () => {
  it("have texts of which only one has the number that it stands for", () => {
    for (const number of ["0", "1"]) {
      const texts = Object.entries<string>(Options.choices.start.values).filter((entry) =>
        entry.some((text) => text.includes(number))
      )
      assert.deepStrictEqual(
        texts.map(([value]) => value),
        [number]
      )
    }
  })

  it("have defaults", () => {
    assert.deepStrictEqual(Options.parse({}), {
      paging: "offset",
      place: "query",
      start: "default",
      rows: "whole",
      parts: "one",
      format: "json",
      auth: "bearer",
      scopes: "none",
      schedules: "none"
    })
  })

  it("are all told at once where they are wrong", () => {
    assert.strictEqual(
      Options.parse({ paging: "pages", auth: "none" }),
      [
        '--paging must be one of offset, page, page-flag, cursor, next-link, link-header, keyset, single; got "pages"',
        '--auth must be one of bearer, api-key-header, api-key-query, basic, composite-header, oauth, hmac; got "none"'
      ].join("\n")
    )
  })

  it("are wrong where they do not go with the paging", () => {
    assert.strictEqual(
      Options.parse({ paging: "single", place: "body" }),
      "--place body does not go with --paging single: leave it out"
    )
    assert.isObject(Options.parse({ paging: "single", place: "query" }))
  })

  it("have 10080 combinations that differ, and each of them can be chosen", () => {
    const all = Options.combinations()
    assert.strictEqual(new Set(all.map((one) => JSON.stringify(one))).size, 10080)
    for (const one of all) assert.deepStrictEqual(Options.parse(one), one)
    for (const name of Options.choiceNames) {
      const used = new Set<string>(all.map((one) => one[name]))
      assert.sameMembers(Object.keys(Options.choices[name].values), [...used])
    }
  })
})
