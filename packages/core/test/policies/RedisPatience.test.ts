import { assert, describe, it } from "@effect/vitest"
import { RateLimit } from "@scanjobs/core"
import { Clock, Effect, Fiber, Layer } from "effect"
import { Redis } from "effect/persistence"
import { TestClock } from "effect/testing"

const unused = Effect.die(new Error("not used here"))

/** A Redis whose scripts end like this, one time after the other; the last end is for all later times. */
const ending = (...ends: ReadonlyArray<Effect.Effect<number, Redis.RedisError>>) => {
  let asked = 0
  const end = Effect.suspend(() => ends[Math.min(asked++, ends.length - 1)] ?? unused)
  const layer = Layer.succeed(Redis.Redis, {
    send: () => unused,
    subscribe: () => unused,
    reserve: unused,
    eval: () => () => end
  })
  return { asked: () => asked, limits: Layer.provide(RateLimit.layerRedis({ patience: "5 seconds" }), layer) }
}

const failing = (message: string, facts: object = {}) =>
  Effect.fail(new Redis.RedisError({ cause: Object.assign(new Error(message), facts) }))

/** Takes one request, and tells how that ended and after how many seconds. */
const take = (key = "acme") =>
  Effect.gen(function* () {
    const before = yield* Clock.currentTimeMillis
    const { acquire } = yield* RateLimit.RateLimit
    const outcome = yield* Effect.match(acquire(key, [{ requests: 5, window: "1 minute" }]), {
      onFailure: ({ message }) => message,
      onSuccess: () => "taken"
    })
    return [outcome, ((yield* Clock.currentTimeMillis) - before) / 1000]
  })

/** The same, while time passes. */
const taken = (key?: string) =>
  Effect.gen(function* () {
    const fiber = yield* Effect.forkChild(take(key))
    yield* TestClock.adjust("1 minute")
    return yield* Fiber.join(fiber)
  })

describe("the quotas in a Redis", () => {
  it.effect("fail after its patience where it does not answer", () => {
    const { limits } = ending(Effect.never)
    return Effect.gen(function* () {
      assert.deepStrictEqual(yield* taken(), ["Redis does not answer (waited 5s)", 5])
    }).pipe(Effect.provide(limits))
  })

  it.effect("are asked again while what is wrong can pass, and go on once it has", () => {
    const down = failing("connect ECONNREFUSED 127.0.0.1:6379")
    const { asked, limits } = ending(down, failing("LOADING Redis is loading the dataset in memory"), Effect.succeed(0))
    return Effect.gen(function* () {
      assert.deepStrictEqual(yield* taken(), ["taken", 0.2])
      assert.strictEqual(asked(), 3)
    }).pipe(Effect.provide(limits))
  })

  it.effect("say what was wrong last where it does not pass", () => {
    const { asked, limits } = ending(failing("READONLY You can't write against a read only replica."))
    return Effect.gen(function* () {
      const [outcome, seconds] = yield* taken()
      assert.strictEqual(outcome, "Redis is a read-only replica; name the primary instead (waited 5s)")
      assert.strictEqual(seconds, 5)
      assert.isAtMost(asked(), 52)
    }).pipe(Effect.provide(limits))
  })

  it.effect("fail at once where what is wrong cannot pass", () => {
    const { asked, limits } = ending(failing("NOAUTH Authentication required."))
    return Effect.gen(function* () {
      assert.deepStrictEqual(yield* take(), ["Redis wants a password", 0])
      assert.strictEqual(asked(), 1)
    }).pipe(Effect.provide(limits))
  })

  it.effect("fail at once for other connections, too, until its patience has passed again", () => {
    const { asked, limits } = ending(Effect.never, Effect.succeed(0))
    return Effect.gen(function* () {
      const fiber = yield* Effect.forkChild(take("first"))
      yield* TestClock.adjust("5 seconds")
      assert.deepStrictEqual(yield* Fiber.join(fiber), ["Redis does not answer (waited 5s)", 5])
      for (const key of ["second", "third"]) {
        assert.deepStrictEqual(yield* take(key), ["Redis does not answer (waited 5s)", 0])
      }
      assert.strictEqual(asked(), 1)
      yield* TestClock.adjust("5 seconds")
      assert.deepStrictEqual(yield* take("second"), ["taken", 0])
    }).pipe(Effect.provide(limits))
  })
})

describe("what is wrong with a Redis", () => {
  it.each([
    ["NOAUTH Authentication required.", {}, "wants a password"],
    ["WRONGPASS invalid username-password pair or user is disabled.", {}, "does not accept the user and the password"],
    ["ERR invalid password", {}, "does not accept the user and the password"],
    ["NOPERM User x has no permissions to run the 'evalsha' command", {}, "does not permit this user"],
    ["OOM command not allowed when used memory > 'maxmemory'.", {}, "is out of memory"],
    ["MISCONF Redis is configured to save RDB snapshots", {}, "cannot save to its disk"],
    ["MOVED 3999 127.0.0.1:6381", {}, "is a cluster, and the address is that of one of its nodes"],
    ["ERR unknown command 'EVALSHA'", {}, "does not know a command that is needed"],
    ["DENIED Redis is running in protected mode", {}, "is in protected mode"],
    ["ERR max number of clients reached", {}, "has too many clients"],
    ["ERR canary", {}, "refuses the command"],
    ["getaddrinfo ENOTFOUND canary", { code: "ENOTFOUND" }, "cannot be reached: there is no such host"],
    ["self-signed certificate", { code: "DEPTH_ZERO_SELF_SIGNED_CERT" }, "cannot be reached: its certificate"],
    ["Socket closed unexpectedly", {}, "has closed the connection"]
  ])("is told in our words: %s", (message, facts, words) => {
    const problem = RateLimit.redisProblem(new Redis.RedisError({ cause: Object.assign(new Error(message), facts) }))
    assert.include(problem, words)
    assert.notInclude(problem, "canary")
  })
})
