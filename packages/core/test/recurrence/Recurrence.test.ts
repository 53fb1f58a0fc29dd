import { Recurrence } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { DateTime, Result, Schema } from "effect"
import { execFile } from "node:child_process"
import { promisify } from "node:util"
import "temporal-polyfill/global"
import { RRuleTemporal } from "rrule-temporal"

const day = 86_400_000

type Schedule = Parameters<typeof Recurrence.fromRule>[0]

const instants = (schedule: Schedule, span: Recurrence.Span) =>
  Result.map(Recurrence.fromRule(schedule), (recurrence) => recurrence.instants(span))

const due = (schedule: Schedule, from: string, until: string): ReadonlyArray<string> => {
  const span = { from: Date.parse(from), until: Date.parse(until) }
  const found = Result.getOrThrow(instants(schedule, span))
  return found.filter((at) => at < span.until).map((at) => new Date(at).toISOString())
}

const problemOf = (schedule: Schedule): string =>
  Result.match(instants(schedule, { from: 0, until: 4e12 }), {
    onFailure: ({ part, problem }) => `${part} ${problem}`,
    onSuccess: () => "none"
  })

const at = (start: string, zone: string, rule: string | null = "FREQ=DAILY;INTERVAL=1") => ({ start, zone, rule })

describe("a schedule across daylight-saving changes", () => {
  const changes = [
    ["Europe/Berlin", "20260101T090000", "2026-03-28", ["2026-03-28T08:00", "2026-03-29T07:00", "2026-03-30T07:00"]],
    ["Europe/Berlin", "20260101T090000", "2026-10-24", ["2026-10-24T07:00", "2026-10-25T08:00", "2026-10-26T08:00"]],
    ["America/New_York", "20260101T090000", "2026-03-07", ["2026-03-07T14:00", "2026-03-08T13:00", "2026-03-09T13:00"]],
    ["America/New_York", "20260101T090000", "2026-10-31", ["2026-10-31T13:00", "2026-11-01T14:00", "2026-11-02T14:00"]],
    [
      "Australia/Lord_Howe",
      "20260101T090000",
      "2026-04-04",
      ["2026-04-04T22:30", "2026-04-05T22:30", "2026-04-06T22:30"]
    ],
    [
      "Australia/Lord_Howe",
      "20260101T120000",
      "2026-10-03",
      ["2026-10-03T01:30", "2026-10-04T01:00", "2026-10-05T01:00"]
    ]
  ] as const
  for (const [zone, start, from, expected] of changes) {
    it(`keeps its local time: ${zone} from ${from}`, () => {
      const until = new Date(Date.parse(from) + 3 * day).toISOString()
      assert.deepStrictEqual(
        due(at(start, zone), from, until),
        expected.map((text) => `${text}:00.000Z`)
      )
    })
  }

  const gaps = [
    ["Europe/Berlin", "20260101T023000", "2026-03-29", "2026-03-29T01:30:00.000Z"],
    ["America/New_York", "20260101T023000", "2026-03-08", "2026-03-08T07:30:00.000Z"],
    ["Australia/Lord_Howe", "20260101T021500", "2026-10-03", "2026-10-03T15:45:00.000Z"]
  ] as const
  for (const [zone, start, from, expected] of gaps) {
    it(`uses the earlier offset for a local time that does not exist: ${zone}`, () => {
      assert.deepStrictEqual(due(at(start, zone), from, new Date(Date.parse(from) + day).toISOString()), [expected])
    })
  }

  const overlaps = [
    ["Europe/Berlin", "20260101T023000", "2026-10-25", "2026-10-25T00:30:00.000Z"],
    ["America/New_York", "20260101T013000", "2026-11-01", "2026-11-01T05:30:00.000Z"],
    ["Australia/Lord_Howe", "20260101T014500", "2026-04-04", "2026-04-04T14:45:00.000Z"]
  ] as const
  for (const [zone, start, from, expected] of overlaps) {
    it(`takes the first of a local time that occurs twice: ${zone}`, () => {
      assert.deepStrictEqual(due(at(start, zone), from, new Date(Date.parse(from) + day).toISOString()), [expected])
    })
  }

  it("gives a day that a zone skipped once, at the next day", () => {
    const found = due(at("20111201T100000", "Pacific/Apia"), "2011-12-29T00:00:00Z", "2012-01-01T00:00:00Z")
    assert.deepStrictEqual(found, ["2011-12-29T20:00:00.000Z", "2011-12-30T20:00:00.000Z", "2011-12-31T20:00:00.000Z"])
  })
})

