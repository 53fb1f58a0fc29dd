import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { Secrets } from "@scanjobs/core"
import * as Writings from "./Writings.ts"

const secret = 'cAnary/4e5f+6a<7b>"8c9d'
const forms = Writings.of(secret)

/** What is left of a form may be what stands around the secret in it, such as the user before a password. */
const mostLeft = 14

describe("a secret", () => {
  it.each(Object.entries(forms))("is taken out of a text %s", (_, form) => {
    const [before, after] = Secrets.make([secret]).scrub(`before ${form} after`).split("<redacted>")
    assert.match(before ?? "", /^before /)
    assert.match(after ?? "", / after$/)
    assert.isAtMost(`${before}${after}`.length - "before  after".length, mostLeft)
  })

  it.each(Object.entries(forms))("is found in a body %s", (_, form) => {
    const { isIn } = Secrets.make([secret])
    assert.isTrue(isIn(`{"note":"before ${form} after"}`))
    assert.isTrue(isIn(JSON.stringify({ note: `before ${form} after` })))
  })

  it.each(Object.entries(forms))("is taken out of the names and values of JSON %s", (_, form) => {
    const clean = JSON.stringify(Secrets.make([secret]).scrubData({ [form]: [form] }))
    assert.strictEqual(clean.split("<redacted>").length, 3)
  })

  it.prop(
    "is taken out whatever it is made of and however its characters are escaped",
    {
      characters: Schema.Array(
        Schema.Struct({ character: Schema.Char, as: Schema.Literals(["plain", "json", "html"]) })
      ),
      // A backslash that is not escaped, before one that begins an escape, is an escaped backslash to every reader of JSON.
      known: Schema.String.check(
        Schema.isMinLength(8),
        Schema.makeFilter((text: string) => !text.includes("\\"))
      )
    },
    ({ characters, known }) => {
      const how = characters.map(({ as }) => as)
      const written = [...known]
        .map((character, at) => {
          const code = character.codePointAt(0) ?? 0
          if (how[at] === "html") return `&#${code};`
          return how[at] === "json" && code < 0x1_00_00 ? `\\u${code.toString(16).padStart(4, "0")}` : character
        })
        .join("")
      assert.include(Secrets.make([known]).scrub(`before ${written} after`), "<redacted>")
    }
  )
})

describe("a short secret", () => {
  it("is taken out where it stands alone", () => {
    const { scrub } = Secrets.make(["scan1"])
    assert.strictEqual(scrub("the key scan1, or key=scan1&page=2"), "the key <redacted>, or key=<redacted>&page=2")
  })

  it("leaves the words alone that hold it", () => {
    assert.strictEqual(Secrets.make(["scan"]).scrub("scanner scans rescan"), "scanner scans rescan")
  })

  it("changes no data", () => {
    const { isIn, scrubData } = Secrets.make(["admin"])
    assert.isFalse(isIn('{"user":"admin"}'))
    assert.deepStrictEqual(scrubData({ user: "admin" }), { user: "admin" })
  })
})

describe("secrets that replace each other", () => {
  it("are forgotten but for the latest eight", () => {
    const secrets = Secrets.make()
    const add = secrets.rotating()
    for (let token = 1; token <= 9; token++) add(`token-${token}-abcdef`)
    assert.strictEqual(secrets.scrub("token-1-abcdef token-2-abcdef"), "token-1-abcdef <redacted>")
    assert.isTrue(secrets.isIn('"token-9-abcdef"'))
    assert.isFalse(secrets.isIn('"token-1-abcdef"'))
  })

  it("do not push out secrets that stay", () => {
    const secrets = Secrets.make(["secret-abcdef"])
    const add = secrets.rotating()
    for (let token = 1; token <= 20; token++) add(`token-${token}-abcdef`)
    assert.isTrue(secrets.isIn("secret-abcdef"))
  })
})
