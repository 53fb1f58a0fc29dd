import { Format } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { XMLParser } from "fast-xml-parser"

const xml = Format.xml({ lists: { SCAN_LIST: ["SCAN"] } })

const values = (text: string) => Effect.runPromise(xml.parse(text))
const problem = (text: string) => Effect.runPromise(Effect.flip(xml.parse(text)))

describe("XML as plain values", () => {
  const documents = [
    ["a text, without the space around it", "<A>\n  x y\n</A>", { A: "x y" }],
    ["nothing", "<A/>", { A: "" }],
    ["character data, also beside a comment", "<A><![CDATA[<b>]]> &amp; &#x43;<!-- no -->D</A>", { A: "<b> & CD" }],
    ["attributes beside text", '<A id="7" b="&lt;">x</A>', { A: { "@id": "7", "@b": "<", "#text": "x" } }],
    ["children", "<A> <B>1</B> <C>2</C> </A>", { A: { B: "1", C: "2" } }],
    ["children of one name, which are several", "<A><B>1</B><C/><B>2</B></A>", { A: { B: ["1", "2"], C: "" } }],
    [
      "a declared list of one",
      "<SCAN_LIST><SCAN><ID>1</ID></SCAN></SCAN_LIST>",
      { SCAN_LIST: { SCAN: [{ ID: "1" }] } }
    ],
    ["a declared list of none", "<SCAN_LIST></SCAN_LIST>", { SCAN_LIST: { SCAN: [] } }],
    ["the same element elsewhere, which is no list", "<A><SCAN/></A>", { A: { SCAN: "" } }],
    [
      "an element after a declaration and an external DTD, which is not read",
      '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE A SYSTEM "https://elsewhere.example/a.dtd"><A>1</A>',
      { A: "1" }
    ],
    ["a name that JavaScript knows", "<A><__proto__>1</__proto__></A>", { A: JSON.parse('{"__proto__":"1"}') }]
  ] as const
  for (const [what, text, expected] of documents) {
    it(`has ${what}`, async () => {
      assert.strictEqual(JSON.stringify(await values(text)), JSON.stringify(expected))
    })
  }

  it("is the same however long the document is", async () => {
    const ids = Array.from({ length: 20_000 }, (_, id) => String(id))
    const text = `<SCAN_LIST>${ids.map((id) => `<SCAN><ID>${id}</ID></SCAN>`).join("\n")}</SCAN_LIST>`
    assert.deepStrictEqual(await values(text), { SCAN_LIST: { SCAN: ids.map((ID) => ({ ID })) } })
  })
})

describe("XML that is refused", () => {
  const bomb = `<!DOCTYPE A [<!ENTITY a "ha">${Array.from({ length: 30 }, (_, n) => `<!ENTITY b${n} "&a;&a;">`).join("")}]>`
  const documents = [
    ["ends in the middle", "<A><B>1</B>", /unclosed/i],
    ["has entities that expand", `${bomb}<A>&b29;</A>`, /entit/i],
    ["has an entity of a file", '<!DOCTYPE A [<!ENTITY x SYSTEM "file:///etc/passwd">]><A>&x;</A>', /entit/i],
    ["has an entity that nobody declares", "<A>&nbsp;</A>", /entit/i],
    ["is nested without end", "<A>".repeat(100_000), /depth|nested|deep/i],
    ["is an HTML page that is well-formed", "<!DOCTYPE html><html><body>Maintenance</body></html>", /HTML/],
    ["is an HTML page", "<!doctype html><title>x</title><br>", /./],
    ["is JSON", '{"a":1}', /./],
    ["is empty", "", /./]
  ] as const
  for (const [what, text, why] of documents) {
    it(`which ${what}`, async () => {
      assert.match(await problem(text), why)
    })
  }
})

const Name = Schema.Literals(["A", "B", "C.d", "e-f", "n:g"])
const Text = Schema.Literals(["", "x", "<&>\"'", "]]>", "ü 日本", "1", "&amp;"])
const Leaf = Schema.Struct({ "@id": Text, "#text": Schema.Literals(["x", "a & b"]) })
const Tree = Schema.Record(Name, Schema.Union([Text, Leaf, Schema.Record(Name, Schema.Array(Text))]))

describe("any XML", () => {
  it.prop("is read as it was written", [Tree], async ([tree]) => {
    const text = xml.render({ root: tree })
    const again = await values(text)
    assert.strictEqual(xml.render(again), text)
  })

  it.prop("has the values that another parser finds", [Tree], async ([tree]) => {
    const parser = new XMLParser({
      ignoreAttributes: false,
      attributeNamePrefix: "@",
      parseTagValue: false,
      htmlEntities: true
    })
    const text = xml.render({ root: tree })
    assert.deepStrictEqual(await values(text), parser.parse(text))
  })
})

describe("values that are no XML", () => {
  for (const [what, body] of [
    ["without a root", {}],
    ["with two roots", { A: "", B: "" }],
    ["with a name that XML has not", { A: { "1 b": "" } }]
  ] as const) {
    it(`are refused: ${what}`, () => {
      assert.throws(() => xml.render(body))
    })
  }
})
