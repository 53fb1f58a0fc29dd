/**
 * OAuth 2.0 client credentials (RFC 6749, section 4.4), with a secret or with a certificate (RFC 7523).
 *
 * A token is used until 80 % of its lifetime has passed or until a minute before it expires, whichever is first. One request
 * fetches the token, however many wait for it. A token that the vendor refuses is not used again. Token requests follow the
 * same policies as pages, and go to the token server's own origin only. A token server on another machine must have an https address,
 * unless the connection has `allowHttp`.
 */
import { Clock, Effect, Option, Redacted, Schema, Semaphore } from "effect"
import { Base64 } from "effect/encoding"
import { type HttpClient, HttpClientRequest } from "effect/http"
import * as ClientAssertion from "./ClientAssertion.ts"
import type { Credential, Run } from "./Credential.ts"
import type { Problem } from "../contract/Connection.ts"
import * as ConnectionSchema from "../contract/ConnectionSchema.ts"
import { isHttpUrl } from "../contract/HttpUrl.ts"
import * as PlainHttp from "../contract/PlainHttp.ts"
import * as Reason from "../model/Reason.ts"
import * as Rejection from "../contract/Rejection.ts"
import * as Monotonic from "../policies/Monotonic.ts"
import * as Transport from "../http/Transport.ts"

/**
 * How the client authenticates: with a secret, or with a certificate and its RSA key, both PEM.
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
  | { readonly certificate: Redacted.Redacted; readonly privateKey: Redacted.Redacted }

/**
 * A client of a token server.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  readonly tokenUrl: string
  readonly clientId: string
  readonly proof: Proof
  /** Required by some token servers. */
  readonly scope?: string
  /** The API that the token is for. Required by some token servers, such as Auth0's. */
  readonly audience?: string
  /** What a person can do if the token server refuses. */
  readonly hint?: string
}

const Token = Schema.Struct({
  access_token: Schema.NonEmptyString,
  /** Only recommended by RFC 6749; some servers send digits as text. */
  expires_in: Schema.optionalKey(Schema.NullOr(Schema.Union([Schema.Finite, Schema.String])))
})

const decodeToken = Schema.decodeUnknownOption(Token)

/** The lifetime in seconds of a token whose server does not state one; RFC 6749 leaves that to the documentation. */
const unstatedLife = 3600

/** No server accepts a header nearly as long, and every form of a token is searched for in all answers. */
const longestToken = 65_536

const rejection = Rejection.fromSchema(
  Schema.Struct({ error: Schema.String, error_description: Schema.optionalKey(Schema.String) }),
  ({ error, error_description }, { status }) => ({
    code: error,
    message: error_description ?? null,
    ...(status < 500 && status !== 429 ? { as: "Unauthorized" as const } : {})
  })
)

interface Held {
  readonly token: Redacted.Redacted
  /** When to fetch a new one, in milliseconds of {@link Monotonic}. */
  readonly until: number
}

/** The credentials of HTTP Basic; RFC 6749, section 2.3.1, encodes both parts as in a form. */
const basicOf = ({ clientId, proof }: Options): string | undefined =>
  "clientSecret" in proof && proof.method === "basic"
    ? Base64.encode([clientId, Redacted.value(proof.clientSecret)].map(inForm).join(":"))
    : undefined

const inForm = (text: string): string => new URLSearchParams([["", text]]).toString().slice(1)

/** What is wrong with the token server's address, if anything. */
const addressProblem = ({ tokenUrl }: Options, { allowHttp }: Run): Problem | undefined => {
  if (!isHttpUrl(tokenUrl)) return { key: "tokenUrl", message: "expected an absolute http or https URL without a user" }
  return allowHttp || !PlainHttp.leaves(tokenUrl) ? undefined : PlainHttp.problemOf("tokenUrl")
}

