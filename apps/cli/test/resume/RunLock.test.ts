import { assert, describe, it } from "@effect/vitest"
import { Effect, Result } from "effect"
import { TestClock } from "effect/testing"
import { existsSync, readFileSync, statSync, utimesSync, writeFileSync } from "node:fs"
import { hostname } from "node:os"
import { join } from "node:path"
import * as RunLock from "../../src/resume/RunLock.ts"
import { folder, run, runHere } from "../Program.ts"
import * as Vendors from "../Vendors.ts"

const args = ["list", "-c", "ap", "--resume", "run.json"]

/** A run that waits for its second page, and another one that is started meanwhile. */
const during = <A, E, R>(other: (cwd: string, pid: number | undefined) => Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    let isDown = true
    const vendors = yield* Vendors.serve({
      avepoint: {
        fault: ({ endpoint }, nth) => (endpoint === "jobs" && nth === 2 && isDown ? Effect.never : undefined)
      }
    })
    const { cwd } = vendors.started
    const context = yield* Effect.context<R>()
    let result: Promise<A> | undefined
    const first = yield* run(args, {
      ...vendors.started,
      onOutput: (program) => {
        isDown = false
        result ??= Effect.runPromiseWith(context)(other(cwd, program.pid)).finally(() => program.kill("SIGKILL"))
      }
    })
    assert.isNull(first.code, first.stderr)
    return { result: yield* Effect.promise(() => result ?? Promise.reject(new Error("there was no output"))), vendors }
  })

const lockOf = (cwd: string): Record<string, unknown> => JSON.parse(readFileSync(join(cwd, "run.json.lock"), "utf8"))

describe.concurrent("the lock of a resume file", () => {
  it.live("refuses a second run with who has it, and neither a killed run nor its end leaves it behind", () =>
    Effect.gen(function* () {
      const { result, vendors } = yield* during((cwd, pid) =>
        Effect.map(run(args, { cwd, env: Vendors.secrets }), (ended) => ({ ...ended, pid }))
      )
      const { started } = vendors
      assert.deepStrictEqual([result.code, result.stdout], [2, ""])
      assert.match(
        result.stderr,
        new RegExp(
          `^--resume: run\\.json is in use by another run, process ${result.pid} on ${hostname()}, since \\d{4}-\\d\\d-\\d\\dT[\\d:.]+Z; wait for it, or name another file\n$`
        )
      )
      assert.isTrue(existsSync(join(started.cwd, "run.json.lock")))
      const next = yield* run(args, started)
      assert.strictEqual(next.code, 0, next.stderr)
      assert.isFalse(existsSync(join(started.cwd, "run.json.lock")))
    })
  )

  it.live("of another machine holds for as long as it is renewed", () =>
    Effect.gen(function* () {
      const { result: lock, vendors } = yield* during((cwd) => Effect.sync(() => lockOf(cwd)))
      const { started } = vendors
      const path = join(started.cwd, "run.json.lock")
      const state = join(started.cwd, "run.json")
      const here = () => runHere(["list", "-c", "ap", "--resume", state], started)
      writeFileSync(path, JSON.stringify({ ...lock, host: "elsewhere", pid: 7 }))
      const fresh = yield* here()
      assert.deepStrictEqual([fresh.code, fresh.stdout], [2, ""])
      assert.match(
        fresh.stderr,
        /run\.json is in use by another run, process 7 on elsewhere, since \S+; .* Where that run is gone, try again in a minute\n$/
      )
      const old = Date.now() / 1000 - 61
      utimesSync(path, old, old)
      const later = yield* here()
      assert.strictEqual(later.code, 0, later.stderr)
    })
  )

  it.live("that says nothing holds for a minute", () =>
    Effect.gen(function* () {
      const { started } = yield* Vendors.serve()
      const path = join(started.cwd, "run.json.lock")
      const here = () => runHere(["list", "-c", "ap", "--resume", join(started.cwd, "run.json")], started)
      writeFileSync(path, "")
      const fresh = yield* here()
      assert.deepStrictEqual([fresh.code, fresh.stdout], [2, ""])
      assert.match(fresh.stderr, /is being taken by another run; try again in a minute, or remove \S+\.lock where/)
      const old = Date.now() / 1000 - 61
      utimesSync(path, old, old)
      assert.strictEqual((yield* here()).code, 0)
    })
  )

  it.live.skipIf(process.platform !== "linux")("is not held by another process that has got the same number", () =>
    Effect.gen(function* () {
      const { result: lock, vendors } = yield* during((cwd) => Effect.sync(() => lockOf(cwd)))
      const { started } = vendors
      const state = join(started.cwd, "run.json")
      writeFileSync(`${state}.lock`, JSON.stringify({ ...lock, pid: process.pid }))
      const ended = yield* runHere(["list", "-c", "ap", "--resume", state], started)
      assert.strictEqual(ended.code, 0, ended.stderr)
    })
  )

  it.live("is given to one of several runs that find a run gone at the same time", () =>
    Effect.gen(function* () {
      const { result: lock, vendors } = yield* during((cwd) => Effect.sync(() => lockOf(cwd)))
      const { started } = vendors
      assert.isString(lock["token"])
      const many = yield* Effect.all(
        Array.from({ length: 4 }, () => run(args, started)),
        { concurrency: "unbounded" }
      )
      const written = many.filter(({ stdout }) => stdout !== "")
      assert.lengthOf(written, 1)
      for (const { code, stderr } of many) {
        assert.isTrue(code === 0 || /is in use by another run|is wanted by several runs/.test(stderr), stderr)
      }
    })
  )

  it.effect("is renewed, and a run that has lost it does not go on", () =>
    Effect.gen(function* () {
      const cwd = yield* folder({})
      const state = join(cwd, "run.json")
      const path = `${state}.lock`
      const lock = yield* RunLock.hold(state)
      utimesSync(path, 1, 1)
      yield* TestClock.adjust("15 seconds")
      while (statSync(path).mtimeMs <= 1000) yield* aMoment
      yield* lock.check
      writeFileSync(path, JSON.stringify({ ...lockOf(cwd), token: "another" }))
      yield* TestClock.adjust("15 seconds")
      let checked = yield* Effect.result(lock.check)
      while (Result.isSuccess(checked)) {
        yield* aMoment
        checked = yield* Effect.result(lock.check)
      }
      assert.strictEqual(checked.failure.message, `${path} was taken over by another run`)
      assert.isTrue(existsSync(path))
    })
  )
})

/** Files know nothing of the clock of tests. */
const aMoment = Effect.promise(() => new Promise((resolve) => setTimeout(resolve, 5)))
