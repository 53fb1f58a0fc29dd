import { assert, describe, it } from "@effect/vitest"
import { Reason, ScanError } from "@scanjobs/core"
import { Cause } from "effect"
import * as Report from "../../src/report/Report.ts"
import { Tally } from "../../src/report/Tally.ts"
import { job } from "../Jobs.ts"

const source = { provider: "acme", connection: "main", listing: "runs", scope: null }
const lines = (tally: Tally) => Report.lines(tally, "ended", 2, "90 days")

const failure = (listing: string, scope: string | null, requestId: string) => ({
  provider: "acme",
  connection: "main",
  listing,
  scope,
  cause: Cause.fail(
    new ScanError.ScanError({
      ...source,
      listing,
      scope,
      resume: null,
      reason: new Reason.Forbidden({ ...Reason.unknownAnswer, status: 403, hint: "check the key", requestId })
    })
  )
})

describe("Report", () => {
  it("is one line where everything went well", () => {
    const tally = new Tally()
    tally.written = 1
    assert.deepStrictEqual(lines(tally), ["1 job from 2 connections"])
  })

  it("tells a reason once, with all the listings that failed for it", () => {
    const tally = new Tally()
    tally.failures.push(failure("runs", "a", "1"), failure("runs", "b", "2"), failure("plans", null, "3"))
    assert.deepStrictEqual(lines(tally), [
      "main (acme runs a, b, plans): Forbidden: the credential may not read this (HTTP 403; check the key; request id 1)",
      "0 jobs from 2 connections (3 failures)"
    ])
  })

  it("tells a failure of several connections once, whatever each is told to wait", () => {
    const tally = new Tally()
    const fail = (connection: string, reason: Reason.Reason) => {
      const error = new ScanError.ScanError({ ...source, connection, resume: null, reason })
      tally.failures.push({ provider: "acme", connection, listing: "runs", scope: null, cause: Cause.fail(error) })
    }
    for (const [connection, seconds] of [
      ["a", 28],
      ["b", 15]
    ] as const) {
      const retryAfter = seconds * 1000
      const detail = `too many requests failed in a row, so none is sent for ${seconds} s`
      fail(connection, new Reason.Unavailable({ ...Reason.unknownAnswer, detail, retryAfter }))
      fail(connection, new Reason.RateLimited({ ...Reason.unknownAnswer, retryAfter }))
    }
    assert.deepStrictEqual(
      lines(tally).map((line) => line.split(":")[0]),
      ["a, b (acme runs)", "a, b (acme runs)", "0 jobs from 2 connections (4 failures)"]
    )
  })

  it("says what to do where the provider does not", () => {
    const tally = new Tally()
    const reason = new Reason.Unavailable({ ...Reason.unknownAnswer, detail: "connect ECONNREFUSED", retryAfter: null })
    const error = new ScanError.ScanError({ ...source, resume: null, reason })
    tally.failures.push({ provider: "acme", connection: "main", listing: null, scope: null, cause: Cause.fail(error) })
    assert.match(lines(tally).join(""), /connect ECONNREFUSED\); check the network, and baseUrl where it is set/)
  })

  it("tells a defect as an internal error, and a plugin's own error by its name", () => {
    const tally = new Tally()
    const of = (cause: Cause.Cause<unknown>) => ({
      provider: "acme",
      connection: "main",
      listing: null,
      scope: null,
      cause
    })
    tally.failures.push(of(Cause.die(new TypeError("x is no function"))), of(Cause.fail(new RangeError("sealed"))))
    assert.deepStrictEqual(lines(tally).slice(0, 2), [
      "main (acme): internal error: TypeError: x is no function",
      "main (acme): RangeError: sealed"
    ])
  })

  it("names the first ten rejected rows of a connection, and counts the others", () => {
    const tally = new Tally()
    for (let page = 0; page < 5; page++) {
      const rejected = [0, 1, 2].map((index) => ({ index, path: "startTime", issue: "Expected string", raw: null }))
      tally.note({ ...source, _tag: "PageRead", scope: "s", page, rows: 3, jobs: 0, repeats: 1, rejected })
    }
    const all = lines(tally)
    assert.lengthOf(all, 12)
    assert.strictEqual(
      all[3],
      "main: left out a row that is not as documented: runs s, page 2, row 1: startTime: Expected string"
    )
    assert.deepStrictEqual(all.slice(-2), [
      "main: left out 5 more such rows",
      "0 jobs from 2 connections (5 repeats dropped, 15 rows left out)"
    ])
  })

  it("notes once for all scopes where the default horizon cut a listing", () => {
    const tally = new Tally()
    for (let scope = 1; scope <= 12; scope++) {
      tally.note({
        ...source,
        _tag: "Completed",
        scope: String(scope),
        pages: 1,
        jobs: 1,
        by: "horizon",
        horizon: Date.UTC(2026, 3, 1)
      })
    }
    assert.isTrue(tally.isComplete)
    assert.strictEqual(
      lines(tally)[0],
      "note: main: runs 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 and 2 more: planned runs after 2026-04-01 were not asked for (default horizon of 90 days; use --until)"
    )
  })

  it("repeats a note once", () => {
    const tally = new Tally()
    for (const _ of [1, 2]) tally.note({ ...source, _tag: "Noted", message: "the name is unknown" })
    assert.strictEqual(lines(tally)[0], "note: main: runs: the name is unknown")
    assert.lengthOf(lines(tally), 2)
  })

  it("counts the scopes of a note that is the same for many of them", () => {
    const tally = new Tally()
    for (let scope = 0; scope < 140; scope++) {
      for (const _ of [1, 2])
        tally.note({ ...source, _tag: "Noted", scope: `octo/r${scope}`, message: "code scanning is off" })
    }
    assert.deepStrictEqual(lines(tally).slice(0, -1), [
      `note: main: runs ${Array.from({ length: 10 }, (_, scope) => `octo/r${scope}`).join(", ")} and 130 more: code scanning is off`,
      "note: 130 more scopes with these notes, each of which --json-errors names"
    ])
  })

  it("counts notes beyond a hundred different ones", () => {
    const tally = new Tally()
    for (let id = 0; id < 107; id++) tally.note({ ...source, _tag: "Noted", message: `row ${id} is odd` })
    assert.strictEqual(lines(tally).at(-2), "note: 7 more notes not shown")
  })

  it("says once what is the same for many connections", () => {
    const tally = new Tally(12)
    for (let id = 1; id <= 12; id++) {
      const connection = `prod-${id}`
      const reason = new Reason.Unauthorized({ ...Reason.unknownAnswer, status: 401, requestId: `r${id}` })
      const error = new ScanError.ScanError({ ...source, connection, resume: null, reason })
      tally.fail({ ...source, connection, cause: Cause.fail(error) })
      tally.note({ ...source, _tag: "Noted", connection, message: "the name is unknown" })
    }
    const names = "prod-1, prod-2, prod-3, prod-4, prod-5, prod-6, prod-7, prod-8, prod-9, prod-10 and 2 more"
    const all = lines(tally)
    assert.strictEqual(all[0], `note: ${names}: runs: the name is unknown`)
    assert.match(all[1] ?? "", new RegExp(`^${names} \\(acme runs, 12 connections\\): Unauthorized: `))
    assert.lengthOf(all, 3)
  })

  it("says once what is the same for several listings, and where", () => {
    const tally = new Tally(2)
    const message = "planned runs are worked out from now on"
    tally.note({ ...source, _tag: "Noted", listing: "planned", scope: "eu", message })
    tally.note({ ...source, _tag: "Noted", listing: "planned", scope: "us", message })
    for (const connection of ["lab", "prod"]) tally.note({ ...source, _tag: "Noted", connection, message })
    assert.strictEqual(lines(tally)[0], `note: ${message}: main planned eu, us; lab, prod runs`)
  })

  it("says notes once that differ in their times only, from the first to the last", () => {
    const tally = new Tally()
    const day = (date: number) => `2026-04-${String(date).padStart(2, "0")}T00:00:00Z`
    for (let scope = 1; scope <= 120; scope++) {
      const message = `since ${day(1)} it is known until ${day(10 + (scope % 7))} only`
      tally.note({ ...source, _tag: "Noted", scope: `s${scope}`, message })
    }
    assert.match(
      lines(tally)[0] ?? "",
      new RegExp(
        `^note: main: runs s1, .* and 110 more: since ${day(1)} it is known until ${day(10)} to ${day(16)} only$`
      )
    )
    assert.lengthOf(lines(tally), 3)
  })

  it("names the fields that a provider does not know in one line", () => {
    const tally = new Tally()
    const drift = ["color", "size"].map((field) => ({ kind: "extra", field, rows: 3 }) as const)
    tally.note({ ...source, _tag: "Drifted", drift })
    assert.strictEqual(
      lines(tally)[0],
      "note: main: runs: 3 rows have fields that the provider does not know: color, size"
    )
  })

  it("ends a table's report with the jobs in each state, worst first", () => {
    const tally = new Tally()
    tally.write([job(), job({ state: "failed" }), job()])
    const last = () => Report.lines(tally, "ended", 2, "90 days", "states").at(-1)
    assert.strictEqual(last(), "3 jobs from 2 connections: 1 failed, 2 succeeded")
    tally.hidden = 4
    assert.strictEqual(last(), "3 jobs from 2 connections: 1 failed, 2 succeeded; 4 definitions not shown, see --kind")
  })
})