describe("a rule", () => {
  const utc = "Etc/UTC"
  const rules = [
    [null, ["01-05"]],
    ["FREQ=DAILY;INTERVAL=10", ["01-05", "01-15", "01-25", "02-04"]],
    ["FREQ=DAILY;INTERVAL=1;BYDAY=SA,SU;COUNT=3", ["01-10", "01-11", "01-17"]],
    ["FREQ=WEEKLY;INTERVAL=2", ["01-05", "01-19", "02-02"]],
    ["FREQ=WEEKLY;INTERVAL=3;BYDAY=MO,WE,FR", ["01-05", "01-07", "01-09", "01-26", "01-28", "01-30"]],
    ["FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=SU", ["01-18", "02-01"]],
    ["FREQ=WEEKLY;INTERVAL=2;BYDAY=SU;WKST=MO", ["01-11", "01-25", "02-08"]],
    ["FREQ=MONTHLY;INTERVAL=1", ["01-05", "02-05"]],
    ["FREQ=MONTHLY;INTERVAL=1;BYDAY=1MO", ["01-05", "02-02"]],
    ["FREQ=MONTHLY;BYDAY=-1FR", ["01-30"]],
    ["FREQ=MONTHLY;BYMONTHDAY=-1,15", ["01-15", "01-31"]],
    ["FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", []],
    ["FREQ=YEARLY;INTERVAL=1", ["01-05"]],
    ["FREQ=YEARLY;BYMONTH=2;BYDAY=1TU", ["02-03"]],
    ["FREQ=YEARLY;BYDAY=2FR", ["01-09"]],
    ["FREQ=DAILY;UNTIL=20260107T120000Z", ["01-05", "01-06", "01-07"]],
    ["FREQ=DAILY;UNTIL=20260107T115959", ["01-05", "01-06"]],
    ["FREQ=DAILY;UNTIL=20260107", ["01-05", "01-06", "01-07"]],
    ["freq=daily; interval=30; byday=", ["01-05", "02-04"]],
    ["FREQ=HOURLY;INTERVAL=12;COUNT=3", ["01-05", "01-06", "01-06"]],
    ["FREQ=HOURLY;INTERVAL=100", ["01-05", "01-09", "01-13", "01-18", "01-22", "01-26", "01-30", "02-03", "02-07"]],
    ["FREQ=MINUTELY;INTERVAL=720;UNTIL=20260106T000000Z", ["01-05", "01-06"]],
    ["FREQ=HOURLY;INTERVAL=8;BYDAY=WE;BYMONTHDAY=7,21", ["01-07", "01-07", "01-07", "01-21", "01-21", "01-21"]],
    ["FREQ=HOURLY;INTERVAL=8;BYDAY=SU;COUNT=4", ["01-11", "01-11", "01-11", "01-18"]],
    ["FREQ=MINUTELY;INTERVAL=10;BYMONTH=3", []]
  ] as const
  for (const [rule, expected] of rules) {
    it(`${rule} from Monday, 5 January 2026, to 8 February`, () => {
      assert.deepStrictEqual(
        due(at("20260105T120000", utc, rule), "2020-01-01", "2026-02-09").map((text) => text.slice(5, 10)),
        [...expected]
      )
    })
  }

  it("skips months without the day", () => {
    const found = due(at("20260131T000000", utc, "FREQ=MONTHLY"), "2026-01-01", "2026-06-01")
    assert.deepStrictEqual(
      found.map((text) => text.slice(5, 10)),
      ["01-31", "03-31", "05-31"]
    )
  })

  it("waits eight years for 29 February across a century without a leap day", () => {
    const rule = at("20960229T000000", utc, "FREQ=YEARLY;INTERVAL=4")
    const span = { from: Date.parse("2096-03-01"), until: Date.parse("2096-06-01") }
    const [next] = Result.getOrThrow(instants(rule, span))
    assert.strictEqual(new Date(next ?? 0).toISOString(), "2104-02-29T00:00:00.000Z")
  })

  it("is due at each of its hours and minutes, from its start on", () => {
    const rule = at("20260105T120000", utc, "FREQ=DAILY;BYHOUR=18,6,12;BYMINUTE=30,0;COUNT=7")
    assert.deepStrictEqual(
      due(rule, "2026-01-01", "2026-02-01").map((text) => text.slice(5, 16)),
      ["01-05T12:00", "01-05T12:30", "01-05T18:00", "01-05T18:30", "01-06T06:00", "01-06T06:30", "01-06T12:00"]
    )
    assert.deepStrictEqual(
      due(rule, "2026-01-06T06:15:00Z", "2026-01-06T12:00:00Z").map((text) => text.slice(5, 16)),
      ["01-06T06:30"]
    )
  })

  it("counts from the start of the schedule, even if that is long ago", () => {
    const rule = at("20160101T000000", utc, "FREQ=DAILY;COUNT=3654")
    assert.deepStrictEqual(due(rule, "2025-12-30", "2026-02-01"), [
      "2025-12-30T00:00:00.000Z",
      "2025-12-31T00:00:00.000Z",
      "2026-01-01T00:00:00.000Z"
    ])
  })
})

