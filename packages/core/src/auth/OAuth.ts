/**
 * The grants of OAuth 2.0 that need no person: client credentials (RFC 6749, section 4.4), a signed assertion (RFC 7523) and a refresh token, with
 * a secret, a certificate or a key.
 *
 * A token is used until 80 % of its lifetime has passed or until a minute before it expires, whichever is first. One request
 * fetches the token, however many wait for it. A token that the vendor refuses is not used again. Token requests follow the
 * same policies as pages, and go to the token server's own origin only. A token server on another machine must have an https address,
 * unless the connection has `allowHttp`.
 */
import { Effect, Option, Redacted, Schema } from "effect"
import { Base64 } from "effect/encoding"
import { type HttpClient, HttpClientRequest } from "effect/http"
import type * as Rejection from "../contract/Rejection.ts"
import type { InvalidConnection } from "../model/Reason.ts"
import type { Quota } from "../policies/Quota.ts"
import * as ClientAssertion from "./ClientAssertion.ts"
import type { Credential } from "./Credential.ts"
import type * as Jwt from "./Jwt.ts"
import * as Token from "./Token.ts"
import * as TokenRefusal from "./TokenRefusal.ts"

/**
 * How the client authenticates: with a secret, or with an assertion that its key signs, for which the server knows the certificate or the
 * key itself.
 *
 * @since 0.1.0
 * @category models
 */
export type Proof =
  | {
      readonly clientSecret: Redacted.Redacted
      /** `post`, the default, sends it in the form (`client_secret_post`); `basic` as HTTP Basic (`client_secret_basic`). */
      readonly method?: "post" | "basic"
    }
  | (Jwt.Key & {
      /** PEM. Its thumbprint goes into the assertion: SHA-256 (`x5t#S256`) with `PS256`, and else SHA-1 (`x5t`). */
      readonly certificate?: Redacted.Redacted
      /** Whom the assertion is for. Default: the token server's address. */
      readonly assertionAudience?: string
      /** Whether the form names the client as well, which RFC 7521 makes optional and some servers refuse. Default false. */
      readonly sendsClientId?: boolean
    })

/**
 * What all grants have in common.
 *
 * @since 0.3.0
 * @category models
 */
export interface Server {
  readonly tokenUrl: string
  /** The setting that the address and the key come from, for errors. Default: `tokenUrl` and `privateKey`. */
  readonly setting?: string
  /** Required by some token servers. */
  readonly scope?: string
  /** The API that the token is for. Required by some token servers, such as Auth0's. */
  readonly audience?: string
  /** Further fields of the form, such as `resource`. */
  readonly parameters?: { readonly [name: string]: string }
  /** The requests that the token server allows. Default: no limit. */
  readonly quotas?: ReadonlyArray<Quota>
  /**
   * Finds the error in an answer that says more than RFC 6749 defines, or has another form; where it finds none, the fields of RFC 6749
   * are read. Below status 500, an error is a refusal of the client, unless it says `as`.
   */
  readonly rejection?: Rejection.Reader
  /** What a person can do if the token server refuses. A function may tell by the refusal, or give none. */
  readonly hint?: Token.Hint
}

/**
 * A client of a token server.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends Server {
  readonly clientId: string
  readonly proof: Proof
}

/**
 * A client that asks with an assertion of its own, such as a service account.
 *
 * @since 0.3.0
 * @category models
 */
export interface Bearer extends Server, Jwt.Key {
  readonly issuer: string
  /** Default: none. */
  readonly subject?: string
  /** Whom the assertion is for. Default: the token server's address. */
  readonly assertionAudience?: string
  /** Further claims, such as the `scope` that some servers want there. */
  readonly claims?: { readonly [name: string]: unknown }
}

/**
 * A client that was given a refresh token. A public client has no proof.
 *
 * @since 0.3.0
 * @category models
 */
export interface Refreshing extends Server {
  readonly clientId: string
  readonly proof?: Proof
  readonly refreshToken: Redacted.Redacted
}

const Answer = Schema.Struct({
  access_token: Schema.NonEmptyString,
  /** Only recommended by RFC 6749; some servers send digits as text. */
  expires_in: Schema.optionalKey(Schema.NullOr(Schema.Union([Schema.Finite, Schema.String])))
})

const decodeAnswer = Schema.decodeUnknownOption(Answer)

const given = (body: unknown): Token.Given | undefined =>
  Option.getOrUndefined(
    Option.map(decodeAnswer(body), ({ access_token, expires_in }) => ({
      token: access_token,
      ...(expires_in === undefined || expires_in === null ? {} : { seconds: Number(expires_in) })
    }))
  )

/** What proves who the client is: fields of the form, or HTTP Basic. */
interface Proven {
  readonly form: { readonly [name: string]: string }
  readonly basic?: string
  readonly secrets?: ReadonlyArray<Redacted.Redacted>
}

const inForm = (text: string): string => new URLSearchParams([["", text]]).toString().slice(1)

