import { Recurrence } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { Cron, Result, Schema } from "effect"

const due = (expression: string, zone: string, from: string, until: string): ReadonlyArray<string> => {
  const span = { from: Date.parse(from), until: Date.parse(until) }
  return Result.getOrThrow(Recurrence.fromCron({ expression, zone }))
    .instants(span)
    .filter((at) => at < span.until)
    .map((at) => new Date(at).toISOString().slice(5, 19))
}

const problemOf = (expression: string | null | undefined, zone: string | null = "Etc/UTC"): string =>
  Result.match(Recurrence.fromCron({ expression, zone }), {
    onFailure: ({ part, problem }) => `${part} ${problem}`,
    onSuccess: () => "none"
  })

describe("a cron expression", () => {
  const expressions = [
    ["0 12 * * *", ["01-05T12:00:00", "01-06T12:00:00", "01-07T12:00:00"]],
    ["30 0 12 * * MON,Wed", ["01-05T12:00:30", "01-07T12:00:30"]],
    ["0 0 1,6 * *", ["01-06T00:00:00"]],
    ["0 */8 6 1 *", ["01-06T00:00:00", "01-06T08:00:00", "01-06T16:00:00"]],
    ["0 0 7 * 2", ["01-06T00:00:00", "01-07T00:00:00"]],
    ["0 0 */2 * 2-3", ["01-07T00:00:00"]],
    ["@daily", ["01-05T00:00:00", "01-06T00:00:00", "01-07T00:00:00"]],
    ["0 0 * * 7", []],
    ["0 0 30 2 *", []]
  ] as const
  for (const [expression, expected] of expressions) {
    it(`${expression} from Monday, 5 January 2026, for three days`, () => {
      assert.deepStrictEqual(due(expression, "Etc/UTC", "2026-01-05", "2026-01-08"), [...expected])
    })
  }

  it("is later by the gap where its local time does not exist", () => {
    assert.deepStrictEqual(due("30 2 * * *", "America/New_York", "2026-03-08", "2026-03-09"), ["03-08T07:30:00"])
  })

  it("is due once in the hour that occurs twice, unless it runs every hour", () => {
    assert.deepStrictEqual(due("30 1 * * *", "America/New_York", "2026-11-01", "2026-11-02"), ["11-01T05:30:00"])
    assert.deepStrictEqual(due("30 * * * *", "America/New_York", "2026-11-01T05:00Z", "2026-11-01T08:00Z"), [
      "11-01T05:30:00",
      "11-01T06:30:00",
      "11-01T07:30:00"
    ])
  })

  it("is due in the zone that stands in front of it, whatever zone is given besides", () => {
    for (const prefix of ["TZ", "CRON_TZ"]) {
      const found = due(`${prefix}=Europe/Zurich 30 2 * * *`, "America/New_York", "2026-01-05", "2026-01-06")
      assert.deepStrictEqual(found, ["01-05T01:30:00"])
    }
    assert.deepStrictEqual(due("TZ=Asia/Tokyo @daily", "Etc/UTC", "2026-01-05", "2026-01-06"), ["01-05T15:00:00"])
  })

  it("is due at its end, and no more after it", () => {
    const cron = { expression: "0 2 * * *", zone: "Etc/UTC" }
    const span = { from: Date.UTC(2026, 0, 5), until: Date.UTC(2026, 0, 9) }
    const until = (end: number | null) => Result.getOrThrow(Recurrence.fromCron({ ...cron, end })).instants(span)
    assert.deepStrictEqual(until(Date.UTC(2026, 0, 6, 2)), [Date.UTC(2026, 0, 5, 2), Date.UTC(2026, 0, 6, 2)])
    assert.deepStrictEqual(until(Date.UTC(2026, 0, 6, 2) - 1), [Date.UTC(2026, 0, 5, 2)])
    assert.deepStrictEqual(until(Date.UTC(2025, 0, 1)), [])
    assert.lengthOf(until(null), 5)
  })

  it("is cut at the limit, even if it is due every second", () => {
    const every = Result.getOrThrow(Recurrence.fromCron({ expression: "* * * * * *", zone: "Europe/Zurich" }))
    const found = every.instants({ from: 0, until: 1e13 })
    assert.deepStrictEqual([found.length, found[0], found.at(-1)], [Recurrence.limit + 1, 0, Recurrence.limit * 1000])
  })
})