describe("a schedule with extreme numbers", () => {
  const since1 = (rrules: string) => at("00010101T120000", "Etc/UTC", rrules)

  it("ignores a count that no calendar exhausts", () => {
    const [from, until] = ["2026-01-01", "2026-01-03"]
    const found = due(since1("FREQ=DAILY;COUNT=99999999"), from, until)
    assert.deepStrictEqual(found, due(since1("FREQ=DAILY"), from, until))
    assert.strictEqual(found.length, 2)
  })

  it("counts from year 1", () => {
    // 1 January 2026 is the 739,617th day.
    const found = due(since1("FREQ=DAILY;COUNT=739617"), "2025-12-31", "2026-01-05")
    assert.deepStrictEqual(found, ["2025-12-31T12:00:00.000Z", "2026-01-01T12:00:00.000Z"])
  })

  it("gives no more than the limit and one, also until the year 9999", () => {
    const span = { from: Date.parse("2026-01-01"), until: Date.parse("9999-12-31") }
    const found = Result.getOrThrow(instants(since1("FREQ=DAILY"), span))
    assert.strictEqual(found.length, Recurrence.limit + 1)
  })

  it("refuses a rule of a megabyte, and quotes little of it", () => {
    const problem = problemOf(since1(`FREQ=DAILY;BYMONTHDAY=${"1,".repeat(500_000)}1`))
    assert.match(problem, /it is longer than 1000 characters$/)
    assert.isBelow(problem.length, 300)
  })
})

describe("a schedule that cannot be read", () => {
  const schedules = [
    [at("20260105T120000", "Mars/Olympus"), 'zone "Mars/Olympus" is not a known time zone'],
    [{ start: "20260105T120000", rule: null, zone: undefined }, "zone (missing) is not a known time zone"],
    [at("20260230T120000", "Etc/UTC"), 'start "20260230T120000" is not a time of the form YYYYMMDDTHHMMSS'],
    [at("2026-01-05T12:00:00Z", "Etc/UTC"), "start"],
    [{ rule: "FREQ=DAILY", zone: "Etc/UTC", start: null }, "start"],
    [at("20260105T120000", "Etc/UTC", "FREQ=SECONDLY;INTERVAL=1"), "rule"],
    [at("20260105T120000", "Etc/UTC", "FREQ=HOURLY;BYDAY=1MO"), "rule"],
    [at("19690105T120000", "Etc/UTC", "FREQ=HOURLY;BYDAY=MO;COUNT=5"), "rule"],
    [at("20260105T120000", "Etc/UTC", "INTERVAL=1"), "rule"],
    [at("20260105T120000", "Etc/UTC", ""), "rule"],
    [at("20260105T120000", "Etc/UTC", "FREQ=DAILY;BYSECOND=3"), "rule"],
    [at("20260105T120000", "Etc/UTC", "FREQ=DAILY;BYHOUR=24"), "rule"],
    [at("20260105T120000", "Etc/UTC", "FREQ=DAILY;BYMINUTE=60"), "rule"],
    [at("20260105T120000", "Etc/UTC", "FREQ=HOURLY;BYHOUR=3"), "rule"],
    [at("20260105T120000", "Etc/UTC", "FREQ=MINUTELY;BYMINUTE=3"), "rule"],
    [at("20260105T120000", "Etc/UTC", "FREQ=DAILY;FREQ=DAILY"), "rule"],
    [at("20260105T120000", "Etc/UTC", "FREQ=DAILY;INTERVAL=0"), "rule"],
    [at("20260105T120000", "Etc/UTC", "FREQ=DAILY;COUNT=-1"), "rule"],
    [at("20260105T120000", "Etc/UTC", "FREQ=DAILY;UNTIL=soon"), "rule"],
    [at("20260105T120000", "Etc/UTC", "FREQ=WEEKLY;BYDAY=1MO"), "rule"],
    [at("20260105T120000", "Etc/UTC", "FREQ=MONTHLY;BYDAY=0MO"), "rule"],
    [at("20260105T120000", "Etc/UTC", "FREQ=MONTHLY;BYMONTHDAY=32"), "rule"],
    [at("20260105T120000", "Etc/UTC", "FREQ=YEARLY;BYMONTH=13"), "rule"],
    [at("20260105T120000", "Etc/UTC", "FREQ=WEEKLY;WKST=XX"), "rule"]
  ] as const
  for (const [schedule, expected] of schedules) {
    it(`is reported with its field: ${JSON.stringify(schedule)}`, () => {
      assert.match(problemOf(schedule), new RegExp(`^${expected.replaceAll(/[()]/g, String.raw`\$&`)}`))
    })
  }

  it.prop("never throws", [Schema.String, Schema.String, Schema.String], ([start, rule, zone]) => {
    const span = { from: 0, until: 1e12 }
    const known = { start: "20260105T120000", zone: "Etc/UTC" }
    for (const schedule of [
      { start, rule, zone },
      { ...known, rule },
      { ...known, rule: `FREQ=DAILY;${rule}` },
      { ...known, zone, rule: null }
    ]) {
      instants(schedule, span)
    }
  })
})

