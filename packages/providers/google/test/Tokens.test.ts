/** Both ways to a token, beside those of Google's own library. */
import { assert, describe, it } from "@effect/vitest"
import { Google } from "@scanjobs/google"
import * as GoogleEmulator from "@scanjobs/google/emulator"
import { Faults } from "@scanjobs/testing"
import { Effect, Redacted, Stream } from "effect"
import { JWT } from "google-auth-library"
import * as Project from "./Project.ts"

interface KeyFile {
  readonly client_email: string
  readonly private_key: string
  readonly private_key_id: string
  readonly token_uri: string
}

const keyOf = ({ settings }: GoogleEmulator.GoogleEmulator): KeyFile => JSON.parse(settings.serviceAccountKey)

const scopes = ["https://www.googleapis.com/auth/cloud-platform"]

/** Google's own client of the account. */
const theirs = ({ client_email: email, private_key: key, private_key_id: keyId }: KeyFile, options: object) =>
  new JWT({ email, key, keyId, ...options })

const partsOf = (token: string | undefined) => {
  const [header = "{}", claims = "{}"] = (token ?? "")
    .split(".")
    .map((part) => Buffer.from(part, "base64url").toString())
  const parse = (text: string): { readonly [name: string]: unknown } => JSON.parse(text)
  return { header: parse(header), claims: parse(claims) }
}

/** The shape of a token: everything but the times, and how long it lives. */
const shapeOf = (token: string | undefined) => {
  const { claims, header } = partsOf(token)
  const { exp, iat, jti: _jti, nbf: _nbf, ...rest } = claims
  return { header, claims: rest, life: Number(exp) - Number(iat) <= 3600 }
}

const bearerOf = (authorization: string | null | undefined) => (authorization ?? "").replace("Bearer ", "")

describe("a token that the account signs itself", () => {
  it.live("has the header and the claims that Google's own library gives it", () =>
    Effect.gen(function* () {
      const vendor = yield* GoogleEmulator.serve({ cloud: Project.cloud() })
      const client = theirs(keyOf(vendor), { scopes })
      client.useJWTAccessWithScope = true
      const headers = yield* Effect.promise(() => client.getRequestHeaders(vendor.settings.baseUrl))
      yield* Project.list(Project.connect(vendor), "dlpTriggers")
      const [entry] = yield* vendor.ledger.entries
      assert.deepStrictEqual(
        shapeOf(bearerOf(entry?.headers["authorization"])),
        shapeOf(bearerOf(headers.get("authorization")))
      )
      assert.lengthOf(yield* vendor.tokens.issued, 0)
    })
  )

  it.live("is accepted here from Google's own library, also for a service in place of a scope", () =>
    Effect.gen(function* () {
      const vendor = yield* GoogleEmulator.serve({ cloud: Project.cloud() })
      const tokenFor = (url: string) =>
        Effect.promise(() => theirs(keyOf(vendor), {}).getRequestHeaders(url)).pipe(
          Effect.flatMap((headers) => vendor.tokens.accepts(bearerOf(headers.get("authorization"))))
        )
      assert.isTrue(yield* tokenFor("https://dlp.googleapis.com/"))
      assert.isFalse(yield* tokenFor("https://storage.googleapis.com/"))
    })
  )
})

