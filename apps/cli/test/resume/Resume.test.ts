import * as AvePointEmulator from "@scanjobs/avepoint/emulator"
import * as DigiCertEmulator from "@scanjobs/digicert/emulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { HttpServerResponse } from "effect/http"
import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as ResumeFile from "../../src/resume/ResumeFile.ts"
import { type Ended, folder, linesOf, run, runHere } from "../Program.ts"
import * as Vendors from "../Vendors.ts"

const parse = Schema.decodeUnknownSync(Schema.fromJsonString(ResumeFile.ResumeFile))
const stored = (cwd: string) => parse(readFileSync(join(cwd, "run.json"), "utf8"))

const Row = Schema.fromJsonString(Schema.Struct({ id: Schema.String }))
const parseRow = Schema.decodeUnknownSync(Row)
/** The ids of the rows. */
const idsOf = ({ stdout }: Pick<Ended, "stdout">) => linesOf(stdout).map((line) => parseRow(line).id)

const pageSize = 20

/** Both vendors, with several pages each. */
const serve = Effect.gen(function* () {
  const digicert = yield* DigiCertEmulator.serve({
    apiKey: "canary-devkey-81c2",
    scans: yield* DigiCertEmulator.generate({ scans: 2, past: 10 })
  })
  const avepoint = yield* AvePointEmulator.serve({
    jobs: yield* AvePointEmulator.generate({ jobs: 100 }),
    quirks: { end: "empty" }
  })
  const cwd = yield* folder({
    "scanjobs.json": {
      connections: [
        { ...digicert.settings, name: "dc", provider: "digicert", pageSize },
        { ...avepoint.settings, name: "ap", provider: "avepoint", pageSize }
      ]
    }
  })
  return { digicert, avepoint, cwd }
})

