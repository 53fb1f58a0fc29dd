import { assert, describe, it } from "@effect/vitest"
import * as AvePointEmulator from "@scanjobs/avepoint/emulator"
import { ScanJob } from "@scanjobs/core"
import { Ledger } from "@scanjobs/testing"
import { Effect, Schema } from "effect"
import { HttpServerResponse } from "effect/http"
import { linesOf, run, runHere } from "../Program.ts"
import * as Vendors from "../Vendors.ts"

const Jobs = Schema.fromJsonString(Schema.Array(ScanJob.schema(Schema.Json)))
const parse = Schema.decodeUnknownEffect(Jobs)
const parseLines = (text: string) => parse(`[${linesOf(text).join(",")}]`)

const hasNoSecret = (text: string) => {
  for (const secret of Object.values(Vendors.secrets)) assert.notInclude(text, secret)
}

describe("scanjobs list", () => {
  it.live("writes every job of every connection as a line of JSON, and the rest to standard error", () =>
    Effect.gen(function* () {
      const vendors = yield* Vendors.serve()
      const ended = yield* run(["list", "--until", "+30d", "--log-level", "all"], vendors.started)
      assert.strictEqual(ended.code, 0, ended.stderr)
      const jobs = yield* parseLines(ended.stdout)
      assert.strictEqual(new Set(jobs.map(({ id }) => id)).size, jobs.length)
      assert.lengthOf(
        jobs.filter(({ connection }) => connection === "ap"),
        40
      )
      assert.deepStrictEqual(
        new Set(jobs.map(({ connection, listing }) => `${connection} ${listing}`)),
        new Set(["dc future", "dc past", "dc current", "ap jobs"])
      )
      assert.strictEqual(linesOf(ended.stderr).at(-1), `${jobs.length} jobs from 2 connections`)
      hasNoSecret(ended.stdout + ended.stderr)
      assert.deepStrictEqual(yield* vendors.digicert.ledger.violations, [])
      assert.deepStrictEqual(yield* vendors.avepoint.ledger.violations, [])
    })
  )

  it.live("selects, sorts and limits, with times before now", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve()
      const args = ["--from", "-7d", "--until=-1h", "--state", "succeeded", "--state", "failed", "--sort", "start"]
      const ended = yield* runHere(["list", "--format", "json", "--limit", "12", ...args], started)
      assert.strictEqual(ended.code, 0, ended.stderr)
      const jobs = yield* parse(ended.stdout)
      assert.isAtLeast(jobs.length, 2)
      assert.isAtMost(jobs.length, 12)
      const times = jobs.map(({ startTime }) => startTime ?? 0)
      assert.deepStrictEqual(
        times,
        times.toSorted((a, b) => a - b)
      )
      for (const { state } of jobs) assert.include(["succeeded", "failed"], state)
      for (const time of times) assert.isAtLeast(time, Date.now() - 8 * 86_400_000)
    })
  )

  it.live("one vendor's failure hides nothing of another's, and is told once for all its listings", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve()
      const ended = yield* run(["list", "--format", "json", "--log-level", "trace"], {
        ...started,
        env: { ...Vendors.secrets, DC_KEY: "canary-wrong-key" }
      })
      assert.strictEqual(ended.code, 3)
      const jobs = yield* parse(ended.stdout)
      assert.lengthOf(jobs, 40)
      const failures = linesOf(ended.stderr).filter((line) => line.includes("Forbidden"))
      assert.lengthOf(failures, 1)
      assert.match(
        failures.join(""),
        /^dc \(digicert future \d+, \d+, \d+, past .*, current .*\): Forbidden: .*check that apiKey/
      )
      assert.notInclude(ended.stderr, "canary-wrong-key")
      hasNoSecret(ended.stdout + ended.stderr)
    })
  )

  it.live("names rows that were left out, and notes where a schedule without an end was cut", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve({
        avepoint: {
          fault: ({ endpoint }) =>
            endpoint === "jobs"
              ? HttpServerResponse.jsonUnsafe({
                  jobs: [{ id: "good", type: 0, state: 2 }, { id: 5, type: 0, state: 2 }, { id: "b\u001b[2Jad" }],
                  totalCount: 3
                })
              : undefined
        }
      })
      const ended = yield* runHere(["list", "--format", "csv"], started)
      assert.strictEqual(ended.code, 3)
      assert.include(ended.stdout, "\r\navepoint,ap,jobs,,avepoint/ap/jobs/good,good,run,")
      const lines = linesOf(ended.stderr)
      assert.lengthOf(
        lines.filter((line) => /^ap: left out a row .*: jobs, page 1, row [23]: /.test(line)),
        2
      )
      assert.match(
        ended.stderr,
        /^note: dc: future \d+.*: planned runs after 20\d\d-\d\d-\d\d were not asked for \(default horizon of 90 days; use --until\)$/m
      )
      assert.match(lines.at(-1) ?? "", /^\d+ jobs from 2 connections \(2 rows left out\)$/)
    })
  )

  it.live("ends normally, silently and at once when its reader leaves", () =>
    Effect.gen(function* () {
      const vendors = yield* Vendors.serve({
        avepoint: { quirks: { end: "always", total: "absent" }, latency: "20 millis" }
      })
      const ended = yield* run(["list", "--connection", "ap"], {
        ...vendors.started,
        onOutput: ({ stdout }) => stdout?.destroy()
      })
      assert.strictEqual(ended.code, 0)
      assert.strictEqual(ended.stderr, "")
    })
  )

  it.live("has so many pages of a listing under way as it is told to, and gives their rows in order", () =>
    Effect.gen(function* () {
      const jobs = yield* AvePointEmulator.generate({ jobs: 200 })
      // Long enough that all requests that may be under way are, before the first of them is answered.
      const read = Effect.fnUntraced(function* (latency: "500 millis" | "1 millis", ...options: ReadonlyArray<string>) {
        const { avepoint, started } = yield* Vendors.serve({ avepoint: { jobs, latency } })
        const ended = yield* runHere(["list", "--connection", "ap", ...options], started)
        assert.strictEqual(ended.code, 0, ended.stderr)
        const entries = yield* avepoint.ledger.to("jobs")
        return [Ledger.mostInFlight(entries), (yield* parseLines(ended.stdout)).map(({ id }) => id)] as const
      })
      // The first reading of a process is a slow one.
      const [one, inTurn] = yield* read("1 millis", "--page-concurrency", "1")
      const [most, ids] = yield* read("500 millis", "--page-concurrency", "8")
      const [usual] = yield* read("500 millis")
      assert.deepStrictEqual([most, one, usual], [8, 1, 4])
      assert.lengthOf(ids, 200)
      assert.deepStrictEqual(ids, inTurn)
    })
  )

  it.live("ends where it is interrupted, with what it had, although the vendor keeps it waiting", () =>
    Effect.gen(function* () {
      const vendors = yield* Vendors.serve({
        avepoint: { fault: Vendors.silentSecondPage }
      })
      let isInterrupted = false
      const ended = yield* run(["list", "--connection", "ap"], {
        ...vendors.started,
        onOutput: (program) => {
          // A second interrupt would end it at once.
          if (!isInterrupted) program.kill("SIGINT")
          isInterrupted = true
        }
      })
      assert.strictEqual(ended.code, 130)
      assert.lengthOf(linesOf(ended.stdout), 20)
      assert.strictEqual(ended.stderr, "interrupted: 20 jobs from 1 connection\n")
    })
  )

  it.live.each([
    ["json as it comes", ["--format", "json"]],
    ["sorted json", ["--format", "json", "--sort", "start:desc"]],
    ["csv as it comes", ["--format", "csv"]],
    ["sorted csv", ["--format", "csv", "--sort", "start:desc"]]
  ] as const)("leaves a whole document behind where it is interrupted: %s", ([, options]) =>
    Effect.gen(function* () {
      const vendors = yield* Vendors.serve({ avepoint: { fault: Vendors.silentSecondPage } })
      let isInterrupted = false
      const ended = yield* run(["list", "--connection", "ap", "--log-level", "debug", ...options], {
        ...vendors.started,
        onMessage: (program, stderr) => {
          if (isInterrupted || !stderr.includes("page 1, 20 ")) return
          isInterrupted = true
          // What is said of the page comes before what is done with it.
          setTimeout(() => program.kill("SIGINT"), 500)
        }
      })
      assert.strictEqual(ended.code, 130, ended.stderr)
      if (options[1] === "json") {
        const jobs: unknown = JSON.parse(ended.stdout)
        assert.lengthOf(Array.isArray(jobs) ? jobs : [], 20)
      } else {
        const lines = ended.stdout.split("\r\n").slice(0, -1)
        assert.lengthOf(lines, 21)
        assert.lengthOf(
          lines.filter((line) => line.startsWith("provider,")),
          1
        )
      }
    })
  )

  it.live("gives a listing up that takes longer than it may", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve({ avepoint: { fault: Vendors.silentSecondPage } })
      const ended = yield* runHere(["list", "--connection", "ap", "--timeout", "3s"], started)
      assert.strictEqual(ended.code, 3)
      assert.lengthOf(linesOf(ended.stdout), 20)
      assert.match(
        ended.stderr,
        /^ap \(avepoint jobs\): TimedOut: the listing did not end within 3 s; try again later$/m
      )
    })
  )

  it.live("asks nothing of a vendor where the settings are wrong", () =>
    Effect.gen(function* () {
      const vendors = yield* Vendors.serve()
      const { cwd } = vendors.started
      const unset = yield* runHere(["list"], { cwd, env: { AP_SECRET: "x" } })
      assert.deepStrictEqual([unset.code, unset.stdout], [2, ""])
      assert.strictEqual(unset.stderr, 'connection "dc": apiKey: the environment variable DC_KEY is not set\n')
      assert.deepStrictEqual(yield* vendors.digicert.ledger.entries, [])
      assert.deepStrictEqual(yield* vendors.avepoint.ledger.entries, [])
    })
  )
})
