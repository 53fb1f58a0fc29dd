/**
 * Credentials that expire: tokens that a server gives, and tokens that the client signs itself.
 *
 * A token is used until 80 % of its lifetime has passed or until a minute before it expires, whichever is first. One request
 * fetches it, however many wait for it. A token that the vendor refuses is not used again.
 *
 * `fetched` asks a server of the vendor's own making; for OAuth's grants there is {@link OAuth}. Its requests follow the same policies as
 * pages: retries, deadlines, circuit breakers and quotas, and go to the server's own origin only.
 *
 * **Example** (a session that a user and a password open)
 *
 * ```ts
 * import { Token } from "@scanjobs/core"
 * import { Effect, Option, Redacted, Schema } from "effect"
 * import { HttpClientRequest } from "effect/http"
 *
 * const Session = Schema.Struct({ session: Schema.NonEmptyString, seconds: Schema.Int })
 * const decode = Schema.decodeUnknownOption(Session)
 *
 * export const credential = (baseUrl: string, user: string, password: Redacted.Redacted) =>
 *   Token.fetched({
 *     url: `${baseUrl}/sessions`,
 *     request: ({ url }) =>
 *       Effect.succeed({
 *         request: HttpClientRequest.bodyJsonUnsafe(HttpClientRequest.post(url), { user, password: Redacted.value(password) })
 *       }),
 *     token: (body) => Option.getOrUndefined(Option.map(decode(body), ({ seconds, session }) => ({ token: session, seconds })))
 *   })
 * ```
 */
import { Clock, Effect, Redacted, Semaphore } from "effect"
import type { HttpClient, HttpClientRequest } from "effect/http"
import type { Problem } from "../contract/Connection.ts"
import * as ConnectionSchema from "../contract/ConnectionSchema.ts"
import { isHttpUrl } from "../model/HttpUrl.ts"
import * as PlainHttp from "../contract/PlainHttp.ts"
import type * as Rejection from "../contract/Rejection.ts"
import * as Transport from "../http/Transport.ts"
import * as Reason from "../model/Reason.ts"
import * as Monotonic from "../policies/Monotonic.ts"
import type { Quota } from "../policies/Quota.ts"
import type { Credential, Run, Source } from "./Credential.ts"
import * as Jwt from "./Jwt.ts"

/**
 * A token, as a server gives it.
 *
 * @since 0.3.0
 * @category models
 */
export interface Given {
  readonly token: string
  /** Its lifetime. Default: an hour. */
  readonly seconds?: number | undefined
}

/**
 * A request for a token.
 *
 * @since 0.3.0
 * @category models
 */
export interface Asked {
  readonly request: HttpClientRequest.HttpClientRequest
  /** What is secret in it, besides the connection's own secrets, such as an assertion or an encoded password. */
  readonly secrets?: ReadonlyArray<Redacted.Redacted>
}

/**
 * What a person can do about a refusal: the same for all, or by what the refusal says.
 *
 * @since 0.3.0
 * @category models
 */
export type Hint = string | ((reason: Reason.Unauthorized | Reason.Forbidden) => string | undefined)

/**
 * How a token is fetched.
 *
 * @since 0.3.0
 * @category models
 */
export interface Options {
  /** The server's address. */
  readonly url: string
  /** The setting that the address comes from, for errors. Default `tokenUrl`. */
  readonly setting?: string
  /** Makes the request; called for each attempt, with the time in epoch milliseconds. */
  readonly request: (attempt: {
    readonly url: string
    readonly now: number
  }) => Effect.Effect<Asked, Reason.InvalidConnection>
  /** The token in an answer; `undefined` if there is none. */
  readonly token: (body: unknown) => Given | undefined
  /** The requests that the server allows. Default: no limit. */
  readonly quotas?: ReadonlyArray<Quota> | undefined
  /** Finds the error in an answer of any status. */
  readonly rejection?: Rejection.Reader
  /** What a person can do if the server refuses; a text also if it redirects to another origin. */
  readonly hint?: Hint | undefined
}

const hintFor = (hint: Hint | undefined, reason: Reason.Reason): string | undefined => {
  if (reason._tag === "ForeignLink") return typeof hint === "function" ? undefined : hint
  if (reason._tag !== "Unauthorized" && reason._tag !== "Forbidden") return undefined
  return typeof hint === "function" ? hint(reason) : hint
}

/** The lifetime in seconds of a token whose server does not state one; RFC 6749 leaves that to the documentation. */
const unstatedLife = 3600

/** No server accepts a header nearly as long, and every form of a token is searched for in all answers. */
const longestToken = 65_536

interface Held {
  readonly token: Redacted.Redacted
  /** When to fetch a new one, in milliseconds of {@link Monotonic}. */
  readonly until: number
}

/** What is wrong with the server's address, if anything. */
const addressProblem = ({ setting = "tokenUrl", url }: Options, { allowHttp }: Run): Problem | undefined => {
  if (!isHttpUrl(url)) return { key: setting, message: "expected an absolute http or https URL without a user" }
  return allowHttp || !PlainHttp.leaves(url) ? undefined : PlainHttp.problemOf(setting)
}

