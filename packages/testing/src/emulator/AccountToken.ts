/**
 * Tokens that an account signs with a key of its own (RFC 7523): an assertion for a token server, or a bearer token itself.
 */
import { Option, Schema } from "effect"
import { verify } from "node:crypto"

/**
 * An account that signs tokens with RS256.
 *
 * @since 0.3.0
 * @category models
 */
export interface Account {
  /** Its name, the `iss` of its tokens. */
  readonly issuer: string
  /** The key's id, the `kid` of its tokens where they have one. */
  readonly keyId: string
  /** PEM. */
  readonly publicKey: string
}

const Header = Schema.Struct({
  alg: Schema.Literal("RS256"),
  typ: Schema.optionalKey(Schema.Literal("JWT")),
  kid: Schema.optionalKey(Schema.String)
})

const Claims = Schema.Struct({
  iss: Schema.String,
  sub: Schema.optionalKey(Schema.String),
  aud: Schema.optionalKey(Schema.String),
  scope: Schema.optionalKey(Schema.String),
  iat: Schema.Finite,
  exp: Schema.Finite
})

/** What a token claims; `problem` says why that does not count. */
type Read =
  | { readonly claims: typeof Claims.Type; readonly problem: undefined }
  | { readonly claims: undefined; readonly problem: string }

/** The permitted difference between two clocks, in seconds. */
const skew = 60

const decodeHeader = Schema.decodeUnknownOption(Schema.fromJsonString(Header))
const decodeClaims = Schema.decodeUnknownOption(Schema.fromJsonString(Claims))

const textOf = (part: string): string => Buffer.from(part, "base64url").toString()

const refused = (problem: string): Read => ({ claims: undefined, problem })

/** Reads a token at a time in epoch seconds, and checks whose it is, its signature and its life of an hour at most. */
export const read = (token: string, accounts: ReadonlyArray<Account>, now: number): Read => {
  const [head = "", body = "", signature = "", ...rest] = token.split(".")
  const header = Option.getOrUndefined(decodeHeader(textOf(head)))
  const claims = Option.getOrUndefined(decodeClaims(textOf(body)))
  if (header === undefined || claims === undefined || rest.length > 0) {
    return refused("the token is no JWT with alg RS256, iss, iat and exp")
  }
  const account = accounts.find(({ issuer }) => issuer === claims.iss)
  if (account === undefined) return refused("there is no such account")
  if (header.kid !== undefined && account.keyId !== header.kid) return refused("the account has no key with this kid")
  const isGood = verify(
    "RSA-SHA256",
    Buffer.from(`${head}.${body}`),
    account.publicKey,
    Buffer.from(signature, "base64url")
  )
  if (!isGood) return refused("the signature is not the account's")
  if (claims.iat > now + skew || claims.exp <= now) {
    return refused(
      "the token must be a short-lived one within a reasonable timeframe; check iat and exp, and the clock"
    )
  }
  return claims.exp > claims.iat + 3600 ? refused("exp is more than an hour after iat") : { claims, problem: undefined }
}
