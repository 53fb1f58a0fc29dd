import { NodeHttpClient } from "@effect/platform-node"
import { OAuth, Rejection, RetryPolicy } from "@scanjobs/core"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Redacted, Result, Schema } from "effect"
import * as Secrets from "../../src/secrets/Secrets.ts"
import * as Vendor from "../Vendor.ts"

const live = Layer.merge(NodeHttpClient.layerUndici, RetryPolicy.layer({ times: 0 }))

const clientSecret = Redacted.make("s3cret: +/")

/** What a token server is asked by a client with these options. */
const asked = (options: Partial<OAuth.Options>, answer = Vendor.json({ access_token: "t0ken" })) =>
  Effect.gen(function* () {
    const server = yield* Vendor.script(answer)
    const secrets = Secrets.make([Redacted.value(clientSecret)])
    const budget = RetryPolicy.budget(yield* RetryPolicy.RetryPolicy)
    const client = { tokenUrl: `${server.origin}/token`, clientId: "client 1", proof: { clientSecret } }
    const run = { key: server.origin, secrets, allowHttp: false, budget, onRetry: () => Effect.void }
    const credential = yield* OAuth.clientCredentials({ ...client, ...options })(run)
    const outcome = yield* Effect.result(credential.get)
    const [request] = server.seen
    return {
      outcome,
      form: Object.fromEntries(new URLSearchParams(request?.body)),
      authorization: request?.headers.authorization
    }
  })

layer(live, { excludeTestServices: true })("a client of a token server", (it) => {
  it.effect("sends its secret in the form, and no scope or audience that it does not have", () =>
    Effect.gen(function* () {
      const { authorization, form } = yield* asked({})
      assert.deepStrictEqual(form, {
        grant_type: "client_credentials",
        client_id: "client 1",
        client_secret: "s3cret: +/"
      })
      assert.isUndefined(authorization)
    })
  )

  it.effect("asks for a scope and an audience", () =>
    Effect.gen(function* () {
      const { form } = yield* asked({ scope: "read", audience: "https://api.acme.example" })
      assert.deepInclude(form, { scope: "read", audience: "https://api.acme.example" })
    })
  )

  it.effect("sends its secret as HTTP Basic where it is to, and not in the form", () =>
    Effect.gen(function* () {
      const { authorization = "", form } = yield* asked({ proof: { clientSecret, method: "basic" } })
      assert.strictEqual(atob(authorization.replace("Basic ", "")), "client+1:s3cret%3A+%2B%2F")
      assert.deepStrictEqual(form, { grant_type: "client_credentials" })
    })
  )

  it.effect("takes no token that is longer than any header", () =>
    Effect.gen(function* () {
      const { outcome } = yield* asked({}, Vendor.json({ access_token: "t".repeat(70_000) }))
      assert.isTrue(Result.isFailure(outcome))
      assert.include(JSON.stringify(outcome), "longer than 65536 characters")
    })
  )

  it.effect("is refused in the words of a server that has a form of its own", () =>
    Effect.gen(function* () {
      const rejection = Rejection.fromSchema(Schema.Struct({ problem: Schema.String }), ({ problem }) => ({
        code: null,
        message: problem
      }))
      for (const [status, tag] of [
        [400, "Unauthorized"],
        [403, "Unauthorized"],
        [429, "RateLimited"],
        [503, "Unavailable"]
      ] as const) {
        const refused = yield* asked({ rejection }, Vendor.json({ problem: "no such client" }, status))
        assert.deepInclude(Result.isFailure(refused.outcome) ? refused.outcome.failure : {}, {
          _tag: tag,
          detail: "no such client"
        })
        const standard = yield* asked({ rejection }, Vendor.json({ error: "invalid_client" }, status))
        assert.deepInclude(Result.isFailure(standard.outcome) ? standard.outcome.failure : {}, {
          _tag: tag,
          code: "invalid_client"
        })
      }
    })
  )

  it.effect("shows nothing of HTTP Basic in an error", () =>
    Effect.gen(function* () {
      const basic = btoa("client+1:s3cret%3A+%2B%2F")
      const refusal = Vendor.json({ error: "invalid_client", error_description: `no ${basic}` }, 401)
      const { outcome } = yield* asked({ proof: { clientSecret, method: "basic" } }, refusal)
      assert.deepInclude(outcome, { _tag: "Failure" })
      assert.include(JSON.stringify(outcome), "no <redacted>")
      assert.notInclude(JSON.stringify(outcome), basic)
    })
  )
})
