import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { existsSync, rmSync } from "node:fs"
import { join } from "node:path"
import * as PluginPackage from "../PluginPackage.ts"
import { run, start } from "../Program.ts"

/** A folder with a settings file whose plugin leaves a file behind as soon as its code runs. */
const folderOfSomebody = PluginPackage.installed({
  "canary.ts": `import { writeFileSync } from "node:fs"\nwriteFileSync("ran", "")\n${PluginPackage.provider}`,
  "scanjobs.json": {
    plugins: ["./canary.ts"],
    connections: [{ name: "main", provider: "acme", token: "t", baseUrl: "http://127.0.0.1:9" }]
  }
})

describe("a settings file that only stands in the current folder", () => {
  it.live("runs none of its plugins for commands that need no connections, and these say how to load them", () =>
    Effect.gen(function* () {
      const cwd = yield* folderOfSomebody
      const ran = join(cwd, "ran")
      for (const args of [["--help"], ["list", "--help"], ["--version"], ["--completions", "bash"]]) {
        const { code, stderr } = yield* run(args, { cwd })
        assert.deepStrictEqual([code, stderr, existsSync(ran)], [0, "", false], args.join(" "))
      }
      for (const args of [["providers"], ["providers", "--json"], ["schema"]]) {
        const { code, stderr, stdout } = yield* run(args, { cwd })
        assert.deepStrictEqual([code, existsSync(ran)], [0, false], args.join(" "))
        assert.match(
          stderr,
          /^note: the plugins of \S*scanjobs\.json are not loaded, .*"\.\/canary\.ts"\nnote: .*--config/
        )
        assert.notInclude(stdout, "acme")
      }
      const emulators = yield* start(["emulate", "avepoint"], { cwd, output: "s.json" })
      assert.include(yield* emulators.said("Stop with"), "are not loaded")
      assert.strictEqual(yield* emulators.stop("SIGINT"), 130)
      assert.isFalse(existsSync(ran))
    })
  )

  it.live("runs its plugins where it is named, and for commands that need its connections", () =>
    Effect.gen(function* () {
      const cwd = yield* folderOfSomebody
      const ran = join(cwd, "ran")
      const given: ReadonlyArray<readonly [ReadonlyArray<string>, { readonly [name: string]: string }, number]> = [
        [["providers", "--config", "scanjobs.json"], {}, 0],
        [["schema"], { SCANJOBS_CONFIG: "scanjobs.json" }, 0],
        [["config", "check"], {}, 0],
        [["check"], {}, 3]
      ]
      for (const [args, env, expected] of given) {
        const { code, stderr } = yield* run(args, { cwd, env })
        assert.deepStrictEqual([code, existsSync(ran)], [expected, true], `${args.join(" ")}: ${stderr}`)
        assert.notInclude(stderr, "not loaded")
        rmSync(ran)
      }
    })
  )
})
