import { Time } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Schema } from "effect"
import { Temporal } from "temporal-polyfill"

const instant = Date.parse("2026-03-04T05:06:07.890Z")
const Millis = Schema.Int.check(Schema.isBetween({ minimum: -62_104_060_800_000, maximum: 253_402_300_799_999 }))

describe("Time.fromIso", () => {
  it.each([
    ["Z", "2026-03-04T05:06:07.890Z", instant],
    ["seven fraction digits, cut to milliseconds", "2026-03-04T05:06:07.8909999Z", instant],
    ["one fraction digit", "2026-03-04T05:06:07.8Z", instant - 90],
    ["no fraction", "2026-03-04T05:06:07Z", instant - 890],
    ["a comma before the fraction", "2026-03-04T05:06:07,890Z", instant],
    ["an offset east", "2026-03-04T07:06:07.890+02:00", instant],
    ["an offset west over midnight", "2026-03-03T19:36:07.890-09:30", instant],
    ["lower case", "2026-03-04t05:06:07.890z", instant],
    ["a space between date and time", "2026-03-04 05:06:07.890Z", instant],
    ["space around it", " 2026-03-04T05:06:07.890Z\n", instant],
    ["the epoch", "1970-01-01T00:00:00Z", 0],
    ["before the epoch", "1969-12-31T23:59:59.999Z", -1]
  ])("reads %s", (_, text, expected) => {
    assert.strictEqual(Time.fromIso(text), expected)
  })

  it.each([
    ["null", null],
    ["undefined", undefined],
    ["an empty text", ""],
    ["N/A", "N/A"],
    ["year 1, the unset time of .NET", "0001-01-01T00:00:00"],
    ["year 1 with a zone", "0001-01-01T00:00:00Z"],
    ["year 1 with a fraction and an offset", "0001-01-01T00:00:00.0000000+00:00"],
    ["year 0, the zero date of databases", "0000-00-00 00:00:00"],
    ["a dash", "-"],
    ["null as text", "null"]
  ])("takes %s for no time", (_, text) => {
    assert.isNull(Time.fromIso(text))
  })

  it.each([
    ["a time without a zone", "2026-03-04T05:06:07"],
    ["a date", "2026-03-04"],
    ["a date that Date.parse would take", "4 March 2026"],
    ["an hour that there is not", "2026-03-04T25:06:07Z"],
    ["a month that there is not", "2026-13-04T05:06:07Z"],
    ["a day that there is not", "2026-02-30T05:06:07Z"],
    ["an offset that there is not", "2026-03-04T05:06:07+99:00"],
    ["text after the time", "2026-03-04T05:06:07Z or so"],
    ["digits only", "1772600767"]
  ])("says by NaN that it cannot read %s", (_, text) => {
    assert.isNaN(Time.fromIso(text))
  })

  it.prop("gives back every instant from year 2 to 9999", [Millis], ([millis]) => {
    assert.strictEqual(Time.fromIso(new Date(millis).toISOString()), millis)
  })

  it.prop(
    "reads the same instant with any offset",
    [Millis, Schema.Literals([-720, -210, 0, 60, 345, 840])],
    (values) => {
      const [millis, offset] = values
      const clock = new Date(millis + offset * 60_000).toISOString()
      const [hours, minutes] = [Math.trunc(Math.abs(offset) / 60), Math.abs(offset) % 60]
      const zone = `${offset < 0 ? "-" : "+"}${String(hours).padStart(2, "0")}:${String(minutes).padStart(2, "0")}`
      if (clock.length === 24) assert.strictEqual(Time.fromIso(clock.replace("Z", zone)), millis)
    }
  )
})

