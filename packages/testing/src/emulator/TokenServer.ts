/**
 * Emulates an OAuth 2.0 token endpoint for client credentials, as strictly as the standards say: RFC 6749 for a secret, RFC 7523
 * for a certificate or a key, and RFC 7523 for accounts that ask with an assertion alone. It is a route of an emulator, and says which tokens the
 * emulator accepts.
 */
import { Clock, Duration, Effect, Random, Schema } from "effect"
import { HttpServerResponse } from "effect/http"
import { constants, createHash, createPublicKey, type KeyObject, verify, X509Certificate } from "node:crypto"
import * as AccountToken from "./AccountToken.ts"
import type { Route } from "./EmulatorOptions.ts"
import type { Exchange } from "./Exchange.ts"

export type { Account } from "./AccountToken.ts"

/**
 * A client that may request tokens, with a secret, a certificate (PEM), or a public key (PEM) that the vendor knows by an id, as the `kid` of
 * its assertions.
 *
 * **Example** (a client with a key, and the private key for the settings of a connection)
 *
 * ```ts
 * import { type TokenServer } from "@scanjobs/testing"
 * import { generateKeyPairSync } from "node:crypto"
 *
 * export const { privateKey, publicKey } = generateKeyPairSync("rsa", {
 *   modulusLength: 2048,
 *   privateKeyEncoding: { type: "pkcs8", format: "pem" },
 *   publicKeyEncoding: { type: "spki", format: "pem" }
 * })
 *
 * export const client: TokenServer.Client = { clientId: "emulated-client", keyId: "key-1", publicKey }
 * ```
 *
 * @since 0.1.0
 * @category models
 */
export interface Client {
  readonly clientId: string
  readonly clientSecret?: string
  readonly certificate?: string
  /** What assertions with this id in `kid` are verified by: RS256 or PS256 with an RSA key, ES256 with one of the curve P-256. */
  readonly keyId?: string
  readonly publicKey?: string
}

/**
 * The options of a token server.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** Default: `/connect/token`. */
  readonly path?: `/${string}`
  readonly clients: ReadonlyArray<Client>
  /**
   * Accounts that ask by the grant of RFC 7523, section 2.1: with an assertion that their key signs, which names the scope. They may also send
   * tokens that they sign themselves, for a scope, or for one of `selfSignedAudiences`.
   */
  readonly accounts?: ReadonlyArray<AccountToken.Account>
  /** Whom tokens that accounts sign themselves may be for, in place of a scope. Default: nobody. */
  readonly selfSignedAudiences?: ReadonlyArray<string>
  /** Every request must name exactly one of these scopes; none, where there are none. */
  readonly scopes: ReadonlyArray<string>
  /** How long a token is valid. Default: 1 hour. */
  readonly life?: Duration.Input | undefined
  /** The audience that assertions must have. Default: the emulator's address with the path. */
  readonly audience?: string
  /** Whether fields that no standard defines are ignored, as RFC 6749 wants, or refused, which finds mistakes of a client. Default: `refuse`. */
  readonly furtherFields?: "refuse" | "ignore"
  /** Makes the body of a refusal, for servers that say more than RFC 6749 defines. */
  readonly refusal?: (refused: Refused, exchange: Exchange) => object
  /** What else the vendor does in its own way. Default: as the standards say. */
  readonly deviations?: Deviations
}

/**
 * Why a request for a token was refused, as RFC 6749, section 5.2 defines it.
 *
 * @since 0.3.0
 * @category models
 */
export interface Refused {
  readonly error: string
  readonly error_description: string
}

/**
 * How a token server differs from the standards.
 *
 * @since 0.3.0
 * @category models
 */
export interface Deviations {
  /** The status of an answer with a token. Default: 200. */
  readonly status?: number
  /** Further headers of an answer with a token. */
  readonly headers?: { readonly [name: string]: string }
  /** Whether a request may leave out `grant_type`. Default: false. */
  readonly withoutGrantType?: boolean
  /** The status of a refusal. Default: 400. */
  readonly refusalStatus?: (refused: Refused) => number
}

/**
 * A token that the server issued.
 *
 * @since 0.1.0
 * @category models
 */
