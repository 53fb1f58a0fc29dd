import * as AvePointEmulator from "@scanjobs/avepoint/emulator"
import * as DigiCertEmulator from "@scanjobs/digicert/emulator"
import { assert, describe, it } from "@effect/vitest"
import { Config, DateTime, Effect, Random, Schema } from "effect"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import * as ResumeFile from "../../src/resume/ResumeFile.ts"
import { folder, runHere } from "../Program.ts"
import * as SlowPipe from "../SlowPipe.ts"
import * as ContinuedOutput from "./ContinuedOutput.ts"

const parse = Schema.decodeUnknownSync(Schema.fromJsonString(ResumeFile.ResumeFile))

/** Pages that do not fit into a pipe, so that most kills come in the middle of one. */
const pageSize = 250

/** Texts of several lines that need quotes in CSV, so that a record may be cut within them. */
const long = (name: unknown) => `${String(name)}, "${"so it is named,\r\n".repeat(40)}"`

const jobsOf = (jobs: number, seed: string) =>
  Effect.map(AvePointEmulator.generate({ jobs, seed }), (rows) =>
    rows.map((row) => ({ ...row, scanProfileName: long(row["scanProfileName"]) }))
  )

/** Three connections with enough pages to be killed so many times. */
const serve = Effect.fnUntraced(function* (times: number) {
  const digicert = yield* DigiCertEmulator.serve({
    apiKey: "canary-devkey-81c2",
    scans: yield* DigiCertEmulator.generate({ scans: 2, past: 250 * times }),
    latency: "2 millis"
  })
  const other = yield* AvePointEmulator.serve({
    jobs: yield* jobsOf(500 * times, "other"),
    quirks: { end: "empty" },
    latency: "3 millis"
  })
  const avepoint = yield* AvePointEmulator.serve({
    jobs: yield* jobsOf(500 * times, "ap"),
    quirks: { end: "empty" },
    latency: "5 millis"
  })
  const cwd = yield* folder({
    "scanjobs.json": {
      connections: [
        { ...digicert.settings, name: "dc", provider: "digicert", pageSize },
        { ...other.settings, name: "other", provider: "avepoint", pageSize },
        { ...avepoint.settings, name: "ap", provider: "avepoint", pageSize }
      ]
    }
  })
  return { vendors: [digicert, other, avepoint], cwd }
})

/** Three, or as many as the environment's `SCANJOBS_KILLS` says. */
const kills = Config.Int("SCANJOBS_KILLS").pipe(Config.withDefault(3))

const formats = { ndjson: ContinuedOutput.ofNdjson, csv: ContinuedOutput.ofCsv }

/** Kills the program so many times, at moments of chance, and lets it then come to its end. All output goes to one file, as with `>>`. */
const killed = Effect.fnUntraced(function* (format: keyof typeof formats, times: number) {
  const { cwd, vendors } = yield* serve(times)
  const args = ["list", "--resume", "run.json", "--format", format]
  let output = ""
  let cut = 0
  for (let left = times; left > 0; left--) {
    const ended = yield* SlowPipe.run(args, {
      cwd,
      bytes: 16_384,
      rest: 2,
      after: yield* Random.nextIntBetween(1, 700_000),
      // As long as there is more of a page than the pipe holds, the program waits for its reader in the middle of it.
      onText: (kill) => kill("SIGKILL")
    })
    output += ended.text
    if (ended.code !== null) break
    if (!ended.text.endsWith("\n")) cut++
  }
  assert.isAbove(cut, 0)
  const last = yield* SlowPipe.run(args, { cwd, bytes: 65_536, rest: 0 })
  assert.strictEqual(last.code, 0, last.stderr)
  output += last.text

  const stored = parse(readFileSync(join(cwd, "run.json"), "utf8"))
  assert.isTrue(stored.complete)
  const until = DateTime.formatIso(stored.query.horizon)
  const whole = yield* runHere(["list", "--until", until, "--format", format], { cwd })
  const rows = formats[format]
  const expected = rows(whole.stdout)
  assert.isAtLeast(expected.size, 1000 * times)
  // Of each run that was killed, no more than one page is written again.
  const begun = output.match(/^(?:\{"provider":|digicert,|avepoint,)/gm) ?? []
  assert.isAtMost(begun.length, expected.size + times * pageSize)
  const found = rows(output)
  assert.strictEqual(found.size, expected.size)
  assert.deepStrictEqual(
    [...expected].filter(([id, row]) => found.get(id) !== row),
    []
  )
  for (const { ledger } of vendors) assert.deepStrictEqual(yield* ledger.violations, [])
  assert.deepStrictEqual(
    readdirSync(cwd).filter((name) => name.startsWith("run.json")),
    ["run.json"]
  )
  assert.isFalse(existsSync(join(cwd, "run.json.lock")))
})

describe.skipIf(process.platform === "win32")("scanjobs list --resume >> FILE", () => {
  it.live.each(["ndjson", "csv"] as const)(
    "loses no row of three connections where it is killed again and again while a slow reader takes %s",
    (format) => Effect.flatMap(kills, (times) => Random.withSeed(killed(format, times), format)),
    600_000
  )
})
