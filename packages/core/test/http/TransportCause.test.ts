import { RetryPolicy } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { HttpClient, HttpClientError } from "effect/http"
import * as TransportCause from "../../src/http/TransportCause.ts"
import * as Vendor from "../Vendor.ts"

const failing = (code: string) => Object.assign(new Error("innermost"), { code })

/** Asks a server to which every connection fails with this code. */
const ask = (code: string) =>
  Effect.gen(function* () {
    let attempts = 0
    const client = HttpClient.make((request) => {
      attempts++
      const cause = new TypeError("fetch failed", { cause: failing(code) })
      return Effect.fail(
        new HttpClientError.HttpClientError({ reason: new HttpClientError.TransportError({ request, cause }) })
      )
    })
    const reason = yield* Effect.flip(Vendor.ask("https://acme.example")).pipe(
      Effect.provide([Layer.succeed(HttpClient.HttpClient, client), RetryPolicy.layer({ times: 2, base: 0 })])
    )
    return { attempts, reason }
  })

describe("a connection that fails", () => {
  it.live.each([
    ["SELF_SIGNED_CERT_IN_CHAIN", "NODE_EXTRA_CA_CERTS"],
    ["DEPTH_ZERO_SELF_SIGNED_CERT", "NODE_EXTRA_CA_CERTS"],
    ["UNABLE_TO_GET_ISSUER_CERT_LOCALLY", "NODE_EXTRA_CA_CERTS"],
    ["UNABLE_TO_VERIFY_LEAF_SIGNATURE", "NODE_EXTRA_CA_CERTS"],
    ["CERT_HAS_EXPIRED", "has expired"],
    ["ERR_TLS_CERT_ALTNAME_INVALID", "for another host"],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "does not speak TLS"]
  ] as const)("for %s is tried once, with advice", ([code, advice]) =>
    Effect.gen(function* () {
      const { attempts, reason } = yield* ask(code)
      assert.deepInclude(reason, { _tag: "Unavailable", permanent: true, retryable: false })
      assert.include(reason.message, code)
      assert.include(reason.message, advice)
      assert.strictEqual(attempts, 1)
    })
  )

  it.live.each(["ECONNREFUSED", "ECONNRESET", "EAI_AGAIN", "UND_ERR_SOCKET"] as const)(
    "for %s is tried again",
    (code) =>
      Effect.gen(function* () {
        const { attempts, reason } = yield* ask(code)
        assert.deepInclude(reason, { _tag: "Unavailable", retryable: true })
        assert.strictEqual(attempts, 3)
      })
  )
})

describe("a cause", () => {
  it("is the innermost one, with its code", () => {
    const chain = new Error("outer", { cause: new TypeError("middle", { cause: failing("ECONNRESET") }) })
    assert.deepStrictEqual(TransportCause.of(chain), { code: "ECONNRESET", message: "innermost ECONNRESET" })
  })

  it("is the outer one where the inner one says nothing", () => {
    assert.strictEqual(TransportCause.of(new Error("outer", { cause: new Error("") })).message, "outer")
    assert.isUndefined(TransportCause.of("no error").message)
  })
})
