import { NodeHttpClient } from "@effect/platform-node"
import { type Credential, Jwt, OAuth, RetryPolicy, Token } from "@scanjobs/core"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Layer, Option, Redacted, Result, Schema } from "effect"
import { HttpClientRequest } from "effect/http"
import { TestClock } from "effect/testing"
import * as Crypto from "node:crypto"
import * as Secrets from "../../src/secrets/Secrets.ts"
import * as Vendor from "../Vendor.ts"

const live = Layer.merge(NodeHttpClient.layerUndici, RetryPolicy.layer({ times: 1, base: "1 millis", max: "1 millis" }))

const rsa = Crypto.generateKeyPairSync("rsa", { modulusLength: 2048 })
const curve = Crypto.generateKeyPairSync("ec", { namedCurve: "P-256" })
const pemOf = (key: Crypto.KeyObject) => Redacted.make(key.export({ type: "pkcs8", format: "pem" }).toString())
const privateKey = pemOf(rsa.privateKey)

/** The thumbprint is that of the bytes, whatever they are. */
const der = Crypto.randomBytes(100)
const certificate = Redacted.make(`-----BEGIN CERTIFICATE-----\n${der.toString("base64")}\n-----END CERTIFICATE-----\n`)
const hashOf = (algorithm: string) => Crypto.createHash(algorithm).update(der).digest("base64url")

type Json = { readonly [name: string]: unknown }

/** The parts of a token, which is verified as another library would. */
const verified = (token: string, key: Crypto.KeyObject, padding?: number) => {
  const [header = "", claims = "", signature = ""] = token.split(".")
  const options = {
    key,
    dsaEncoding: "ieee-p1363" as const,
    ...(padding === undefined ? {} : { padding, saltLength: 32 })
  }
  const isGood = Crypto.verify(
    "sha256",
    Buffer.from(`${header}.${claims}`),
    options,
    Buffer.from(signature, "base64url")
  )
  assert.isTrue(isGood, "the signature is wrong")
  const parse = (part: string): Json => JSON.parse(Buffer.from(part, "base64url").toString())
  return { header: parse(header), claims: parse(claims) }
}

const runOf = (key: string, secrets = Secrets.make()) =>
  Effect.map(RetryPolicy.RetryPolicy, (policy): Credential.Run => ({
    key,
    secrets,
    allowHttp: false,
    budget: RetryPolicy.budget(policy),
    onRetry: () => Effect.void
  }))

const formOf = ({ body }: Vendor.Seen): { readonly [name: string]: string | undefined } =>
  Object.fromEntries(new URLSearchParams(body))

/** Opens a credential at a token server that numbers its tokens. */
const open = (credential: (tokenUrl: string) => Credential.Standard, answer: object = {}) =>
  Effect.gen(function* () {
    const server = yield* Vendor.serve((_, nth) => Vendor.json({ access_token: `token-${nth}`, ...answer }))
    const source = yield* credential(`${server.origin}/token`)(yield* runOf(server.origin))
    return { server, get: Effect.map(source.get, (secret) => Redacted.value(secret)), source }
  })

const proved = (proof: OAuth.Proof) =>
  Effect.gen(function* () {
    const client = { clientId: "client", proof, parameters: { resource: "https://api.acme.example" } }
    const { get, server } = yield* open((tokenUrl) => OAuth.clientCredentials({ ...client, tokenUrl }))
    yield* get
    const [request] = server.seen
    return { form: request === undefined ? {} : formOf(request), server }
  })

