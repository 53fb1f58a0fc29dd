/**
 * The program on other runtimes than Node. Where they are not installed, the tests are skipped; CI installs them.
 */
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { spawnSync } from "node:child_process"
import { readdirSync, statSync, symlinkSync } from "node:fs"
import { join } from "node:path"
import * as PluginPackage from "./PluginPackage.ts"
import { linesOf, run } from "./Program.ts"
import * as Vendors from "./Vendors.ts"

/** How each runtime starts a program on the sources of this workspace. */
const runtimes = [
  { command: "bun", args: ["--conditions=@scanjobs/source"] },
  { command: "deno", args: ["run", "--allow-all", "--conditions=@scanjobs/source"] }
] as const

const isThere = (command: string): boolean => spawnSync(command, ["--version"]).status === 0

const sorted = (text: string) => linesOf(text).toSorted((a, b) => a.localeCompare(b))

for (const runtime of runtimes) {
  describe.skipIf(!isThere(runtime.command))(`scanjobs on ${runtime.command}`, () => {
    it.live("lists the same rows as on Node", () =>
      Effect.gen(function* () {
        const { started } = yield* Vendors.serve()
        const args = ["list", "--format", "ndjson", "--until", "2030-01-01"]
        const expected = yield* run(args, started)
        const ended = yield* run(args, { ...started, runtime })
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
          const { code, stderr } = yield* run(args, { cwd, runtime })
          assert.deepStrictEqual([code, stderr], [2, expected.stderr])
        }
      })
    )

    it.live.skipIf(process.platform === "win32")("keeps its files private, follows no link, and continues", () =>
      Effect.gen(function* () {
        const { started } = yield* Vendors.serve()
        const [state, rejected] = [join(started.cwd, "run.json"), join(started.cwd, "rejected.ndjson")]
        const args = ["list", "--format", "ndjson", "--resume", state, "--rejected", rejected]
        const first = yield* run(args, { ...started, runtime })
        assert.strictEqual(first.code, 0, first.stderr)
        for (const path of [state, rejected]) assert.strictEqual(statSync(path).mode & 0o777, 0o600)
        const second = yield* run(args, { ...started, runtime })
        assert.deepStrictEqual([second.code, second.stdout], [0, ""], second.stderr)
        symlinkSync(rejected, join(started.cwd, "link"))
        const linked = yield* run(["list", "--resume", "link"], { ...started, runtime })
        assert.strictEqual(linked.code, 2)
        assert.include(linked.stderr, "link is a symbolic link")
        assert.sameMembers(readdirSync(started.cwd), ["scanjobs.json", "run.json", "rejected.ndjson", "link"])
      })
    )

    it.live("ends with exit code 3 where a vendor cannot be reached", () =>
      Effect.gen(function* () {
        const down = { name: "t", provider: "tenable", accessKey: "a-key", secretKey: "s-key" }
        const cwd = yield* PluginPackage.installed({
          "scanjobs.json": { connections: [{ ...down, baseUrl: "http://127.0.0.1:9" }] }
        })
        const { code, stdout } = yield* run(["check"], { cwd, runtime })
        assert.strictEqual(code, 3)
        assert.match(stdout, /^t \(tenable[^)]*\): Unavailable: /)
      })
    )
  })
}
