import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Problem, Settings } from "@scanjobs/settings"
import * as PluginModule from "@scanjobs/settings/plugins"
import { Tenable } from "@scanjobs/tenable"
import { Effect, Fiber, FileSystem, Path } from "effect"
import { TestClock } from "effect/testing"
import { execFileSync } from "node:child_process"
import { mkdirSync } from "node:fs"
import { join } from "node:path"
import { load, problems, tenable } from "./Folder.ts"

/** What is wrong with a settings file at this path, or beside it. */
const wrongWith = (file: string) =>
  Effect.map(Effect.flip(Settings.load({ file, providers: [Tenable] })), ({ problems: [problem, ...others] }) => {
    assert.deepStrictEqual(others, [])
    return problem === undefined ? "" : `${problem.code}: ${Problem.format(problem)}`
  }).pipe(Effect.provide(NodeServices.layer))

/** A folder with a pipe, a folder, and a file of so many bytes. */
const withOddFiles = <A, E>(use: (folder: string) => Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const folder = yield* files.makeTempDirectoryScoped({ prefix: "settings-" })
    execFileSync("mkfifo", [path.join(folder, "pipe")])
    mkdirSync(path.join(folder, "folder"))
    yield* files.writeFileString(path.join(folder, "large"), "x".repeat(8 * 1024 * 1024 + 1))
    yield* files.writeFileString(path.join(folder, "key"), "k".repeat(1024 * 1024 + 1))
    return yield* use(folder)
  }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))

describe("a settings file", () => {
  it.effect("that is a device, a pipe, a folder or too large is refused before it is read", () =>
    withOddFiles((folder) =>
      Effect.gen(function* () {
        const expected = {
          "/dev/zero": "is a device or a socket; expected a regular file",
          [join(folder, "pipe")]: "is a pipe; expected a regular file",
          [join(folder, "folder")]: "is a folder; expected a regular file",
          [join(folder, "large")]: "is larger than 8 MiB; expected a text of at most that size"
        }
        for (const [file, why] of Object.entries(expected)) {
          assert.strictEqual(yield* wrongWith(file), `FileUnreadable: the file ${file} ${why}`)
        }
      })
    )
  )

  it.effect("may name no such file for a secret either, whichever way it names it", () =>
    withOddFiles((folder) =>
      Effect.gen(function* () {
        const expected = {
          "/dev/zero": "is a device or a socket; expected a regular file",
          [join(folder, "pipe")]: "is a pipe; expected a regular file",
          [join(folder, "folder")]: "is a folder; expected a regular file",
          [join(folder, "key")]: "is larger than 1 MiB; expected a text of at most that size"
        }
        for (const [file, why] of Object.entries(expected)) {
          for (const given of [`@${file}`, `\${file:${file}}`]) {
            const [[code, line = ""] = []] = yield* problems({ connections: [{ ...tenable, secretKey: given }] })
            assert.strictEqual(code, "FileUnreadable", given)
            assert.include(line, why, given)
          }
        }
      })
    )
  )

  it.effect("of which the system tells no size is read as far as it goes", () =>
    Effect.gen(function* () {
      const [[code, line = ""] = []] = yield* problems({
        connections: [{ ...tenable, secretKey: "@/proc/self/status" }]
      })
      assert.deepStrictEqual([code, line.includes("secretKey: holds ")], ["InvalidSecret", true])
    })
  )

  it.effect("that is nested too deeply is told with the place, however deep it is", () =>
    Effect.gen(function* () {
      const expected = "expected at most 64 levels of arrays and objects in one another"
      for (const levels of [100, 100_000, 2_000_000]) {
        const nested = `{"connections":${"[".repeat(levels)}${"]".repeat(levels)}}`
        assert.deepStrictEqual(yield* problems(nested), [
          ["InvalidValue", `scanjobs.json:1:79: is nested too deeply; ${expected}`]
        ])
        assert.deepStrictEqual(yield* problems(`{"connections":${"[".repeat(levels)}`), [
          ["NotJson", `scanjobs.json:1:79: is not JSON; ${expected}`]
        ])
      }
    })
  )

  it.effect("that is a module and contains itself is told likewise", () =>
    Effect.gen(function* () {
      const [[code, line = ""] = []] = yield* problems(
        "const all = { connections: [] }\nall.connections.push(all, all)\nexport default all",
        { name: "settings.mjs" }
      )
      assert.deepStrictEqual([code, line.includes("is nested too deeply")], ["InvalidValue", true])
    })
  )

  it.effect("with texts of millions of characters is told in lines that people can read", () =>
    Effect.gen(function* () {
      const long = "x".repeat(500_000)
      const given = {
        [`a${long}`]: 1,
        plugins: [`./${long}`],
        connections: [
          { ...tenable, name: `n${long}`, secretKey: `s${long}` },
          { ...tenable, provider: `p${long}`, [`k${long}`]: 1 }
        ]
      }
      const found = yield* problems(given)
      assert.deepStrictEqual(
        found.map(([code]) => code),
        ["UnknownKey", "PluginFailed", "InvalidSecret", "UnknownProvider"]
      )
      for (const [, line = ""] of found) assert.isBelow(line.length, 4000)
    })
  )

  it.effect("with a secret of which much is white space is read in time that grows with its length", () =>
    Effect.gen(function* () {
      const found = yield* problems({ connections: [{ ...tenable, secretKey: `a${" ".repeat(65_000)}\nb` }] })
      assert.deepStrictEqual(
        found.map(([code]) => code),
        ["InvalidSecret"]
      )
    })
  )
})