layer(live, { excludeTestServices: true })("a client that proves itself by a key", (it) => {
  it.effect("signs with RS256 and the certificate's SHA-1 thumbprint, and does not name itself in the form", () =>
    Effect.gen(function* () {
      const { form, server } = yield* proved({ certificate, privateKey })
      const { claims, header } = verified(form["client_assertion"] ?? "", rsa.publicKey)
      assert.deepStrictEqual(header, { alg: "RS256", typ: "JWT", x5t: hashOf("sha1") })
      assert.deepInclude(claims, { iss: "client", sub: "client", aud: `${server.origin}/token` })
      assert.isUndefined(form["client_id"])
      assert.strictEqual(form["resource"], "https://api.acme.example")
    })
  )

  it.effect("signs with PS256 and the SHA-256 thumbprint, and names itself where it is to", () =>
    Effect.gen(function* () {
      const { form } = yield* proved({ certificate, privateKey, algorithm: "PS256", sendsClientId: true })
      const { header } = verified(form["client_assertion"] ?? "", rsa.publicKey, Crypto.constants.RSA_PKCS1_PSS_PADDING)
      assert.deepStrictEqual(header, { alg: "PS256", typ: "JWT", "x5t#S256": hashOf("sha256") })
      assert.strictEqual(form["client_id"], "client")
    })
  )

  it.effect("signs with ES256 and the id of the key, for the audience that is wanted", () =>
    Effect.gen(function* () {
      const key = { privateKey: pemOf(curve.privateKey), algorithm: "ES256", keyId: "k1" } as const
      const { form } = yield* proved({ ...key, assertionAudience: "https://login.acme.example" })
      const { claims, header } = verified(form["client_assertion"] ?? "", curve.publicKey)
      assert.deepStrictEqual(header, { alg: "ES256", typ: "JWT", kid: "k1" })
      assert.strictEqual(claims["aud"], "https://login.acme.example")
    })
  )

  it.effect("says which setting is wrong where the key is of another kind", () =>
    Effect.gen(function* () {
      const failure = yield* Effect.flip(Jwt.sign({ privateKey, algorithm: "ES256", claims: {} }))
      assert.deepStrictEqual(failure.problems, [
        "privateKey: expected an elliptic curve (P-256) private key in PEM (-----BEGIN PRIVATE KEY-----)"
      ])
    })
  )
})

