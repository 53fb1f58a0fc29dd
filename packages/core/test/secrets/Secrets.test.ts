import { Base64 } from "effect/encoding"
import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import * as Secrets from "../../src/secrets/Secrets.ts"

const secret = 'k3y+/"=& é'
const line = "MIIEvQIBADANBgkqhkiG9w0BAQEFAASC"
const pem = ["-----BEGIN PRIVATE KEY-----", line, "short==", "-----END PRIVATE KEY-----", ""].join("\n")

describe("Secrets.scrub", () => {
  it.each([
    ["plain", secret],
    ["URL-encoded", encodeURIComponent(secret)],
    ["form-encoded", new URLSearchParams({ secret }).toString().slice("secret=".length)],
    ["in JSON", JSON.stringify(secret).slice(1, -1)],
    ["in Base64", Base64.encode(secret)]
  ])("takes out a secret that stands there %s", (_, form) => {
    assert.strictEqual(Secrets.make([secret]).scrub(`before ${form} after`), "before <redacted> after")
  })

  it("takes out every one of several occurrences", () => {
    assert.strictEqual(Secrets.make(["k3y1"]).scrub("k3y1, k3y1"), "<redacted>, <redacted>")
  })

  it("leaves a text readable where a secret is so short that it protects nothing", () => {
    assert.strictEqual(Secrets.make(["e", "12", "abc"]).scrub("the vendor answers 12 abc"), "the vendor answers 12 abc")
  })

  it("takes out a whole secret although another one is its beginning", () => {
    const { scrub } = Secrets.make(["k3y-", "k3y-of-another-kind"])
    assert.strictEqual(scrub("k3y-of-another-kind"), "<redacted>")
  })

  it("takes out a key of several lines as it stands", () => {
    assert.notInclude(Secrets.make([pem]).scrub(`cannot read ${pem}`), "KEY")
  })

  it.each([
    ["joined by spaces", pem.replaceAll("\n", " ")],
    ["one by one", `line 2 is ${line}`],
    ["in JSON", JSON.stringify({ key: pem })]
  ])("takes out the long lines of a key that are repeated %s", (_, text) => {
    assert.notInclude(Secrets.make([pem]).scrub(text), line)
  })

  it("takes out the lines of a key whose lines end as those of Windows do", () => {
    assert.notInclude(Secrets.make([pem.replaceAll("\n", "\r\n")]).scrub(`line 2 is ${line}.`), line)
  })

  it("takes out a secret that was added later", () => {
    const secrets = Secrets.make([])
    assert.strictEqual(secrets.scrub("token t0ken"), "token t0ken")
    secrets.add("t0ken")
    assert.strictEqual(secrets.scrub("token t0ken"), "token <redacted>")
  })

  it("leaves a text alone where the secret is empty", () => {
    assert.strictEqual(Secrets.make([""]).scrub("a text"), "a text")
  })

  it.prop(
    "leaves no secret in any text, whatever it is made of",
    { before: Schema.String, known: Schema.String.check(Schema.isMinLength(12)), after: Schema.String },
    ({ after, before, known }) => {
      assert.notInclude(Secrets.make([known]).scrub(`${before}${known}${after}`), known)
    }
  )
})

describe("Secrets.isIn", () => {
  it("finds a secret as it is and as JSON writes it, and none that is short or that was not given", () => {
    const { isIn } = Secrets.make([secret, "short"])
    assert.isTrue(isIn(JSON.stringify({ note: `before ${secret} after` })))
    assert.isTrue(isIn(`before ${secret} after`))
    assert.isFalse(isIn(JSON.stringify({ note: "short" })))
  })

  it.prop(
    "finds any secret of eight letters or more in any text, and none where there is none",
    { kept: Schema.String.check(Schema.isMinLength(8)), before: Schema.String, after: Schema.String },
    ({ after, before, kept }) => {
      const { isIn } = Secrets.make([kept])
      assert.isTrue(isIn(`${before}${kept}${after}`))
      assert.strictEqual(isIn(before), before.includes(kept) || before.includes(JSON.stringify(kept).slice(1, -1)))
    }
  )
})

describe("Secrets.scrubJson", () => {
  it("takes secrets out of every text and name, and leaves all else as it is", () => {
    const { scrubJson } = Secrets.make(["k3y-of-another-kind"])
    const json = { "k3y-of-another-kind": [1, null, { at: "a k3y-of-another-kind b" }], ok: true }
    assert.deepStrictEqual(scrubJson(json), { "<redacted>": [1, null, { at: "a <redacted> b" }], ok: true })
  })
})
