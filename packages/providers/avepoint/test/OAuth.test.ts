import { NodeHttpClient } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { AvePoint } from "@scanjobs/avepoint"
import { type Credential, OAuth, type Reason, RetryPolicy, Secrets } from "@scanjobs/core"
import { Emulator } from "@scanjobs/testing"
import { Effect, Layer, Redacted, Stream } from "effect"
import { HttpServerResponse } from "effect/http"
import { TestClock } from "effect/testing"
import { readFileSync } from "node:fs"
import * as AuthorizationServer from "./AuthorizationServer.ts"

const pem = (name: string) =>
  Redacted.make(readFileSync(new URL(`./fixtures/test-only.${name}.pem`, import.meta.url), "utf8"))

const { clientSecret, clients, scope } = AuthorizationServer

const authorizationServer = AuthorizationServer.serve({
  certificate: Redacted.value(pem("certificate")),
  signingKey: Redacted.value(pem("pkcs8.key"))
})

const run: Effect.Effect<Credential.Run> = Effect.map(RetryPolicy.RetryPolicy, (policy) => ({
  key: "avepoint/ap",
  secrets: Secrets.make(),
  allowHttp: false,
  budget: RetryPolicy.budget(policy),
  onRetry: () => Effect.void
}))

const Fast = Layer.mergeAll(NodeHttpClient.layerUndici, RetryPolicy.layer({ base: "1 millis", max: "2 millis" }))

/** Opens the credential that a run of a connection would open, with an HTTP client until the end of the test. */
const open = (tokenUrl: string, clientId: string, proof: OAuth.Proof) =>
  Effect.gen(function* () {
    const context = yield* Layer.build(Fast)
    const credential = OAuth.clientCredentials({ tokenUrl, clientId, proof, scope })
    return yield* Effect.provideContext(credential(yield* run), context)
  })

const bySecret = { clientSecret: Redacted.make(clientSecret) }
const byCertificate = { certificate: pem("certificate"), privateKey: pem("pkcs8.key") }

const value = <E>(token: Effect.Effect<Redacted.Redacted, E>) => Effect.map(token, (secret) => Redacted.value(secret))

/** AvePoint's API behind that authorization server, as a connection sees it. */
const vendor = (authorization: AuthorizationServer.AuthorizationServer) => {
  const no = (status: number) => () => HttpServerResponse.empty({ status })
  return Emulator.serve(AvePoint, {
    accepts: (token) => Effect.map(authorization.find(token), (found) => found?.scope === scope),
    answers: { refused: no(401), invalid: no(400), missing: no(404), limited: no(429) },
    handlers: { jobs: () => Effect.succeed(HttpServerResponse.jsonUnsafe({ jobs: [{ id: "1", type: 0, state: 2 }] })) }
  })
}

describe("against an independent authorization server, the credential", () => {
  it.live("is a token for a secret, whatever characters are in it", () =>
    Effect.gen(function* () {
      const server = yield* authorizationServer
      const source = yield* open(server.tokenUrl, clients.secret, bySecret)
      const token = yield* server.find(yield* value(source.get))
      assert.deepInclude(token, { clientId: clients.secret, scope, isValid: true })
    })
  )

  it.live("is a token for a secret by HTTP Basic, whatever characters are in it and in the client's id", () =>
    Effect.gen(function* () {
      const server = yield* authorizationServer
      const source = yield* open(server.tokenUrl, clients.basic, { ...bySecret, method: "basic" })
      const token = yield* server.find(yield* value(source.get))
      assert.deepInclude(token, { clientId: clients.basic, isValid: true })
    })
  )

  it.live("is a token for a certificate, with the key in either form", () =>
    Effect.gen(function* () {
      const server = yield* authorizationServer
      for (const key of ["pkcs8.key", "pkcs1.key"]) {
        const proof = { certificate: pem("certificate"), privateKey: pem(key) }
        const source = yield* open(server.tokenUrl, clients.certificate, proof)
        const token = yield* server.find(yield* value(source.get))
        assert.deepInclude(token, { clientId: clients.certificate, scope, isValid: true })
      }
    })
  )

  it.live.each([true, false])(
    "is a token for a certificate with PS256, where sending the client's id is %s",
    (sendsClientId) =>
      Effect.gen(function* () {
        const server = yield* authorizationServer
        const source = yield* open(server.tokenUrl, clients.pss, {
          ...byCertificate,
          algorithm: "PS256",
          sendsClientId
        })
        const token = yield* server.find(yield* value(source.get))
        assert.strictEqual(token?.clientId, clients.pss)
      })
  )

  it.live("is refused with RS256 where the server wants PS256", () =>
    Effect.gen(function* () {
      const server = yield* authorizationServer
      const source = yield* open(server.tokenUrl, clients.pss, byCertificate)
      assert.strictEqual((yield* Effect.flip(source.get))._tag, "Unauthorized")
    })
  )

  it.live("opens the vendor's list", () =>
    Effect.gen(function* () {
      const server = yield* authorizationServer
      const { baseUrl, ledger } = yield* vendor(server)
      const { tokenUrl } = server
      const tenant = { provider: "avepoint", name: "ap", baseUrl, tokenUrl } as const
      const jobs = yield* Effect.forEach(
        [
          { ...tenant, clientId: clients.secret, ...bySecret },
          { ...tenant, clientId: clients.certificate, ...byCertificate }
        ],
        (connection) => Effect.provide(Stream.runCollect(AvePoint.jobs(connection)), Fast)
      )
      assert.deepStrictEqual(
        jobs.flat().map(({ vendorId }) => vendorId),
        ["1", "1"]
      )
      assert.deepStrictEqual(
        (yield* ledger.to("jobs")).map(({ credential }) => credential),
        ["accepted", "accepted"]
      )
    })
  )

  it.live("is proved again when an answer is lost, because an assertion can be used only once", () =>
    Effect.gen(function* () {
      const server = yield* authorizationServer
      const source = yield* open(server.tokenUrl, clients.certificate, byCertificate)
      yield* server.loseNextAnswer
      const token = yield* server.find(yield* value(source.get))
      assert.strictEqual(token?.clientId, clients.certificate)
      assert.strictEqual(yield* server.requests, 2)
    })
  )

  it.live("that is wrong is Unauthorized, with the server's code and without the secret", () =>
    Effect.gen(function* () {
      const server = yield* authorizationServer
      const { baseUrl } = yield* vendor(server)
      const error = yield* AvePoint.check({
        provider: "avepoint",
        name: "ap",
        baseUrl,
        tokenUrl: server.tokenUrl,
        clientId: clients.secret,
        clientSecret: Redacted.make("canary-wrong/&+=%")
      }).pipe(Effect.flip, Effect.provide(Fast))
      assert.deepInclude(error.reason, { _tag: "Unauthorized", code: "invalid_client" })
      assert.notInclude(`${error.message} ${JSON.stringify(error)}`, "canary")
      assert.strictEqual(yield* server.requests, 1)
    })
  )
})