const zones = [
  "Europe/Berlin",
  "America/New_York",
  "Australia/Lord_Howe",
  "Asia/Kathmandu",
  "Etc/UTC",
  "America/St_Johns"
]
const Zone = Schema.Literals(zones)
const within = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

const two = (value: number) => String(value).padStart(2, "0")
const Start = Schema.Struct({
  year: within(2020, 2030),
  month: within(1, 12),
  day: within(1, 28),
  hour: within(0, 23),
  minute: within(0, 59)
})
const textOf = ({ day, hour, minute, month, year }: typeof Start.Type) =>
  `${year}${two(month)}${two(day)}T${two(hour)}${two(minute)}00`

const Rule = Schema.Union([
  Schema.Struct({ freq: Schema.Literals(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]) }),
  Schema.Struct({
    freq: Schema.Literals(["DAILY", "WEEKLY"]),
    BYDAY: Schema.Literals(["MO", "SA,SU", "TU,TH", "WE,FR,SU"])
  }),
  Schema.Struct({
    freq: Schema.Literal("WEEKLY"),
    WKST: Schema.Literals(["SU", "WE"]),
    BYDAY: Schema.Literals(["SU,MO", "TU", "SA"])
  }),
  Schema.Struct({
    freq: Schema.Literals(["MONTHLY", "YEARLY"]),
    BYDAY: Schema.Literals(["1MO", "-1FR", "TU", "2WE,-2SU", "5TH"])
  }),
  Schema.Struct({
    freq: Schema.Literals(["DAILY", "MONTHLY", "YEARLY"]),
    BYMONTHDAY: Schema.Literals(["1", "-1", "31,15", "29"])
  }),
  Schema.Struct({
    freq: Schema.Literal("YEARLY"),
    BYMONTH: Schema.Literals(["2", "3,11"]),
    BYDAY: Schema.Literals(["-1SU", "1TU", "MO"])
  }),
  Schema.Struct({
    freq: Schema.Literals(["DAILY", "WEEKLY", "MONTHLY", "YEARLY"]),
    BYMONTH: Schema.Literals(["2", "6,7"])
  })
])
const ruleOf = ({ freq, ...by }: typeof Rule.Type, interval: number, count: number) =>
  [
    `FREQ=${freq}`,
    `INTERVAL=${interval}`,
    ...Object.entries(by).map(([name, value]) => `${name}=${value}`),
    ...(count > 20 ? [] : [`COUNT=${count}`])
  ].join(";")

