import { assert, describe, it } from "@effect/vitest"
import { Jwt } from "@scanjobs/core"
import { Emulator, TokenServer } from "@scanjobs/testing"
import { Effect, Redacted, Schema } from "effect"
import { HttpServerResponse } from "effect/http"
import { TestClock } from "effect/testing"
import { generateKeyPairSync, type KeyObject } from "node:crypto"
import { Acme } from "../Acme.ts"

const serveWith = Effect.fnUntraced(function* (options: Partial<TokenServer.Options>) {
  const tokens = TokenServer.make({
    clients: [{ clientId: "app", clientSecret: "s3cret" }],
    scopes: ["scans.read", "scans.write"],
    life: "10 minutes",
    ...options
  })
  const no = (status: number) => () => HttpServerResponse.empty({ status })
  const emulator = yield* Emulator.serve(Acme, {
    accepts: tokens.accepts,
    answers: { refused: no(401), invalid: no(400), missing: no(404), limited: no(429) },
    routes: [tokens.route],
    handlers: {
      runs: () => Effect.succeed(HttpServerResponse.jsonUnsafe({ runs: [] })),
      plans: () => Effect.succeed(HttpServerResponse.jsonUnsafe({ plans: [] }))
    }
  })
  const ask = (form: Readonly<Record<string, string>>, ...more: ReadonlyArray<readonly [string, string]>) =>
    Effect.promise(async () => {
      const body = new URLSearchParams({ ...form })
      for (const [name, value] of more) body.append(name, value)
      const response = await fetch(`${emulator.baseUrl}/connect/token`, { method: "POST", body })
      return { status: response.status, ...decode(await response.json()) }
    })
  const list = (token: string) =>
    Effect.promise(async () => {
      const headers = { authorization: `Bearer ${token}` }
      return (await fetch(`${emulator.baseUrl}/teams/red/runs`, { headers })).status
    })
  return { ...emulator, tokens, ask, list }
})

const serve = serveWith({})

const decode = Schema.decodeUnknownSync(
  Schema.Struct({
    access_token: Schema.optionalKey(Schema.String),
    expires_in: Schema.optionalKey(Schema.Finite),
    token_type: Schema.optionalKey(Schema.String),
    error: Schema.optionalKey(Schema.String),
    trace_id: Schema.optionalKey(Schema.String)
  })
)

const good = { grant_type: "client_credentials", client_id: "app", client_secret: "s3cret", scope: "scans.read" }

describe("a token server", () => {
  it.effect("gives a token that is good until it expires", () =>
    Effect.gen(function* () {
      const { ask, list } = yield* serve
      const { access_token = "", ...answer } = yield* ask(good)
      assert.deepInclude(answer, { status: 200, expires_in: 600, token_type: "Bearer" })
      assert.strictEqual(yield* list(access_token), 200)
      assert.strictEqual(yield* list("made-up"), 401)
      yield* TestClock.adjust("10 minutes")
      assert.strictEqual(yield* list(access_token), 401)
    })
  )

  it.effect("revokes at any time", () =>
    Effect.gen(function* () {
      const { ask, list, tokens } = yield* serve
      const first = yield* ask(good)
      yield* tokens.revokeAll
      const second = yield* ask(good)
      assert.strictEqual(yield* list(first.access_token ?? ""), 401)
      assert.strictEqual(yield* list(second.access_token ?? ""), 200)
      assert.deepStrictEqual(
        (yield* tokens.issued).map(({ token }) => token),
        [first.access_token ?? "", second.access_token ?? ""]
      )
    })
  )

  it.effect("refuses as RFC 6749 says, and notes what no correct client would do", () =>
    Effect.gen(function* () {
      const { ask, ledger } = yield* serve
      const { client_secret: _, ...noProof } = good
      const answers = [
        yield* ask({ ...good, client_secret: "wrong" }),
        yield* ask({ ...good, client_id: "nobody" }),
        yield* ask({ ...good, scope: "scans.read scans.write" }),
        yield* ask({ ...good, grant_type: "password" }),
        yield* ask(noProof),
        yield* ask({ ...good, client_assertion: "a.b.c" }),
        yield* ask({ ...good, resource: "x" }),
        yield* ask(good, ["scope", "scans.write"])
      ]
      assert.deepStrictEqual(
        answers.map(({ error, status }) => [status, error]),
        [
          [400, "invalid_client"],
          [400, "invalid_client"],
          [400, "invalid_scope"],
          [400, "unsupported_grant_type"],
          [400, "invalid_request"],
          [400, "invalid_request"],
          [400, "invalid_request"],
          [400, "invalid_request"]
        ]
      )
      assert.deepStrictEqual(
        (yield* ledger.entries).map(({ violations }) => violations.length),
        [0, 0, 1, 1, 1, 1, 1, 1]
      )
    })
  )

  it.effect("takes a form only", () =>
    Effect.gen(function* () {
      const { baseUrl, ledger } = yield* serve
      const status = yield* Effect.promise(async () => {
        const headers = { "content-type": "application/json" }
        const init = { method: "POST", headers, body: JSON.stringify(good) }
        return (await fetch(`${baseUrl}/connect/token`, init)).status
      })
      assert.strictEqual(status, 400)
      assert.match((yield* ledger.violations).join(), /expected a form/)
    })
  )

  it.effect("refuses fields that no standard defines, unless it is to ignore them", () =>
    Effect.gen(function* () {
      const further = { ...good, "x-client-SKU": "a client" }
      const strict = yield* serve
      assert.deepInclude(yield* strict.ask(further), { status: 400, error: "invalid_request" })
      const lenient = yield* serveWith({ furtherFields: "ignore" })
      assert.strictEqual((yield* lenient.ask(further)).status, 200)
      assert.deepStrictEqual(yield* lenient.ledger.violations, [])
    })
  )

  it.effect("says more of a refusal where its vendor does", () =>
    Effect.gen(function* () {
      const { ask } = yield* serveWith({
        refusal: (refused, { entry }) => ({ ...refused, trace_id: `trace of ${entry.path}` })
      })
      assert.deepInclude(yield* ask({ ...good, client_secret: "wrong" }), {
        status: 400,
        error: "invalid_client",
        trace_id: "trace of /connect/token"
      })
    })
  )
})

