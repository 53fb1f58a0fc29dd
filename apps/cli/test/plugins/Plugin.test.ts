import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as PluginPackage from "../PluginPackage.ts"
import { linesOf, run } from "../Program.ts"

/** A package with a provider that is none, so that it needs no dependency. */
const madeBy = (contract: string) => `export default { id: "acme", ${contract} lanes: () => {} }`

const packaged = (name: string, manifest: object, files: object = {}) =>
  Object.fromEntries(
    Object.entries({ "package.json": { name, version: "1.0.0", type: "module", ...manifest }, ...files }).map(
      ([file, content]) => [`node_modules/${name}/${file}`, content]
    )
  )

describe("a plugin", () => {
  it.live("is described with where it came from and its version, whether it is a package, a path or built in", () =>
    Effect.gen(function* () {
      const cwd = yield* PluginPackage.installed({
        ...PluginPackage.files,
        "scanjobs.json": { plugins: ["@acme/scanjobs-acme", "./own.ts"] },
        "package.json": { name: "our-settings", version: "0.9.0" },
        "own.ts": PluginPackage.provider.replaceAll("Acme", "Own").replace('"acme"', '"own" satisfies string')
      })
      const [text, json] = yield* Effect.all(
        [
          run(["providers", "--config", "scanjobs.json"], { cwd }),
          run(["providers", "--json"], { cwd, env: { SCANJOBS_CONFIG: "scanjobs.json" } })
        ],
        {
          concurrency: 2
        }
      )
      assert.strictEqual(text.code, 0, text.stderr)
      assert.include(text.stdout, "\nacme (@acme/scanjobs-acme, 4.5.6)\n")
      assert.include(text.stdout, "\nown (./own.ts, 0.9.0)\n")
      const described: ReadonlyArray<{ readonly source: string; readonly version: string }> = JSON.parse(json.stdout)
      assert.deepStrictEqual(
        described.slice(-2).map(({ source, version }) => [source, version]),
        [
          ["@acme/scanjobs-acme", "4.5.6"],
          ["./own.ts", "0.9.0"]
        ]
      )
      for (const { source, version } of described.slice(0, -2)) {
        assert.strictEqual(source, "built-in")
        assert.match(version, /^\d+\.\d+\.\d+$/)
      }
    })
  )

  it.live("brings the packages that npm installed for it, and not their sources", () =>
    Effect.gen(function* () {
      const cwd = yield* PluginPackage.installed({
        ...PluginPackage.files,
        ...PluginPackage.published,
        "scanjobs.json": { plugins: ["@acme/scanjobs-acme"] }
      })
      const { code, stderr, stdout } = yield* run(["providers", "--config", "scanjobs.json"], { cwd })
      assert.strictEqual(code, 0, stderr)
      assert.include(stdout, "\nacme (@acme/scanjobs-acme, 4.5.6)\n")
    })
  )

  it.live("that cannot be used is told with the reason and what to do, all of them at once", () =>
    Effect.gen(function* () {
      const cwd = yield* PluginPackage.installed({
        ...packaged("required-only", { exports: { ".": { require: "./index.cjs" } } }),
        ...packaged("unbuilt", { exports: "./dist/index.js" }),
        ...packaged("without-main", {}),
        ...packaged("needy", { exports: "./index.js" }, { "index.js": `import "not-there"` }),
        ...packaged("old", { exports: "./index.js" }, { "index.js": madeBy("") }),
        ...packaged("newer", { exports: "./index.js" }, { "index.js": madeBy("contract: 99,") }),
        ...packaged("by-hand", { exports: "./index.js" }, { "index.js": madeBy("contract: 1,") }),
        ...PluginPackage.files,
        "none.mjs": "export const a = 1",
        "broken.mjs": `throw new Error("canary")`,
        "taken.ts": PluginPackage.provider.replace('"acme"', '"digicert"'),
        "scanjobs.json": {
          plugins: [
            "@acme/missing",
            "./missing.mjs",
            "data:text/javascript,throw 1",
            "https://acme.example/plugin.mjs",
            "none.mjs",
            "./none.mjs",
            "./broken.mjs",
            "./taken.ts",
            "required-only",
            "unbuilt",
            "without-main",
            "needy",
            "old",
            "newer",
            "by-hand",
            "@acme/scanjobs-acme",
            "@acme/scanjobs-acme"
          ],
          connections: [{ name: "main", provider: "acme", token: "t" }]
        }
      })
      const ended = yield* run(["list"], { cwd })
      assert.deepStrictEqual([ended.code, ended.stdout], [2, ""])
      assert.deepStrictEqual(
        linesOf(ended.stderr.replaceAll(cwd, "")).map((line) => line.replace(/^plugins\.\d+: /, "")),
        [
          '"@acme/missing" is not installed: install it beside /scanjobs.json',
          '"./missing.mjs" cannot be loaded: there is no file /missing.mjs',
          '"data:text/javascript,throw 1" is an address, and a plugin is a package or a path',
          '"https://acme.example/plugin.mjs" is an address, and a plugin is a package or a path',
          '"none.mjs" is not installed; if the file none.mjs is meant, write ./none.mjs',
          '"./none.mjs" exports no provider',
          '"./broken.mjs" cannot be loaded: Error at /broken.mjs:1:7',
          '"./taken.ts" its provider "digicert" is there already, from built-in',
          '"required-only" is installed, but has no entry point for import: the "exports" of /node_modules/required-only/package.json need a "default" for it',
          '"unbuilt" is installed, but its file /node_modules/unbuilt/dist/index.js is not there: build it, or install it anew',
          '"without-main" is installed, but its file /node_modules/without-main/index.js is not there: build it, or install it anew',
          `"needy" cannot be loaded: Error: Cannot find package 'not-there' imported from /node_modules/needy/index.js`,
          '"old" its provider "acme" was made by another @scanjobs/core (contract unknown, expected 1): update the plugin',
          '"newer" its provider "acme" was made by a newer @scanjobs/core (contract 99, expected 1): update scanjobs',
          '"by-hand" its provider "acme" was not made with Provider.make of @scanjobs/core',
          '"@acme/scanjobs-acme" its provider "acme" is there already, from the same plugin'
        ]
      )
    })
  )
})
