/**
 * A signed JWT that authenticates a client to a token server (RFC 7523), with the thumbprint of its certificate or the id of its key.
 */
import { Effect, Layer, type Redacted, Result } from "effect"
import { Digest, SecureRandom } from "effect/crypto"
import { Base64, Base64Url } from "effect/encoding"
import { InvalidConnection } from "../model/Reason.ts"
import * as Jwt from "./Jwt.ts"
import * as Pem from "./Pem.ts"

/** The value of `client_assertion_type`. */
export const type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

/** What an assertion is made from. */
export interface Options extends Jwt.Key {
  /** PEM; its thumbprint goes into the header, as `x5t#S256` for PS256 and else as `x5t`. */
  readonly certificate?: Redacted.Redacted
  readonly issuer: string
  readonly subject?: string | undefined
  /** The token server's address, or what else it wants. */
  readonly audience: string
  /** Further claims. */
  readonly claims?: { readonly [name: string]: unknown } | undefined
  /** Epoch milliseconds. */
  readonly now: number
}

/** How long an assertion is valid, in seconds; token servers allow an hour at most. */
const life = 600

/** How far the token server's clock may be behind ours, in seconds. */
const skew = 60

const crypto = Layer.merge(Digest.layerWebCrypto, SecureRandom.layerWebCrypto)

/** Makes an assertion. Fails as `InvalidConnection`, naming the setting, if the certificate or key cannot be read. */
export const make: (options: Options) => Effect.Effect<string, InvalidConnection> = Effect.fnUntraced(function* (
  options
) {
  const random = yield* SecureRandom.SecureRandom
  const seconds = Math.floor(options.now / 1000)
  return yield* Jwt.sign({
    ...options,
    header: options.certificate === undefined ? {} : yield* thumbprint(options.certificate, options.algorithm),
    claims: {
      iss: options.issuer,
      ...(options.subject === undefined ? {} : { sub: options.subject }),
      aud: options.audience,
      jti: yield* random.uuidV4(),
      nbf: seconds - skew,
      iat: seconds,
      exp: seconds + life,
      ...options.claims
    }
  })
}, Effect.provide(crypto))

const thumbprint = Effect.fnUntraced(function* (certificate: Redacted.Redacted, algorithm: Jwt.Algorithm = "RS256") {
  const bytes = yield* certificateBytes(certificate)
  const digest = yield* Digest.Digest
  return algorithm === "PS256"
    ? { "x5t#S256": Base64Url.encode(yield* digest.digest(Digest.sha256, bytes)) }
    : { x5t: Base64Url.encode(yield* digest.digest(Digest.sha1, bytes)) }
})

const certificateBytes = (pem: Redacted.Redacted): Effect.Effect<Uint8Array, InvalidConnection> => {
  const decoded = Base64.decode((Pem.blockOf("CERTIFICATE", pem)?.[1] ?? "").replaceAll(/\s+/g, ""))
  return Result.isSuccess(decoded) && decoded.success.length > 0
    ? Effect.succeed(decoded.success)
    : Effect.fail(
        new InvalidConnection({
          problems: ["certificate: expected a PEM certificate (-----BEGIN CERTIFICATE-----)"]
        })
      )
}
