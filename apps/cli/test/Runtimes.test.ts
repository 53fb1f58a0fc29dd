/**
 * The program on other runtimes than Node. Where they are not installed, the tests are skipped; CI installs them.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { spawn, spawnSync } from "node:child_process"
import { join } from "node:path"
import * as PluginPackage from "./PluginPackage.ts"
import { linesOf, run } from "./Program.ts"
import * as Vendors from "./Vendors.ts"

const bin = join(import.meta.dirname, "../bin/scanjobs.mjs")

/** How each runtime starts a program on the sources of this workspace. */
const runtimes = [
  { name: "bun", args: ["--conditions=@scanjobs/source"] },
  { name: "deno", args: ["run", "--allow-all", "--conditions=@scanjobs/source"] }
] as const

const isThere = (name: string): boolean => spawnSync(name, ["--version"]).status === 0

/** Runs the program to its end on a runtime of the path. */
const runOn = (
  { args: own, name }: (typeof runtimes)[number],
  args: ReadonlyArray<string>,
  { cwd, env = {} }: { readonly cwd: string; readonly env?: { readonly [name: string]: string } }
) =>
  Effect.callback<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>((resume) => {
    const program = spawn(name, [...own, bin, ...args], {
      cwd,
      env: { PATH: process.env["PATH"], HOME: process.env["HOME"], ...env },
      stdio: ["ignore", "pipe", "pipe"]
    })
    let [stdout, stderr] = ["", ""]
    program.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text))
    program.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text))
    program.on("close", (code) => resume(Effect.succeed({ code, stdout, stderr })))
    return Effect.sync(() => program.kill("SIGKILL"))
  })

const sorted = (text: string) => linesOf(text).toSorted((a, b) => a.localeCompare(b))

for (const runtime of runtimes) {
  describe.skipIf(!isThere(runtime.name))(`scanjobs on ${runtime.name}`, () => {
    it.live("lists the same rows as on Node", () =>
      Effect.gen(function* () {
        const { started } = yield* Vendors.serve()
        const args = ["list", "--format", "ndjson", "--until", "2030-01-01"]
        const expected = yield* run(args, started)
        const ended = yield* runOn(runtime, args, started)
        assert.deepStrictEqual([ended.code, expected.code], [0, 0], ended.stderr)
        assert.isAbove(sorted(expected.stdout).length, 60)
        assert.deepStrictEqual(sorted(ended.stdout), sorted(expected.stdout))
      })
    )

    it.live("loads plugins, and refuses settings with the same words", () =>
      Effect.gen(function* () {
        const cwd = yield* PluginPackage.installed({
          ...PluginPackage.files,
          "scanjobs.json": { plugins: ["@acme/scanjobs-acme"], connections: [{ name: "a", provider: "acme" }] },
          "missing.json": { plugins: ["@acme/missing", "./missing.mjs"], connections: [] }
        })
        for (const config of ["scanjobs.json", "missing.json"]) {
          const args = ["config", "check", "--config", config]
          const expected = yield* run(args, { cwd })
          const { code, stderr } = yield* runOn(runtime, args, { cwd })
          assert.deepStrictEqual([code, stderr], [2, expected.stderr])
        }
      })
    )

    it.live("ends with exit code 3 where a vendor cannot be reached", () =>
      Effect.gen(function* () {
        const down = { name: "t", provider: "tenable", accessKey: "a-key", secretKey: "s-key" }
        const cwd = yield* PluginPackage.installed({
          "scanjobs.json": { connections: [{ ...down, baseUrl: "http://127.0.0.1:9" }] }
        })
        const { code, stdout } = yield* runOn(runtime, ["check"], { cwd })
        assert.strictEqual(code, 3)
        assert.match(stdout, /^t \(tenable\).*: Unavailable: /)
      })
    )
  })
}
