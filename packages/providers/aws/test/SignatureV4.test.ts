import { assert, describe, it } from "@effect/vitest"
import { Secrets, type Signer } from "@scanjobs/core"
import { sign as aws4Sign } from "aws4"
import { AwsV4Signer } from "aws4fetch"
import { Effect, Layer, Redacted } from "effect"
import { Digest, Mac, SecureRandom, Signature } from "effect/crypto"
import * as SignatureCheck from "../src/SignatureCheck.ts"
import * as SignatureV4 from "../src/SignatureV4.ts"

const accessKeyId = "AKIAEXAMPLE000000001"
const secretAccessKey = "example/Secret+Access=Key"
const now = Date.UTC(2026, 0, 2, 3, 4, 5)
const services: { readonly [listing: string]: string } = { backupScans: "backup", cisScans: "inspector2" }

const crypto = Layer.mergeAll(Digest.layerWebCrypto, Mac.layerWebCrypto, Signature.layerWebCrypto).pipe(
  Layer.provideMerge(SecureRandom.layerWebCrypto)
)

interface Case {
  readonly method: "GET" | "POST"
  readonly url: string
  readonly body?: string
  readonly sessionToken?: string
}

const cases: ReadonlyArray<readonly [name: string, one: Case]> = [
  ["without a query", { method: "GET", url: "https://backup.eu-central-1.amazonaws.com/scan/jobs" }],
  [
    "with a token of signs that must be encoded",
    {
      method: "GET",
      url: "https://backup.eu-central-1.amazonaws.com/scan/jobs?NextToken=a%2Fb%2Bc%3D%C3%A9%27%28%29*%21~&MaxResults=5"
    }
  ],
  [
    "with a body",
    { method: "POST", url: "https://inspector2.us-east-1.amazonaws.com/cis/scan/list", body: '{"nextToken":"é/+="}' }
  ],
  [
    "with temporary keys, a port and a query beside the body",
    {
      method: "POST",
      url: "http://127.0.0.1:4566/malware-scan?maxResults=50&nextToken=%2B",
      body: "{}",
      sessionToken: "t/o+k=en"
    }
  ],
  [
    "with a path of encoded parts",
    { method: "GET", url: "https://backup.eu-central-1.amazonaws.com/scan/jobs/a%20b%2Fc" }
  ]
]

const signed = ({ body = "", method, sessionToken, url }: Case, secret = secretAccessKey) =>
  Effect.provide(
    SignatureV4.make({
      accessKeyId,
      sessionToken: sessionToken === undefined ? undefined : Redacted.make(sessionToken),
      service: (listing) => services[listing] ?? ""
    })(
      {
        method,
        url: new URL(url),
        headers: body === "" ? {} : { "content-type": "application/json" },
        body: new TextEncoder().encode(body),
        now,
        place: { listing: body === "" ? "backupScans" : "cisScans", scope: body === "" ? "eu-central-1" : "us-east-1" }
      },
      Redacted.make(secret)
    ),
    crypto
  )

const signatureOf = (authorization: string | null | undefined) =>
  /Signature=([0-9a-f]{64})/.exec(authorization ?? "")?.[1]

const credentials = ({ sessionToken }: Case) => ({
  accessKeyId,
  secretAccessKey,
  ...(sessionToken === undefined ? {} : { sessionToken })
})

const placeOf = ({ body }: Case) =>
  body === undefined ? { service: "backup", region: "eu-central-1" } : { service: "inspector2", region: "us-east-1" }

describe("a signature", () => {
  for (const [name, one] of cases) {
    it.effect(`${name} is the one that aws4 makes`, () =>
      Effect.gen(function* () {
        const { headers } = yield* signed(one)
        const { host, pathname, search } = new URL(one.url)
        const { authorization: _, ...plain } = headers
        const request = {
          ...placeOf(one),
          method: one.method,
          host,
          path: pathname + search,
          headers: { ...plain, ...(one.body === undefined ? {} : { "content-type": "application/json" }) },
          ...(one.body === undefined ? {} : { body: one.body }),
          extraHeadersToIgnore: { "content-length": true }
        }
        const { headers: theirs } = aws4Sign(request, credentials(one))
        const authorization = Object.entries(theirs ?? {}).find(
          ([header]) => header.toLowerCase() === "authorization"
        )?.[1]
        assert.strictEqual(signatureOf(headers["authorization"]), signatureOf(String(authorization)))
      })
    )

    it.effect(`${name} is the one that aws4fetch makes`, () =>
      Effect.gen(function* () {
        const { headers } = yield* signed(one)
        const { authorization: _, ...plain } = headers
        const signer = new AwsV4Signer({
          ...credentials(one),
          ...placeOf(one),
          method: one.method,
          url: one.url,
          datetime: headers["x-amz-date"] ?? "",
          headers: { ...plain, ...(one.body === undefined ? {} : { "content-type": "application/json" }) },
          allHeaders: true,
          ...(one.body === undefined ? {} : { body: one.body })
        })
        const theirs = yield* Effect.promise(() => signer.sign())
        assert.strictEqual(signatureOf(headers["authorization"]), signatureOf(theirs.headers.get("authorization")))
      })
    )

    it.effect(`${name} is accepted by the emulator's own check, and not with another secret`, () =>
      Effect.gen(function* () {
        const { host, pathname, search } = new URL(one.url)
        const problemWith = ({ headers }: Signer.Signed) =>
          SignatureCheck.problemOf(
            {
              method: one.method,
              target: pathname + search,
              headers: { host, ...(one.body === undefined ? {} : { "content-type": "application/json" }), ...headers },
              body: one.body ?? "",
              now
            },
            { accessKeyId, secretAccessKey, service: placeOf(one).service, sessionToken: one.sessionToken }
          )
        assert.isUndefined(problemWith(yield* signed(one)))
        assert.strictEqual(problemWith(yield* signed(one, "another"))?.type, "InvalidSignatureException")
      })
    )
  }

  it.effect("is named as secret, as it stands in the header", () =>
    Effect.gen(function* () {
      const { headers, secrets } = yield* signed({ method: "GET", url: "https://backup.eu-central-1.amazonaws.com/" })
      const known = Secrets.make(secrets.map((secret) => Redacted.value(secret)))
      assert.notMatch(known.scrub(headers["authorization"] ?? ""), /[0-9a-f]{64}/)
    })
  )
})
