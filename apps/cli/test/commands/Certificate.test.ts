import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber, FileSystem, Option, Stream } from "effect"
import { TestClock } from "effect/testing"
import { execFileSync } from "node:child_process"
import * as Certificate from "../../src/commands/history/Certificate.ts"

/** A certificate and its key, as two texts. */
const pair = () => {
  const kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "1"]
  const both = execFileSync("openssl", ["req", ...kind, "-subj", "/CN=localhost", "-keyout", "-", "-out", "-"], {
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"]
  })
  const at = both.indexOf("-----BEGIN CERTIFICATE-----")
  return { cert: both.slice(at), key: both.slice(0, at) }
}

describe("a certificate in files", () => {
  it.effect("is read again when it is renewed, and not while only one of its files is new", () =>
    Effect.gen(function* () {
      const [first, second] = [pair(), pair()]
      const held = new Map(Object.entries(first))
      const files = FileSystem.makeNoop({ readFileString: (name) => Effect.sync(() => held.get(name) ?? "") })
      const named = { cert: Option.some("cert"), key: Option.some("key") }
      const found: Array<string> = []
      yield* Effect.gen(function* () {
        const tls = yield* Certificate.load(named)
        const following = yield* Effect.forkChild(
          Stream.runForEach(Certificate.renewals(named, tls), ({ certificate }) =>
            Effect.sync(() => found.push(certificate))
          )
        )
        yield* TestClock.adjust("3 minutes")
        assert.deepStrictEqual(found, [])
        held.set("cert", second.cert)
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(found, [])
        held.set("key", second.key)
        yield* TestClock.adjust("1 minute")
        assert.deepStrictEqual(found, [second.cert])
        yield* TestClock.adjust("5 minutes")
        assert.deepStrictEqual(found, [second.cert])
        yield* Fiber.interrupt(following)
      }).pipe(Effect.provideService(FileSystem.FileSystem, files))
    })
  )
})
