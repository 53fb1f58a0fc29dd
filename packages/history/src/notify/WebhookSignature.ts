/**
 * The signature of a message for programs, as Standard Webhooks 1.0 defines it: HMAC-SHA256 over the id, the time and the body.
 */
import { Effect, Layer, Redacted, Result } from "effect"
import { Mac, SecureRandom } from "effect/crypto"
import { Base64 } from "effect/encoding"

/** What is signed. */
export interface Signed {
  /** The same for each attempt to send the same message. */
  readonly id: string
  /** Epoch milliseconds. */
  readonly at: number
  readonly body: string
}

/** The headers that go with the body; without a secret, it is not signed. */
export const headersOf = ({ at, body, id }: Signed, secret: Redacted.Redacted | undefined) =>
  Effect.gen(function* () {
    const timestamp = String(Math.floor(at / 1000))
    const named = { "webhook-id": id, "webhook-timestamp": timestamp }
    if (secret === undefined) return named
    const mac = yield* Mac.Mac
    const key = yield* Mac.key(Mac.hmacSha256, keyOf(secret))
    const tag = yield* mac.sign(key, new TextEncoder().encode(`${id}.${timestamp}.${body}`))
    return { ...named, "webhook-signature": `v1,${Base64.encode(tag)}` }
  }).pipe(Effect.provide(crypto), Effect.orDie)

const crypto = Layer.provide(Mac.layerWebCrypto, SecureRandom.layerWebCrypto)

/** A secret that begins with `whsec_` is the key in Base64; any other one is the key itself. */
const keyOf = (secret: Redacted.Redacted): Uint8Array => {
  const text = Redacted.value(secret)
  const encoded = text.startsWith("whsec_") ? Base64.decode(text.slice("whsec_".length)) : undefined
  return encoded !== undefined && Result.isSuccess(encoded) ? encoded.success : new TextEncoder().encode(text)
}
