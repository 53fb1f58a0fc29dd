/**
 * One run of a connection: its transport, its credential, and the answers that it remembers.
 *
 * All listings of a run share one session, and with it the quota, the token, the retry budget, and the answers of lookups and
 * parents.
 */
import { Cache, Effect, Redacted, Semaphore } from "effect"
import { Digest } from "effect/crypto"
import { HttpClientRequest } from "effect/http"
import type { HttpApiEndpoint } from "effect/http-api"
import * as Connection from "../contract/Connection.ts"
import * as ConnectionSchema from "../contract/ConnectionSchema.ts"
import * as PlainHttp from "../contract/PlainHttp.ts"
import type { CredentialSource } from "../http/CredentialSource.ts"
import * as Signature from "../auth/Signature.ts"
import * as Excerpt from "../contract/Excerpt.ts"
import * as VerbFailure from "../contract/VerbFailure.ts"
import type { Reply, Request } from "../contract/Exchange.ts"
import type { Place } from "../contract/Place.ts"
import type { Signer } from "../contract/Signer.ts"
import type { Credential } from "../auth/Credential.ts"
import type * as Format from "../decoding/Format.ts"
import type { Quota } from "../policies/Quota.ts"
import * as Reason from "../model/Reason.ts"
import type { QuotaReader, Reader } from "../contract/Rejection.ts"
import * as RetryPolicy from "../policies/RetryPolicy.ts"
import * as Secrets from "../secrets/Secrets.ts"
import * as Signing from "../http/Signing.ts"
import * as Demand from "../policies/Demand.ts"
import * as Hosts from "./Hosts.ts"

/** What a session needs. */
export interface Options<E, R> {
  readonly provider: string
  readonly connection: { readonly name: string; readonly allowHttp?: boolean }
  readonly baseUrl: Hosts.Options<E>["baseUrl"]
  readonly security: Signature.Security
  readonly quotas: ReadonlyArray<Quota>
  readonly quotasOfListings: ReadonlyMap<string, ReadonlyArray<Quota>>
  /** The most requests in flight at once; `undefined` for no limit. */
  readonly concurrency: number | undefined
  /** The secret that the vendor counts requests by; `undefined` where it counts them by connection. */
  readonly quotaOf: Redacted.Redacted | undefined
  readonly credential: Credential<E, R>
  /** Signs requests with the credential; `undefined` where they carry it. */
  readonly sign: Signer | undefined
  readonly headers: { readonly [name: string]: string }
  readonly rejection: Reader
  readonly quotaState: QuotaReader | undefined
  readonly hint: (reason: Reason.Reason) => string | undefined
  readonly endpoints: ReadonlyArray<HttpApiEndpoint.Top>
  /** The formats of endpoints whose answers are not JSON, by name. */
  readonly formats: ReadonlyMap<string, Format.Format>
  /** The endpoints whose answers are remembered, by name, and how many answers of each. */
  readonly once: ReadonlyMap<string, number>
  readonly onRetry: (reason: Reason.Reason, wait: number) => Effect.Effect<void>
}

/** Sends requests under all policies. */
export interface Session<out E> {
  /** Asks an endpoint by name for a listing and a scope. An endpoint whose answers are remembered sends equal requests once. */
  readonly ask: (endpoint: string, request: Request, place: Place) => Effect.Effect<Reply, Reason.Reason | E>
  readonly secrets: Secrets.Secrets
}

