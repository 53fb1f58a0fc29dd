import { NodeHttpClient } from "@effect/platform-node"
import { Credential, Listing, Progress, Provider, RetryPolicy, type Signer } from "@scanjobs/core"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Exit, Layer, Redacted, Schema, Stream, Tracer } from "effect"
import { Digest, Mac } from "effect/crypto"
import { Hex } from "effect/encoding"
import { HttpApiEndpoint } from "effect/http-api"
import * as Crypto from "node:crypto"
import * as Vendor from "../Vendor.ts"

const live = Layer.merge(NodeHttpClient.layerUndici, RetryPolicy.layer({ times: 2, base: "1 millis", max: "1 millis" }))

/** An HMAC of everything that is sent, with a secret that never is. */
const hmac: Signer.Signer = Effect.fnUntraced(function* ({ body, method, now, place, url }, secret) {
  const digest = yield* Digest.Digest
  const mac = yield* Mac.Mac
  const hash = yield* digest.digestHex(Digest.sha256, body)
  const text = [method, url.pathname + url.search, now, `${place.listing} ${place.scope}`, hash].join("\n")
  const key = yield* Mac.key(Mac.hmacSha256, new TextEncoder().encode(Redacted.value(secret)))
  const signature = Hex.encode(yield* mac.sign(key, new TextEncoder().encode(text)))
  return {
    headers: {
      "x-time": String(now),
      "x-place": encodeURIComponent(`${place.listing} ${place.scope}`),
      "x-signature": signature
    },
    secrets: [Redacted.make(signature)]
  }
})

/** The signature as the vendor computes it of what arrived. */
const expected = ({ body, headers, method, url }: Vendor.Seen, secret: string): string => {
  const hash = Crypto.createHash("sha256").update(body).digest("hex")
  const place = decodeURIComponent(String(headers["x-place"]))
  const text = [method, url.pathname + url.search, headers["x-time"], place, hash].join("\n")
  return Crypto.createHmac("sha256", secret).update(text).digest("hex")
}

const isSigned = (seen: Vendor.Seen): boolean => seen.headers["x-signature"] === expected(seen, Vendor.canary)

/** Two pages of each of two teams, asked with a query and a body. */
const provider = (sign: () => Signer.Signer = () => hmac, secret: string = Vendor.canary) =>
  Provider.make("signed", {
    connection: {},
    security: "none",
    listings: {
      runs: Listing.make({
        row: Schema.Struct({ id: Schema.String }),
        scope: Schema.String,
        endpoint: (row) =>
          HttpApiEndpoint.post("runs", "/teams/:team/runs", {
            params: { team: Schema.String },
            query: { filter: Schema.String },
            payload: Schema.Struct({ page: Schema.Int, note: Schema.String }),
            success: Schema.Array(row)
          })
      })
    }
  })({
    baseUrl: () => "https://signed.invalid",
    credential: () => Credential.fixed(Redacted.make(secret)),
    sign,
    listings: {
      runs: {
        scopes: () => ["a b", "ü/*"],
        first: ({ scope }) => ({
          params: { team: scope },
          query: { filter: "x=1&y+ü *'()~/" },
          payload: { page: 1, note: "ü" }
        }),
        rows: (body) => body,
        next: ({ request }) =>
          request.payload.page < 2 ? { ...request, payload: { ...request.payload, page: 2 } } : undefined,
        job: (row) => ({ vendorId: row.id, kind: "run", category: "web", state: "queued", vendorState: null })
      }
    }
  })

const read = (vendor: Vendor.Vendor, signed = provider()) =>
  Stream.runCollect(signed.jobs({ name: "main", baseUrl: vendor.origin }))

const page = ({ body }: Vendor.Seen) => Vendor.json([{ id: body }])
const checked = (seen: Vendor.Seen) => (isSigned(seen) ? page(seen) : Vendor.text("wrong signature", 403))

/** Collects the spans of an effect as text. */
const traced = <A, E, R>(effect: Effect.Effect<A, E, R>) => {
  const texts: Array<string> = []
  const tracer = Tracer.make({
    span: (options) => {
      const span = new Tracer.NativeSpan(options)
      const end = span.end.bind(span)
      return Object.assign(span, {
        end: (time: bigint, exit: Exit.Exit<unknown, unknown>) => {
          texts.push(JSON.stringify([span.name, ...span.attributes]) + String(exit))
          end(time, exit)
        }
      })
    }
  })
  return Effect.map(Effect.exit(Effect.provideService(effect, Tracer.Tracer, tracer)), (exit) => ({ exit, texts }))
}