describe("Time.fromLocal", () => {
  const zurich = DateTime.zoneMakeNamedUnsafe("Europe/Zurich")

  it.each([
    ["in winter", "2026-01-05 02:00:00", Date.UTC(2026, 0, 5, 1)],
    ["in summer", "2026-07-05T02:00:00.5", Date.UTC(2026, 6, 5, 0, 0, 0, 500)],
    ["that clocks skip is later by the gap", "2026-03-29 02:30", Date.UTC(2026, 2, 29, 1, 30)],
    ["that occurs twice is the first of the two", "2026-10-25 02:30", Date.UTC(2026, 9, 25, 0, 30)],
    ["with an offset of its own", "2026-01-05T02:00:00-05:00", Date.UTC(2026, 0, 5, 7)]
  ])("reads a time %s", (_what, text, expected) => {
    assert.strictEqual(Time.fromLocal(text, zurich), expected)
    assert.strictEqual(Time.fromLocal(text, "Europe/Zurich"), expected)
  })

  it.each([
    ["no time", null, "Europe/Zurich", null],
    ["a placeholder", "N/A", "Europe/Zurich", null],
    ["a day of year 1", "0001-01-01 00:00:00", "Europe/Zurich", null],
    ["another text", "soon", "Europe/Zurich", Number.NaN],
    ["a day that does not exist", "2026-02-30 02:00:00", "Europe/Zurich", Number.NaN],
    ["a zone that does not exist", "2026-01-05 02:00:00", "Mars/Olympus", Number.NaN],
    ["no zone", "2026-01-05 02:00:00", null, Number.NaN]
  ])("reads %s as none, or as one that cannot be read", (_what, text, zone, expected) => {
    assert.deepStrictEqual(Time.fromLocal(text, zone), expected)
  })
})

describe("Time.fromEpoch", () => {
  it.each([
    ["seconds", 1_596_781_119, 1_596_781_119_000],
    ["seconds as digits", "1596781119", 1_596_781_119_000],
    ["milliseconds", 1_591_099_200_000, 1_591_099_200_000],
    ["milliseconds as digits", "1591099200000", 1_591_099_200_000],
    ["seconds with a fraction", "1596781119.5", 1_596_781_119_500],
    ["the last number that is seconds", 99_999_999_999, 99_999_999_999_000],
    ["the first number that is milliseconds", 100_000_000_000, 100_000_000_000],
    ["the last instant of Date", 8.64e15, 8.64e15]
  ])("reads %s", (_, value, expected) => {
    assert.strictEqual(Time.fromEpoch(value), expected)
  })

  it.each([
    ["null", null],
    ["undefined", undefined],
    ["zero", 0],
    ["zero as a digit", "0"],
    ["an empty text", ""],
    ["space", "  "],
    ["a placeholder", "never"],
    ["a negative number", -1_596_781_119],
    ["a negative text", "-1596781119"]
  ])("takes %s for no time", (_, value) => {
    assert.isNull(Time.fromEpoch(value))
  })

  it.each([
    ["words", "tomorrow"],
    ["a hexadecimal text", "0x5f2d"],
    ["an instant as ISO 8601", "2026-03-04T05:06:07Z"],
    ["NaN", Number.NaN],
    ["infinity", Number.POSITIVE_INFINITY],
    ["an instant that Date cannot hold", 8.64e15 + 1]
  ])("says by NaN that it cannot read %s", (_, value) => {
    assert.isNaN(Time.fromEpoch(value))
  })

  const Seconds = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 99_999_999_999 }))

  it.prop("reads whole seconds, as a number or as digits, to the same instant", [Seconds], ([seconds]) => {
    assert.strictEqual(Time.fromEpoch(seconds), seconds * 1000)
    assert.strictEqual(Time.fromEpoch(String(seconds)), seconds * 1000)
  })

  const Late = Schema.Int.check(Schema.isBetween({ minimum: 100_000_000_000, maximum: 8.64e15 }))

  it.prop("gives back every instant from 1973 on", [Late], ([millis]) => {
    assert.strictEqual(Time.fromEpoch(millis), millis)
    assert.strictEqual(Time.fromEpoch(String(millis)), millis)
  })
})

