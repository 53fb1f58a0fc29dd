import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { randomBytes } from "node:crypto"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { folder, linesOf, runHere } from "../Program.ts"
import { emptyDatabase, withoutPostgres } from "./Postgres.ts"

const key = () => randomBytes(32).toString("base64")

const connection = (name: string, apiKey = `marked-secret-of-${name}`) => ({
  name,
  provider: "digicert",
  apiKey,
  accountId: "5153184",
  divisionId: 677793,
  surveyDefIds: [293514]
})

const fleetFolder = (settings: object, database: string) =>
  folder({ "scanjobs.json": { store: database, ...settings } })

describe("scanjobs connections, without a database", () => {
  it.live("says what makes a key where the settings have none", () =>
    Effect.gen(function* () {
      const cwd = yield* fleetFolder({ connections: [connection("one")] }, "postgres://127.0.0.1:1/none")
      const { code, stderr } = yield* runHere(["connections", "import"], { cwd })
      assert.strictEqual(code, 2)
      assert.include(stderr, "fleet.keys: missing")
      assert.include(stderr, "openssl rand -base64 32")
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.live("refuses a key that is none, without quoting it", () =>
    Effect.gen(function* () {
      const settings = { fleet: { keys: ["marked-secret-key"] }, connections: [connection("one")] }
      const cwd = yield* fleetFolder(settings, "postgres://127.0.0.1:1/none")
      const { code, stderr } = yield* runHere(["connections", "import"], { cwd })
      assert.strictEqual(code, 2)
      assert.include(stderr, "fleet.keys: sealing key 1: expected 32 bytes in Base64")
      assert.notInclude(stderr, "marked-secret-key")
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.live("says that a fleet needs PostgreSQL where the store is a file", () =>
    Effect.gen(function* () {
      const cwd = yield* folder({
        "scanjobs.json": { fleet: { keys: [key()] }, connections: [connection("one")] }
      })
      for (const command of [
        ["connections", "import"],
        ["connections", "list"],
        ["fleet", "status"]
      ]) {
        const { code, stderr } = yield* runHere(command, { cwd })
        assert.strictEqual(code, 2)
        assert.include(stderr, "needs PostgreSQL")
      }
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )
})

describe.skipIf(withoutPostgres !== undefined)(
  `scanjobs connections${withoutPostgres === undefined ? "" : ` (${withoutPostgres})`}`,
  () => {
    it.live("imports, lists, pauses, resumes and removes connections", () =>
      Effect.gen(function* () {
        const database = yield* emptyDatabase
        const fleet = { keys: [key()], every: "1 hour", connections: { two: { every: "5 minutes", tenant: "acme" } } }
        const cwd = yield* fleetFolder({ fleet, connections: [connection("one"), connection("two")] }, database)
        const run = (...args: ReadonlyArray<string>) => runHere(["connections", ...args], { cwd })

        assert.strictEqual((yield* run("import")).stdout, "2 added, 0 updated\n")
        assert.strictEqual((yield* run("import", "--connection", "two")).stdout, "0 added, 1 updated\n")
        assert.strictEqual((yield* run("pause", "t*")).stdout, "two: paused\n")
        assert.strictEqual((yield* run("pause", "*")).stdout, "one: paused\ntwo: was paused already\n")
        assert.strictEqual((yield* run("resume", "one")).stdout, "one: resumed\n")
        const listed = linesOf((yield* run("list", "--json")).stdout).map((line) => JSON.parse(line))
        assert.deepStrictEqual(
          listed.map(({ every, isSealed, name, pausedAt, tenant }) => [
            name,
            every,
            tenant,
            isSealed,
            pausedAt !== null
          ]),
          [
            ["one", 3_600_000, "one", true, false],
            ["two", 300_000, "acme", true, true]
          ]
        )
        const table = (yield* run("list")).stdout
        assert.match(table, /^NAME +PROVIDER +TENANT +EVERY/)
        assert.match(table, /two +digicert +acme +5m .* paused/)
        const wrong = yield* run("remove", "none", "o*")
        assert.strictEqual(wrong.code, 2)
        assert.include(wrong.stderr, 'there is no connection "none" in the database')
        assert.strictEqual((yield* run("remove", "o*")).stdout, "one: removed\n")
        assert.notInclude(JSON.stringify([listed, table]), "marked")
      }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
    )

    it.live("changes the key that seals them, after which the old one is needed no more", () =>
      Effect.gen(function* () {
        const database = yield* emptyDatabase
        const [old, fresh] = [key(), key()]
        const cwd = yield* fleetFolder({ fleet: { keys: [old] }, connections: [connection("one")] }, database)
        const settings = (keys: ReadonlyArray<string>) =>
          writeFileSync(join(cwd, "scanjobs.json"), JSON.stringify({ store: database, fleet: { keys } }))
        yield* runHere(["connections", "import"], { cwd })
        settings([fresh])
        const without = yield* runHere(["connections", "reseal"], { cwd })
        assert.strictEqual(without.code, 2)
        assert.match(
          without.stderr,
          /one: its settings are sealed with the key [0-9a-f]{8}, which is not among the given/
        )
        settings([fresh, old])
        assert.match((yield* runHere(["connections", "reseal"], { cwd })).stdout, /^1 sealed again with the key/)
        settings([fresh])
        assert.match((yield* runHere(["connections", "reseal"], { cwd })).stdout, /^0 sealed again with the key/)
      }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
    )

    it.live("refuses to be a runner without a Redis, rather than exceed the vendors' quotas", () =>
      Effect.gen(function* () {
        const database = yield* emptyDatabase
        const cwd = yield* fleetFolder({ connections: [connection("one")] }, database)
        const { code, stderr } = yield* runHere(["serve", "--fleet", "--port", "0"], { cwd })
        assert.strictEqual(code, 2)
        assert.include(stderr, "the vendors' quotas hold over all runners only in a Redis that they share")
      }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
    )

    it.live("says how a fleet is that nobody runs yet", () =>
      Effect.gen(function* () {
        const database = yield* emptyDatabase
        const cwd = yield* fleetFolder({ fleet: { keys: [key()] }, connections: [connection("one")] }, database)
        yield* runHere(["connections", "import"], { cwd })
        const { stdout } = yield* runHere(["fleet", "status"], { cwd })
        assert.include(stdout, "0 runners, 1 connection: 0 are synced now")
      }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
    )
  }
)

describe("scanjobs serve --fleet", () => {
  it.live("cannot go together with what it does otherwise", () =>
    Effect.gen(function* () {
      const cwd = yield* folder({})
      for (const other of [["--demo"], ["--no-sync"], ["--every", "1h"]]) {
        const { code, stderr } = yield* runHere(["serve", "--fleet", ...other], { cwd })
        assert.strictEqual(code, 2)
        assert.include(stderr, "--fleet cannot go together with")
      }
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )
})