describe("a token server that differs from the standards", () => {
  const differing = (deviations: TokenServer.Deviations) =>
    Effect.gen(function* () {
      const tokens = TokenServer.make({
        clients: [{ clientId: "app", clientSecret: "s3cret" }],
        scopes: [],
        furtherFields: "ignore",
        refusal: ({ error }) => ({ problem: error }),
        deviations
      })
      const no = (status: number) => () => HttpServerResponse.empty({ status })
      const none = () => Effect.succeed(HttpServerResponse.jsonUnsafe({ runs: [], plans: [] }))
      const emulator = yield* Emulator.serve(Acme, {
        accepts: tokens.accepts,
        answers: { refused: no(401), invalid: no(400), missing: no(404), limited: no(429) },
        routes: [tokens.route],
        handlers: { runs: none, plans: none }
      })
      return (form: Readonly<Record<string, string>>) =>
        Effect.promise(async () => {
          const body = new URLSearchParams({ client_id: "app", client_secret: "s3cret", ...form })
          const response = await fetch(`${emulator.baseUrl}/connect/token`, { method: "POST", body })
          return { status: response.status, region: response.headers.get("region"), body: await response.text() }
        })
    })

  it.effect("has its status and its headers, and may do without grant_type and without scopes", () =>
    Effect.gen(function* () {
      const ask = yield* differing({ status: 201, headers: { region: "eu" }, withoutGrantType: true })
      assert.deepInclude(yield* ask({ tenant: "t1" }), { status: 201, region: "eu" })
      assert.deepInclude(yield* ask({ grant_type: "client_credentials" }), { status: 201 })
      assert.deepInclude(yield* ask({ grant_type: "password" }), { status: 400 })
      assert.deepInclude(yield* ask({ scope: "scans.read" }), { status: 400, body: '{"problem":"invalid_scope"}' })
    })
  )

  it.effect("refuses with a status of its own", () =>
    Effect.gen(function* () {
      const ask = yield* differing({ refusalStatus: ({ error }) => (error === "invalid_client" ? 403 : 422) })
      assert.deepInclude(yield* ask({ grant_type: "client_credentials", client_secret: "wrong" }), {
        status: 403,
        body: '{"problem":"invalid_client"}'
      })
      assert.deepInclude(yield* ask({}), { status: 422, body: '{"problem":"unsupported_grant_type"}' })
    })
  )
})

describe("a client with a key that the vendor knows by an id", () => {
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 })
  const curve = generateKeyPairSync("ec", { namedCurve: "P-256" })
  const textOf = (key: KeyObject) =>
    key.export({ type: key.type === "private" ? "pkcs8" : "spki", format: "pem" }).toString()
  const clientId = "app"

  /** Asks with an assertion that the library signs. */
  const ask = (known: KeyObject, proof: { privateKey: KeyObject; keyId: string; algorithm?: Jwt.Algorithm }) =>
    Effect.gen(function* () {
      const vendor = yield* serveWith({ clients: [{ clientId, keyId: "key-1", publicKey: textOf(known) }] })
      const assertion = yield* Jwt.sign({
        privateKey: Redacted.make(textOf(proof.privateKey)),
        keyId: proof.keyId,
        ...(proof.algorithm === undefined ? {} : { algorithm: proof.algorithm }),
        claims: { iss: clientId, sub: clientId, aud: `${vendor.baseUrl}/connect/token`, jti: "1", exp: 600 }
      })
      return yield* vendor.ask({
        grant_type: "client_credentials",
        scope: "scans.read",
        client_assertion_type: "urn:ietf:params:oauth:client-assertion-type:jwt-bearer",
        client_assertion: assertion
      })
    })

  it.effect.each([
    ["RS256", rsa],
    ["PS256", rsa],
    ["ES256", curve]
  ] as const)("gets a token for an assertion by %s", ([algorithm, { privateKey, publicKey }]) =>
    Effect.gen(function* () {
      const { status } = yield* ask(publicKey, { privateKey, keyId: "key-1", algorithm })
      assert.strictEqual(status, 200)
    })
  )

  it.effect.each([
    ["another id", { privateKey: rsa.privateKey, keyId: "key-2" }],
    ["another key", { privateKey: generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey, keyId: "key-1" }],
    ["another kind of key", { privateKey: curve.privateKey, keyId: "key-1", algorithm: "ES256" }]
  ] as const)("gets none with %s", ([, proof]) =>
    Effect.gen(function* () {
      assert.deepInclude(yield* ask(rsa.publicKey, proof), { status: 400, error: "invalid_client" })
    })
  )
})
