import { assert, describe, it } from "@effect/vitest"
import { Defender, Purview } from "@scanjobs/microsoft"
import * as MicrosoftEmulator from "@scanjobs/microsoft/emulator"
import { Faults } from "@scanjobs/testing"
import { Effect, Redacted, Result, Stream } from "effect"
import { HttpClient, HttpClientResponse, HttpServerResponse } from "effect/http"
import { createHash, X509Certificate } from "node:crypto"
import * as Account from "./Account.ts"

const sources = [Account.source("sales", [{ name: "nightly", runs: [Account.run(1)] }])]

describe("a token", () => {
  it.live("is asked for with a secret, for each service's own scope", () =>
    Effect.gen(function* () {
      const purview = yield* MicrosoftEmulator.servePurview({ sources })
      const defender = yield* MicrosoftEmulator.serveDefender({ actions: [Account.action(1)] })
      assert.lengthOf((yield* Account.readPurview(Account.purview(purview))).ids, 1)
      assert.lengthOf((yield* Account.readDefender(Account.defender(defender))).ids, 1)
      const forms = yield* Effect.forEach([purview, defender], ({ ledger }) =>
        Effect.map(ledger.entries, ([first]) => [first?.path, first?.body])
      )
      const form = (scope: string) => [
        "/contoso.onmicrosoft.com/oauth2/v2.0/token",
        {
          grant_type: "client_credentials",
          scope,
          client_id: "11111111-2222-4333-8444-555555555555",
          client_secret: "emulated-secret"
        }
      ]
      assert.deepStrictEqual<unknown>(forms, [
        form("https://purview.azure.net/.default"),
        form("https://api.securitycenter.microsoft.com/.default")
      ])
    })
  )

  it.live("is asked for with a certificate by PS256 with its SHA-256 thumbprint, and the client is named as well", () =>
    Effect.gen(function* () {
      const vendor = yield* MicrosoftEmulator.servePurview({ sources, certificate: Account.pem("certificate") })
      const { clientSecret: _, ...connection } = Account.purview(vendor)
      const { failure, ids } = yield* Account.readPurview({
        ...connection,
        certificate: Redacted.make(Account.pem("certificate")),
        privateKey: Redacted.make(Account.pem("pkcs8.key"))
      })
      assert.isUndefined(failure)
      assert.deepStrictEqual(ids, ["run-1"])
      const [asked] = yield* vendor.ledger.entries
      const form = Object.fromEntries(Object.entries(asked?.body ?? {}))
      const [head = "", claims = ""] = String(form["client_assertion"]).split(".")
      const { raw } = new X509Certificate(Account.pem("certificate"))
      const thumbprint = createHash("sha256").update(raw).digest("base64url")
      const decoded = (part: string): unknown => JSON.parse(Buffer.from(part, "base64url").toString())
      assert.deepInclude<unknown>(decoded(head), {
        alg: "PS256",
        "x5t#S256": thumbprint
      })
      const tokenUrl = `${vendor.baseUrl}/contoso.onmicrosoft.com/oauth2/v2.0/token`
      assert.deepInclude<unknown>(decoded(claims), { iss: form["client_id"], sub: form["client_id"], aud: tokenUrl })
      assert.strictEqual(form["client_id"], connection.clientId)
    })
  )

  it.live("may have another scope, where a cloud has one of its own", () =>
    Effect.gen(function* () {
      const vendor = yield* MicrosoftEmulator.servePurview({ sources })
      const tokenScope = "https://purview.example/.default"
      const { failure } = yield* Account.readPurview({ ...Account.purview(vendor), tokenScope })
      assert.deepInclude(failure?.reason, { _tag: "Unauthorized", code: "AADSTS70011" })
    })
  )

  it.live("is asked for over https only, and the error names the setting", () =>
    Effect.gen(function* () {
      const vendor = yield* MicrosoftEmulator.servePurview({ sources })
      const authorityHost = "http://login.example"
      const { failure } = yield* Account.readPurview({ ...Account.purview(vendor), authorityHost })
      assert.strictEqual(failure?.reason._tag, "InvalidConnection")
      assert.match(failure?.reason.message ?? "", /^authorityHost: /)
      assert.deepStrictEqual(yield* vendor.ledger.entries, [])
    })
  )

  it.live("that expires meanwhile is renewed once", () =>
    Effect.gen(function* () {
      const vendor = yield* MicrosoftEmulator.servePurview({ sources })
      const connection = Account.purview(vendor)
      yield* Account.readPurview(connection)
      yield* vendor.tokens.revokeAll
      assert.isUndefined((yield* Account.readPurview(connection)).failure)
    })
  )
})

