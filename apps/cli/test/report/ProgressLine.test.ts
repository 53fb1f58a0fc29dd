import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Fiber, Queue, Sink, Stdio, Stream, Terminal } from "effect"
import { TestClock } from "effect/testing"
import * as ProgressLine from "../../src/report/ProgressLine.ts"
import { Tally } from "../../src/report/Tally.ts"

const terminal = Terminal.make({
  columns: Effect.succeed(40),
  rows: Effect.succeed(20),
  size: Effect.never,
  readInput: Effect.never,
  readLine: Effect.never,
  display: () => Effect.void
})

const page = {
  _tag: "PageRead",
  provider: "acme",
  connection: "ma\u001bin",
  listing: "runs",
  scope: null,
  page: 0,
  rows: 500,
  jobs: 500,
  repeats: 0,
  rejected: []
} as const

/** Shows the line while text comes from a queue; gives what each side has written. */
const started = Effect.fnUntraced(function* (terminals: { readonly stdout: boolean; readonly stderr: boolean }) {
  const tally = new Tally()
  const texts = yield* Queue.unbounded<string>()
  const written = { stdout: "", stderr: "" }
  const stdio = Stdio.layerTest({
    stdoutIsTerminal: Effect.succeed(terminals.stdout),
    stderrIsTerminal: Effect.succeed(terminals.stderr),
    stderr: () => Sink.forEach((text) => Effect.sync(() => void (written.stderr += String(text))))
  })
  const fiber = yield* ProgressLine.during(tally, Stream.fromQueue(texts), (text) =>
    Stream.runForEach(text, (part) => Effect.sync(() => void (written.stdout += part)))
  ).pipe(Effect.provide(stdio), Effect.provideService(Terminal.Terminal, terminal), Effect.forkChild)
  return { tally, texts, written, fiber }
})

describe("ProgressLine", () => {
  it.effect("is drawn a few times a second, fits the terminal, and leaves nothing", () =>
    Effect.gen(function* () {
      const { fiber, tally, written } = yield* started({ stdout: false, stderr: true })
      yield* TestClock.adjust("500 millis")
      tally.note(page)
      yield* TestClock.adjust("500 millis")
      const drawn = written.stderr.split("\r\u001b[2K")
      assert.deepStrictEqual(drawn, [
        "",
        "asking …",
        "asking …",
        String.raw`ma\x1bin: 1 page, 500 jobs (833/s)`,
        String.raw`ma\x1bin: 1 page, 500 jobs (625/s)`,
        String.raw`ma\x1bin: 1 page, 500 jobs (500/s)`
      ])
      yield* Fiber.interrupt(fiber)
      assert.isTrue(written.stderr.endsWith("\r\u001b[2K"))
    })
  )

  it.effect("gives way to rows on the same terminal, for good", () =>
    Effect.gen(function* () {
      const { texts, written } = yield* started({ stdout: true, stderr: true })
      yield* TestClock.adjust("300 millis")
      yield* Queue.offerAll(texts, ["first\n", "second\n"])
      yield* TestClock.adjust("1 second")
      assert.strictEqual(written.stdout, "\r\u001b[2Kfirst\nsecond\n")
      assert.strictEqual(written.stderr, "\r\u001b[2Kasking …")
    })
  )

  it.effect("is not there where standard error is no terminal", () =>
    Effect.gen(function* () {
      const { texts, written } = yield* started({ stdout: true, stderr: false })
      yield* Queue.offer(texts, "row\n")
      yield* TestClock.adjust("1 second")
      assert.deepStrictEqual(written, { stdout: "row\n", stderr: "" })
    })
  )

  it("counts connections where there are many, and tells how long it has taken", () => {
    const tally = new Tally(150)
    for (let id = 0; id < 91; id++) tally.end(`c${id}`)
    tally.note({ ...page, connection: "c1", jobs: 500 })
    tally.note({ ...page, connection: "c2", jobs: 452 })
    assert.strictEqual(ProgressLine.render(tally, 24_500, 80), "91/150 done, 952 jobs, 00:24")
    tally.fail({ ...page, connection: "c3", cause: Cause.die("x") })
    tally.fail({ ...page, connection: "c3", cause: Cause.die("x") })
    tally.fail({ ...page, connection: "c4", cause: Cause.die("x") })
    assert.strictEqual(ProgressLine.render(tally, 3_724_000, 80), "91/150 done, 952 jobs, 2 failing, 1:02:04")
  })
})