describe("Time.fromIso, against the platform's own clock", () => {
  it.prop(
    "reads every instant as `Date.parse` does, whatever its fraction and offset",
    [
      Schema.Int.check(Schema.isBetween({ minimum: Date.UTC(1000, 0, 1), maximum: Date.UTC(9999, 11, 30) })),
      Schema.Int.check(Schema.isBetween({ minimum: -23 * 60, maximum: 23 * 60 })),
      Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 9 }))
    ],
    ([millis, offset, digits]) => {
      const sign = offset < 0 ? "-" : "+"
      const two = (n: number) => String(Math.floor(n)).padStart(2, "0")
      const zone = `${sign}${two(Math.abs(offset) / 60)}:${two(Math.abs(offset) % 60)}`
      const [seconds = "", fraction = ""] = new Date(millis).toISOString().slice(0, -1).split(".")
      const more = digits === 0 ? "" : `.${`${fraction}987654`.slice(0, digits)}`
      const expected = Date.parse(
        `${seconds}.${digits === 0 ? "000" : fraction.slice(0, digits).padEnd(3, "0")}${zone}`
      )
      assert.strictEqual(Time.fromIso(`${seconds}${more}${zone}`), expected)
      assert.strictEqual(Time.fromIso(`${seconds}${more}Z`), expected + offset * 60_000)
    }
  )

  it.each([
    ["a month 13", "2024-13-01T00:00:00Z"],
    ["a month 0", "2024-00-10T00:00:00Z"],
    ["a minute 60", "2024-01-01T00:60:00Z"],
    ["a point without a fraction", "2024-01-01T00:00:00.Z"],
    ["an offset of a whole day", "2024-01-01T00:00:00+24:00"],
    ["a month of one digit", "2024-1-01T00:00:00Z"]
  ])("says by NaN that it cannot read %s", (_, text) => {
    assert.isNaN(Time.fromIso(text))
  })

  it.each([
    ["an offset without a colon", "2024-01-01T02:00:00.5+0200", Date.UTC(2024, 0, 1, 0, 0, 0, 500)],
    ["an offset of hours only", "2024-01-01T02:00:00+02", Date.UTC(2024, 0, 1)],
    ["a time without seconds", "2024-01-31T00:00Z", Date.UTC(2024, 0, 31)]
  ])("reads %s", (_, text, expected) => {
    assert.strictEqual(Time.fromIso(text), expected)
  })

  it("takes no notice of space around an instant", () => {
    assert.strictEqual(Time.fromIso(" 2024-01-01T00:00:00Z "), Date.UTC(2024, 0, 1))
  })
})

const Part = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 1000 }))
const Parts = Schema.Struct({ days: Part, hours: Part, minutes: Part, seconds: Part })

describe("a length of time", () => {
  const lengths = [
    ["PT0S", 0],
    ["PT1H30M", 5_400_000],
    ["P1DT12H", 129_600_000],
    ["P2W", 1_209_600_000],
    ["pt2m0.5s", 120_500],
    ["PT1,25S", 1250],
    ["00:00:05", 5000],
    ["26:05:00", 93_900_000],
    [" 1:02:03.5 ", 3_723_500],
    ["", null],
    ["N/A", null],
    [null, null],
    [undefined, null],
    ["P", Number.NaN],
    ["86400s", 86_400_000],
    ["1.5s", 1500],
    ["0.000001s", 0],
    ["s", Number.NaN],
    ["1,5s", Number.NaN],
    ["-5s", Number.NaN],
    ["5 s", Number.NaN],
    ["PT", Number.NaN],
    ["P1DT", Number.NaN],
    ["P1Y", Number.NaN],
    ["P1M", Number.NaN],
    ["-PT5S", Number.NaN],
    ["PT1H30", Number.NaN],
    ["00:60:00", Number.NaN],
    ["12:30", Number.NaN],
    ["Pending", Number.NaN]
  ] as const
  for (const [text, expected] of lengths) {
    it(`${JSON.stringify(text)} is ${expected}`, () => {
      assert.deepStrictEqual(Time.fromDuration(text), expected)
    })
  }

  it.prop("of any ISO 8601 duration is what Temporal says", [Parts], ([{ days, hours, minutes, seconds }]) => {
    const text = `P${days}DT${hours}H${minutes}M${seconds}S`
    assert.strictEqual(
      Time.fromDuration(text),
      Temporal.Duration.from(text).total({ unit: "millisecond", relativeTo: "2026-01-01[UTC]" })
    )
  })
})