describe("a cron expression that cannot be read", () => {
  const wrong = [
    ["0 0 L * *", 'expression "0 0 L * *" cannot be read: expected a positive integer: "L"'],
    ["TZ=Nowhere 0 0 * * *", 'zone "Nowhere" is not a known time zone'],
    ["TZ= 0 0 * * *", 'zone "" is not a known time zone'],
    ["TZ=Etc/UTC 60 * * * *", 'expression "60 * * * *" cannot be read: expected a value between 0 and 59: "60"'],
    ["60 * * * *", 'expression "60 * * * *" cannot be read: expected a value between 0 and 59: "60"'],
    ["0 0 ? * MON", 'expression "0 0 ? * MON" cannot be read: expected'],
    ["0 0 12 * * ? 2026", 'expression "0 0 12 * * ? 2026" cannot be read: invalid number of segments'],
    ["", 'expression "" cannot be read: invalid number of segments'],
    [null, "expression null cannot be read: invalid number of segments"],
    [undefined, "expression (missing) cannot be read: invalid number of segments"],
    [`${"1,".repeat(500_000)}1 * * * *`, 'expression "1,1,1']
  ] as const
  for (const [expression, problem] of wrong) {
    it(`says why: ${String(expression).slice(0, 20)}`, () => {
      assert.include(problemOf(expression), problem)
      assert.isBelow(problemOf(expression).length, 300)
    })
  }

  it("has a zone that IANA does not know", () => {
    assert.strictEqual(
      problemOf("@daily", "Pacific Time (US & Canada)"),
      'zone "Pacific Time (US & Canada)" is not a known time zone'
    )
    assert.strictEqual(problemOf("@daily", null), "zone null is not a known time zone")
  })

  it.prop("never throws", [Schema.String, Schema.String], ([expression, zone]) => {
    problemOf(expression)
    problemOf("@daily", zone)
  })
})

const within = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))
const Case = Schema.Struct({
  minute: Schema.Literals(["0", "30", "*/20", "5-10", "15,45"]),
  hour: Schema.Literals(["*", "2", "1,2,3", "*/6", "0-23/5", "23"]),
  day: Schema.Literals(["*", "1", "29-31", "*/7", "15"]),
  month: Schema.Literals(["*", "3,10,11", "feb", "*/3"]),
  weekday: Schema.Literals(["*", "sun", "1-5", "0,7"]),
  zone: Schema.Literals(["Etc/UTC", "America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "Asia/Beirut"]),
  // Spans in which clocks go back, and do not go forward: there, Effect's iteration may pass over instants.
  from: Schema.Literals(["2026-01-03", "2026-03-30", "2026-06-15", "2026-10-06"]),
  later: within(0, 20)
})

describe("any cron expression", () => {
  it.prop("is due when Effect's own iteration says so", [Case], ([given]) => {
    const { day, hour, later, minute, month, weekday, zone } = given
    const expression = [minute, hour, day, month, weekday].join(" ")
    const cron = Cron.parseUnsafe(expression, zone, { onDstOverlap: hour === "*" ? "both" : "earlier" })
    const from = Date.parse(given.from) + later * 86_400_000
    const span = { from, until: from + 25 * 86_400_000 }
    const expected: Array<number> = []
    let at = Cron.next(cron, new Date(from - 1)).getTime()
    while (at < span.until && expected.length < 60) {
      expected.push(at)
      at = Cron.next(cron, new Date(at)).getTime()
    }
    const found = Result.getOrThrow(Recurrence.fromCron({ expression, zone })).instants(span)
    assert.deepStrictEqual(found.slice(0, expected.length), expected, `${expression} ${zone}`)
    assert.isAtLeast(found[expected.length] ?? at, at)
  })
})

describe("a fixed period", () => {
  const every = (start: number | null, period: number | null, end?: number) =>
    Result.map(Recurrence.every({ start, period, ...(end === undefined ? {} : { end }) }), (recurrence) =>
      recurrence.instants({ from: 1000, until: 1300 })
    )

  it("goes on from its start, also from long before the span", () => {
    assert.deepStrictEqual(Result.getOrThrow(every(-1_000_000_000_050, 100)), [1050, 1150, 1250, 1350])
  })

  it("begins with its start, and ends with its end", () => {
    assert.deepStrictEqual(Result.getOrThrow(every(1120, 50, 1200)), [1120, 1170])
  })

  it("is refused without a start, or with a period that is none", () => {
    const problems = [every(null, 5), every(Number.NaN, 5), every(0, 0), every(0, null), every(0, Number.NaN)].map(
      Result.match({ onSuccess: () => "none", onFailure: ({ part }) => part })
    )
    assert.deepStrictEqual(problems, ["start", "start", "period", "period", "period"])
  })
})
