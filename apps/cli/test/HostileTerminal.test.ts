import { assert, describe, it } from "@effect/vitest"
import { Effect, Stream } from "effect"
import * as JobForm from "../src/output/JobForm.ts"
import * as TimeZone from "../src/output/TimeZone.ts"
import * as Visible from "../src/output/Visible.ts"
import { job } from "./Jobs.ts"

const formats = ["table", "json", "ndjson", "csv", "ocsf"] as const

/** Texts that a terminal would obey, reorder or draw over its other lines. */
const texts: Readonly<Record<string, string>> = {
  "a colour": "\u001b[31mred",
  "a link": "\u001b]8;;https://evil.invalid\u0007here\u001b]8;;\u0007",
  "a clipboard": "\u001b]52;c;cm0gLXJm\u0007",
  "a title": "\u001b]0;title\u0007",
  "a cleared screen": "\u001b[2J\u001b[H",
  "a C1 sequence": "\u009b31mred\u009d0;title\u009c",
  "a return": "good\rbad",
  "line breaks": "one\ntwo\u000bthree\u000cfour\u0085five\u2028six\u2029seven",
  backspaces: "good\b\b\b\bbad",
  "a bell and a null": "\u0007\u0000",
  "a deletion": "\u007f",
  "an override of direction": "\u202egnp.exe\u202c",
  "isolates of direction": "\u2066a\u2067b\u2068c\u2069\u200e\u200f\u061c",
  "invisible characters": "a\u00adb\u200bc\u2060d\ufefff",
  "tag characters": "a\u{e0041}\u{e007f}",
  "half a pair": "a\ud800b",
  "10,000 marks": `a${"\u0301".repeat(10_000)}`,
  "10,000 marks of many kinds": `a${"\u0301\u0489\u20dd\u05b0".repeat(2500)}`,
  "10,000 joiners": `a${"\u200d".repeat(10_000)}`,
  "marks without a letter": "\u0301".repeat(10_000)
}

const obeyed =
  /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200b\u200e\u200f\u061c\u202a-\u202e\u2060\u2066-\u2069\u00ad\ufeff\u{e0000}-\u{e007f}]/u
const piled = /[\p{M}\u200c\u200d]{6}/u

/** Every field in which a vendor's text can stand. */
const hostile = (text: string) =>
  job({
    name: text,
    scope: text,
    vendorId: text,
    id: text,
    definitionId: text,
    vendorState: text,
    detail: text,
    raw: { [text]: [text] }
  })

const written = (format: (typeof formats)[number], text: string) =>
  Effect.gen(function* () {
    const form = yield* JobForm.open(format, {
      destination: { isTerminal: true, width: 100, colour: false },
      headers: true,
      csvRaw: false,
      columns: [],
      wide: false,
      zone: TimeZone.utc,
      now: 0,
      lost: () => undefined
    })
    const all = yield* Stream.runCollect(form.write(Stream.make(hostile(text))))
    return all.join("")
  })

const attacks = formats.flatMap((format) => Object.entries(texts).map(([name, text]) => [format, name, text] as const))

describe("a terminal", () => {
  it.effect.each(attacks)("is shown %s of a job with %s as text only", ([format, , text]) =>
    Effect.gen(function* () {
      const shown = yield* written(format, text)
      assert.notMatch(shown.replaceAll(/\r?\n/g, ""), obeyed)
      assert.notMatch(shown, piled)
      if (format === "ndjson" || format === "json") {
        const parsed = JSON.parse(shown)
        assert.strictEqual((format === "json" ? parsed[0] : parsed).name, text)
      }
      if (format === "table") assert.lengthOf(shown.split("\n"), 3)
    })
  )

  it.each(Object.entries(texts))("is shown a line of standard error with %s as text only", (_, text) => {
    assert.notMatch(Visible.text(text), obeyed)
    assert.notMatch(Visible.text(text), piled)
    assert.notMatch(Visible.json(JSON.stringify(text)), obeyed)
    assert.strictEqual(JSON.parse(Visible.json(JSON.stringify(text))), text)
  })

  it("is shown letters with the marks and joiners that scripts and emoji need", () => {
    for (const text of ["é", "क्‍ष", "👩‍👩‍👧", "שָׁ֑", "ệ"]) assert.strictEqual(Visible.text(text), text)
  })
})
