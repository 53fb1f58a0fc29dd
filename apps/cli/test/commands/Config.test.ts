import { assert, describe, it } from "@effect/vitest"
import { Ajv } from "ajv"
import { Effect } from "effect"
import * as PluginPackage from "../PluginPackage.ts"
import { folder, linesOf, run, runHere } from "../Program.ts"

describe("scanjobs config check", () => {
  it.live("names the connections and their tags, and asks no vendor", () =>
    Effect.gen(function* () {
      const nowhere = { provider: "tenable", accessKey: "a-key", secretKey: "s-key", baseUrl: "http://127.0.0.1:1" }
      const cwd = yield* folder({
        "scanjobs.json": { connections: [{ ...nowhere, name: "one", tags: ["prod", "eu"] }] }
      })
      const { code, stderr, stdout } = yield* runHere(["config", "check"], { cwd })
      assert.deepStrictEqual([code, stderr], [0, ""])
      assert.deepStrictEqual(linesOf(stdout.replace(cwd, "")), [
        "one (tenable): prod, eu",
        "/scanjobs.json is good: 1 connection; no vendor was asked"
      ])
    })
  )

  it.live("lists what is wrong, and ends with exit code 2", () =>
    Effect.gen(function* () {
      const cwd = yield* folder({ "scanjobs.json": { connections: [{ name: "x", provider: "nosuch" }] } })
      const { code, stderr, stdout } = yield* runHere(["config", "check"], { cwd })
      assert.deepStrictEqual([code, stdout], [2, ""])
      assert.match(stderr, /^connection "x": provider: "nosuch" is not a provider; expected one of digicert, /)
    })
  )
})

describe("a mistake in the settings", () => {
  it.live("has a code of its own for programs", () =>
    Effect.gen(function* () {
      const connections = [{ name: "t", provider: "tenable", accessKey: "${UNSET_KEY}" }]
      const cwd = yield* folder({ "scanjobs.json": { connections } })
      const { code, stderr } = yield* runHere(["list", "--json-errors"], { cwd })
      const lines: ReadonlyArray<{ readonly reason: string; readonly code: string; readonly message: string }> =
        linesOf(stderr).map((line) => JSON.parse(line))
      assert.strictEqual(code, 2)
      assert.deepStrictEqual(
        lines.map((line) => [line.reason, line.code, line.message]),
        [
          [
            "SettingsProblem",
            "VariableNotSet",
            'connection "t": accessKey: the environment variable UNSET_KEY is not set'
          ],
          ["SettingsProblem", "MissingKey", 'connection "t": secretKey: missing key; expected string']
        ]
      )
    })
  )
})

describe("scanjobs schema", () => {
  it.live("prints a JSON Schema that knows the providers of plugins, too", () =>
    Effect.gen(function* () {
      const cwd = yield* PluginPackage.installed({
        ...PluginPackage.files,
        "scanjobs.json": { plugins: ["@acme/scanjobs-acme"], connections: [] }
      })
      const { code, stderr, stdout } = yield* run(["schema", "--config", "scanjobs.json"], { cwd })
      assert.deepStrictEqual([code, stderr], [0, ""])
      const validate = new Ajv({ strict: false }).compile(JSON.parse(stdout))
      const valid = (connection: object) => validate({ connections: [connection] })
      assert.isTrue(valid({ name: "a", provider: "acme", token: "${ACME_TOKEN}" }))
      assert.isFalse(valid({ name: "a", provider: "acme", tokne: "t" }))
      assert.isTrue(valid({ name: "t", provider: "tenable", accessKey: "a-key", secretKey: "s-key" }))
    })
  )
})