describe("the addresses", () => {
  const clientSecret = Redacted.make("s")
  const app = { name: "x", tenantId: "contoso.onmicrosoft.com", clientId: "c", clientSecret }

  /** Where a reading asks, if the token server gives a token and the service nothing. */
  const asked = (read: Stream.Stream<unknown, unknown, HttpClient.HttpClient>) =>
    Effect.gen(function* () {
      const urls: Array<string> = []
      const client = HttpClient.make((request, url) => {
        urls.push(`${url.origin}${url.pathname}`)
        const body = url.pathname.endsWith("/token") ? { access_token: "t", expires_in: 3599 } : { value: [] }
        return Effect.succeed(HttpClientResponse.fromWeb(request, Response.json(body)))
      })
      yield* Effect.provideService(Stream.runDrain(read), HttpClient.HttpClient, client)
      return urls
    })
  const token = (host: string) => `${host}/contoso.onmicrosoft.com/oauth2/v2.0/token`

  it.live("of Purview are those of the account and of the cloud's token server", () =>
    Effect.gen(function* () {
      const ofCloud = (cloud: object) =>
        asked(Purview.jobs({ ...app, account: "contoso", ...cloud }, {}, { listings: ["runs"] }))
      const found = yield* Effect.forEach(
        [{}, { cloud: "public" }, { cloud: "usGov" }, { cloud: "china" }, { authorityHost: "https://login.example/" }],
        ofCloud
      )
      const sources = "https://contoso.purview.azure.com/scan/datasources"
      assert.deepStrictEqual(found, [
        [token("https://login.microsoftonline.com"), sources],
        [token("https://login.microsoftonline.com"), sources],
        [token("https://login.microsoftonline.us"), sources],
        [token("https://login.chinacloudapi.cn"), sources],
        [token("https://login.example"), sources]
      ])
    })
  )

  it.live("of Defender are one for all, or that of a part of the world", () =>
    Effect.gen(function* () {
      const found = yield* Effect.forEach([{}, { geo: "us" }, { geo: "eu" }, { geo: "uk" }] as const, (geo) =>
        Effect.map(asked(Defender.jobs({ ...app, ...geo })), ([, url]) => url)
      )
      assert.deepStrictEqual(found, [
        "https://api.securitycenter.microsoft.com/api/machineactions",
        "https://us.api.security.microsoft.com/api/machineactions",
        "https://eu.api.security.microsoft.com/api/machineactions",
        "https://uk.api.security.microsoft.com/api/machineactions"
      ])
    })
  )
})

describe("a refusal of Entra ID", () => {
  const refusals: ReadonlyArray<readonly [what: string, change: object, code: string, hint: RegExp]> = [
    [
      "a wrong secret",
      { clientSecret: Redacted.make("canary-wrong") },
      "AADSTS7000215",
      /the value of the client secret/
    ],
    ["an unknown client", { clientId: "99999999-0000-4000-8000-000000000000" }, "AADSTS700016", /check clientId/]
  ]
  for (const [what, change, code, hint] of refusals) {
    it.live(`of ${what} has its code, its words without the lines for the support, its trace and a hint`, () =>
      Effect.gen(function* () {
        const vendor = yield* MicrosoftEmulator.servePurview({ sources })
        const { failure } = yield* Account.readPurview({ ...Account.purview(vendor), ...change })
        assert.deepInclude(failure?.reason, {
          _tag: "Unauthorized",
          code,
          detail: "the client is not known, or its secret is wrong."
        })
        assert.match(failure?.reason.message ?? "", hint)
        assert.match(failure?.reason.message ?? "", /request id 00000000-0000-4000-8000-/)
        assert.notMatch(failure?.reason.message ?? "", /Trace ID|Correlation|canary/)
        assert.lengthOf(yield* vendor.ledger.entries, 1)
      })
    )
  }

  const told = (status: number, body: unknown, headers: { readonly [name: string]: string } = {}) =>
    Effect.gen(function* () {
      const fault = Faults.on("/contoso.onmicrosoft.com/oauth2/v2.0/token", () =>
        HttpServerResponse.jsonUnsafe(body, { status, headers })
      )
      const vendor = yield* MicrosoftEmulator.serveDefender({ fault })
      const { failure } = yield* Account.readDefender(Account.defender(vendor))
      return { reason: failure?.reason, asked: (yield* vendor.ledger.entries).length }
    })

  // As published: https://learn.microsoft.com/entra/identity-platform/reference-error-codes
  it.live("as Microsoft publishes it is read", () =>
    Effect.gen(function* () {
      const { asked, reason } = yield* told(
        400,
        {
          error: "invalid_scope",
          error_description:
            "AADSTS70011: The provided value for the input parameter 'scope' isn't valid. The scope https://example.contoso.com/activity.read isn't valid.\r\nTrace ID: 0000aaaa-11bb-cccc-dd33-eeeeee333333\r\nCorrelation ID: aaaa0000-bb11-2222-33cc-444444dddddd\r\nTimestamp: 2016-01-09 02:02:12Z",
          error_codes: [70011],
          timestamp: "2016-01-09 02:02:12Z",
          trace_id: "0000aaaa-11bb-cccc-dd33-eeeeee333333",
          correlation_id: "aaaa0000-bb11-2222-33cc-444444dddddd",
          error_uri: "https://login.microsoftonline.com/error?code=70011"
        },
        { "x-ms-request-id": "0000aaaa-11bb-cccc-dd33-eeeeee333333" }
      )
      assert.deepInclude(reason, {
        _tag: "Unauthorized",
        status: 400,
        code: "AADSTS70011",
        detail:
          "The provided value for the input parameter 'scope' isn't valid. The scope https://example.contoso.com/activity.read isn't valid.",
        requestId: "0000aaaa-11bb-cccc-dd33-eeeeee333333",
        hint: "check tenantId, clientId, and the secret or certificate"
      })
      assert.strictEqual(asked, 1)
    })
  )

  it.live("without a description is told by its word", () =>
    Effect.gen(function* () {
      const { reason } = yield* told(401, { error: "invalid_client" })
      assert.deepInclude(reason, { _tag: "Unauthorized", code: "invalid_client", detail: "invalid_client" })
    })
  )

  it.live("that is temporary is tried again, and is none of the credential", () =>
    Effect.gen(function* () {
      const { asked, reason } = yield* told(400, {
        error: "temporarily_unavailable",
        error_description: "AADSTS90024: Try again."
      })
      assert.deepInclude(reason, { _tag: "Unavailable", code: "AADSTS90024" })
      assert.isAbove(asked, 1)
    })
  )
})

