import type { Signer } from "@scanjobs/core"
import { Conformance } from "@scanjobs/testing"
import * as ConformanceSuite from "@scanjobs/testing/conformance"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Redacted } from "effect"
import { hmac, right, subject } from "../Signet.ts"

ConformanceSuite.suite(subject(), { describe, it })

/** Keeps the signature of each address. */
const keeping = (): Signer.Signer => {
  const known = new Map<string, Signer.Signed>()
  return (request, secret) =>
    Effect.gen(function* () {
      const key = `${request.url.href} ${Redacted.value(secret)}`
      const signed = known.get(key) ?? (yield* right(request, secret))
      known.set(key, signed)
      return signed
    })
}

/** Leaves out what each second page needs. */
const forgetting: Signer.Signer = (request, secret) =>
  request.url.searchParams.get("offset") === "5" ? Effect.succeed({ headers: {}, secrets: [] }) : right(request, secret)

/** Takes the time of the program for that of the vendor. */
const byItself: Signer.Signer = Effect.fnUntraced(function* (request, secret) {
  const now = yield* Effect.clockWith((clock) => clock.currentTimeMillis)
  return yield* right({ ...request, now }, secret)
})

const sending: Signer.Signer = Effect.fnUntraced(function* (request, secret) {
  const { headers, secrets } = yield* right(request, secret)
  return { headers: { ...headers, "x-key": Redacted.value(secret) }, secrets }
})

const telling: Signer.Signer = Effect.fnUntraced(function* ({ method, now, url }, secret) {
  const time = String(Math.floor(now / 1000))
  return { headers: { "x-time": time, "x-signature": yield* hmac(method, url, time, secret) }, secrets: [] }
})

/** Signs something else than what the vendor verifies. */
const missigning: Signer.Signer = (request, secret) =>
  right({ ...request, url: new URL(request.url.pathname, request.url) }, secret)

const mistakes: ReadonlyArray<readonly [mistake: string, signer: () => Signer.Signer, caughtBy: string, says: string]> =
  [
    ["keeps a signature for later attempts", keeping, "C43", "has the signature that it had before"],
    ["signs by the program's own clock", () => byItself, "C43", "by the program's own clock"],
    ["sends the secret beside the signature", () => sending, "C43", "the secret itself is in GET /runs"],
    ["does not say that a signature is secret", () => telling, "C26", "a secret is in"],
    ["signs another text than the vendor does", () => missigning, "C02", "the signature of GET /runs: look at `sign`"],
    ["does not sign all pages", () => forgetting, "C04", "the signature of GET /runs: look at `sign`"]
  ]

describe("the conformance of signed requests", () => {
  for (const [mistake, signer, caughtBy, says] of mistakes) {
    it.live(`catches a provider that ${mistake}, by ${caughtBy}`, () =>
      Effect.gen(function* () {
        const check = Conformance.checks(subject(signer())).find(({ id }) => id === caughtBy)
        const failure = yield* Effect.flip(Effect.scoped(check?.run ?? Effect.die("there is no such check")))
        assert.strictEqual(failure._tag, "ConformanceFailure", failure.message)
        assert.include(failure.message, says)
      })
    )
  }
})
