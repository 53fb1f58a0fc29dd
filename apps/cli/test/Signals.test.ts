import * as AvePointEmulator from "@scanjobs/avepoint/emulator"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { folder, linesOf } from "./Program.ts"
import * as SlowPipe from "./SlowPipe.ts"

/** One page is more than a pipe holds. */
const pageSize = 250

const serve = Effect.gen(function* () {
  const vendor = yield* AvePointEmulator.serve({ jobs: yield* AvePointEmulator.generate({ jobs: 6 * pageSize }) })
  return yield* folder({
    "scanjobs.json": { connections: [{ ...vendor.settings, name: "ap", provider: "avepoint", pageSize }] }
  })
})

/** Slow enough that the program waits for it with the rest of a page, and within the ten seconds that it waits. */
const slow = { bytes: 8192, rest: 20 }

describe.skipIf(process.platform === "win32")("a program that is told to end while its reader is slow", () => {
  it.live.each([
    ["SIGTERM", 143],
    ["SIGINT", 130]
  ] as const)("writes its last row whole after %s", ([signal, expected]) =>
    Effect.gen(function* () {
      const cwd = yield* serve
      const args = ["list", "--format", "ndjson"]
      const { code, stderr, text } = yield* SlowPipe.run(args, { cwd, ...slow, onText: (kill) => kill(signal) })
      assert.deepStrictEqual([code, stderr.includes("not taken by its reader")], [expected, false])
      assert.isTrue(text.endsWith("\n"))
      assert.isAtLeast(linesOf(text).length, pageSize)
      for (const line of linesOf(text)) assert.isObject(JSON.parse(line))
    })
  )

  it.live("writes JSON to its end", () =>
    Effect.gen(function* () {
      const cwd = yield* serve
      const args = ["list", "--format", "json"]
      // The bracket comes before the first page.
      const { code, text } = yield* SlowPipe.run(args, { cwd, ...slow, after: 2, onText: (kill) => kill("SIGTERM") })
      assert.strictEqual(code, 143)
      const jobs: unknown = JSON.parse(text)
      assert.isTrue(Array.isArray(jobs) && jobs.length >= pageSize && jobs.length % pageSize === 0)
    })
  )

  it.live("ends at once after a second signal, and the next run ends the row that was cut", () =>
    Effect.gen(function* () {
      const cwd = yield* serve
      const args = ["list", "--format", "ndjson", "--resume", "run.json"]
      let signals: ReturnType<typeof setInterval> | undefined
      const { code, stderr, text } = yield* SlowPipe.run(args, {
        cwd,
        bytes: 1024,
        rest: Infinity,
        onText: (kill) => {
          kill("SIGTERM")
          // Signals that come before the first one is heard are one with it.
          signals = setInterval(() => kill("SIGTERM"), 300)
        }
      })
      clearInterval(signals)
      assert.deepStrictEqual([code, stderr.includes("not taken by its reader")], [143, false])
      assert.isFalse(text.endsWith("\n"))
      const next = yield* SlowPipe.run(args, { cwd, bytes: 65_536, rest: 0 })
      assert.strictEqual(next.code, 0, next.stderr)
      assert.isTrue(next.text.startsWith("\n{"))
    })
  )

  it.live("ends at once where the reader has gone, and the next run ends the row that was cut", () =>
    Effect.gen(function* () {
      const cwd = yield* serve
      const args = ["list", "--format", "ndjson", "--resume", "run.json"]
      const gone = yield* SlowPipe.run(args, { cwd, bytes: 1024, rest: 0, leaves: true })
      assert.deepStrictEqual([gone.code, gone.stderr], [0, ""])
      const stored: { readonly complete: boolean; readonly ended: boolean } = JSON.parse(
        readFileSync(join(cwd, "run.json"), "utf8")
      )
      assert.deepStrictEqual([stored.complete, stored.ended], [false, false])
      const next = yield* SlowPipe.run(args, { cwd, bytes: 65_536, rest: 0 })
      assert.deepStrictEqual([next.code, next.text.startsWith("\n{")], [0, true])
    })
  )
})
