import { NodeServices } from "@effect/platform-node"
import { Store, StoreError } from "@scanjobs/history"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Layer } from "effect"
import { SqlClient, type Statement } from "effect/sql"
import { spawnSync } from "node:child_process"
import { fileURLToPath } from "node:url"
import * as Migrations from "../../src/store/Migrations.ts"
import * as SqliteModule from "../../src/store/SqliteModule.ts"
import { sqliteWith } from "../../src/store/OpenStore.ts"
import { databases } from "../Databases.ts"

const folder = Effect.flatMap(FileSystem.FileSystem, (files) => files.makeTempDirectoryScoped())
const file = Effect.map(folder, (path) => `${path}/scanjobs.db`)

const insertConnection = (name: string) =>
  Effect.flatMap(Store.Store, ({ attempt, sql }) =>
    attempt(sql`INSERT INTO connection (name, provider) VALUES (${name}, 'acme')`)
  )
const connections = Effect.flatMap(Store.Store, ({ attempt, sql }) =>
  Effect.map(attempt(sql<{ readonly name: string }>`SELECT name FROM connection ORDER BY name`), (rows) =>
    rows.map(({ name }) => name)
  )
)
/** Why the store cannot be used. */
const reasonOf = <A, R>(effect: Effect.Effect<A, StoreError.StoreError, R>) =>
  Effect.map(Effect.flip(effect), ({ reason }) => reason)

const statement = (text: (sql: Statement.Constructor) => Statement.Statement<unknown>) =>
  Effect.flatMap(Store.Store, ({ attempt, sql }) => attempt(text(sql)))

for (const { empty, name, skip } of databases) {
  describe.skipIf(skip !== undefined)(`a store in ${name}${skip === undefined ? "" : ` (${skip})`}`, () => {
    it.effect("keeps what was written", () =>
      Effect.gen(function* () {
        const open = yield* empty
        yield* Effect.provide(insertConnection("main"), open())
        assert.deepStrictEqual(yield* Effect.provide(connections, open()), ["main"])
      }).pipe(Effect.provide(NodeServices.layer))
    )

    it.effect("undoes a transaction that fails", () =>
      Effect.gen(function* () {
        const open = yield* empty
        yield* Effect.gen(function* () {
          const { transaction } = yield* Store.Store
          yield* Effect.flip(transaction(Effect.andThen(insertConnection("main"), Effect.fail("stop"))))
          assert.deepStrictEqual(yield* connections, [])
        }).pipe(Effect.provide(open()))
      }).pipe(Effect.provide(NodeServices.layer))
    )

    it.effect("is created once by several that open it at the same time", () =>
      Effect.gen(function* () {
        const open = yield* empty
        const names = ["a", "b", "c", "d"]
        yield* Effect.forEach(names, (one) => Effect.provide(insertConnection(one), open()), { concurrency: 4 })
        assert.deepStrictEqual(yield* Effect.provide(connections, open()), names)
      }).pipe(Effect.provide(NodeServices.layer))
    )

    it.effect("refuses a schema that is newer than it knows", () =>
      Effect.gen(function* () {
        const open = yield* empty
        const record = statement(
          (sql) => sql`INSERT INTO ${sql(Migrations.table)} (migration_id, name) VALUES (99, 'later')`
        )
        yield* Effect.provide(record, open())
        const error = yield* Effect.flip(Effect.provide(connections, open()))
        assert.deepStrictEqual(error.reason, new StoreError.StoreNewer({ found: 99, known: 1 }))
        assert.include(error.message, "update scanjobs")
      }).pipe(Effect.provide(NodeServices.layer))
    )
  })
}