export interface Issued {
  readonly token: string
  readonly clientId: string
  /** When it expires, in epoch milliseconds. */
  readonly until: number
}

/**
 * A token server.
 *
 * @since 0.1.0
 * @category models
 */
export interface TokenServer {
  readonly route: Route
  /** Whether a token was issued here, or an account signed it, and it is neither expired nor revoked. */
  readonly accepts: (token: string) => Effect.Effect<boolean>
  /** Every token ever issued, in order. */
  readonly issued: Effect.Effect<ReadonlyArray<Issued>>
  /** Revokes every token issued so far. What accounts sign themselves stays valid, as with such vendors. */
  readonly revokeAll: Effect.Effect<void>
}

/** A refusal as RFC 6749, section 5.2 defines it. */
class Refusal extends Schema.TaggedError<Refusal>()("Refusal", {
  code: Schema.Literals([
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "invalid_scope",
    "unauthorized_client",
    "unsupported_grant_type"
  ]),
  description: Schema.String,
  /** Whether the request itself is wrong, and not only the client's settings. */
  isViolation: Schema.Boolean
}) {}

const refuse = (code: Refusal["code"], description: string, isViolation = true) =>
  Effect.fail(new Refusal({ code, description, isViolation }))

const Text = Schema.optionalKey(Schema.String)

const Form = Schema.Struct({
  grant_type: Text,
  assertion: Text,
  scope: Text,
  client_id: Text,
  client_secret: Text,
  client_assertion: Text,
  client_assertion_type: Text
})

const accountGrant = "urn:ietf:params:oauth:grant-type:jwt-bearer"

const assertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"

/** The permitted difference between the clocks of client and server, in seconds. */
const skew = 60

const noStore = { "cache-control": "no-store", pragma: "no-cache" }

/**
 * Makes a token server that has issued no token.
 *
 * **Example** (a route of an emulator, and the emulator's check of credentials)
 *
 * ```ts
 * import { TokenServer } from "@scanjobs/testing"
 *
 * const tokens = TokenServer.make({
 *   clients: [{ clientId: "client", clientSecret: "made-up" }],
 *   scopes: ["jobs.read"],
 *   life: "10 minutes"
 * })
 *
 * export const options = { routes: [tokens.route], accepts: (credential: string) => tokens.accepts(credential) }
 * ```
 *
 * @since 0.1.0
 * @category emulators
 */
