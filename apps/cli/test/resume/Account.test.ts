import * as AvePointEmulator from "@scanjobs/avepoint/emulator"
import * as TenableEmulator from "@scanjobs/tenable/emulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { HttpServerResponse } from "effect/http"
import { readFileSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { folder, linesOf, runHere } from "../Program.ts"

/** A run whose second page failed, and another run with other settings of the same connection. */
const continued = Effect.fnUntraced(function* (
  change: (settings: Record<string, unknown>, other: Record<string, unknown>) => Record<string, unknown>
) {
  let answered = 0
  const serve = Effect.fnUntraced(function* () {
    return yield* AvePointEmulator.serve({
      clientSecret: "canary-secret-5f07",
      jobs: yield* AvePointEmulator.generate({ jobs: 40 }),
      fault: ({ endpoint }) =>
        endpoint === "jobs" && ++answered === 2 ? HttpServerResponse.empty({ status: 403 }) : undefined
    })
  })
  const vendor = yield* serve()
  const other = yield* serve()
  const connection = { ...vendor.settings, name: "acme", provider: "avepoint", pageSize: 20 }
  const cwd = yield* folder({ "scanjobs.json": { connections: [connection] } })
  const path = join(cwd, "run.json")
  const list = () => runHere(["list", "--resume", path], { cwd })
  const first = yield* list()
  assert.deepStrictEqual([first.code, linesOf(first.stdout).length], [3, 20], first.stderr)
  writeFileSync(join(cwd, "scanjobs.json"), JSON.stringify({ connections: [change(connection, other.settings)] }))
  return { path, second: yield* list(), other }
})

describe("a resume file", () => {
  it.live.each([
    [
      "address",
      (settings, other) => ({ ...settings, baseUrl: other["baseUrl"] }),
      /baseUrl was http:\S+ and is http:\S+\./
    ],
    ["account", (settings) => ({ ...settings, clientId: "another" }), /: acme: clientId is not what it was\./],
    ["selection", (settings) => ({ ...settings, skip: 5 }), /: acme: skip is not what it was\./]
  ] as const satisfies ReadonlyArray<readonly [string, Parameters<typeof continued>[0], RegExp]>)(
    "is refused for another %s under the same name, and nothing is asked or changed",
    ([, change, words]) =>
      Effect.gen(function* () {
        const { other, path, second } = yield* continued(change)
        assert.deepStrictEqual([second.code, second.stdout], [2, ""])
        assert.match(second.stderr, words)
        assert.include(second.stderr, `--resume: ${path} belongs to another account: `)
        assert.include(second.stderr, ". Use the same settings, or name another file to start again\n")
        assert.deepStrictEqual(yield* other.ledger.entries, [])
      })
  )

  it.live("is refused for another provider under the same name", () =>
    Effect.gen(function* () {
      const tenable = yield* TenableEmulator.serve({})
      const { second } = yield* continued(() => ({ ...tenable.settings, name: "acme", provider: "tenable" }))
      assert.deepStrictEqual([second.code, second.stdout], [2, ""])
      assert.include(second.stderr, "acme: the provider was avepoint and is tenable")
      assert.deepStrictEqual(yield* tenable.ledger.entries, [])
    })
  )

  it.live("goes on with another page size, and with the same address written in another way", () =>
    Effect.gen(function* () {
      const { second } = yield* continued((settings) => ({
        ...settings,
        pageSize: 10,
        paging: "nextLink",
        quotas: [],
        baseUrl: `${String(settings["baseUrl"])}/`
      }))
      assert.deepStrictEqual([second.code, linesOf(second.stdout).length], [0, 20], second.stderr)
    })
  )

  it.live("holds no setting in plain text but the address", () =>
    Effect.gen(function* () {
      const { path } = yield* continued((settings) => settings)
      const text = readFileSync(path, "utf8")
      assert.include(text, '"accounts"')
      assert.notInclude(text, "canary")
      assert.match(text, /"clientId": "[0-9a-f]{16}"/)
    })
  )
})
