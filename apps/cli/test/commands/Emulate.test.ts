import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import * as BuiltIn from "../../src/plugins/BuiltIn.ts"
import * as PluginPackage from "../PluginPackage.ts"
import { folder, linesOf, run, runHere, start } from "../Program.ts"

const ready = "Stop with Ctrl-C."

interface Settings {
  readonly plugins?: ReadonlyArray<string>
  readonly connections: ReadonlyArray<{ readonly name: string; readonly baseUrl: string }>
}

const settingsIn = (cwd: string, file = "scanjobs.json"): Settings => JSON.parse(readFileSync(join(cwd, file), "utf8"))

/** How many rows there are of each connection. */
const counts = (ndjson: string) => {
  const rows: ReadonlyArray<{ readonly connection: string }> = linesOf(ndjson).map((line) => JSON.parse(line))
  return Object.fromEntries(
    [...Map.groupBy(rows, ({ connection }) => connection)].map(([name, all]) => [name, all.length])
  )
}

describe("scanjobs emulate", () => {
  it.live("writes settings that work into the file that they are read from, and stops when it is told to", () =>
    Effect.gen(function* () {
      const cwd = yield* folder({})
      const emulators = yield* start(["emulate", "--jobs", "30"], { cwd, output: "scanjobs.json" })
      const said = yield* emulators.said(ready)
      for (const { baseUrl, name } of settingsIn(cwd).connections) assert.include(said, `${name}: ${baseUrl}\n`)
      const listed = yield* runHere(["list", "--until=-1s", "--format", "ndjson"], { cwd })
      assert.strictEqual(listed.code, 0, listed.stderr)
      assert.strictEqual(counts(listed.stdout)["avepoint"], 30)
      assert.isAtLeast(counts(listed.stdout)["digicert"] ?? 0, 30)
      assert.strictEqual(counts(listed.stdout)["github"], 60)
      assert.strictEqual((yield* runHere(["check"], { cwd })).code, 0)
      assert.strictEqual(yield* emulators.stop("SIGINT"), 130)
    })
  )

  it.live("serves those that are named, with faults that cost nobody a row", () =>
    Effect.gen(function* () {
      const cwd = yield* folder({})
      const args = ["emulate", "avepoint", "--jobs", "1000000", "--faults", "1", "--seed", "a", "--latency", "1"]
      const emulators = yield* start(args, { cwd, output: "s.json" })
      yield* emulators.said(ready)
      assert.deepStrictEqual(
        settingsIn(cwd, "s.json").connections.map(({ name }) => name),
        ["avepoint"]
      )
      const list = ["list", "--config", join(cwd, "s.json"), "--limit", "2500", "--format", "ndjson"]
      const listed = yield* runHere(list, { cwd })
      assert.deepStrictEqual([listed.code, counts(listed.stdout)], [0, { avepoint: 2500 }])
      assert.strictEqual(yield* emulators.stop("SIGTERM"), 143)
    })
  )

  it.live("serves a plugin's emulator beside the others, and its settings name the plugin", () =>
    Effect.gen(function* () {
      const cwd = yield* PluginPackage.installed({
        ...PluginPackage.files,
        "plugins.json": { plugins: ["@acme/scanjobs-acme"] }
      })
      const args = ["emulate", "--config", "plugins.json", "--jobs", "9"]
      const emulators = yield* start(args, { cwd, output: "scanjobs.json" })
      yield* emulators.said(ready)
      const { connections, plugins } = settingsIn(cwd)
      assert.deepStrictEqual(plugins, ["@acme/scanjobs-acme"])
      assert.deepStrictEqual(
        connections.map(({ name }) => name),
        [...BuiltIn.all.map(({ id }) => id), "acme"]
      )
      const listed = yield* run(["list", "--connection", "acme"], { cwd })
      assert.deepStrictEqual([listed.code, counts(listed.stdout)], [0, { acme: 9 }], listed.stderr)
    })
  )

  it.live("tells what a client does that the vendor does not allow", () =>
    Effect.gen(function* () {
      const cwd = yield* PluginPackage.installed({
        "plugin.mjs": `${PluginPackage.provider}${PluginPackage.emulator.replace(/^import .*scanjobs-acme"$/m, "")}`,
        "plugins.json": { plugins: ["./plugin.mjs"] }
      })
      const args = ["emulate", "acme", "--config", "plugins.json"]
      const emulators = yield* start(args, { cwd, output: "s.json" })
      yield* emulators.said(ready)
      const { connections, plugins } = settingsIn(cwd, "s.json")
      assert.deepStrictEqual(plugins, [join(cwd, "plugin.mjs")])
      yield* Effect.promise(() =>
        fetch(`${connections[0]?.baseUrl}/runs?skip=x`, { headers: { authorization: "Bearer emulated-token" } })
      )
      assert.match(yield* emulators.said("acme: request 1"), /^acme: request 1, GET \/runs: query: /m)
    })
  )

  it.live("leaves out what has no emulator, unless it is asked for", () =>
    Effect.gen(function* () {
      const { [`${PluginPackage.at}/emulator.js`]: _, ...files } = PluginPackage.files
      const cwd = yield* PluginPackage.installed({
        ...files,
        "plugins.json": { plugins: ["@acme/scanjobs-acme"] }
      })
      const emulators = yield* start(["emulate", "--config", "plugins.json"], { cwd, output: "s.json" })
      const why = "@acme/scanjobs-acme has no emulator of it"
      assert.include(yield* emulators.said(ready), `note: acme is left out: ${why}`)
      const ended = yield* run(["emulate", "acme", "--config", "plugins.json"], { cwd })
      assert.deepStrictEqual([ended.code, ended.stdout, ended.stderr], [2, "", `emulate acme: ${why}\n`])
    })
  )

  it.live("refuses what makes no sense", () =>
    Effect.gen(function* () {
      const cwd = yield* folder({})
      const { connections } = yield* Effect.gen(function* () {
        const emulators = yield* start(["emulate", "avepoint"], { cwd, output: "s.json" })
        yield* emulators.said(ready)
        return settingsIn(cwd, "s.json")
      })
      const taken = new URL(connections[0]?.baseUrl ?? "").port
      const refused = (...args: ReadonlyArray<string>) =>
        Effect.map(run(["emulate", ...args], { cwd }), ({ code, stderr, stdout }) => {
          assert.deepStrictEqual([code, stdout], [2, ""])
          return stderr
        })
      const said = yield* Effect.all(
        [refused("acme"), refused("--faults", "1.5"), refused("digicert", "--port", taken), refused("--port", "65535")],
        { concurrency: 2 }
      )
      assert.strictEqual(
        said[0],
        `there is no provider acme; there are ${BuiltIn.all.map(({ id }) => id).join(", ")}\n`
      )
      assert.include(said[1], "a number from 0 to 1")
      assert.match(said[2], /^digicert: its emulator cannot be served: .*EADDRINUSE/)
      assert.strictEqual(said[3], "--port: there is no port 65536 for avepoint\n")
    })
  )
})
