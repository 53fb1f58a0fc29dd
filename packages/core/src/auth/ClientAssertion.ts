/**
 * A signed JWT that authenticates a client to a token server (RFC 7523): RS256, with the certificate's SHA-1 thumbprint as
 * `x5t`.
 */
import { Effect, Layer, Redacted, Result } from "effect"
import { Digest, KeyFormat, SecureRandom, Signature } from "effect/crypto"
import { Base64, Base64Url } from "effect/encoding"
import { InvalidConnection } from "../model/Reason.ts"

/** The value of `client_assertion_type`. */
export const type = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

/** What an assertion is made from. */
export interface Options {
  /** PEM. */
  readonly certificate: Redacted.Redacted
  /** The certificate's RSA key, PEM: PKCS#8 (`BEGIN PRIVATE KEY`) or PKCS#1 (`BEGIN RSA PRIVATE KEY`). */
  readonly privateKey: Redacted.Redacted
  readonly clientId: string
  /** The token server's address. */
  readonly audience: string
  /** Epoch milliseconds. */
  readonly now: number
}

/** How long an assertion is valid, in seconds; token servers allow an hour at most. */
const life = 600

/** How far the token server's clock may be behind ours, in seconds. */
const skew = 60

const crypto = Layer.merge(
  Digest.layerWebCrypto,
  Layer.provideMerge(Signature.layerWebCrypto, SecureRandom.layerWebCrypto)
)

/** Makes an assertion. Fails as `InvalidConnection`, naming the setting, if the certificate or key cannot be read. */
export const make: (options: Options) => Effect.Effect<string, InvalidConnection> = Effect.fnUntraced(function* (
  options
) {
  const certificate = yield* certificateBytes(options.certificate)
  const privateKey = yield* privateKeyOf(options.privateKey)
  const digest = yield* Digest.Digest
  const random = yield* SecureRandom.SecureRandom
  const signature = yield* Signature.Signature
  const thumbprint = yield* digest.digest(Digest.sha1, certificate)
  const seconds = Math.floor(options.now / 1000)
  const header = { alg: "RS256", typ: "JWT", x5t: Base64Url.encode(thumbprint) }
  const claims = {
    iss: options.clientId,
    sub: options.clientId,
    aud: options.audience,
    jti: yield* random.uuidV4(),
    nbf: seconds - skew,
    iat: seconds,
    exp: seconds + life
  }
  const signed = `${Base64Url.encode(JSON.stringify(header))}.${Base64Url.encode(JSON.stringify(claims))}`
  const bytes = yield* signature
    .sign(privateKey, new TextEncoder().encode(signed))
    .pipe(Effect.mapError(() => invalid("privateKey", "cannot sign with this key")))
  return `${signed}.${Base64Url.encode(bytes)}`
}, Effect.provide(crypto))

const certificateBytes = (pem: Redacted.Redacted): Effect.Effect<Uint8Array, InvalidConnection> => {
  const decoded = Base64.decode((blockOf("CERTIFICATE", pem)?.[1] ?? "").replaceAll(/\s+/g, ""))
  return Result.isSuccess(decoded) && decoded.success.length > 0
    ? Effect.succeed(decoded.success)
    : Effect.fail(invalid("certificate", "expected a PEM certificate (-----BEGIN CERTIFICATE-----)"))
}

const privateKeyOf = (pem: Redacted.Redacted): Effect.Effect<Signature.PrivateKey, InvalidConnection> => {
  const pkcs1 = blockOf("RSA PRIVATE KEY", pem)?.[0]
  const text = pkcs1 ?? blockOf("PRIVATE KEY", pem)?.[0] ?? ""
  const format = pkcs1 === undefined ? KeyFormat.pkcs8 : KeyFormat.pkcs1
  return Effect.mapError(KeyFormat.decodePrivate(KeyFormat.pem(format), Signature.rsaPkcs1v15Sha256, text), () =>
    invalid(
      "privateKey",
      Redacted.value(pem).includes("ENCRYPTED")
        ? "is encrypted; decrypt it first, with: openssl pkey -in KEY -out PLAIN"
        : "expected an RSA private key in PEM (-----BEGIN PRIVATE KEY-----)"
    )
  )
}

/**
 * The first PEM block with this label, and its content. A bundle has other blocks, and text between them; environment
 * variables often have line breaks written as `\\n`.
 */
const blockOf = (label: string, pem: Redacted.Redacted) =>
  new RegExp(`-----BEGIN ${label}-----([^-]+)-----END ${label}-----`).exec(Redacted.value(pem).replaceAll("\\n", "\n"))

const invalid = (setting: string, problem: string) => new InvalidConnection({ problems: [`${setting}: ${problem}`] })
