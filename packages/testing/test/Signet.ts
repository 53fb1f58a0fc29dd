/** A vendor whose requests are signed, and the parts of its provider that a test can replace with wrong ones. */
import { Credential, Listing, Paging, Provider, Rejection, type Signer } from "@scanjobs/core"
import { type Conformance, Emulator, Pages, Wire } from "@scanjobs/testing"
import { Effect, Redacted, Schema } from "effect"
import { Mac } from "effect/crypto"
import { Hex } from "effect/encoding"
import { HttpApiEndpoint } from "effect/http-api"
import { HttpServerResponse } from "effect/http"
import { createHmac } from "node:crypto"

const Run = Schema.Struct({ id: Schema.String })

const bytes = (text: string) => new TextEncoder().encode(text)

/** The signature of a method, an address and a time. */
export const hmac = Effect.fnUntraced(function* (method: string, url: URL, time: string, secret: Redacted.Redacted) {
  const mac = yield* Mac.Mac
  const key = yield* Mac.key(Mac.hmacSha256, bytes(Redacted.value(secret)))
  return Hex.encode(yield* mac.sign(key, bytes([method, url.pathname + url.search, time].join("\n"))))
})

/** Signs as the vendor documents it. */
export const right: Signer.Signer = Effect.fnUntraced(function* ({ method, now, url }, secret) {
  const time = String(Math.floor(now / 1000))
  const signature = yield* hmac(method, url, time, secret)
  return { headers: { "x-time": time, "x-signature": signature }, secrets: [Redacted.make(signature)] }
})

const make = (signer: Signer.Signer) =>
  Provider.make("signet", {
    connection: { secret: Schema.Redacted(Schema.String), pageSize: Schema.Int },
    security: "none",
    listings: {
      runs: Listing.make({
        row: Run,
        endpoint: (row) =>
          HttpApiEndpoint.get("runs", "/runs", {
            query: { offset: Schema.Int, limit: Schema.Int },
            success: Schema.Struct({ runs: Schema.Array(row) })
          })
      })
    }
  })({
    baseUrl: () => "https://signet.example",
    credential: ({ secret }) => Credential.fixed(secret),
    sign: () => signer,
    rejection: Rejection.fromSchema(Schema.Struct({ error: Schema.String }), ({ error }) => ({
      code: null,
      message: error
    })),
    listings: {
      runs: {
        paging: Paging.offset({
          size: ({ connection: { pageSize } }) => pageSize,
          request: (_, { offset, size }) => ({ query: { offset, limit: size } }),
          offset: ({ query }) => query.offset
        }),
        rows: ({ runs }) => runs,
        job: ({ id }) => ({ vendorId: id, kind: "run", category: "other", state: "unknown", vendorState: null })
      }
    }
  })

const provider = make(right)

const wire = Wire.make(provider.listings.runs, {
  rows: { get: ({ runs }) => runs, set: (body, runs) => ({ ...body, runs }) },
  next: null,
  total: null,
  id: Wire.field("id"),
  state: null,
  start: null
})

const secret = "signet-secret-4711"
const no = (status: number) => () => HttpServerResponse.jsonUnsafe({ error: "no" }, { status })

/** Whether the signature is right, and at most five minutes old. */
const accepts = ({ entry, sent }: Emulator.Exchange): boolean => {
  const { "x-signature": signature, "x-time": time = "" } = entry.headers
  const expected = createHmac("sha256", secret).update([entry.method, sent.target, time].join("\n")).digest("hex")
  return signature === expected && Math.abs(entry.time - Number(time) * 1000) < 300_000
}

/** The subject of the conformance suite: the correct vendor, and a provider that may sign in a wrong way. */
export const subject = (signer: Signer.Signer = right): Conformance.SubjectOf<typeof provider> => ({
  provider: make(signer),
  listings: { runs: { wire } },
  errorUnder200: (error) => ({ error }),
  skips: { C17: "the secret stays" },
  start: ({ fault, pageSize, rows }) =>
    Effect.map(
      Emulator.serve(provider, {
        fault,
        accepts: (_, exchange) => Effect.succeed(accepts(exchange)),
        answers: { refused: no(401), invalid: no(400), missing: no(404), limited: no(429) },
        handlers: {
          runs: ({ query: { limit, offset } }) => {
            const all = Array.from({ length: rows }, (_, index) => ({ id: `run-${index}` }))
            return Effect.succeed(HttpServerResponse.jsonUnsafe({ runs: Pages.at(all, offset, limit).rows }))
          }
        }
      }),
      ({ baseUrl, ledger }) => ({
        ledger,
        connection: { provider: "signet", name: "main", baseUrl, secret: Redacted.make(secret), pageSize },
        secrets: Effect.succeed([secret]),
        revoke: null
      })
    )
})
