/**
 * Signed JSON Web Tokens (RFC 7519), for client assertions, for the grant of RFC 7523, and for vendors that take one as the bearer token itself.
 *
 * **Example** (a token that says who asks)
 *
 * ```ts
 * import { Jwt } from "@scanjobs/core"
 * import type { Redacted } from "effect"
 *
 * declare const privateKey: Redacted.Redacted
 *
 * export const token = Jwt.sign({ privateKey, algorithm: "PS256", keyId: "1", claims: { iss: "acme", exp: 1_800_000_000 } })
 * ```
 */
import { Effect, Layer, Redacted } from "effect"
import { KeyFormat, SecureRandom, Signature } from "effect/crypto"
import { Base64Url } from "effect/encoding"
import { InvalidConnection } from "../model/Reason.ts"
import * as Pem from "./Pem.ts"

/**
 * How a token is signed: RSA with PKCS #1 v1.5 or PSS, or an elliptic curve (P-256), each with SHA-256.
 *
 * @since 0.3.0
 * @category models
 */
export type Algorithm = "RS256" | "PS256" | "ES256"

/**
 * The key that signs tokens.
 *
 * @since 0.3.0
 * @category models
 */
export interface Key {
  /** PEM: PKCS#8 (`BEGIN PRIVATE KEY`), or PKCS#1 for RSA (`BEGIN RSA PRIVATE KEY`). */
  readonly privateKey: Redacted.Redacted
  /** Default `RS256`. */
  readonly algorithm?: Algorithm
  /** The key's id (`kid`), where the server tells keys by it. */
  readonly keyId?: string
  /** The setting that the key comes from, for errors. Default `privateKey`. */
  readonly setting?: string
}

/**
 * What a token is made of.
 *
 * @since 0.3.0
 * @category models
 */
export interface Options extends Key {
  readonly claims: { readonly [name: string]: unknown }
  /** Further members of the header, such as a certificate's thumbprint. */
  readonly header?: { readonly [name: string]: unknown }
}

const algorithms = {
  RS256: Signature.rsaPkcs1v15Sha256,
  PS256: Signature.rsaPssSha256,
  ES256: Signature.ecdsaP256
}

const crypto = Layer.provide(Signature.layerWebCrypto, SecureRandom.layerWebCrypto)

/**
 * Signs a token. Fails as `InvalidConnection`, naming the setting, if the key cannot be read or is of another kind.
 *
 * @since 0.3.0
 * @category constructors
 */
export const sign: (options: Options) => Effect.Effect<string, InvalidConnection> = Effect.fnUntraced(function* ({
  algorithm = "RS256",
  claims,
  header,
  keyId,
  privateKey,
  setting = "privateKey"
}) {
  const key = yield* keyOf(privateKey, algorithm, setting)
  const signature = yield* Signature.Signature
  const head = { alg: algorithm, typ: "JWT", ...(keyId === undefined ? {} : { kid: keyId }), ...header }
  const signed = `${Base64Url.encode(JSON.stringify(head))}.${Base64Url.encode(JSON.stringify(claims))}`
  const bytes = yield* signature
    .sign(key, new TextEncoder().encode(signed))
    .pipe(Effect.mapError(() => invalid(setting, "cannot sign with this key")))
  return `${signed}.${Base64Url.encode(bytes)}`
}, Effect.provide(crypto))

const keyOf = (
  pem: Redacted.Redacted,
  algorithm: Algorithm,
  setting: string
): Effect.Effect<Signature.PrivateKey, InvalidConnection> => {
  const pkcs1 = Pem.blockOf("RSA PRIVATE KEY", pem)?.[0]
  const text = pkcs1 ?? Pem.blockOf("PRIVATE KEY", pem)?.[0] ?? ""
  const format = pkcs1 === undefined ? KeyFormat.pkcs8 : KeyFormat.pkcs1
  const kind = algorithm === "ES256" ? "elliptic curve (P-256)" : "RSA"
  return Effect.mapError(KeyFormat.decodePrivate(KeyFormat.pem(format), algorithms[algorithm], text), () =>
    invalid(
      setting,
      Redacted.value(pem).includes("ENCRYPTED")
        ? "is encrypted; decrypt it first, with: openssl pkey -in KEY -out PLAIN"
        : `expected an ${kind} private key in PEM (-----BEGIN PRIVATE KEY-----)`
    )
  )
}

const invalid = (setting: string, problem: string) => new InvalidConnection({ problems: [`${setting}: ${problem}`] })
