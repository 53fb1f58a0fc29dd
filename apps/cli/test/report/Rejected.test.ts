import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { HttpServerResponse } from "effect/http"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { linesOf, runHere } from "../Program.ts"
import * as Vendors from "../Vendors.ts"

const parse = Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Json))

const badRows = {
  jobs: [
    { id: "good", type: 0, state: 2 },
    { id: 5, type: 0, state: 2, note: `you sent ${Vendors.secrets.AP_SECRET}` }
  ],
  totalCount: 2
}

describe("scanjobs list --rejected", () => {
  it.live("writes each row that was left out as a line of JSON, without secrets", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve({
        avepoint: {
          fault: ({ endpoint }) => (endpoint === "jobs" ? HttpServerResponse.jsonUnsafe(badRows) : undefined)
        }
      })
      const path = join(started.cwd, "rejected.ndjson")
      const whatItIs = {
        provider: "avepoint",
        connection: "ap",
        listing: "jobs",
        scope: null,
        page: 0,
        index: 1,
        path: "id",
        issue: "Expected string",
        raw: { id: 5, type: 0, state: 2, note: "you sent <redacted>" }
      }
      for (const more of [[], ["--sort", "start"], ["--resume", join(started.cwd, "run.json")]]) {
        writeFileSync(path, "old\n")
        const ended = yield* runHere(["list", "--rejected", path, ...more], started)
        assert.strictEqual(ended.code, 3, ended.stderr)
        assert.deepStrictEqual<unknown>(
          linesOf(readFileSync(path, "utf8")).map((line) => parse(line)),
          [whatItIs]
        )
      }
    })
  )

  it.live("leaves an empty file where no row was left out", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve()
      const path = join(started.cwd, "rejected.ndjson")
      const ended = yield* runHere(["list", "--rejected", path], started)
      assert.deepStrictEqual([ended.code, readFileSync(path, "utf8")], [0, ""])
    })
  )

  it.live("asks nothing of a vendor where the file cannot be written", () =>
    Effect.gen(function* () {
      const vendors = yield* Vendors.serve()
      const path = join(vendors.started.cwd, "no/rejected.ndjson")
      const ended = yield* runHere(["list", "--rejected", path], vendors.started)
      assert.deepStrictEqual(
        [ended.code, ended.stdout, ended.stderr],
        [2, "", `--rejected: ${path} cannot be written (no such file or folder, ENOENT)\n`]
      )
      assert.deepStrictEqual(yield* vendors.digicert.ledger.entries, [])
    })
  )
})
