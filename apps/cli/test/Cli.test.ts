import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import * as BuiltIn from "../src/plugins/BuiltIn.ts"
import { folder, run, runHere } from "./Program.ts"

const manifest: { readonly version: string } = JSON.parse(
  readFileSync(join(import.meta.dirname, "../package.json"), "utf8")
)

const plugin = `
export const notAProvider = 1
export default {
  id: "acme",
  contract: 1,
  settings: [{ key: "token", type: "string", required: true, secret: true }],
  fileSettings: new Set(),
  quotas: [],
  listings: { runs: {} },
  decode: () => ({ _tag: "Failure", failure: [] }),
  lanes: () => {},
  check: () => {}
}
`

describe("scanjobs", () => {
  it.live("helps, and tells its version", () =>
    Effect.gen(function* () {
      const cwd = yield* folder({})
      const [help, version] = yield* Effect.all([run(["--help"], { cwd }), run(["--version"], { cwd })], {
        concurrency: 2
      })
      assert.deepStrictEqual([help.code, help.stderr], [0, ""])
      assert.match(help.stdout, /list.*check.*providers/s)
      assert.deepStrictEqual([version.code, version.stdout], [0, `scanjobs v${manifest.version}\n`])
    })
  )

  it.live("refuses what it does not know, on standard error", () =>
    Effect.gen(function* () {
      const cwd = yield* folder({})
      const ended = yield* Effect.forEach(
        [
          ["list", "--sate", "failed"],
          ["list", "--state", "faild"],
          ["list", "--limit", "0"],
          ["lst"],
          ["list"],
          ["list", "--page-concurrency", "65"]
        ],
        (args) => runHere(args, { cwd })
      )
      for (const { code, stdout } of ended) assert.deepStrictEqual([code, stdout], [2, ""])
      const [flag, value, limit, command, file, pages] = ended.map(({ stderr }) => stderr)
      assert.include(flag, "Did you mean this? --state")
      assert.include(value, '"partially_succeeded"')
      assert.include(value, '"faild"')
      assert.include(value, 'did you mean "failed"?')
      assert.include(limit, "an integer of at least 1")
      assert.include(pages, "an integer from 1 to 64")
      assert.include(command, "Did you mean this? list")
      assert.match(
        file ?? "",
        /^there is no settings file \/.*scanjobs\.json; write one with scanjobs init, try emulated vendors with scanjobs emulate > scanjobs.json, or name another file with --config/
      )
    })
  )

  it.live("refuses times that are none, and a span that ends before it begins", () =>
    Effect.gen(function* () {
      const cwd = yield* folder({})
      const refused = (...args: ReadonlyArray<string>) => runHere(["list", ...args], { cwd })
      assert.match((yield* refused("--from", "2026-02-30")).stderr, /^--from 2026-02-30: expected an ISO 8601 time/)
      assert.deepStrictEqual(yield* refused("--from", "-7d", "--until", "-8d"), {
        code: 2,
        stdout: "",
        stderr: "--until -8d must be later than --from -7d\n"
      })
    })
  )

  it.live("describes what is installed, plugins too, whatever the connections are", () =>
    Effect.gen(function* () {
      const cwd = yield* folder({
        "settings.mjs": `export default { plugins: ["./plugin.mjs"], connections: "\${UNSET}" }`,
        "plugin.mjs": plugin
      })
      const [bare, withPlugin] = yield* Effect.all(
        [run(["providers"], { cwd }), run(["providers", "--json"], { cwd, env: { SCANJOBS_CONFIG: "settings.mjs" } })],
        { concurrency: 2 }
      )
      assert.strictEqual(bare.code, 0)
      assert.match(
        bare.stdout,
        /^digicert \(built-in, \d+\.\d+\.\d+\)$.*listings {2}future, past, current.*apiKey +string, required, secret.*^avepoint .*^github .*listings {2}codeScanning, secretScanning.*token +string, required, secret.*^tenable .*listings {2}scans, planned, runs.*secretKey +string, required, secret.*^aws .*secretAccessKey +string, optional, secret/ms
      )
      assert.strictEqual(withPlugin.code, 0, withPlugin.stderr)
      const providers: ReadonlyArray<{ readonly id: string }> = JSON.parse(withPlugin.stdout)
      assert.deepStrictEqual(
        providers.map(({ id }) => id),
        [...BuiltIn.all.map(({ id }) => id), "acme"]
      )
      assert.deepStrictEqual<unknown>(providers.at(-1), {
        id: "acme",
        source: "./plugin.mjs",
        version: null,
        listings: ["runs"],
        settings: [{ key: "token", type: "string", required: true, secret: true, file: false }],
        quotas: []
      })
    })
  )
})