describe("a service", () => {
  it.live("that asks for fewer requests is obeyed, and each has its own quota", () =>
    Effect.gen(function* () {
      const fault = Faults.on("machineActions", Faults.nth(1, Faults.status(429, { retryAfter: "0 seconds" })))
      const vendor = yield* MicrosoftEmulator.serveDefender({ actions: [Account.action(1)], fault })
      assert.deepStrictEqual((yield* Account.readDefender(Account.defender(vendor))).ids, ["action-1"])
      assert.deepStrictEqual(Defender.quotas, [
        { requests: 100, window: "1 minute" },
        { requests: 1500, window: "1 hour" }
      ])
      assert.deepStrictEqual(Purview.quotas, [])
    })
  )

  it.live("has the code of its errors in the body, or else in a header, with all its messages", () =>
    Effect.gen(function* () {
      const error = {
        code: null,
        message: "it broke",
        target: null,
        details: [
          { code: "1", message: "the disk" },
          { code: "2", message: "it broke" }
        ]
      }
      const fault = Faults.on("dataSources", () =>
        HttpServerResponse.jsonUnsafe({ error }, { status: 400, headers: { "x-ms-error-code": "DiskBroken" } })
      )
      const vendor = yield* MicrosoftEmulator.servePurview({ sources, fault })
      const { failure } = yield* Account.readPurview(Account.purview(vendor))
      assert.deepInclude(failure?.reason, {
        _tag: "VendorRejected",
        code: "DiskBroken",
        detail: "it broke; the disk",
        requestId: "00000000-0000-4000-8000-000000000002"
      })
    })
  )

  it.live("that refuses its token for good says for whom tokens are", () =>
    Effect.gen(function* () {
      const vendor = yield* MicrosoftEmulator.servePurview({
        sources,
        fault: Faults.on("dataSources", Faults.status(401))
      })
      const { failure } = yield* Account.readPurview(Account.purview(vendor))
      assert.match(failure?.reason.message ?? "", /check tenantId, cloud and tokenScope/)
    })
  )
})

describe("the settings", () => {
  const app = { name: "x", tenantId: "contoso.onmicrosoft.com", clientId: "c" }
  const problemsOf = (settings: object) => {
    const decoded = Purview.decode({ ...app, provider: "purview", ...settings })
    return Result.isFailure(decoded) ? decoded.failure.map(({ key, message }) => `${key}: ${message}`) : []
  }
  const certificate = Account.pem("certificate")
  const privateKey = Account.pem("pkcs8.key")

  it("are a secret, or a certificate with its key", () => {
    assert.deepStrictEqual(
      [
        { clientSecret: "s" },
        { certificate, privateKey },
        {},
        { clientSecret: "s", certificate },
        { certificate },
        { privateKey }
      ].map((settings) => problemsOf({ account: "contoso", ...settings })),
      [
        [],
        [],
        ["clientSecret: missing key; give clientSecret, or certificate and privateKey"],
        ["clientSecret: give either clientSecret, or certificate and privateKey"],
        ["privateKey: missing key; certificate needs it"],
        ["certificate: missing key; privateKey needs it"]
      ]
    )
  })

  it("are an account, or its address", () => {
    const clientSecret = "s"
    assert.deepStrictEqual(problemsOf({ clientSecret, baseUrl: "https://x.example/scan" }), [])
    assert.deepStrictEqual(problemsOf({ clientSecret }), ["account: missing key; give account, or baseUrl"])
    assert.lengthOf(problemsOf({ clientSecret, account: "contoso.example/x" }), 1)
    assert.lengthOf(problemsOf({ clientSecret, account: "contoso", tenantId: "../common" }), 1)
    assert.lengthOf(problemsOf({ clientSecret, account: "contoso", cloud: "mars" }), 1)
  })
})
