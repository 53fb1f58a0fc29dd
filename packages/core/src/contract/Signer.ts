/**
 * Signs requests with the credential, for vendors that want no secret to be sent, such as those with an HMAC of each request.
 *
 * A provider with `security: "none"` gives a signer in its verb `sign`. It is called for the final request: the address with the query as
 * it is sent, all headers but the connection's own, and the bytes of the body. Each attempt is signed anew, and so is each redirect, after
 * the waits for quotas, so that no signature is old when it arrives.
 *
 * **Example** (an HMAC of the method, the address, the time and the body)
 *
 * ```ts
 * import type { Signer } from "@scanjobs/core"
 * import { Effect, Redacted } from "effect"
 * import { Digest, Mac } from "effect/crypto"
 * import { Hex } from "effect/encoding"
 *
 * export const hmac = (keyId: string): Signer.Signer =>
 *   Effect.fnUntraced(function* ({ body, method, now, url }, secret) {
 *     const digest = yield* Digest.Digest
 *     const mac = yield* Mac.Mac
 *     const time = String(Math.floor(now / 1000))
 *     const text = [method, url.pathname + url.search, time, yield* digest.digestHex(Digest.sha256, body)].join("\n")
 *     const key = yield* Mac.key(Mac.hmacSha256, new TextEncoder().encode(Redacted.value(secret)))
 *     const signature = Hex.encode(yield* mac.sign(key, new TextEncoder().encode(text)))
 *     return {
 *       headers: { "x-key": keyId, "x-time": time, "x-signature": signature },
 *       secrets: [Redacted.make(signature)]
 *     }
 *   })
 * ```
 */
import type { Effect, Redacted } from "effect"
import type { CryptoError, Digest, Mac, SecureRandom, Signature } from "effect/crypto"
import type { InvalidConnection } from "../model/Reason.ts"
import type { Place } from "./Place.ts"

/**
 * A request before it is signed.
 *
 * @since 0.3.0
 * @category models
 */
export interface Unsigned {
  /** In upper case. */
  readonly method: string
  /** The whole address, with the query as it is sent. */
  readonly url: URL
  /** With lower-case names. `host` and what the HTTP client adds by itself, such as the length of the body, are not among them. */
  readonly headers: { readonly [name: string]: string }
  /** The bytes of the body; empty where there is none. */
  readonly body: Uint8Array
  /**
   * The time to sign with, in epoch milliseconds. Where the vendor has refused a request and the `Date` of its answer shows that its clock is not
   * ours, this is the vendor's time.
   */
  readonly now: number
  /** The listing and the scope that the request is for, such as a service and a region. */
  readonly place: Place
}

/**
 * What a signature adds to a request.
 *
 * @since 0.3.0
 * @category models
 */
export interface Signed {
  /** Headers to add. No span shows their values. */
  readonly headers: { readonly [name: string]: string }
  /** The parts of the headers that nobody may see, such as the signature itself. They are removed from errors, spans and rows. */
  readonly secrets: ReadonlyArray<Redacted.Redacted>
}

/**
 * What a signer may use.
 *
 * @since 0.3.0
 * @category models
 */
export type Crypto = Digest.Digest | Mac.Mac | SecureRandom.SecureRandom | Signature.Signature

/**
 * Signs a request with the secret that the credential gives for this attempt.
 *
 * @since 0.3.0
 * @category models
 */
export type Signer = (
  request: Unsigned,
  secret: Redacted.Redacted
) => Effect.Effect<Signed, InvalidConnection | CryptoError.CryptoError, Crypto>