const malformed = (detail: string) =>
  new Reason.Malformed({ ...Reason.unknownAnswer, detail: `the token server's ${detail}`, transient: false })

/**
 * A token that a request to a server brings.
 *
 * @since 0.3.0
 * @category constructors
 */
export const fetched =
  (options: Options): Credential<never, HttpClient.HttpClient> =>
  (run) =>
    Effect.gen(function* () {
      const problem = addressProblem(options, run)
      if (problem !== undefined) return yield* held(Effect.fail(ConnectionSchema.invalid([problem])), run)
      const transport = yield* Transport.make({
        origin: new URL(options.url).origin,
        key: `${run.key}/token`,
        quotas: options.quotas ?? [],
        credential: { get: Effect.succeed(Redacted.make("")), reject: () => Effect.void, renewable: false },
        sign: (request) => request,
        rejection: options.rejection ?? (() => undefined),
        hint: (reason) => hintFor(options.hint, reason),
        secrets: run.secrets,
        mayQuoteBody: false,
        budget: run.budget,
        secretHeaders: [],
        secretInUrl: false,
        onRetry: run.onRetry
      })
      const rememberPart = run.secrets.rotating()
      // Made for each attempt: a server accepts an assertion only once, even if its answer was lost.
      const attempt = Effect.gen(function* () {
        const { request, secrets = [] } = yield* options.request({
          url: options.url,
          now: yield* Clock.currentTimeMillis
        })
        for (const secret of secrets) rememberPart(Redacted.value(secret))
        return yield* transport.client.execute(request)
      })
      const fetch = Effect.flatMap(transport.send(attempt), ({ body }) => {
        const given = options.token(body)
        if (given === undefined) return Effect.fail(malformed("answer holds no access_token"))
        return given.token.length > longestToken
          ? Effect.fail(malformed(`access_token is longer than ${longestToken} characters`))
          : Effect.succeed(given)
      })
      return yield* held(fetch, run)
    })

/**
 * What a self-signed token says.
 *
 * @since 0.3.0
 * @category models
 */
export interface SelfSigned extends Jwt.Key {
  /** How long a token is valid, in seconds. Default: 600. */
  readonly seconds?: number
  /** The claims besides `iat` and `exp`, such as `iss` and `aud`. */
  readonly claims: { readonly [name: string]: unknown }
}

/**
 * A JWT that the client signs itself and that is the bearer token, for vendors without a token server.
 *
 * **Example** (a token of five minutes)
 *
 * ```ts
 * import { Token } from "@scanjobs/core"
 * import type { Redacted } from "effect"
 *
 * declare const settings: { readonly keyId: string; readonly privateKey: Redacted.Redacted }
 *
 * export const credential = Token.selfSigned({ ...settings, seconds: 300, claims: { iss: settings.keyId, aud: "acme" } })
 * ```
 *
 * @since 0.3.0
 * @category constructors
 */
export const selfSigned =
  ({ claims, seconds = 600, ...key }: SelfSigned): Credential =>
  (run) => {
    run.secrets.add(Redacted.value(key.privateKey))
    return held(
      Effect.flatMap(Clock.currentTimeMillis, (now) => {
        const iat = Math.floor(now / 1000)
        const signed = Jwt.sign({ ...key, claims: { iat, exp: iat + seconds, ...claims } })
        return Effect.map(signed, (token): Given => ({ token, seconds }))
      }),
      run
    )
  }

/** Holds the token that an effect makes, for as long as it is fresh. */
const held = Effect.fnUntraced(function* (fetch: Effect.Effect<Given, Reason.Reason>, { secrets }: Run) {
  const oneAtATime = yield* Semaphore.make(1)
  const remember = secrets.rotating()
  let current: Held | undefined
  const isFresh = (one: Held | undefined, clock: Clock.Clock): one is Held =>
    one !== undefined && Monotonic.millis(clock) < one.until
  const renew = Effect.clockWith((clock) => {
    if (isFresh(current, clock)) return Effect.succeed(current)
    const began = Monotonic.millis(clock)
    return Effect.map(fetch, ({ seconds = unstatedLife, token }) => {
      remember(token)
      const life = (seconds > 0 ? seconds : unstatedLife) * 1000
      current = {
        token: Redacted.make(token),
        until: began + Math.max(Math.min(life * 0.8, life - 60_000), life / 2)
      }
      return current
    })
  })
  const renewed = Effect.map(oneAtATime.withPermits(1)(renew), ({ token }) => token)
  const source: Source = {
    get: Effect.clockWith((clock) => (isFresh(current, clock) ? Effect.succeed(current.token) : renewed)),
    reject: (secret) =>
      Effect.sync(() => {
        if (current?.token === secret) current = undefined
      }),
    renewable: true
  }
  return source
})
