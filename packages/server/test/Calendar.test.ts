import { assert, describe, it } from "@effect/vitest"
import type { StoredJob } from "@scanjobs/history"
import { Effect } from "effect"
import ICAL from "ical.js"
import * as Calendar from "../src/Calendar.ts"
import { serve } from "./Fixture.ts"

const now = Date.UTC(2026, 0, 10)

const planned = (id: string, fields: Partial<StoredJob.StoredJob> = {}): StoredJob.StoredJob => ({
  provider: "acme",
  connection: "main",
  listing: "plan",
  scope: null,
  id,
  vendorId: id,
  kind: "occurrence",
  definitionId: null,
  name: id,
  category: "web",
  state: "scheduled",
  vendorState: null,
  detail: null,
  progress: null,
  startTime: now,
  finishTime: null,
  link: null,
  raw: null,
  verdict: "planned",
  why: null,
  delay: null,
  firstSeen: now,
  ...fields
})

/** The events as a calendar reads them. A text that is no calendar throws. */
const eventsOf = (text: string) =>
  new ICAL.Component(ICAL.parse(text)).getAllSubcomponents("vevent").map((component) => {
    const event = new ICAL.Event(component)
    return {
      uid: event.uid,
      summary: event.summary,
      start: event.startDate.toJSDate().getTime(),
      status: component.getFirstPropertyValue("status"),
      description: event.description,
      properties: component.getAllProperties().map(({ name }) => name)
    }
  })

const get = (url: string) => Effect.promise(async () => (await fetch(url)).text())

describe("the calendar", () => {
  it("has an event for each planned run, whose id stays while it changes", () => {
    const [first] = eventsOf(Calendar.make([planned("a"), planned("b")], now))
    const [later] = eventsOf(Calendar.make([planned("a", { verdict: "missed" })], now + 1000))
    assert.strictEqual(first?.summary, "a")
    assert.strictEqual(first?.start, now)
    assert.strictEqual(later?.uid, first?.uid)
    assert.strictEqual(later?.summary, "Missed: a")
  })

  it("cancels what was withdrawn or cancelled", () => {
    const events = eventsOf(
      Calendar.make([planned("a", { verdict: "withdrawn" }), planned("b", { verdict: "cancelled" }), planned("c")], now)
    )
    assert.deepStrictEqual(
      events.map(({ status }) => status),
      ["CANCELLED", "CANCELLED", "CONFIRMED"]
    )
  })

  it("leads to the vendor's own page where there is one", () => {
    const link = "https://vendor.example/plans/7?tab=a;b,c#end"
    const events = eventsOf(Calendar.make([planned("a", { link }), planned("b")], now))
    assert.deepStrictEqual(
      events.map(({ description }) => description),
      [`main, planned\n${link}`, "main, planned"]
    )
  })

  it("gives texts of vendors as they are, and lets none add a line", () => {
    const names = [
      "a\r\nEND:VEVENT\r\nBEGIN:VALARM\r\nACTION:EMAIL",
      "semi;colon, comma \\ back\\nslash",
      '"quoted": DTSTART;TZID=x:1',
      "\u0000\u0007\u001b[31m\u0085\u2028\ud800 lone",
      "\u{1f600}".repeat(200),
      "\u00fc".repeat(200),
      "x".repeat(100_000),
      "<script>alert(1)</script>",
      ""
    ]
    const text = Calendar.make(
      names.map((name, index) => planned(`${index}\r\nATTENDEE:mailto:x@evil.example`, { name })),
      now
    )
    // As it is sent: a lone surrogate becomes a replacement character.
    const sent = Buffer.from(text).toString()
    const events = eventsOf(sent)
    const [plain] = eventsOf(Calendar.make([planned("plain")], now))
    assert.strictEqual(events.length, names.length)
    assert.strictEqual(new Set(events.map(({ uid }) => uid)).size, names.length)
    for (const { properties } of events) assert.deepStrictEqual(properties, plain?.properties)
    assert.strictEqual(events[1]?.summary, names[1])
    assert.strictEqual(events[2]?.summary, names[2])
    assert.strictEqual(events[7]?.summary, names[7])
    for (const line of sent.split("\r\n")) {
      assert.isAtMost(Buffer.byteLength(line), 75)
      assert.notMatch(line, /[\p{Cc}\ufffd]/u)
    }
  })

  it.live("is chosen by connection and by tag", () =>
    Effect.gen(function* () {
      const { url } = yield* serve()
      const summaries = (query: string) =>
        Effect.map(get(`${url}/calendar.ics${query}`), (text) => eventsOf(text).map(({ summary }) => summary))
      const acme = ["Missed: Weekly audit", "Weekly audit"]
      assert.deepStrictEqual((yield* summaries("")).length, 3)
      assert.deepStrictEqual(yield* summaries("?tag=production"), acme)
      assert.deepStrictEqual(yield* summaries("?connection=acme&connection=globex&tag=production&tag=other"), acme)
      assert.deepStrictEqual(yield* summaries("?connection=globex"), ["Not known: Perimeter"])
      assert.deepStrictEqual(yield* summaries("?connection=globex&tag=production"), [])
      assert.deepStrictEqual(yield* summaries("?tag=none"), [])
    }).pipe(Effect.scoped)
  )
})
