import { assert, describe, it } from "@effect/vitest"
import { ScanJob } from "@scanjobs/core"
import { Effect } from "effect"
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { linesOf, runHere, start } from "../Program.ts"
import * as Vendors from "../Vendors.ts"

const objects = (ndjson: string): ReadonlyArray<{ readonly [field: string]: unknown }> =>
  linesOf(ndjson).map((line) => JSON.parse(line))

describe("scanjobs sync", () => {
  it.live("keeps everything that list shows, in scanjobs.db beside the settings, which only its user can read", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve()
      const synced = yield* runHere(["sync"], started)
      assert.strictEqual(synced.code, 0, synced.stderr)
      assert.include(synced.stdout, "first reading of dc, ap")
      assert.strictEqual(statSync(join(started.cwd, "scanjobs.db")).mode & 0o777, 0o600)
      const listed = yield* runHere(["list", "--kind", "run"], started)
      const stored = yield* runHere(["list", "--stored", "--kind", "run"], started)
      assert.strictEqual(stored.code, 0, stored.stderr)
      const ids = (ndjson: string) => objects(ndjson).map(({ id }) => String(id))
      assert.sameMembers(ids(stored.stdout), ids(listed.stdout))
      const [job = {}] = objects(stored.stdout)
      assert.deepStrictEqual(Object.keys(job), [...ScanJob.fieldNames, "verdict", "why", "delay", "firstSeen"])
      const again = yield* runHere(["sync"], started)
      assert.strictEqual(again.stdout, "no change\n")
    })
  )

  it.live(
    "exits with 3 and says so where a connection cannot be read, and so do the commands that read the store",
    () =>
      Effect.gen(function* () {
        const { started } = yield* Vendors.serve({ avepoint: { fault: Vendors.silentSecondPage } })
        assert.strictEqual((yield* runHere(["sync", "-c", "dc"], started)).code, 0)
        const synced = yield* runHere(["sync", "-c", "ap", "--timeout", "200ms"], started)
        assert.strictEqual(synced.code, 3)
        assert.include(synced.stderr, "ap (avepoint jobs): TimedOut")
        const missed = yield* runHere(["missed", "--fail-on", "missed"], started)
        assert.strictEqual(missed.code, 3)
        assert.include(missed.stderr, "note: ap: not read completely since")
        const other = yield* runHere(["missed", "-c", "dc"], started)
        assert.strictEqual(other.code, 0, other.stderr)
      })
  )

  it.live("takes the store of the settings, relative to them, or that of the command line", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve({ settings: { store: { place: "kept/scans.db", raw: false } } })
      mkdirSync(join(started.cwd, "kept"))
      assert.strictEqual((yield* runHere(["sync"], started)).code, 0)
      assert.isTrue(existsSync(join(started.cwd, "kept/scans.db")))
      const [job = {}] = objects((yield* runHere(["list", "--stored"], started)).stdout)
      assert.isNull(job["raw"])
      const place = join(started.cwd, "other.db")
      assert.strictEqual((yield* runHere(["sync", "--store", `sqlite:${place}`], started)).code, 0)
      assert.isTrue(existsSync(place))
    })
  )

  it.live("names a store that cannot be used, and asks no vendor", () =>
    Effect.gen(function* () {
      const { digicert, started } = yield* Vendors.serve()
      writeFileSync(
        join(started.cwd, "broken.db"),
        "this is no database, and it is long enough to be told from an empty one"
      )
      const broken = yield* runHere(["sync", "--store", join(started.cwd, "broken.db")], started)
      assert.strictEqual(broken.code, 2)
      assert.match(broken.stderr, /broken\.db: the file is damaged or is no SQLite database/)
      const nowhere = yield* runHere(["sync", "--store", join(started.cwd, "no/such/folder.db")], started)
      assert.strictEqual(nowhere.code, 2)
      assert.match(nowhere.stderr, /the folder .* does not exist/)
      assert.deepStrictEqual(yield* digicert.ledger.entries, [])
    })
  )

  it.live("with --every stays until it is told to stop, and then ends cleanly", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve()
      const program = yield* start(["sync", "--every", "1s"], { ...started, output: "out.txt" })
      const written = () => readFileSync(join(started.cwd, "out.txt"), "utf8")
      while (!written().includes("no change\n")) yield* Effect.sleep("50 millis")
      assert.strictEqual(yield* program.stop("SIGTERM"), 143)
      assert.match(written(), /^first reading of dc, ap.*\n(?:no change\n)+$/)
      const after = yield* runHere(["sync"], started)
      assert.strictEqual(after.code, 0, after.stderr)
    })
  )
})