describe("an http address of another machine", () => {
  const baseUrl = "http://vendor.example"

  it.effect("is told with the connection and the key, unless the connection or the defaults allow it", () =>
    Effect.gen(function* () {
      const [[code, line = ""] = [], ...others] = yield* problems({ connections: [{ ...tenable, baseUrl }] })
      assert.deepStrictEqual([code, others], ["InvalidValue", []])
      assert.match(line, /^connection "tvm": baseUrl: expected an https address: .*add "allowHttp": true$/)
      yield* load({ connections: [{ ...tenable, baseUrl, allowHttp: true }] })
      yield* load({ defaults: { allowHttp: true }, connections: [{ ...tenable, baseUrl }] })
      yield* load({ connections: [{ ...tenable, baseUrl: "http://localhost:8080" }] })
    })
  )
})

describe("a module that never settles", () => {
  const never = "await new Promise(() => {})"
  /** What is wrong with settings once virtual time has passed. */
  const given = (content: unknown, options: Parameters<typeof load>[1]) =>
    Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(problems(content, options))
      while (fiber.pollUnsafe() === undefined) {
        yield* TestClock.adjust("2 seconds")
        yield* Effect.promise(() => new Promise((resume) => setTimeout(resume, 20)))
      }
      return yield* Fiber.join(fiber)
    })
  const why =
    "did not load within 10s: its code waits for something that does not come, such as a promise that never settles"

  it.effect("is given up as settings, also where the promise is its default export", () =>
    Effect.gen(function* () {
      for (const module of [`${never}\nexport default {}`, "export default new Promise(() => {})"]) {
        assert.deepStrictEqual(yield* given(module, { name: "settings.mjs" }), [
          ["ModuleFailed", `settings.mjs: ${why}`]
        ])
      }
    })
  )

  it.effect("may export a promise that settles", () =>
    Effect.gen(function* () {
      const module = `export default Promise.resolve({ connections: [${JSON.stringify(tenable)}] })`
      const { connections } = yield* load(module, { name: "settings.mjs" })
      assert.lengthOf(connections, 1)
    })
  )
})

describe("the plugins of a settings file", () => {
  it.effect("can be named without running them", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const folder = yield* files.makeTempDirectoryScoped({ prefix: "settings-" })
      const file = path.join(folder, "scanjobs.json")
      yield* files.writeFileString(file, JSON.stringify({ plugins: ["./nothing.mjs", 7], connections: [] }))
      assert.deepStrictEqual(yield* Settings.pluginsNamed(file), ["./nothing.mjs"])
      const options = { file, providers: [], plugins: PluginModule.load }
      assert.strictEqual((yield* Effect.flip(Settings.loadPlugins(options)))._tag, "InvalidSettings")
    }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
  )
})