const Case = Schema.Struct({ start: Start, zone: Zone, rule: Rule, interval: within(1, 5), count: within(1, 40) })
const scheduleOf = ({ count, interval, rule, start, zone }: typeof Case.Type) =>
  at(textOf(start), zone, ruleOf(rule, interval, count))

describe("any schedule", () => {
  it.prop("is due when another reader of RFC 5545 says so, at noon", [Case], ([given]) => {
    const schedule = scheduleOf({ ...given, start: { ...given.start, hour: 12 } })
    const oracle = new RRuleTemporal({
      rruleString: `DTSTART;TZID=${schedule.zone}:${schedule.start}\nRRULE:${schedule.rule}`
    })
    const span = { from: Date.UTC(given.start.year, 0, 1), until: Date.UTC(given.start.year + 3, 0, 1) }
    const expected = oracle
      .between(new Date(span.from), new Date(span.until), true)
      .map(({ epochMilliseconds }) => epochMilliseconds)
      .filter((instant) => instant < span.until)
    const found = Result.getOrThrow(instants(schedule, span)).filter((instant) => instant < span.until)
    assert.deepStrictEqual(found, expected, JSON.stringify(schedule))
  })

  const Times = Schema.Struct({
    BYHOUR: Schema.Literals(["", "12", "8,20", "20,8,14"]),
    BYMINUTE: Schema.Literals(["", "45", "30,0"])
  })

  it.prop("is due at all of its hours and minutes, too", [Case, Times], ([given, { BYHOUR, BYMINUTE }]) => {
    const schedule = scheduleOf({ ...given, start: { ...given.start, hour: 12 } })
    const times = `${BYHOUR === "" ? "" : `;BYHOUR=${BYHOUR}`}${BYMINUTE === "" ? "" : `;BYMINUTE=${BYMINUTE}`}`
    const rule = `${schedule.rule}${times}`
    const oracle = new RRuleTemporal({ rruleString: `DTSTART;TZID=${schedule.zone}:${schedule.start}\nRRULE:${rule}` })
    const span = { from: Date.UTC(given.start.year, 0, 1), until: Date.UTC(given.start.year + 1, 0, 1) }
    const expected = oracle
      .between(new Date(span.from), new Date(span.until), true)
      .map(({ epochMilliseconds }) => epochMilliseconds)
      .filter((instant) => instant < span.until)
    const found = Result.getOrThrow(instants({ ...schedule, rule }, span)).filter((instant) => instant < span.until)
    assert.deepStrictEqual(found, expected, rule)
  })

  it.prop("is due at its own local time, or at one that clocks skip", [Case], ([given]) => {
    const span = { from: Date.UTC(given.start.year, 0, 1), until: Date.UTC(given.start.year + 2, 0, 1) }
    for (const instant of Result.getOrThrow(instants(scheduleOf(given), span))) {
      const local = DateTime.makeZonedUnsafe(instant, { timeZone: given.zone })
      const { hour, minute } = DateTime.toParts(local)
      if (hour === given.start.hour && minute === given.start.minute) continue
      const before = DateTime.makeZonedUnsafe(instant - day / 4, { timeZone: given.zone })
      const gap = DateTime.zonedOffset(local) - DateTime.zonedOffset(before)
      const passedOver = (hour * 60 + minute) * 60_000 - gap
      assert.isAbove(gap, 0)
      assert.strictEqual(passedOver, (given.start.hour * 60 + given.start.minute) * 60_000)
    }
  })

  it.prop(
    "is due at the same times, however a span is split, in order, plus one after it",
    [Case, within(0, 730)],
    ([given, cut]) => {
      const schedule = scheduleOf(given)
      const [from, until] = [Date.UTC(given.start.year, 0, 1), Date.UTC(given.start.year + 2, 0, 1)]
      const middle = from + cut * day
      const of = (span: Recurrence.Span) => Result.getOrThrow(instants(schedule, span))
      const whole = of({ from, until })
      const first = of({ from, until: middle }).filter((instant) => instant < middle)
      assert.deepStrictEqual([...first, ...of({ from: middle, until })], [...whole])
      assert.deepStrictEqual(
        [...whole],
        [...new Set(whole)].toSorted((a, b) => a - b)
      )
      assert.isAtMost(whole.filter((instant) => instant >= until).length, 1)
    }
  )
})

