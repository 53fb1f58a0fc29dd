import { assert, describe, it } from "@effect/vitest"
import * as AvePointEmulator from "@scanjobs/avepoint/emulator"
import * as DigiCertEmulator from "@scanjobs/digicert/emulator"
import * as GitHubEmulator from "@scanjobs/github/emulator"
import * as TenableEmulator from "@scanjobs/tenable/emulator"
import { Effect } from "effect"
import { spawn } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const main = fileURLToPath(new URL("../src/main.ts", import.meta.url))

/** Runs the sample to its end. */
const run = (args: ReadonlyArray<string>, env: { readonly [name: string]: string } = {}) =>
  Effect.callback<{ readonly code: number | null; readonly stdout: string; readonly stderr: string }>((resume) => {
    const program = spawn(process.execPath, ["--conditions=@scanjobs/source", main, ...args], {
      env: { PATH: process.env["PATH"], TZ: "Europe/Berlin", ...env },
      stdio: ["ignore", "pipe", "pipe"]
    })
    let [stdout, stderr] = ["", ""]
    program.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text))
    program.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text))
    program.on("close", (code) => resume(Effect.succeed({ code, stdout, stderr })))
    return Effect.sync(() => program.kill("SIGKILL"))
  })

/** A settings file of these connections. */
const settingsFile = (connections: ReadonlyArray<object>) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.sync(() => mkdtempSync(join(tmpdir(), "sample-"))),
      (folder) => Effect.sync(() => rmSync(folder, { recursive: true }))
    ),
    (folder) => {
      const file = join(folder, "scanjobs.json")
      writeFileSync(file, JSON.stringify({ connections }))
      return file
    }
  )

/** What `scanjobs emulate` prints: a connection to the emulator of each vendor. */
const emulated = Effect.all(
  [
    Effect.map(DigiCertEmulator.playground.serve({}), ({ settings }) => ({ ...settings, provider: "digicert" })),
    Effect.map(AvePointEmulator.playground.serve({}), ({ settings }) => ({ ...settings, provider: "avepoint" })),
    Effect.map(GitHubEmulator.playground.serve({}), ({ settings }) => ({ ...settings, provider: "github" })),
    Effect.map(TenableEmulator.playground.serve({}), ({ settings }) => ({ ...settings, provider: "tenable" }))
  ],
  { concurrency: 4 }
).pipe(Effect.map((all) => all.map((settings) => ({ ...settings, name: settings.provider }))))

/** A scan that runs now. */
const scan = { id: 1, status: "running", enabled: false, last_modification_date: Math.floor(Date.now() / 1000) }

/** Epoch milliseconds of a row, where the zone of its text does not matter. */
const timeOf = (row: string) => Date.parse(row.slice(0, 18).replace(",", ""))

describe("the sample", () => {
  it.live("prints both emulated vendors' scans as one list in order of time, and names the zone of the times", () =>
    Effect.gen(function* () {
      const { code, stderr, stdout } = yield* run([])
      const lines = stdout.trim().split("\n")
      const rows = lines.slice(0, -3)
      assert.deepStrictEqual([code, stderr], [0, ""])
      assert.isAbove(rows.length, 10)
      for (const word of [" certificates ", " collaboration ", " scheduled "]) {
        assert.isTrue(
          rows.some((row) => row.includes(word)),
          word
        )
      }
      assert.match(lines.at(-2) ?? "", new RegExp(`^${rows.length} scans of the last and the next 24 hours`))
      assert.strictEqual(lines.at(-1), "Times are in Europe/Berlin.")
      const times = rows.map(timeOf)
      assert.isFalse(times.some(Number.isNaN))
      assert.deepStrictEqual(
        times,
        times.toSorted((a, b) => a - b)
      )
    })
  )

  it.live("reads the settings file of every vendor's emulator", () =>
    Effect.gen(function* () {
      const { code, stderr, stdout } = yield* run(["--config", yield* settingsFile(yield* emulated)])
      assert.deepStrictEqual([code, stderr], [0, ""])
      assert.include(stdout, "from 4 connections.\n")
      for (const name of ["digicert", "avepoint", "github", "tenable"]) assert.include(stdout, ` ${name} `)
    })
  )

  it.live("shows no character of a vendor that a terminal would obey, and no pile of marks", () =>
    Effect.gen(function* () {
      const name = `a\u001b[31m\u009b31m\u202eb\u2028c\u0085d${"\u0301".repeat(10_000)}`
      const { settings } = yield* TenableEmulator.serve({ scans: [{ runs: [], row: { ...scan, name } }] })
      const { stdout } = yield* run([
        "--config",
        yield* settingsFile([{ ...settings, name: "tenable", provider: "tenable" }])
      ])
      assert.include(stdout, " tenable ")
      assert.notMatch(stdout.replaceAll("\n", ""), /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]|\p{M}{5}/u)
    })
  )

  it.live("lists all mistakes of the settings at once, without a stack trace", () =>
    Effect.gen(function* () {
      const file = yield* settingsFile([
        { name: "a", provider: "nosuch" },
        { name: "b", provider: "tenable", accessKey: "${UNSET_KEY}" }
      ])
      const { code, stderr, stdout } = yield* run(["--config", file])
      assert.deepStrictEqual([code, stdout], [2, ""])
      assert.match(stderr, /^connection "a": provider: "nosuch" is not a provider; .*\n/)
      assert.deepStrictEqual(stderr.trimEnd().split("\n").slice(1), [
        'connection "b": accessKey: the environment variable UNSET_KEY is not set',
        'connection "b": secretKey: missing key; expected string'
      ])
    })
  )

  it.live("prints the rows that it has, says once what failed, and ends with exit code 3", () =>
    Effect.gen(function* () {
      const [digicert = {}] = yield* emulated
      const file = yield* settingsFile([
        digicert,
        {
          name: "down",
          provider: "tenable",
          accessKey: "a-key",
          secretKey: "s-key",
          baseUrl: Reflect.get(digicert, "baseUrl")
        }
      ])
      const { code, stderr, stdout } = yield* run(["--config", file])
      assert.strictEqual(code, 3, stderr)
      assert.include(stdout, " digicert ")
      const said = stderr.trimEnd().split("\n")
      assert.strictEqual(new Set(said).size, said.length)
      for (const line of said) assert.match(line, /^down \(tenable \w+\): VendorRejected: /)
    })
  )
})