describe("a token", () => {
  it.live("is fetched once, however many requests wait for it", () =>
    Effect.gen(function* () {
      const server = yield* authorizationServer
      const source = yield* open(server.tokenUrl, clients.secret, bySecret)
      const tokens = yield* Effect.all(
        Array.from({ length: 50 }, () => value(source.get)),
        { concurrency: "unbounded" }
      )
      assert.strictEqual(new Set(tokens).size, 1)
      assert.strictEqual(yield* server.requests, 1)
    })
  )

  it.effect("of an hour is renewed when 80 % of its life has passed", () =>
    Effect.gen(function* () {
      const server = yield* authorizationServer
      const source = yield* open(server.tokenUrl, clients.secret, bySecret)
      const first = yield* value(source.get)
      yield* TestClock.adjust("2879 seconds")
      assert.strictEqual(yield* value(source.get), first)
      yield* TestClock.adjust("1 seconds")
      assert.notStrictEqual(yield* value(source.get), first)
      assert.strictEqual(yield* server.requests, 2)
    })
  )

  it.effect("of 100 seconds is renewed before its last minute, but not before half of its life", () =>
    Effect.gen(function* () {
      const server = yield* authorizationServer
      const source = yield* open(server.tokenUrl, clients.brief, bySecret)
      const first = yield* value(source.get)
      yield* TestClock.adjust("49 seconds")
      assert.strictEqual(yield* value(source.get), first)
      yield* TestClock.adjust("1 seconds")
      assert.notStrictEqual(yield* value(source.get), first)
    })
  )

  it.live("that the vendor rejects is never used again, and an older one changes nothing", () =>
    Effect.gen(function* () {
      const server = yield* authorizationServer
      const source = yield* open(server.tokenUrl, clients.secret, bySecret)
      const first = yield* source.get
      yield* source.reject(first)
      const second = yield* source.get
      assert.notStrictEqual(Redacted.value(second), Redacted.value(first))
      yield* source.reject(first)
      assert.strictEqual(yield* source.get, second)
      assert.strictEqual(yield* server.requests, 2)
    })
  )
})

describe("a certificate or key that cannot be read", () => {
  const encrypted = Redacted.make("-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n")
  const cases: ReadonlyArray<readonly [string, OAuth.Proof, RegExp]> = [
    [
      "is no PEM",
      { ...byCertificate, privateKey: Redacted.make("canary") },
      /^privateKey: expected an RSA private key/
    ],
    ["is encrypted", { ...byCertificate, privateKey: encrypted }, /^privateKey: is encrypted/],
    ["is the other one", { ...byCertificate, privateKey: pem("certificate") }, /^privateKey: /],
    ["is no certificate", { ...byCertificate, certificate: pem("pkcs8.key") }, /^certificate: expected a PEM/]
  ]
  for (const [what, proof, problem] of cases) {
    it.live(`because it ${what}, names its setting, and no request is sent`, () =>
      Effect.gen(function* () {
        const server = yield* authorizationServer
        const source = yield* open(server.tokenUrl, clients.certificate, proof)
        const reason: Reason.Reason = yield* Effect.flip(source.get)
        assert.strictEqual(reason._tag, "InvalidConnection")
        assert.match(reason.message, problem)
        assert.notInclude(reason.message, "canary")
        assert.strictEqual(yield* server.requests, 0)
      })
    )
  }
})
