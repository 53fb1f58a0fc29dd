/**
 * An HTTP client that talks to one origin, within the quota and the deadlines.
 *
 * A redirect is followed within the origin, unless it would turn a POST into a GET. For a request, and for each redirect, the
 * origin is checked, the quota is waited for, and the request is signed, where the vendor wants that, and sent within the deadline of
 * its attempt. Waiting for the quota does not count towards that deadline.
 */
import { Context, Effect, type Redacted, type Scope, Semaphore } from "effect"
import { HttpClient, HttpClientRequest, type HttpClientResponse } from "effect/http"
import type { RateLimiter } from "effect/persistence"
import * as Excerpt from "../contract/Excerpt.ts"
import type { Parameters } from "../contract/Exchange.ts"
import * as Origin from "../contract/Origin.ts"
import * as Reason from "../model/Reason.ts"
import { Hold } from "../policies/Hold.ts"
import type { Quota } from "../policies/Quota.ts"
import { RateLimit } from "../policies/RateLimit.ts"
import { Attempt } from "./Attempt.ts"
import type { Secrets } from "../secrets/Secrets.ts"
import type { Signing } from "./Signing.ts"
import type { ClientError } from "./Verdict.ts"

/** The client that requests are executed with. */
export type OriginClient = HttpClient.HttpClient.With<ClientError, Attempt | Scope.Scope>

/** Puts a credential into a request. */
export type Sign = (
  request: HttpClientRequest.HttpClientRequest,
  credential: Redacted.Redacted
) => HttpClientRequest.HttpClientRequest

/** Query parameters that a vendor's own link adds to the current request. */
export const LinkParameters = Context.Reference<Parameters | undefined>("@scanjobs/core/Transport/LinkParameters", {
  defaultValue: () => undefined
})

/** What a client is made from. */
export interface Options {
  /** Requests go to this origin only. */
  readonly origin: string
  /** The key of the quotas. */
  readonly key: string
  readonly quotas: ReadonlyArray<Quota>
  /** Further quotas with a key of their own, such as those of one listing. */
  readonly listingQuota?: { readonly key: string; readonly quotas: ReadonlyArray<Quota> } | undefined
  readonly sign: Sign
  /** Signs what is sent, where the vendor wants signatures; `undefined` where it does not. */
  readonly signing?: Signing | undefined
  readonly secrets: Secrets
}

const maxRedirects = 5

/**
 * Whether following a redirect would turn the request into a GET (RFC 9110, section 15.4). That is another request than the
 * one that was meant, and its answer is no page of the listing. 307 and 308 keep the method and the body.
 */
const losesBody = (
  { method }: HttpClientRequest.HttpClientRequest,
  { headers, status }: HttpClientResponse.HttpClientResponse
): boolean =>
  headers["location"] !== undefined &&
  (((status === 301 || status === 302) && method === "POST") ||
    (status === 303 && method !== "GET" && method !== "HEAD"))

const foreign = ({ origin: expected, secrets }: Options, origin: string) =>
  new Reason.ForeignLink({ origin: Excerpt.of(secrets, origin), expected })

/** Why a redirect that would lose the body is not followed: it leads elsewhere, or to another request than the one that was meant. */
const lostBody = (
  options: Options,
  { method, url }: HttpClientRequest.HttpClientRequest,
  status: number,
  location: string
): Reason.Reason => {
  const there = URL.parse(location, url)
  const origin = there === null ? options.origin : Origin.of(there)
  if (origin !== options.origin) return foreign(options, origin)
  const detail = `it redirects a ${method} request so that it would become a GET without its body, to ${location}; if the address has changed, set baseUrl`
  return new Reason.Malformed({
    ...Reason.unknownAnswer,
    status,
    detail: Excerpt.of(options.secrets, detail),
    transient: false
  })
}

/** The key of the holds of this origin's requests under one quota. */
export const holdKey = ({ key, origin }: Pick<Options, "key" | "origin">): string => `${origin} ${key}`

/** Makes the client. */
export const make = Effect.fnUntraced(function* (options: Options) {
  const base = yield* HttpClient.HttpClient
  const limiter = yield* RateLimit
  const { pass } = yield* Hold
  const held = holdKey(options)
  const { listingQuota, signing } = options
  const oneAtATime = yield* Semaphore.make(1)
  const admit = (): Effect.Effect<void, RateLimiter.RateLimiterError> => {
    const admitted = limiter.acquire(options.key, options.quotas)
    // One at a time, so that no others use up the common quotas while they wait for their own.
    return listingQuota === undefined
      ? admitted
      : oneAtATime.withPermit(Effect.andThen(admitted, limiter.acquire(listingQuota.key, listingQuota.quotas)))
  }

  /** The last URL that was found to be of the origin; consecutive requests of a listing usually differ in their query alone. */
  let own: string | undefined
  const client: OriginClient = base.pipe(
    HttpClient.transform(
      (effect, request): Effect.Effect<HttpClientResponse.HttpClientResponse, ClientError, Attempt> => {
        const { url } = request
        if (url !== own) {
          const address = URL.parse(url)
          const origin = address === null ? "an invalid address" : Origin.of(address)
          if (origin !== options.origin) return Effect.fail(foreign(options, origin))
          own = url
        }
        return pass(held).pipe(
          Effect.andThen(admit()),
          Effect.andThen(
            Attempt.use(({ credential, silence }) =>
              signing === undefined
                ? silence.head(effect)
                : signing.signed(request, credential, (signed) =>
                    silence.head(base.postprocess(Effect.succeed(signed)))
                  )
            )
          ),
          Effect.filterOrFail(
            (response) => !losesBody(request, response),
            ({ headers, status }) => lostBody(options, request, status, headers["location"] ?? "")
          )
        )
      }
    ),
    HttpClient.followRedirects(maxRedirects),
    HttpClient.mapRequestEffect((request) =>
      Effect.contextWith((context: Context.Context<Attempt>) => {
        const parameters = Context.get(context, LinkParameters)
        const wanted = HttpClientRequest.acceptJson(
          parameters === undefined ? request : HttpClientRequest.appendUrlParams(request, parameters)
        )
        return Effect.succeed(options.sign(wanted, Context.get(context, Attempt).credential))
      })
    ),
    HttpClient.withScope
  )
  return client
})
