import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { Base64, Base64Url, Hex } from "effect/encoding"
import { Secrets } from "@scanjobs/core"

const secret = 'cAnary/4e5f+6a<7b>"8c9d'
const units = [...secret].map((unit) => unit.charCodeAt(0).toString(16).padStart(2, "0"))
const percent = encodeURIComponent(secret)
const json = JSON.stringify(secret).slice(1, -1)
const html = secret.replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;")

/** Every form in which a vendor, a proxy or a program may repeat a secret. */
const forms: Readonly<Record<string, string>> = {
  plain: secret,
  "in upper case": secret.toUpperCase(),
  "in lower case": secret.toLowerCase(),
  "percent-encoded": percent,
  "percent-encoded in lower case": percent.replaceAll(/%../g, (escape) => escape.toLowerCase()),
  "percent-encoded in every character": units.map((unit) => `%${unit}`).join(""),
  "percent-encoded twice": encodeURIComponent(percent),
  "form-encoded": new URLSearchParams([["", secret]]).toString().slice(1),
  "escaped for HTML": html,
  "in decimal character references": units.map((unit) => `&#${Number.parseInt(unit, 16)};`).join(""),
  "in hexadecimal character references": units.map((unit) => `&#x${unit};`).join(""),
  "escaped for HTML twice": html.replaceAll("&", "&amp;"),
  "escaped for JSON": json,
  "escaped for JSON with slashes": json.replaceAll("/", "\\/"),
  "escaped for JSON in HTML": json.replaceAll("<", "\\u003c").replaceAll(">", "\\u003E"),
  "escaped for JSON in every character": units.map((unit) => `\\u00${unit}`).join(""),
  "escaped for JSON in every other character": units
    .map((unit, at) => (at % 2 === 0 ? `\\u00${unit.toUpperCase()}` : secret.charAt(at)))
    .map((unit) => (unit === '"' ? '\\"' : unit))
    .join(""),
  "escaped for JSON twice": JSON.stringify(json).slice(1, -1),
  "in hexadecimal": Hex.encode(secret),
  "in hexadecimal in upper case": Hex.encode(secret).toUpperCase(),
  "in Base64": Base64.encode(secret),
  "in Base64 after one byte": Base64.encode(`:${secret}`),
  "in Base64 after two bytes": Base64.encode(`a:${secret}`),
  "in Base64 as a password": Base64.encode(`user:${secret}`),
  "in Base64 between others": Base64.encode(`{"k":"${secret}"}`),
  "in Base64url": Base64Url.encode(secret),
  "in Base64url after one byte": Base64Url.encode(`:${secret}`),
  "in Base64url after two bytes": Base64Url.encode(`a:${secret}`),
  "in Base64 with an escaped slash": Base64.encode(`??${secret}`).replaceAll("/", "\\/"),
  "in percent-encoded Base64": encodeURIComponent(Base64.encode(`user:${secret}`))
}

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