export const make = (options: Options): TokenServer => {
  const path = options.path ?? "/connect/token"
  const life = Duration.toMillis(options.life ?? "1 hour")
  const { headers = {}, refusalStatus = () => 400, status = 200, withoutGrantType = false } = options.deviations ?? {}
  const issued: Array<Issued> = []
  const live = new Map<string, number>()
  const usedIds = new Set<string>()
  const { accounts = [] } = options

  const authenticate = (form: typeof Form.Type, audience: string, now: number) => {
    const { client_assertion: assertion, client_assertion_type: type, client_id: id, client_secret: secret } = form
    if ((secret === undefined) === (assertion === undefined)) {
      return refuse("invalid_request", "give either client_secret or client_assertion")
    }
    if (assertion !== undefined) {
      if (type !== assertionType) return refuse("invalid_request", "client_assertion_type is not jwt-bearer")
      return checkAssertion(assertion, { clients: options.clients, id, audience, now: now / 1000, usedIds })
    }
    if (id === undefined) return refuse("invalid_request", "client_id is missing")
    const client = options.clients.find(({ clientId }) => clientId === id)
    return client?.clientSecret === secret && secret !== ""
      ? Effect.succeed(id)
      : refuse("invalid_client", "the client is not known, or its secret is wrong", false)
  }

  const accountOf = Effect.fnUntraced(function* (
    { assertion = "", client_id }: typeof Form.Type,
    expected: { readonly audience: string; readonly now: number }
  ) {
    if (client_id !== undefined) return yield* refuse("invalid_request", "this grant has no client_id")
    const { claims, problem } = AccountToken.read(assertion, accounts, expected.now)
    if (problem !== undefined) return yield* refuse("invalid_grant", problem)
    if (claims.aud !== expected.audience) return yield* refuse("invalid_grant", `aud is not ${expected.audience}`)
    return { clientId: claims.iss, scope: claims.scope }
  })

  const isSignedByAccount = (token: string, now: number): boolean => {
    const { claims, problem } = AccountToken.read(token, accounts, now / 1000)
    if (problem !== undefined || claims.sub !== claims.iss) return false
    return claims.aud === undefined
      ? options.scopes.includes(claims.scope ?? "")
      : claims.scope === undefined && options.selfSignedAudiences?.includes(claims.aud) === true
  }

  const grant = Effect.fnUntraced(function* ({ baseUrl, entry }: Exchange) {
    const now = yield* Clock.currentTimeMillis
    const form = yield* formOf(entry.body, entry.headers["content-type"], options.furtherFields === "ignore")
    const audience = options.audience ?? `${baseUrl}${path}`
    const { clientId, scope } =
      form.grant_type === accountGrant
        ? yield* accountOf(form, { audience, now: now / 1000 })
        : { clientId: yield* authenticate(form, audience, now), scope: form.scope }
    const isLeftOut = form.grant_type === undefined && withoutGrantType
    if (form.grant_type !== "client_credentials" && form.grant_type !== accountGrant && !isLeftOut) {
      return yield* refuse("unsupported_grant_type", "client_credentials only")
    }
    if (options.scopes.length === 0 ? scope !== undefined : !options.scopes.includes(scope ?? "")) {
      return yield* refuse("invalid_scope", `scope must be one of: ${options.scopes.join(", ") || "none at all"}`)
    }
    const token = `emulated-${issued.length + 1}-${(yield* Random.nextIntBetween(0, 2 ** 48)).toString(36)}`
    issued.push({ token, clientId, until: now + life })
    live.set(token, now + life)
    return HttpServerResponse.jsonUnsafe(
      {
        access_token: token,
        expires_in: life / 1000,
        token_type: "Bearer",
        ...(scope === undefined ? {} : { scope })
      },
      { status, headers: { ...noStore, ...headers } }
    )
  })

  return {
    route: {
      method: "POST",
      path,
      handle: (exchange) =>
        Effect.catchTag(grant(exchange), "Refusal", ({ code, description, isViolation }) => {
          if (isViolation) exchange.note(`${code}: ${description}`)
          const refused = { error: code, error_description: description }
          const body = options.refusal?.(refused, exchange) ?? refused
          return Effect.succeed(
            HttpServerResponse.jsonUnsafe(body, { status: refusalStatus(refused), headers: noStore })
          )
        })
    },
    accepts: (token) =>
      Effect.map(Clock.currentTimeMillis, (now) => (live.get(token) ?? 0) > now || isSignedByAccount(token, now)),
    issued: Effect.sync(() => [...issued]),
    revokeAll: Effect.sync(() => live.clear())
  }
}

const decodeForm = Schema.decodeUnknownEffect(Form, { onExcessProperty: "error" })
const decodeKnown = Schema.decodeUnknownEffect(Form)

const formOf = (body: unknown, contentType = "", ignoresOthers = false) =>
  contentType.startsWith("application/x-www-form-urlencoded")
    ? Effect.catchTag((ignoresOthers ? decodeKnown : decodeForm)(body), "SchemaError", ({ message }) =>
        refuse("invalid_request", message.replaceAll(/\s*\n\s*/g, " "))
      )
    : refuse("invalid_request", "expected a form (application/x-www-form-urlencoded)")

interface Expected {
  readonly clients: ReadonlyArray<Client>
  readonly id: string | undefined
  readonly audience: string
  /** Epoch seconds. */
  readonly now: number
  readonly usedIds: Set<string>
}

const Header = Schema.Union([
  Schema.Struct({ alg: Schema.Literal("RS256"), x5t: Schema.String }),
  Schema.Struct({ alg: Schema.Literal("PS256"), "x5t#S256": Schema.String }),
  Schema.Struct({ alg: Schema.Literals(["RS256", "PS256", "ES256"]), kid: Schema.String })
])