describe("a store in a SQLite file", () => {
  it.effect("can be read by its owner only", () =>
    Effect.gen(function* () {
      const path = yield* file
      const files = yield* FileSystem.FileSystem
      yield* Effect.gen(function* () {
        yield* insertConnection("main")
        for (const one of [path, `${path}-wal`, `${path}-shm`]) {
          assert.strictEqual((yield* files.stat(one)).mode & 0o777, 0o600)
        }
      }).pipe(Effect.provide(Store.layerSqlite(path)))
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.effect("is reached through no link, and is no pipe, device or folder", () =>
    Effect.gen(function* () {
      const path = yield* file
      const files = yield* FileSystem.FileSystem
      yield* files.symlink(`${path}.elsewhere`, path)
      const linked = yield* reasonOf(Effect.provide(connections, Store.layerSqlite(path)))
      assert.deepStrictEqual(
        linked,
        new StoreError.StoreUnreachable({ detail: `${path} is a symbolic link, which is not followed` })
      )
      assert.isFalse(yield* files.exists(`${path}.elsewhere`))
      const pipe = `${path}.pipe`
      spawnSync("mkfifo", [pipe])
      for (const other of [pipe, "/dev/zero", path.replace("/scanjobs.db", "")]) {
        assert.strictEqual(
          (yield* reasonOf(Effect.provide(connections, Store.layerSqlite(other))))._tag,
          "StoreUnreachable"
        )
      }
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.effect("is copied before its schema changes", () =>
    Effect.gen(function* () {
      const path = yield* file
      const files = yield* FileSystem.FileSystem
      yield* Effect.provide(insertConnection("before"), Store.layerSqlite(path))
      const later = Effect.asVoid(
        Effect.flatMap(SqlClient.SqlClient, (sql) => sql`ALTER TABLE connection ADD COLUMN colour text`)
      )
      const newer = sqliteWith({ ...Migrations.all, "0002_colour": later }, path, {})
      yield* Effect.provide(
        statement((sql) => sql`UPDATE connection SET name = 'after', colour = 'red'`),
        newer
      )
      const copy = (yield* files.readDirectory(path.replace("/scanjobs.db", ""))).find((one) =>
        one.startsWith("scanjobs.db.schema-1.")
      )
      const backup = path.replace("scanjobs.db", String(copy))
      assert.strictEqual((yield* files.stat(backup)).mode & 0o777, 0o600)
      assert.deepStrictEqual(yield* Effect.provide(connections, Store.layerSqlite(backup)), ["before"])
      assert.deepStrictEqual(
        yield* reasonOf(Effect.provide(connections, Store.layerSqlite(path))),
        new StoreError.StoreNewer({ found: 2, known: 1 })
      )
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.effect("stays as it was where a migration fails", () =>
    Effect.gen(function* () {
      const path = yield* file
      yield* Effect.provide(insertConnection("before"), Store.layerSqlite(path))
      const broken = Effect.flatMap(SqlClient.SqlClient, (sql) =>
        Effect.andThen(sql`DELETE FROM connection`, sql`ALTER TABLE nowhere ADD COLUMN colour text`)
      ).pipe(Effect.asVoid)
      const newer = sqliteWith({ ...Migrations.all, "0002_broken": broken }, path, {})
      assert.strictEqual((yield* reasonOf(Effect.provide(connections, newer)))._tag, "StoreFailed")
      assert.deepStrictEqual(yield* Effect.provide(connections, Store.layerSqlite(path)), ["before"])
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.effect("is missed where its file is gone, and goes on with it, or with a backup, once one is there", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const folder = yield* files.makeTempDirectoryScoped()
      const path = `${folder}/scanjobs.db`
      yield* Effect.gen(function* () {
        const { attempt, sql, transaction } = yield* Store.Store
        const count = Effect.map(attempt(sql`SELECT name FROM connection ORDER BY name`), (rows) =>
          rows.map(({ name }) => name)
        )
        const add = (name: string) => transaction(sql`INSERT INTO connection (provider, name) VALUES ('acme', ${name})`)
        yield* add("one")
        yield* attempt(sql`VACUUM INTO ${`${folder}/backup.db`}`)
        yield* add("two")
        yield* files.rename(path, `${folder}/elsewhere.db`)
        for (const attempted of [Effect.asVoid(count), Effect.asVoid(add("three")), Effect.asVoid(count)]) {
          const error = yield* Effect.flip(attempted)
          assert.strictEqual(error.reason._tag, "StoreUnreachable")
          assert.include(error.message, `${path} is gone: put it back`)
        }
        yield* files.rename(`${folder}/elsewhere.db`, path)
        assert.deepStrictEqual(yield* count, ["one", "two"])
        yield* files.remove(path)
        yield* files.rename(`${folder}/backup.db`, path)
        assert.deepStrictEqual(yield* count, ["one"])
        yield* add("three")
        assert.deepStrictEqual(yield* count, ["one", "three"])
        assert.deepStrictEqual(yield* attempt(sql`PRAGMA integrity_check`), [{ integrity_check: "ok" }])
        // What is no store is not written to.
        yield* files.remove(path)
        yield* files.writeFileString(path, "")
        assert.include((yield* Effect.flip(count)).message, "no store of the same schema: start again")
        assert.include((yield* Effect.flip(add("four"))).message, "no store of the same schema: start again")
        assert.strictEqual((yield* files.stat(path)).size, 0n)
      }).pipe(Effect.provide(Store.layerSqlite(path)))
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )

  it.effect("names a file that is no database", () =>
    Effect.gen(function* () {
      const path = yield* file
      yield* (yield* FileSystem.FileSystem).writeFileString(path, "no database at all, but long enough ".repeat(100))
      const error = yield* Effect.flip(Effect.provide(connections, Store.layerSqlite(path)))
      assert.strictEqual(error.reason._tag, "StoreCorrupt")
      assert.include(error.message, path)
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.effect("names a file that was damaged", () =>
    Effect.gen(function* () {
      const path = yield* file
      const files = yield* FileSystem.FileSystem
      yield* Effect.provide(
        Effect.andThen(
          insertConnection("main"),
          statement((sql) => sql`PRAGMA wal_checkpoint(TRUNCATE)`)
        ),
        Store.layerSqlite(path)
      )
      const bytes = yield* files.readFile(path)
      bytes.fill(0xff, 4096)
      yield* files.writeFile(path, bytes)
      assert.strictEqual((yield* reasonOf(Effect.provide(connections, Store.layerSqlite(path))))._tag, "StoreCorrupt")
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.effect("names a full disk, and keeps what was written before", () =>
    Effect.gen(function* () {
      yield* insertConnection("before")
      const [{ pages }] = (yield* statement((sql) => sql`SELECT page_count AS pages FROM pragma_page_count`)) as [
        { readonly pages: number }
      ]
      yield* statement((sql) => sql`PRAGMA max_page_count = ${sql.literal(String(pages + 1))}`)
      const reason = yield* reasonOf(
        Effect.forEach(Array.from({ length: 50 }), (_, index) => insertConnection(`${index} ${"x".repeat(1000)}`))
      )
      assert.strictEqual(reason._tag, "DiskFull")
      assert.include(yield* connections, "before")
    }).pipe(Effect.provide(Store.layerSqlite(":memory:")))
  )

  it.effect("names a folder that may not be written", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const files = yield* FileSystem.FileSystem
      yield* files.chmod(path, 0o555)
      const program = fileURLToPath(new URL("open-store.ts", import.meta.url))
      const { stdout } = spawnSync(
        process.execPath,
        ["--conditions=@scanjobs/source", program, `${path}/scanjobs.db`],
        // The superuser may write everywhere.
        { encoding: "utf8", ...(process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {}) }
      )
      assert.strictEqual(stdout.trim(), "StoreReadOnly")
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.effect("names a folder that is not there", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        Effect.provide(connections, Store.layerSqlite(`${yield* folder}/no/scanjobs.db`))
      )
      assert.strictEqual(error.reason._tag, "StoreUnreachable")
      assert.match(error.message, /the folder .*\/no does not exist/)
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.effect("names another process that does not let go", () =>
    Effect.gen(function* () {
      const path = yield* file
      const held = yield* Store.Store.pipe(Effect.provide(yield* Layer.build(Store.layerSqlite(path))))
      const waiting = yield* Store.Store.pipe(Effect.provide(yield* Layer.build(Layer.fresh(Store.layerSqlite(path)))))
      yield* waiting.attempt(waiting.sql`PRAGMA busy_timeout = 1`)
      const reason = yield* held.transaction(
        reasonOf(waiting.attempt(waiting.sql`INSERT INTO connection (name, provider) VALUES ('x', 'acme')`))
      )
      assert.strictEqual(reason._tag, "StoreBusy")
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.effect("names a database of another program", () =>
    Effect.gen(function* () {
      const path = yield* file
      const { DatabaseSync } = yield* SqliteModule.load
      const other = new DatabaseSync(path)
      other.exec("CREATE TABLE songs (name text)")
      other.close()
      assert.deepStrictEqual(
        yield* reasonOf(Effect.provide(connections, Store.layerSqlite(path))),
        new StoreError.StoreForeign({ table: "songs" })
      )
    }).pipe(Effect.provide(NodeServices.layer))
  )
})

describe("the module of SQLite", () => {
  it.effect("is imported without changing how the process warns", () =>
    Effect.gen(function* () {
      const before: unknown = Reflect.get(process, "emitWarning")
      yield* SqliteModule.load
      assert.strictEqual(Reflect.get(process, "emitWarning"), before)
    })
  )
})