describe("scanjobs list --resume", () => {
  it.live("asks nothing again that was read to its end, and then writes nothing and says so", () =>
    Effect.gen(function* () {
      const { cwd, digicert } = yield* serve
      const first = yield* runHere(["list", "--resume", join(cwd, "run.json"), "--format", "csv"], { cwd })
      assert.strictEqual(first.code, 0, first.stderr)
      yield* digicert.ledger.clear
      const second = yield* runHere(["list", "--resume", join(cwd, "run.json"), "--format", "csv"], { cwd })
      assert.deepStrictEqual([second.code, second.stdout], [0, ""])
      assert.match(second.stderr, /^note: everything was written before \(\d+ jobs\); delete \S+ to start again\n$/)
      assert.deepStrictEqual(yield* digicert.ledger.entries, [])
    })
  )

  it.live("goes on after a failure with the listing that failed, alone, and with the same times", () =>
    Effect.gen(function* () {
      let isDown = true
      const vendors = yield* Vendors.serve({
        avepoint: {
          fault: ({ endpoint }, nth) =>
            endpoint === "jobs" && nth > 1 && isDown ? HttpServerResponse.empty({ status: 403 }) : undefined
        }
      })
      const { cwd } = vendors.started
      const args = ["list", "--resume", join(cwd, "run.json"), "--from", "-30d", "--format", "csv"]
      const first = yield* runHere(args, vendors.started)
      assert.strictEqual(first.code, 3, first.stderr)
      const { complete, query } = stored(cwd)
      assert.isFalse(complete)
      isDown = false
      yield* vendors.digicert.ledger.clear
      const second = yield* runHere(args, vendors.started)
      assert.strictEqual(second.code, 0, second.stderr)
      assert.match(second.stderr, /^note: continuing after \d+ jobs of earlier runs$/m)
      assert.deepStrictEqual(yield* vendors.digicert.ledger.entries, [])
      assert.deepStrictEqual(stored(cwd).query, query)
      assert.isTrue(stored(cwd).complete)
      // As a run leaves it that is killed after it has completed the file.
      const journal = join(cwd, "run.json.journal")
      writeFileSync(journal, "")
      assert.strictEqual((yield* runHere(args, vendors.started)).code, 0)
      assert.isFalse(existsSync(journal))
      const records = `${first.stdout}${second.stdout}`.split("\r\n").slice(0, -1)
      assert.match(records[0] ?? "", /^provider,connection,/)
      assert.lengthOf(
        records.filter((record) => record.startsWith("avepoint,ap,jobs,")),
        40
      )
      assert.strictEqual(new Set(records).size, records.length)
    })
  )

  it.live("begins on a new line where the earlier run may have been cut off, and only there", () =>
    Effect.gen(function* () {
      let answered = 0
      const vendors = yield* Vendors.serve({
        avepoint: {
          fault: ({ endpoint }) =>
            endpoint === "jobs" && ++answered === 2 ? HttpServerResponse.empty({ status: 403 }) : undefined
        }
      })
      const path = join(vendors.started.cwd, "run.json")
      const begins = Effect.fnUntraced(function* (format: string, change: (content: object) => object) {
        rmSync(path, { force: true })
        answered = 0
        const args = ["list", "--connection", "ap", "--resume", path, "--format", format]
        const first = yield* runHere(args, vendors.started)
        assert.strictEqual(first.code, 3, first.stderr)
        writeFileSync(path, JSON.stringify(change(JSON.parse(readFileSync(path, "utf8")))))
        const second = yield* runHere(args, vendors.started)
        assert.deepStrictEqual([second.code, stored(vendors.started.cwd).ended], [0, true], second.stderr)
        return second.stdout.slice(0, 9)
      })
      assert.strictEqual(yield* begins("ndjson", (content) => content), '{"provide')
      assert.strictEqual(yield* begins("csv", (content) => content), "avepoint,")
      const cut = (content: object) => ({ ...content, ended: false })
      assert.strictEqual(yield* begins("ndjson", cut), '\n{"provid')
      assert.strictEqual(yield* begins("csv", cut), '\r\n" "\r\nav')
      // As an older version leaves it.
      const old = ({ accounts: _accounts, ended: _ended, ...content }: Record<string, unknown>) => content
      assert.strictEqual(yield* begins("ndjson", (content) => old({ ...content })), '\n{"provid')
    })
  )

  it.live("writes the header of CSV once, also where the first run had no row", () =>
    Effect.gen(function* () {
      let isDown = true
      const vendors = yield* Vendors.serve({
        avepoint: { fault: () => (isDown ? HttpServerResponse.empty({ status: 403 }) : undefined) }
      })
      const path = join(vendors.started.cwd, "run.json")
      const args = ["list", "--connection", "ap", "--resume", path, "--format", "csv"]
      const first = yield* runHere(args, vendors.started)
      isDown = false
      const second = yield* runHere(args, vendors.started)
      assert.deepStrictEqual([first.code, second.code], [3, 0], second.stderr)
      assert.match(first.stdout, /^provider,[^\n]*\n$/)
      assert.match(second.stdout, /^avepoint,/)
    })
  )

  it.live("goes on in a listing whose end only the vendor's total shows", () =>
    Effect.gen(function* () {
      let isDown = true
      let asked = 0
      const vendors = yield* Vendors.serve({
        avepoint: {
          jobs: yield* AvePointEmulator.generate({ jobs: 100 }),
          quirks: { end: "always" },
          fault: ({ endpoint }) =>
            endpoint === "jobs" && ++asked > 3 && isDown ? HttpServerResponse.empty({ status: 403 }) : undefined
        }
      })
      const args = ["list", "--connection", "ap", "--resume", join(vendors.started.cwd, "run.json")]
      const first = yield* runHere(args, vendors.started)
      isDown = false
      const second = yield* runHere(args, vendors.started)
      assert.deepStrictEqual([first.code, second.code], [3, 0], second.stderr)
      assert.deepStrictEqual([idsOf(first).length, idsOf(second).length], [60, 40])
    })
  )

  it.live("counts the limit over all runs", () =>
    Effect.gen(function* () {
      let isDown = true
      const vendors = yield* Vendors.serve({
        avepoint: {
          fault: ({ endpoint }, nth) =>
            endpoint === "jobs" && nth > 1 && isDown ? HttpServerResponse.empty({ status: 403 }) : undefined
        }
      })
      const { cwd } = vendors.started
      const args = ["list", "--connection", "ap", "--limit", "25", "--resume", join(cwd, "run.json")]
      const first = yield* runHere(args, vendors.started)
      isDown = false
      const second = yield* runHere(args, vendors.started)
      assert.deepStrictEqual([first.code, second.code], [3, 0], second.stderr)
      assert.deepStrictEqual([idsOf(first).length, idsOf(second).length], [20, 5])
      assert.strictEqual(new Set([...idsOf(first), ...idsOf(second)]).size, 25)
      assert.isTrue(stored(cwd).complete)
    })
  )

  it.live("keeps what it had when it is interrupted", () =>
    Effect.gen(function* () {
      const vendors = yield* Vendors.serve({ avepoint: { fault: Vendors.silentSecondPage } })
      const args = ["list", "--connection", "ap", "--resume", "run.json"]
      const ended = yield* run(args, {
        ...vendors.started,
        onOutput: (program) => program.kill("SIGINT")
      })
      assert.strictEqual(ended.code, 130)
      const { cursors, rows } = stored(vendors.started.cwd)
      assert.strictEqual(rows, 20)
      assert.lengthOf(cursors, 1)
    })
  )

  it.live("refuses another query, and says what differs", () =>
    Effect.gen(function* () {
      const vendors = yield* Vendors.serve()
      const { cwd } = vendors.started
      const path = join(cwd, "run.json")
      const list = (...args: ReadonlyArray<string>) => runHere(["list", "--resume", path, ...args], vendors.started)
      yield* list("--until", "+1d")
      yield* vendors.digicert.ledger.clear
      const other = yield* list("--connection", "ap", "--until", "+2d", "--state", "failed", "--limit", "3")
      assert.deepStrictEqual([other.code, other.stdout], [2, ""])
      assert.strictEqual(
        other.stderr,
        `--resume: ${path} belongs to another query: connections was ap, dc and is ap; --until was +1d and is +2d; --state was none and is failed; --limit was none and is 3. Use the same options, or delete the file to start again\n`
      )
      assert.deepStrictEqual(yield* vendors.digicert.ledger.entries, [])
    })
  )

  it.live("refuses a file that is damaged or newer, and one that cannot be written, and asks nothing", () =>
    Effect.gen(function* () {
      const vendors = yield* Vendors.serve()
      const { cwd } = vendors.started
      const path = join(cwd, "run.json")
      const refusal = (content: string) => {
        writeFileSync(path, content)
        return Effect.map(runHere(["list", "--resume", path], vendors.started), ({ code, stderr }) => {
          assert.strictEqual(code, 2, stderr)
          return stderr
        })
      }
      assert.match(yield* refusal("{"), /is damaged or no file of --resume \(.*\); delete it to start again/)
      assert.match(yield* refusal(`{"version":1,"rows":-1}`), /is damaged or no file of --resume/)
      assert.match(yield* refusal(`{"version":2}`), /was written by a newer scanjobs; delete it/)
      const missing = yield* runHere(["list", "--resume", join(cwd, "no/run.json")], vendors.started)
      assert.strictEqual(missing.code, 2)
      assert.match(missing.stderr, /^--resume: \S+ cannot be written \(no such file or folder, ENOENT\)/)
      const sorted = yield* runHere(["list", "--resume", path, "--sort", "start"], vendors.started)
      assert.deepStrictEqual(
        [sorted.code, sorted.stderr],
        [2, "--sort start cannot go together with --resume: pages are written as they arrive\n"]
      )
      assert.deepStrictEqual(yield* vendors.digicert.ledger.entries, [])
    })
  )
})