const prove = (
  { clientId, proof, tokenUrl }: Server & { readonly clientId: string; readonly proof?: Proof },
  now: number
): Effect.Effect<Proven, InvalidConnection> => {
  if (proof === undefined) return Effect.succeed({ form: { client_id: clientId } })
  if ("clientSecret" in proof) {
    const secret = Redacted.value(proof.clientSecret)
    if (proof.method !== "basic") return Effect.succeed({ form: { client_id: clientId, client_secret: secret } })
    // RFC 6749, section 2.3.1, encodes both parts as in a form.
    const basic = Base64.encode([clientId, secret].map(inForm).join(":"))
    return Effect.succeed({ form: {}, basic, secrets: [Redacted.make(basic)] })
  }
  const { assertionAudience = tokenUrl, sendsClientId = false, ...key } = proof
  return Effect.map(
    ClientAssertion.make({ ...key, issuer: clientId, subject: clientId, audience: assertionAudience, now }),
    (assertion) => ({
      form: {
        client_assertion_type: ClientAssertion.type,
        client_assertion: assertion,
        ...(sendsClientId ? { client_id: clientId } : {})
      },
      secrets: [Redacted.make(assertion)]
    })
  )
}

/** A grant of a token server, with these fields in the form. */
const grant = (
  { audience, hint, parameters, quotas, rejection: own, scope, setting, tokenUrl }: Server,
  type: string,
  proven: (now: number) => Effect.Effect<Proven, InvalidConnection>,
  token: (body: unknown) => Token.Given | undefined = given
): Credential<never, HttpClient.HttpClient> =>
  Token.fetched({
    url: tokenUrl,
    ...(setting === undefined ? {} : { setting }),
    quotas,
    hint,
    rejection: TokenRefusal.reader(own),
    token,
    request: ({ now }) =>
      Effect.map(proven(now), ({ basic, form, secrets }) => {
        const request = HttpClientRequest.bodyUrlParams(HttpClientRequest.post(tokenUrl), {
          grant_type: type,
          ...(scope === undefined ? {} : { scope }),
          ...(audience === undefined ? {} : { audience }),
          ...parameters,
          ...form
        })
        return {
          request:
            basic === undefined ? request : HttpClientRequest.setHeader(request, "authorization", `Basic ${basic}`),
          ...(secrets === undefined ? {} : { secrets })
        }
      })
  })

/**
 * Client credentials for a connection.
 *
 * If the token server refuses, requests fail as `Unauthorized` with its `error` as the code, such as `invalid_client`. A key
 * or certificate that cannot be read fails as `InvalidConnection`.
 *
 * **Example** (a client with a secret)
 *
 * ```ts
 * import { OAuth } from "@scanjobs/core"
 * import { type Redacted } from "effect"
 *
 * export const credential = (settings: { readonly clientId: string; readonly clientSecret: Redacted.Redacted }) =>
 *   OAuth.clientCredentials({
 *     tokenUrl: "https://login.acme.example/oauth/token",
 *     clientId: settings.clientId,
 *     proof: { clientSecret: settings.clientSecret },
 *     scope: "scans.read"
 *   })
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const clientCredentials = (options: Options): Credential<never, HttpClient.HttpClient> =>
  grant(options, "client_credentials", (now) => prove(options, now))

/**
 * The grant of RFC 7523: the client signs an assertion of who it is, and no other proof is needed. Google's service accounts ask so.
 *
 * **Example** (a service account)
 *
 * ```ts
 * import { OAuth } from "@scanjobs/core"
 * import { type Redacted } from "effect"
 *
 * export const credential = (account: { readonly email: string; readonly privateKey: Redacted.Redacted }) =>
 *   OAuth.jwtBearer({
 *     tokenUrl: "https://login.acme.example/token",
 *     issuer: account.email,
 *     privateKey: account.privateKey,
 *     claims: { scope: "scans.read" }
 *   })
 * ```
 *
 * @since 0.3.0
 * @category constructors
 */
export const jwtBearer = (options: Bearer): Credential<never, HttpClient.HttpClient> => {
  const { assertionAudience: audience = options.tokenUrl } = options
  const credential = grant(options, "urn:ietf:params:oauth:grant-type:jwt-bearer", (now) =>
    Effect.map(ClientAssertion.make({ ...options, subject: options.subject, audience, now }), (assertion) => ({
      form: { assertion },
      secrets: [Redacted.make(assertion)]
    }))
  )
  return (run) => {
    run.secrets.add(Redacted.value(options.privateKey))
    return credential(run)
  }
}

/**
 * A refresh token that a person once obtained. Where the server gives a new one with each token, the newest is used for as long as the run lasts;
 * a server that then refuses the first one fits no settings file, and such a client needs another grant.
 *
 * **Example** (a public client)
 *
 * ```ts
 * import { OAuth } from "@scanjobs/core"
 * import { type Redacted } from "effect"
 *
 * export const credential = (settings: { readonly clientId: string; readonly refreshToken: Redacted.Redacted }) =>
 *   OAuth.refreshToken({ tokenUrl: "https://login.acme.example/token", ...settings })
 * ```
 *
 * @since 0.3.0
 * @category constructors
 */
export const refreshToken =
  (options: Refreshing): Credential<never, HttpClient.HttpClient> =>
  (run) => {
    let latest = options.refreshToken
    const remember = run.secrets.rotating()
    const proven = (now: number) =>
      Effect.map(prove(options, now), ({ form, ...proof }) => ({
        ...proof,
        form: { ...form, refresh_token: Redacted.value(latest) }
      }))
    return grant(options, "refresh_token", proven, (body) => {
      const rotated = Option.getOrUndefined(decodeRotated(body))
      if (rotated !== undefined) {
        remember(rotated.refresh_token)
        latest = Redacted.make(rotated.refresh_token)
      }
      return given(body)
    })(run)
  }

const decodeRotated = Schema.decodeUnknownOption(Schema.Struct({ refresh_token: Schema.NonEmptyString }))