describe("a token of Google's token server", () => {
  it.live("is asked for with the form and the claims that Google's own library gives, and shared by all requests", () =>
    Effect.gen(function* () {
      const cloud = Project.cloud({ dlpJobs: Project.dlpJobs(9) })
      const google = "https://oauth2.googleapis.com/token"
      const vendor = yield* GoogleEmulator.serve({ cloud, assertionAudience: google })
      const key = keyOf(vendor)
      const client = theirs(key, { scopes })
      // The library asks this address, whatever the key file says.
      client.transporter.interceptors.request.add({
        resolved: (config) => {
          assert.strictEqual(String(config.url), google)
          return Promise.resolve({ ...config, url: new URL(key.token_uri) })
        }
      })
      const { access_token } = yield* Effect.promise(() => client.authorize())
      assert.isTrue(yield* vendor.tokens.accepts(access_token ?? ""))
      const own = yield* GoogleEmulator.serve({ cloud })
      yield* Project.list(Project.connect(own, { tokens: "exchanged", pageSize: 2 }), "dlpJobs")
      const asked = (yield* own.ledger.entries).filter(({ path }) => path === "/token")
      assert.lengthOf(asked, 1)
      const their = (yield* vendor.ledger.entries).find(({ path }) => path === "/token")
      const formOf = (body: unknown): { readonly [name: string]: string | undefined } => ({ ...Object(body) })
      const [ours, theirForm] = [formOf(asked[0]?.body), formOf(their?.body)]
      assert.sameMembers(Object.keys(ours), Object.keys(theirForm))
      assert.strictEqual(ours["grant_type"], theirForm["grant_type"])
      const [mine, other] = [shapeOf(ours["assertion"]), shapeOf(theirForm["assertion"])]
      // The library does not name the key there.
      assert.deepInclude(mine.header, other.header)
      assert.deepStrictEqual(mine.claims, { ...other.claims, aud: keyOf(own).token_uri })
      assert.isTrue(mine.life && other.life)
    })
  )

  it.live("is refused in Google's words, with what to do, and no part of the key is in the error", () =>
    Effect.gen(function* () {
      const vendor = yield* GoogleEmulator.serve({ cloud: Project.cloud() })
      const key = keyOf(vendor)
      const serviceAccountKey = Redacted.make(JSON.stringify({ ...key, private_key_id: "gone" }))
      const connection = Project.connect(vendor, { tokens: "exchanged", serviceAccountKey })
      const error = yield* Effect.flip(Project.list(connection, "dlpJobs"))
      assert.strictEqual(error.reason._tag, "Unauthorized")
      assert.include(error.message, "the account has no key with this kid")
      assert.include(error.message, "check that the service account and its key are there")
      for (const line of key.private_key.split("\n").filter(({ length }) => length > 20)) {
        assert.notInclude(JSON.stringify(error), line)
      }
    })
  )

  it.live("is never fetched over plain http from another machine", () =>
    Effect.gen(function* () {
      const vendor = yield* GoogleEmulator.serve({ cloud: Project.cloud() })
      const serviceAccountKey = Redacted.make(
        JSON.stringify({ ...keyOf(vendor), token_uri: "http://tokens.example/token" })
      )
      const error = yield* Effect.flip(
        Project.list(Project.connect(vendor, { tokens: "exchanged", serviceAccountKey }), "dlpJobs")
      )
      assert.include(error.message, "serviceAccountKey: expected an https address")
    })
  )
})

describe("a key file", () => {
  const problemsOf = (key: unknown) => {
    const decoded = Google.decode({
      provider: "google",
      name: "main",
      serviceAccountKey: typeof key === "string" ? key : JSON.stringify(key),
      project: "acme-prod",
      locations: ["global"]
    })
    return decoded._tag === "Failure" ? decoded.failure.map((problem) => `${problem.key}: ${problem.message}`) : []
  }
  const good = {
    type: "service_account",
    client_email: "a@b",
    private_key: "-----BEGIN PRIVATE KEY-----\nAA\n-----END PRIVATE KEY-----",
    private_key_id: "1"
  }
  const wrong = [
    ["canary-1", "expected the JSON of a service account's key file, or @ and the path of the file"],
    [
      { ...good, type: "authorized_user" },
      "is a file of the type authorized_user; expected the key file of a service account"
    ],
    [
      { ...good, private_key: "", client_email: 7 },
      "lacks client_email, private_key; expected the key file of a service account, as it was downloaded"
    ],
    [
      { ...good, private_key: "canary-2" },
      "has a private_key that is no PEM (-----BEGIN PRIVATE KEY-----), or a token_uri that is no text"
    ],
    [{ ...good, type: "canary-3" }, "expected a key file of the type service_account"]
  ] as const
  for (const [key, expected] of wrong) {
    it(`that is wrong says so without quoting it: ${expected}`, () => {
      assert.deepStrictEqual(problemsOf(key), [`serviceAccountKey: ${expected}`])
    })
  }

  it("is taken as it was downloaded", () => {
    assert.deepStrictEqual(problemsOf(good), [])
    assert.isTrue(Google.fileSettings.has("serviceAccountKey"))
  })

  it.live("whose key cannot be read fails the connection before any request, and names the setting", () =>
    Effect.gen(function* () {
      const vendor = yield* GoogleEmulator.serve({ cloud: Project.cloud() })
      const connection = Project.connect(vendor, { serviceAccountKey: Redacted.make(JSON.stringify(good)) })
      const error = yield* Effect.flip(Project.list(connection, "dlpJobs"))
      assert.include(error.message, "serviceAccountKey: expected an RSA private key in PEM")
      assert.lengthOf(yield* vendor.ledger.entries, 0)
    })
  )
})

describe("a self-signed token that is refused", () => {
  it.live("is signed anew once", () =>
    Effect.gen(function* () {
      const fault = Faults.nth(
        1,
        Faults.json({ error: { code: 401, status: "UNAUTHENTICATED", message: "late" } }, 401)
      )
      const vendor = yield* GoogleEmulator.serve({ fault, cloud: Project.cloud({ dlpJobs: Project.dlpJobs(1) }) })
      const jobs = yield* Google.jobs(Project.connect(vendor), {}, { listings: ["dlpJobs"] }).pipe(
        Stream.runCollect,
        Effect.provide(Project.Fast)
      )
      assert.lengthOf(jobs, 1)
    })
  )
})