layer(live, { excludeTestServices: true })("the grant of RFC 7523", (it) => {
  const bearer = (tokenUrl: string) =>
    OAuth.jwtBearer({ tokenUrl, issuer: "robot@acme", subject: "person@acme", privateKey, claims: { scope: "read" } })

  it.effect("asks with an assertion alone", () =>
    Effect.gen(function* () {
      const { get, server } = yield* open(bearer)
      assert.strictEqual(yield* get, "token-1")
      const { assertion = "", ...form } = server.seen[0] === undefined ? {} : formOf(server.seen[0])
      assert.deepStrictEqual(form, { grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer" })
      const { claims } = verified(assertion, rsa.publicKey)
      assert.deepInclude(claims, {
        iss: "robot@acme",
        sub: "person@acme",
        aud: `${server.origin}/token`,
        scope: "read"
      })
      assert.strictEqual(Number(claims["exp"]) - Number(claims["iat"]), 600)
    })
  )

  it.effect("makes another assertion for another attempt, and shows none in an error", () =>
    Effect.gen(function* () {
      const server = yield* Vendor.serve((seen, nth) =>
        nth === 1
          ? Vendor.text("", 503)
          : Vendor.json({ error: "invalid_grant", error_description: `no ${formOf(seen)["assertion"]}` }, 400)
      )
      const source = yield* bearer(`${server.origin}/token`)(yield* runOf(server.origin))
      const failure = yield* Effect.flip(source.get)
      assert.include(failure.message, "no <redacted>")
      const [first, second] = server.seen.map((seen) => formOf(seen)["assertion"])
      assert.notStrictEqual(first, second)
    })
  )
})

layer(live, { excludeTestServices: true })("a refresh token", (it) => {
  const refreshing =
    (more: Partial<OAuth.Refreshing> = {}) =>
    (tokenUrl: string) =>
      OAuth.refreshToken({ tokenUrl, clientId: "client", refreshToken: Redacted.make("refresh-0"), ...more })

  it.effect("is sent by a public client with its id", () =>
    Effect.gen(function* () {
      const { get, server } = yield* open(refreshing())
      assert.strictEqual(yield* get, "token-1")
      assert.deepStrictEqual(server.seen.map(formOf), [
        { grant_type: "refresh_token", client_id: "client", refresh_token: "refresh-0" }
      ])
    })
  )

  it.effect("is sent with the proof of a client that has one", () =>
    Effect.gen(function* () {
      const clientSecret = Redacted.make("s3cret-of-client")
      const { get, server } = yield* open(refreshing({ proof: { clientSecret, method: "basic" } }))
      yield* get
      assert.match(server.seen[0]?.headers.authorization ?? "", /^Basic /)
    })
  )

  it.effect("gives way to the newest one, which no error shows", () =>
    Effect.gen(function* () {
      const server = yield* Vendor.serve((seen, nth) =>
        nth === 3
          ? Vendor.json({ error: "invalid_grant", error_description: `not ${formOf(seen)["refresh_token"]}` }, 400)
          : Vendor.json({ access_token: `token-${nth}`, refresh_token: `refresh-${nth}` })
      )
      const source = yield* refreshing()(`${server.origin}/token`)(yield* runOf(server.origin))
      const first = yield* source.get
      yield* source.reject(first)
      yield* source.reject(yield* source.get)
      const failure = yield* Effect.flip(source.get)
      assert.deepStrictEqual(
        server.seen.map((seen) => formOf(seen)["refresh_token"]),
        ["refresh-0", "refresh-1", "refresh-2"]
      )
      assert.include(failure.message, "not <redacted>")
    })
  )
})

const Session = Schema.Struct({ session: Schema.NonEmptyString, seconds: Schema.Int })
const decodeSession = Schema.decodeUnknownOption(Session)

/** A token of a server of the vendor's own making. */
const session = (url: string, quotas?: Token.Options["quotas"]) =>
  Token.fetched({
    url,
    quotas,
    hint: "look at the password",
    request: () => {
      const code = "one-time-code-5f6a"
      const request = HttpClientRequest.bodyJsonUnsafe(HttpClientRequest.post(url), { code })
      return Effect.succeed({ request, secrets: [Redacted.make(code)] })
    },
    token: (body) =>
      Option.getOrUndefined(Option.map(decodeSession(body), ({ seconds, session }) => ({ token: session, seconds })))
  })

layer(live, { excludeTestServices: true })("a token of a server of the vendor's own", (it) => {
  it.effect("is fetched once for all who wait, again after a failure that passes, and again where it is refused", () =>
    Effect.gen(function* () {
      const server = yield* Vendor.serve((_, nth) =>
        nth === 1 ? Vendor.text("", 502) : Vendor.json({ session: `session-${nth}`, seconds: 3600 })
      )
      const source = yield* session(`${server.origin}/sessions`)(yield* runOf(server.origin))
      const all = yield* Effect.all([source.get, source.get, source.get], { concurrency: "unbounded" })
      assert.deepStrictEqual(all.map(Redacted.value), ["session-2", "session-2", "session-2"])
      yield* source.reject(yield* source.get)
      assert.strictEqual(Redacted.value(yield* source.get), "session-3")
      assert.lengthOf(server.seen, 3)
    })
  )

  it.effect.each([
    [401, "Unauthorized", "look at the password"],
    [429, "RateLimited", ""],
    [400, "VendorRejected", ""]
  ] as const)("with status %d fails as %s, without what was sent", ([status, tag, hint]) =>
    Effect.gen(function* () {
      const server = yield* Vendor.serve(({ body }) => Vendor.text(`bad: ${body}`, status))
      const source = yield* session(`${server.origin}/sessions`)(yield* runOf(server.origin))
      const failure = yield* Effect.flip(source.get)
      assert.strictEqual(failure._tag, tag)
      assert.include(failure.message, hint)
      assert.notInclude(JSON.stringify(failure), "one-time-code")
    })
  )

  it.effect("follows no redirect to another server", () =>
    Effect.gen(function* () {
      const other = yield* Vendor.script(Vendor.json({ session: "stolen", seconds: 1 }))
      const server = yield* Vendor.script(Vendor.redirect(`${other.origin}/sessions`, 307))
      const source = yield* session(`${server.origin}/sessions`)(yield* runOf(server.origin))
      const failure = yield* Effect.flip(source.get)
      assert.strictEqual(failure._tag, "ForeignLink")
      assert.include(failure.message, "look at the password")
      assert.lengthOf(other.seen, 0)
    })
  )

  it.effect("is not asked for at an address that would send the secret in plain", () =>
    Effect.gen(function* () {
      const source = yield* session("http://login.acme.example/sessions")(yield* runOf("x"))
      const outcome = yield* Effect.result(source.get)
      assert.include(JSON.stringify(outcome), "tokenUrl: expected an https address")
      assert.isTrue(Result.isFailure(outcome))
    })
  )
})

describe("a token that the client signs itself", () => {
  layer(Layer.empty)((it) => {
    it.effect("is used for 80 % of its life, and then signed anew", () =>
      Effect.gen(function* () {
        const credential = Token.selfSigned({ privateKey, seconds: 1000, claims: { iss: "acme" } })
        const source = yield* credential(yield* runOf("self"))
        const first = Redacted.value(yield* source.get)
        const { claims } = verified(first, rsa.publicKey)
        assert.deepStrictEqual(claims, { iat: 0, exp: 1000, iss: "acme" })
        yield* TestClock.adjust("799 seconds")
        assert.strictEqual(Redacted.value(yield* source.get), first)
        yield* TestClock.adjust("2 seconds")
        assert.deepInclude(verified(Redacted.value(yield* source.get), rsa.publicKey).claims, { iat: 801, exp: 1801 })
      })
    )
  })
})