layer(live, { excludeTestServices: true })("a provider that signs its requests", (it) => {
  it.effect("signs the method, the address, the body and the place as they are sent", () =>
    Effect.gen(function* () {
      const vendor = yield* Vendor.serve(checked)
      const jobs = yield* read(vendor)
      assert.strictEqual(jobs.length, 4)
      assert.strictEqual(new Set(vendor.seen.map(({ headers }) => headers["x-place"])).size, 2)
      assert.isTrue(vendor.seen.every(({ headers }) => headers.authorization === undefined))
    })
  )

  it.effect("is refused with a wrong secret", () =>
    Effect.gen(function* () {
      const vendor = yield* Vendor.serve(checked)
      const failure = yield* Effect.flip(read(vendor, provider(undefined, "another secret")))
      assert.strictEqual(failure.reason._tag, "Forbidden")
    })
  )

  it.effect("signs each attempt anew", () =>
    Effect.gen(function* () {
      const vendor = yield* Vendor.serve((seen, nth) => (nth === 1 ? Vendor.text("", 503) : checked(seen)))
      yield* read(vendor)
      const [first, second] = vendor.seen.map(({ headers }) => headers["x-signature"])
      assert.notStrictEqual(first, second)
      assert.isTrue(vendor.seen.every(isSigned))
    })
  )

  it.effect("signs a redirect to its own origin anew", () =>
    Effect.gen(function* () {
      const vendor = yield* Vendor.serve((seen, nth) =>
        nth === 1 ? Vendor.redirect("/moved?to=here", 307) : checked(seen)
      )
      yield* read(vendor)
      assert.isTrue(vendor.seen.some(({ url }) => url.pathname === "/moved"))
      assert.isTrue(vendor.seen.every(isSigned))
    })
  )

  it.effect("sends no signature to another origin", () =>
    Effect.gen(function* () {
      const other = yield* Vendor.serve(page)
      const vendor = yield* Vendor.script(Vendor.redirect(`${other.origin}/runs`, 307))
      const failure = yield* Effect.flip(read(vendor))
      assert.strictEqual(failure.reason._tag, "ForeignLink")
      assert.lengthOf(other.seen, 0)
    })
  )

  describe("whose clock is not the vendor's", () => {
    const hour = 3_600_000
    /** A vendor whose clock is ahead, and that accepts signatures of five minutes. */
    const ahead =
      (millis: number): ((seen: Vendor.Seen) => Vendor.Answer) =>
      (seen) => {
        const now = Date.now() + millis
        const isTimely = Math.abs(Number(seen.headers["x-time"]) - now) < 300_000
        const date = { date: new Date(now).toUTCString() }
        return isTimely && isSigned(seen) ? Vendor.json([{ id: seen.body }], 200, date) : Vendor.text("", 403, date)
      }

    it.effect.each([hour, -hour])("by %d ms, learns the time from the refusal", (millis) =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.serve(ahead(millis))
        const jobs = yield* read(vendor)
        assert.strictEqual(jobs.length, 4)
        assert.isAtMost(vendor.seen.length, 6)
      })
    )

    it.effect("gives up where the corrected clock is refused as well", () =>
      Effect.gen(function* () {
        const date = { date: new Date(Date.now() + hour).toUTCString() }
        const vendor = yield* Vendor.script(Vendor.text("", 403, date))
        const failure = yield* Effect.flip(read(vendor))
        assert.strictEqual(failure.reason._tag, "Forbidden")
        assert.isAtMost(vendor.seen.length, 4)
      })
    )

    it.effect("does not try again where the clocks agree", () =>
      Effect.gen(function* () {
        const date = { date: new Date().toUTCString() }
        const vendor = yield* Vendor.script(Vendor.text("", 403, date))
        yield* Effect.flip(Stream.runDrain(Stream.take(provider().jobs({ name: "m", baseUrl: vendor.origin }), 1)))
        assert.isAtMost(vendor.seen.length, 2)
        assert.isTrue(vendor.seen.every((seen) => Math.abs(Number(seen.headers["x-time"]) - Date.now()) < 60_000))
      })
    )
  })

  describe("keeps signatures out", () => {
    it.effect("of errors", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.serve(({ headers }) => Vendor.text(`bad ${String(headers["x-signature"])}`, 400))
        const failure = yield* Effect.flip(read(vendor))
        assert.include(failure.message, "bad <redacted>")
      })
    )

    it.effect("of rows", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.serve(({ headers }) => Vendor.json([{ id: headers["x-signature"] }]))
        const [job] = yield* read(vendor)
        assert.strictEqual(job?.vendorId, "<redacted>")
      })
    )

    it.effect("of spans, with all headers that a signer adds", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.serve(checked)
        const { exit, texts } = yield* traced(read(vendor))
        assert.isTrue(Exit.isSuccess(exit))
        const spans = texts.join("\n")
        assert.include(spans, "x-signature")
        for (const { headers } of vendor.seen) {
          assert.notInclude(spans, String(headers["x-signature"]))
          assert.notInclude(spans, String(headers["x-time"]))
        }
      })
    )
  })

  describe("and whose signer is wrong", () => {
    it.effect("fails with what it threw, without a request", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.serve(checked)
        const broken: Signer.Signer = () => Effect.die(new Error(`no key in ${Vendor.canary}`))
        const failure = yield* Effect.flip(
          read(
            vendor,
            provider(() => broken)
          )
        )
        assert.strictEqual(failure.reason._tag, "InvalidConnection")
        assert.include(failure.message, "the provider's `sign` failed: no key in <redacted>")
        assert.lengthOf(vendor.seen, 0)
      })
    )

    it.effect("fails where the verb gives no function", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.serve(checked)
        const failure = yield* Effect.flip(
          read(
            vendor,
            provider(() => Reflect.get({}, "nothing"))
          )
        )
        assert.include(failure.message, "it returned no function that signs a request")
      })
    )
  })

  it.effect("leaves what is reported of retries as it is", () =>
    Effect.gen(function* () {
      const events: Array<string> = []
      const vendor = yield* Vendor.serve((seen, nth) => (nth === 1 ? Vendor.text("", 503) : checked(seen)))
      yield* Effect.provideService(read(vendor), Progress.Progress, ({ _tag }) =>
        Effect.sync(() => void events.push(_tag))
      )
      assert.strictEqual(events.filter((tag) => tag === "Retrying").length, 1)
    })
  )
})