describe("the commands that read the store", () => {
  it.live("say that there is none, instead of making an empty one", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve()
      for (const args of [["missed"], ["changes"], ["list", "--stored"], ["summary", "--stored"]]) {
        const ended = yield* runHere(args, started)
        assert.strictEqual(ended.code, 2, args.join(" "))
        assert.match(ended.stderr, /there is no store .*scanjobs\.db: run scanjobs sync first/)
      }
      assert.isFalse(existsSync(join(started.cwd, "scanjobs.db")))
    })
  )

  it.live("need no secret, and no vendor that answers", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve()
      yield* runHere(["sync"], started)
      const alone = { cwd: started.cwd, env: {} }
      for (const args of [["missed"], ["changes"], ["list", "--stored"], ["summary", "--stored", "-c", "a*"]]) {
        const ended = yield* runHere(args, alone)
        assert.strictEqual(ended.code, 0, ended.stderr)
      }
    })
  )

  it.live("fail on what is stored as failed", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve()
      yield* runHere(["sync"], started)
      const failOn = (...args: ReadonlyArray<string>) =>
        Effect.map(runHere([...args, "--fail-on", "failed"], started), ({ code }) => code)
      assert.strictEqual(yield* failOn("list", "--stored", "-c", "ap"), 1)
      assert.strictEqual(yield* failOn("summary", "--stored", "-c", "ap"), 1)
      assert.strictEqual(yield* failOn("list", "--stored", "-c", "ap", "--from", "+1d"), 0)
    })
  )

  it.live("choose connections by the tags that they had when they were synced last", () =>
    Effect.gen(function* () {
      const { settings, started } = yield* Vendors.serve()
      const [dc, ap] = settings.connections
      const file = join(started.cwd, "scanjobs.json")
      writeFileSync(file, JSON.stringify({ connections: [{ ...dc, tags: ["production"] }, ap] }))
      assert.strictEqual((yield* runHere(["sync"], started)).code, 0)
      const listed = yield* runHere(["list", "--stored", "--tag", "prod*"], started)
      assert.deepStrictEqual([...new Set(objects(listed.stdout).map(({ connection }) => connection))], ["dc"])
      assert.strictEqual((yield* runHere(["missed", "--tag", "production"], started)).code, 0)
      const unknown = yield* runHere(["changes", "--tag", "none"], started)
      assert.strictEqual(unknown.code, 2)
      assert.include(unknown.stderr, 'there is no connection with the tag "none"; there are "production"')
    })
  )

  it.live("refuse options that are about asking vendors, and a store that nothing reads", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve()
      const refused = yield* runHere(["list", "--stored", "--resume", "x.json", "--timeout", "1m"], started)
      assert.strictEqual(refused.code, 2)
      assert.include(refused.stderr, "--resume is about asking vendors, and --stored asks none")
      assert.include(refused.stderr, "--timeout is about asking vendors")
      const alone = yield* runHere(["list", "--store", "x.db"], started)
      assert.strictEqual(alone.code, 2)
      assert.include(alone.stderr, "add --stored")
    })
  )

  it.live("write every format", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve()
      yield* runHere(["sync"], started)
      const list = (format: string) =>
        Effect.map(runHere(["list", "--stored", "-n", "3", "-f", format], started), ({ code, stderr, stdout }) => {
          assert.strictEqual(code, 0, stderr)
          return stdout
        })
      assert.lengthOf(JSON.parse(yield* list("json")), 3)
      assert.match(yield* list("csv"), /,verdict,why,delay,firstSeen\r\n/)
      assert.match(yield* list("table"), /^START \(UTC\)/)
      assert.lengthOf(objects(yield* list("ocsf")), 3)
    })
  )
})