const Claims = Schema.Struct({
  iss: Schema.String,
  sub: Schema.String,
  aud: Schema.Union([Schema.String, Schema.Array(Schema.String)]),
  jti: Schema.NonEmptyString,
  exp: Schema.Finite,
  nbf: Schema.optionalKey(Schema.Finite)
})

const part = <A>(schema: Schema.ConstraintDecoder<A>, encoded: string) =>
  Effect.orElseSucceed(
    Schema.decodeUnknownEffect(Schema.fromJsonString(schema))(Buffer.from(encoded, "base64url").toString()),
    () => undefined
  )

const checkAssertion = Effect.fnUntraced(function* (assertion: string, expected: Expected) {
  const [head = "", body = "", signature = "", ...rest] = assertion.split(".")
  const header = yield* part(Header, head)
  const claims = yield* part(Claims, body)
  if (header === undefined || claims === undefined || rest.length > 0) {
    return yield* refuse(
      "invalid_client",
      "the assertion is no JWT with alg RS256 and x5t, PS256 and x5t#S256, or a kid, and iss, sub, aud, jti and exp"
    )
  }
  const client = expected.clients.find(({ clientId }) => clientId === claims.sub)
  if (client === undefined) return yield* refuse("invalid_client", "there is no such client", false)
  const proof = "kid" in header ? keyOf(client, header.kid) : certificateKeyOf(client, header)
  if (proof.key === undefined) return yield* refuse("invalid_client", proof.problem, proof.isViolation)
  const problem = problemOf(claims, expected) ?? problemOfSignature(proof.key, header.alg, `${head}.${body}`, signature)
  if (problem !== undefined) return yield* refuse("invalid_client", problem)
  expected.usedIds.add(claims.jti)
  return client.clientId
})

const problemOf = (claims: typeof Claims.Type, { audience, id, now, usedIds }: Expected): string | undefined => {
  if (claims.iss !== claims.sub || (id !== undefined && id !== claims.sub)) return "iss, sub and client_id differ"
  if (![claims.aud].flat().includes(audience)) return `aud is not ${audience}`
  if (claims.exp <= now) return "the assertion has expired"
  if (claims.exp > now + 3600 + skew) return "exp is more than an hour ahead"
  if (claims.nbf !== undefined && claims.nbf > now + skew) return "nbf is ahead"
  return usedIds.has(claims.jti) ? "jti was used before" : undefined
}

/** What verifies an assertion, or why nothing does, and whether that is a fault of the request itself. */
type Proof =
  | { readonly key: KeyObject; readonly problem?: never; readonly isViolation?: never }
  | { readonly key?: never; readonly problem: string; readonly isViolation: boolean }

const keyOf = ({ keyId, publicKey }: Client, kid: string): Proof =>
  publicKey === undefined || keyId !== kid
    ? { problem: "the client has no key with this kid", isViolation: false }
    : { key: createPublicKey(publicKey) }

const certificateKeyOf = (
  { certificate: pem }: Client,
  header: Exclude<typeof Header.Type, { readonly kid: string }>
): Proof => {
  if (pem === undefined) return { problem: "the client has no certificate", isViolation: false }
  const certificate = new X509Certificate(pem)
  const [name, hash, given] =
    header.alg === "PS256" ? ["x5t#S256", "sha256", header["x5t#S256"]] : ["x5t", "sha1", header.x5t]
  return given === createHash(hash).update(certificate.raw).digest("base64url")
    ? { key: certificate.publicKey }
    : { problem: `${name} is not the certificate's thumbprint`, isViolation: true }
}

const problemOfSignature = (
  key: KeyObject,
  alg: (typeof Header.Type)["alg"],
  signed: string,
  signature: string
): string | undefined => {
  const kind = alg === "ES256" ? "ec" : "rsa"
  if (key.asymmetricKeyType !== kind) return `the client's key cannot verify ${alg}`
  const isGood = verify("sha256", Buffer.from(signed), { key, ...forms[alg] }, Buffer.from(signature, "base64url"))
  return isGood ? undefined : "the signature is not that of the client's key"
}

const forms = {
  RS256: { padding: constants.RSA_PKCS1_PADDING },
  PS256: { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST },
  ES256: { dsaEncoding: "ieee-p1363" }
} as const