/** Opens a session with the policies of the calling fiber. */
export const open = Effect.fnUntraced(function* <E, R>(options: Options<E, R>) {
  const { connection, security, sign } = options
  const key = `${options.provider}/${yield* quotaKey(options)}`
  const secrets = Secrets.make(Connection.secrets(connection))
  const budget = RetryPolicy.budget(yield* RetryPolicy.RetryPolicy)
  const allowHttp = connection.allowHttp === true
  const run = { key, secrets, allowHttp, budget, onRetry: options.onRetry }
  const apiKey = security !== "none" && security._tag === "ApiKey" ? security : undefined
  const hosts = yield* Hosts.make({
    provider: options.provider,
    baseUrl: options.baseUrl,
    endpoints: options.endpoints,
    formats: options.formats,
    quotasOfListings: options.quotasOfListings,
    credential: yield* guarded(options.credential(run), secrets),
    allowed: (credential, origin) => (allowHttp || !PlainHttp.leaves(origin) ? credential : withoutSecrets(credential)),
    shared: {
      key,
      quotas: options.quotas,
      inFlight: options.concurrency === undefined ? undefined : yield* Semaphore.make(options.concurrency),
      sign: (request, secret) =>
        Signature.sign(security, HttpClientRequest.setHeaders(request, options.headers), secret),
      signing: sign === undefined ? undefined : yield* Signing.make(sign, secrets),
      rejection: options.rejection,
      quotaState: options.quotaState,
      hint: options.hint,
      secrets,
      mayQuoteBody: true,
      budget,
      secretHeaders: apiKey === undefined ? [] : [apiKey.key],
      secretInUrl: apiKey?.in === "query",
      onRetry: options.onRetry
    }
  })

  const send = (endpoint: string, request: Request, place: Place): Effect.Effect<Reply, Reason.Reason | E> => {
    const problem = pathProblem(request)
    return problem === undefined
      ? hosts.send(endpoint, request, place)
      : Effect.fail(new Reason.InvalidConnection({ problems: [Excerpt.of(secrets, problem)] }))
  }
  const answers = new Map<string, Cache.Cache<Asked, Reply, Reason.Reason | E>>()
  /** For what an answer is asked that others share: whoever wants it first. */
  const places = new WeakMap<Asked, Place>()
  for (const [endpoint, capacity] of options.once) {
    // Treated as demanded, because other requests may share its result.
    const lookup = (asked: Asked) => Demand.asDemanded(send(endpoint, asked.request, places.get(asked) ?? nowhere))
    answers.set(endpoint, yield* Cache.make({ capacity, lookup }))
  }
  const session: Session<E> = {
    secrets,
    ask: (endpoint, request, place) => {
      const known = answers.get(endpoint)
      if (known === undefined) return send(endpoint, request, place)
      const once = (address: string) => {
        const asked = { address, request }
        places.set(asked, place)
        return Cache.get(known, asked)
      }
      return hosts.addressOf === undefined ? once("") : Effect.flatMap(hosts.addressOf(place), once)
    }
  }
  return session
})

/** A request whose answer is remembered, of the server at an address. */
interface Asked {
  readonly address: string
  readonly request: Request
}

const nowhere: Place = { listing: "", scope: null }

/** A credential of an address to which no secret may be sent, because it would not be encrypted. An empty one is no secret. */
const withoutSecrets = <E>(source: CredentialSource<E>): CredentialSource<E> => ({
  ...source,
  get: Effect.filterOrFail(
    source.get,
    (secret) => Redacted.value(secret) === "",
    () => ConnectionSchema.invalid([PlainHttp.problemOf("baseUrl")])
  )
})

/**
 * A credential whose effects do not die: a defect in one is a mistake of the plugin, whose text may hold the secret. It fails the
 * requests that need the credential.
 */
const guarded = <E, R>(
  opened: Effect.Effect<CredentialSource<E>, never, R>,
  secrets: Secrets.Secrets
): Effect.Effect<CredentialSource<E>, never, R> => {
  const raise = (cause: unknown) =>
    VerbFailure.raise(new VerbFailure.VerbFailure({ verb: "credential", cause }), secrets)
  return Effect.map(
    Effect.catchDefect(opened, (defect) => Effect.succeed<CredentialSource<E>>(broken(raise(defect)))),
    (source): CredentialSource<E> => {
      const { of } = source
      // What `reject` dies of fails the next request.
      let get = Effect.catchDefect(source.get, raise)
      return {
        renewable: source.renewable,
        get: Effect.suspend(() => get),
        reject: (secret) =>
          Effect.catchDefect(source.reject(secret), (defect) =>
            Effect.sync(() => {
              get = raise(defect)
            })
          ),
        ...(of === undefined
          ? {}
          : {
              of: (audience) =>
                guarded(
                  Effect.suspend(() => of(audience)),
                  secrets
                )
            })
      }
    }
  )
}

/** A credential that cannot be had. */
const broken = (get: CredentialSource["get"]): CredentialSource => ({
  get,
  reject: () => Effect.void,
  renewable: false
})

/**
 * Why the path of a request cannot be built. A parameter is encoded, so that a slash in it stays a part of it, but `.` and `..`
 * would lead elsewhere even where they are encoded, and half a surrogate pair cannot be encoded.
 */
const pathProblem = ({ params }: Request): string | undefined => {
  if (params === undefined || params === null) return undefined
  for (const [name, value] of Object.entries(params)) {
    if (typeof value !== "string") continue
    if (value === "." || value === ".." || !value.isWellFormed()) {
      return `the path parameter ${name} must not be ${JSON.stringify(value)}; check the setting, or the vendor's item, that it comes from`
    }
  }
  return undefined
}

/** The key of the quota. A secret is replaced by its digest, because a shared store may be readable by others. */
const quotaKey = <E, R>({ connection, quotaOf }: Options<E, R>): Effect.Effect<string> =>
  quotaOf === undefined
    ? Effect.succeed(connection.name)
    : Digest.Digest.use(({ digestHex }) =>
        Effect.map(
          digestHex(Digest.sha256, new TextEncoder().encode(Redacted.value(quotaOf))),
          (hex) => `key ${hex.slice(0, 16)}`
        )
      ).pipe(Effect.provide(Digest.layerWebCrypto))