const Steps = Schema.Struct({
  start: Start,
  zone: Zone,
  freq: Schema.Literals(["HOURLY", "MINUTELY"]),
  by: Schema.Literals(["", ";BYDAY=MO,SA", ";BYMONTHDAY=1,-1", ";BYMONTH=2,7"]),
  interval: within(7, 400),
  count: within(1, 80)
})

describe("a rule by hours or minutes", () => {
  it.prop("is due when another reader of RFC 5545 says so", [Steps], ([given]) => {
    const { by, count, freq, interval, start } = given
    // That reader leaves out hours that occur twice, so that by hours it is asked in UTC alone.
    const zone = freq === "HOURLY" ? "Etc/UTC" : given.zone
    const rule = `FREQ=${freq};INTERVAL=${interval}${by}${count > 40 ? "" : `;COUNT=${count}`}`
    const oracle = new RRuleTemporal({ rruleString: `DTSTART;TZID=${zone}:${textOf(start)}\nRRULE:${rule}` })
    const span = { from: Date.UTC(start.year, start.month - 1, 20), until: Date.UTC(start.year, start.month, 5) }
    const expected = oracle
      .between(new Date(span.from), new Date(span.until), true)
      .map(({ epochMilliseconds }) => epochMilliseconds)
      .filter((instant) => instant < span.until)
    const found = Result.getOrThrow(instants({ start: textOf(start), zone, rule }, span))
    assert.deepStrictEqual(
      found.filter((instant) => instant < span.until),
      expected,
      rule
    )
  })

  it("keeps its step where clocks change", () => {
    const [spring, autumn] = [
      due(at("20260101T003000", "America/New_York", "FREQ=HOURLY"), "2026-03-08T05:00Z", "2026-03-08T09:00Z"),
      due(at("20260101T003000", "America/New_York", "FREQ=HOURLY"), "2026-11-01T05:00Z", "2026-11-01T09:00Z")
    ]
    assert.deepStrictEqual(
      [spring, autumn].map((found) => found.map((text) => text.slice(11, 16))),
      [
        ["05:30", "06:30", "07:30", "08:30"],
        ["05:30", "06:30", "07:30", "08:30"]
      ]
    )
  })

  it("starts at an instant, too", () => {
    const start = Date.parse("2026-01-05T12:34:56.789Z")
    const rule = { start, rule: "FREQ=HOURLY;INTERVAL=24", zone: "Europe/Zurich" }
    assert.deepStrictEqual(due(rule, "2026-01-05", "2026-01-07"), [
      "2026-01-05T12:34:56.789Z",
      "2026-01-06T12:34:56.789Z"
    ])
  })

  it("is cut at the limit, and finds its way from year 1 at once", () => {
    const span = { from: Date.parse("2026-01-01"), until: Date.parse("2026-12-31") }
    const found = Result.getOrThrow(instants(at("00010101T000000", "Etc/UTC", "FREQ=MINUTELY"), span))
    assert.deepStrictEqual([found.length, found[0]], [Recurrence.limit + 1, span.from])
  })
})

describe("the machine's own time zone", () => {
  const script = `
    const { Recurrence } = await import("@scanjobs/core")
    const span = { from: Date.UTC(2026, 2, 1), until: Date.UTC(2026, 3, 15) }
    const schedule = { start: "20260101T023000", rule: "FREQ=DAILY;UNTIL=20260410", zone: "Europe/Berlin" }
    console.log(new Date(2026, 0, 1).getTimezoneOffset(), JSON.stringify(Recurrence.fromRule(schedule).success.instants(span)))
  `
  it("has no influence", async () => {
    const outputs = await Promise.all(
      ["Etc/UTC", "Pacific/Kiritimati", "America/Los_Angeles", "Australia/Lord_Howe"].map(async (zone) => {
        const args = ["--conditions=@scanjobs/source", "--input-type=module", "--eval", script]
        const { stdout } = await promisify(execFile)(process.execPath, args, {
          cwd: import.meta.dirname,
          env: { ...process.env, TZ: zone }
        })
        return stdout.split(/ (.*)/s)
      })
    )
    assert.lengthOf(new Set(outputs.map(([offset]) => offset)), 4)
    const [first, ...others] = outputs.map(([, instants]) => instants)
    assert.include(first, String(Date.parse("2026-03-29T01:30:00Z")))
    for (const other of others) assert.strictEqual(other, first)
  })
})