const fetchToken = Effect.fnUntraced(function* (options: Options, run: Run) {
  const problem = addressProblem(options, run)
  if (problem !== undefined) return Effect.fail(ConnectionSchema.invalid([problem]))
  const transport = yield* Transport.make({
    origin: new URL(options.tokenUrl).origin,
    key: `${run.key}/token`,
    quotas: [],
    credential: { get: Effect.succeed(Redacted.make("")), reject: () => Effect.void, renewable: false },
    sign: (request) => request,
    rejection,
    hint: ({ _tag }) => (_tag === "Unauthorized" || _tag === "Forbidden" ? options.hint : undefined),
    secrets: run.secrets,
    mayQuoteBody: false,
    budget: run.budget,
    secretHeaders: [],
    secretInUrl: false,
    onRetry: run.onRetry
  })
  const basic = basicOf(options)
  if (basic !== undefined) run.secrets.add(basic)
  const rememberToken = run.secrets.rotating()
  const rememberAssertion = run.secrets.rotating()
  const proof = (now: number) => {
    if (basic !== undefined) return Effect.succeed({})
    return "clientSecret" in options.proof
      ? Effect.succeed({ client_id: options.clientId, client_secret: Redacted.value(options.proof.clientSecret) })
      : Effect.map(
          ClientAssertion.make({ ...options.proof, clientId: options.clientId, audience: options.tokenUrl, now }),
          (assertion) => {
            rememberAssertion(assertion)
            // The assertion names the client, so RFC 7521 makes `client_id` optional, and some servers refuse it.
            return { client_assertion_type: ClientAssertion.type, client_assertion: assertion }
          }
        )
  }
  // Made for each attempt: a server accepts an assertion only once, even if its answer was lost.
  const attempt = Effect.gen(function* () {
    const form = {
      grant_type: "client_credentials",
      ...(options.scope === undefined ? {} : { scope: options.scope }),
      ...(options.audience === undefined ? {} : { audience: options.audience }),
      ...(yield* proof(yield* Clock.currentTimeMillis))
    }
    const request = HttpClientRequest.bodyUrlParams(HttpClientRequest.post(options.tokenUrl), form)
    return yield* transport.client.execute(
      basic === undefined ? request : HttpClientRequest.setHeader(request, "authorization", `Basic ${basic}`)
    )
  })
  return Effect.gen(function* () {
    const now = yield* Monotonic.now
    const reply = yield* transport.send(attempt)
    const decoded = decodeToken(reply.body)
    if (Option.isNone(decoded)) {
      return yield* new Reason.Malformed({
        ...Reason.unknownAnswer,
        detail: "the token server's answer holds no access_token",
        transient: false
      })
    }
    const { access_token, expires_in } = decoded.value
    if (access_token.length > longestToken) {
      return yield* new Reason.Malformed({
        ...Reason.unknownAnswer,
        detail: `the token server's access_token is longer than ${longestToken} characters`,
        transient: false
      })
    }
    rememberToken(access_token)
    const seconds = Number(expires_in ?? unstatedLife)
    const life = (seconds > 0 ? seconds : unstatedLife) * 1000
    return { token: Redacted.make(access_token), until: now + Math.max(Math.min(life * 0.8, life - 60_000), life / 2) }
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
export const clientCredentials =
  (options: Options): Credential<never, HttpClient.HttpClient> =>
  (run) =>
    Effect.gen(function* () {
      const fetch = yield* fetchToken(options, run)
      const oneAtATime = yield* Semaphore.make(1)
      let held: Held | undefined
      const isFresh = (held: Held | undefined, clock: Clock.Clock): held is Held =>
        held !== undefined && Monotonic.millis(clock) < held.until
      const renew = Effect.clockWith((clock) =>
        isFresh(held, clock)
          ? Effect.succeed(held)
          : Effect.map(fetch, (made) => {
              held = made
              return made
            })
      )
      const renewed = Effect.map(oneAtATime.withPermits(1)(renew), ({ token }) => token)
      return {
        get: Effect.clockWith((clock) => (isFresh(held, clock) ? Effect.succeed(held.token) : renewed)),
        reject: (secret) =>
          Effect.sync(() => {
            if (held?.token === secret) held = undefined
          }),
        renewable: true
      }
    })
