import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import * as PluginPackage from "../PluginPackage.ts"
import { folder, linesOf, run } from "../Program.ts"
import * as Vendors from "../Vendors.ts"

const canary = "canary-9d2f4b71"

/** How the program ends with a plugin that does this in a timer, while a vendor keeps the program waiting. */
const endsWith = (code: string, args: ReadonlyArray<string> = []) =>
  Effect.gen(function* () {
    let wait = () => {}
    const { settings } = yield* Vendors.serve({
      avepoint: {
        fault: (entry, nth) => {
          const fault = Vendors.silentSecondPage(entry, nth)
          if (fault !== undefined) wait()
          return fault
        }
      }
    })
    const cwd = yield* PluginPackage.installed({
      "own.ts": `import { existsSync } from "node:fs"
${PluginPackage.provider}
const timer = setInterval(() => {
  if (!existsSync("waits")) return
  clearInterval(timer)
  ${code}
}, 50)`,
      "scanjobs.json": { ...settings, plugins: ["./own.ts"] }
    })
    wait = () => writeFileSync(join(cwd, "waits"), "")
    return yield* run(["list", "--format", "json", ...args], { cwd, env: Vendors.secrets })
  })

describe.concurrent("a plugin's error that nothing catches", () => {
  for (const [what, code] of [
    ["a rejected promise", `void Promise.reject(new TypeError("${canary}"))`],
    ["an exception in a timer", `throw new TypeError("${canary}")`],
    ["an exception that is no error", `throw "${canary}"`]
  ] as const) {
    it.live(`ends the program with exit code 3 and its place, and without its message: ${what}`, () =>
      Effect.gen(function* () {
        const { code: exitCode, stderr, stdout } = yield* endsWith(code)
        assert.strictEqual(exitCode, 3, stderr)
        const [line = "", ...others] = linesOf(stderr).filter((one) => !/^(?:note|interrupted)/.test(one))
        assert.match(line, /^internal error: (?:TypeError|something that is no error) that nothing caught/)
        if (what !== "an exception that is no error") assert.match(line, /, at \/\S+own\.ts:\d+:\d+;/)
        assert.deepStrictEqual(others, [])
        assert.notInclude(stderr + stdout, canary)
        assert.isArray(JSON.parse(stdout))
      })
    )
  }

  it.live("is one line of JSON with --json-errors", () =>
    Effect.gen(function* () {
      const { code, stderr } = yield* endsWith(`throw new Error("${canary}")`, ["--json-errors"])
      assert.strictEqual(code, 3, stderr)
      const lines = linesOf(stderr).map((line): { readonly reason?: string } => JSON.parse(line))
      assert.lengthOf(
        lines.filter(({ reason }) => reason === "InternalError"),
        1
      )
    })
  )

  it.live("is an ending that the program notices where the plugin ends the process", () =>
    Effect.gen(function* () {
      for (const exit of ["process.exit(0)", "process.exit(1)"]) {
        const { code, stderr } = yield* endsWith(exit)
        assert.strictEqual(code, 3, stderr)
        assert.include(stderr, "internal error: the program was ended before it was done")
      }
    })
  )
})

describe.concurrent("a timer that a plugin leaves running", () => {
  it.live("does not keep the program from ending", () =>
    Effect.gen(function* () {
      const cwd = yield* PluginPackage.installed({
        "own.ts": `${PluginPackage.provider}\nsetInterval(() => {}, 1e6)`,
        "scanjobs.json": { plugins: ["./own.ts"], connections: [{ name: "main", provider: "acme", token: "t" }] }
      })
      const { code, stderr } = yield* run(["config", "check"], { cwd })
      assert.strictEqual(code, 0, stderr)
    })
  )
})

describe.concurrent("a module that never settles", () => {
  it.live("is given up after ten seconds with exit code 2", () =>
    Effect.gen(function* () {
      const cwd = yield* folder({
        "never.mjs": "await new Promise(() => {})",
        "scanjobs.json": { plugins: ["./never.mjs"], connections: [] }
      })
      const { code, stderr, stdout } = yield* run(["list"], { cwd })
      assert.deepStrictEqual([code, stdout], [2, ""], stderr)
      assert.match(stderr, /^plugins\.0: "\.\/never\.mjs" did not load within 10s: its code waits/)
    })
  )

  it.live("is told with its place where its default export is a promise that is rejected", () =>
    Effect.gen(function* () {
      const cwd = yield* folder({
        "settings.mjs": `export default Promise.reject(new RangeError("${canary}"))`,
        "effect.mjs": `export default { "~effect/Effect": { _A: (a) => a } }`
      })
      const { code, stderr } = yield* run(["list", "--config", "settings.mjs"], { cwd })
      assert.strictEqual(code, 2)
      assert.match(stderr, /^\S+settings\.mjs: cannot be loaded: RangeError at \S+settings\.mjs:1:31\n$/)
      const effect = yield* run(["list", "--config", "effect.mjs"], { cwd })
      assert.deepStrictEqual([effect.code, effect.stderr.includes("has an Effect as its default export")], [2, true])
    })
  )
})
