/**
 * The servers that one run of a connection asks: for most vendors one, for others one for each region or service.
 *
 * Each address has a transport of its own, so that links and redirects are followed within its own origin only, and no secret of one server
 * is sent to another one. A listing with quotas of its own has one, too. All of them share the connection's quotas and
 * its bound of requests in flight.
 */
import { Cache, Effect } from "effect"
import { HttpClient, HttpClientRequest } from "effect/http"
import { HttpApi, HttpApiClient, HttpApiGroup, type HttpApiEndpoint } from "effect/http-api"
import type { Reply, Request } from "../contract/Exchange.ts"
import type { Place } from "../contract/Place.ts"
import type { Format } from "../decoding/Format.ts"
import type { Executed } from "../http/Attempt.ts"
import type { CredentialSource } from "../http/CredentialSource.ts"
import { LinkParameters } from "../http/OriginClient.ts"
import * as Signing from "../http/Signing.ts"
import * as Transport from "../http/Transport.ts"
import type * as Reason from "../model/Reason.ts"
import type { Quota } from "../policies/Quota.ts"

/** What hosts are made of. */
export interface Options<E> {
  readonly provider: string
  /** The address, or where it depends on what is asked, the function that tells it. */
  readonly baseUrl: string | BaseUrlOf
  readonly endpoints: ReadonlyArray<HttpApiEndpoint.Top>
  /** The formats of endpoints whose answers are not JSON, by name. */
  readonly formats: ReadonlyMap<string, Format>
  /** The quotas that listings have of their own, by name. */
  readonly quotasOfListings: ReadonlyMap<string, ReadonlyArray<Quota>>
  /** What all transports have in common. */
  readonly shared: Omit<Transport.Options<E>, "origin" | "credential" | "listingQuota">
  readonly credential: CredentialSource<E>
  /** The credential that may be used for an origin. */
  readonly allowed: (credential: CredentialSource<E>, origin: string) => CredentialSource<E>
}

/** Tells the address for a listing and a scope. */
export type BaseUrlOf = (place: Place) => Effect.Effect<string, Reason.Reason>

/** Asks one server. */
export interface Host<out E> {
  readonly send: (endpoint: string, request: Request, place: Place) => Effect.Effect<Reply, Reason.Reason | E>
}

/** The hosts of one run. */
export interface Hosts<out E> extends Host<E> {
  /** Tells apart answers that different servers give to equal requests; `undefined` where there is only one server. */
  readonly addressOf: BaseUrlOf | undefined
}

/** The address of a host, and the listing that it is for where it is for one only. */
interface Key {
  readonly baseUrl: string
  readonly listing: string | null
}

/** Makes the hosts. One whose address is fixed is made at once, others when they are first asked. */
export const make = Effect.fnUntraced(function* <E>(options: Options<E>): Effect.fn.Return<Hosts<E>, never, Services> {
  const { baseUrl, credential, quotasOfListings } = options
  const isFixed = typeof baseUrl === "string"
  if (isFixed && credential.of === undefined && quotasOfListings.size === 0) {
    return { ...(yield* host(options, { baseUrl, listing: null })), addressOf: undefined }
  }
  const made = yield* Cache.make({
    capacity: Number.POSITIVE_INFINITY,
    lookup: (key: Key) => host(options, key),
    requireServicesAt: "construction"
  })
  const listingOf = ({ listing }: Place) =>
    credential.of !== undefined || quotasOfListings.has(listing) ? listing : null
  const addressOf: BaseUrlOf = isFixed ? () => Effect.succeed(baseUrl) : baseUrl
  return {
    addressOf: isFixed ? undefined : baseUrl,
    send: (endpoint, request, place) =>
      addressOf(place).pipe(
        Effect.flatMap((baseUrl) => Cache.get(made, { baseUrl, listing: listingOf(place) })),
        Effect.flatMap(({ send }) => send(endpoint, request, place))
      )
  }
})

type Services = Effect.Services<ReturnType<typeof Transport.make>>

/** Makes one host. */
const host = Effect.fnUntraced(function* <E>(
  { allowed, endpoints, formats, provider, quotasOfListings, shared, ...options }: Options<E>,
  { baseUrl, listing }: Key
): Effect.fn.Return<Host<E>, never, Services> {
  const { origin } = new URL(baseUrl)
  const credential =
    options.credential.of === undefined
      ? options.credential
      : yield* options.credential.of({ origin, listing: listing ?? "" })
  const quotas = listing === null ? undefined : quotasOfListings.get(listing)
  const transport = yield* Transport.make({
    ...shared,
    origin,
    credential: allowed(credential, origin),
    listingQuota: quotas === undefined ? undefined : { key: `${shared.key}/${listing}@${origin}`, quotas }
  })
  const methods = new Map<string, (request: Request) => Executed>()
  const api = HttpApi.make(provider).add(group(endpoints))
  for (const { identifier } of endpoints) {
    const accept = formats.get(identifier)?.accept
    const method = HttpApiClient.endpoint(api, {
      group: "listings",
      endpoint: identifier,
      httpClient:
        accept === undefined
          ? transport.client
          : HttpClient.mapRequest(transport.client, HttpClientRequest.setHeader("accept", accept)),
      baseUrl
    })
    methods.set(identifier, yield* rawMethod(method))
  }
  return {
    send: (endpoint, request, place) => {
      const method = methods.get(endpoint)
      if (method === undefined) return Effect.die(new Error(`${provider} has no endpoint ${endpoint}`))
      const linked =
        request.extra === undefined
          ? method(request)
          : Effect.provideService(method(request), LinkParameters, request.extra)
      return transport.send(
        shared.signing === undefined ? linked : Effect.provideService(linked, Signing.SignedPlace, place),
        formats.get(endpoint)
      )
    }
  }
})

/** The only group of a provider's API. */
export const group = (endpoints: ReadonlyArray<HttpApiEndpoint.Top>) =>
  HttpApiGroup.make("listings").add(...nonEmpty(endpoints))

const nonEmpty = <A>(items: ReadonlyArray<A>): readonly [A, ...Array<A>] => {
  const [head, ...tail] = items
  if (head === undefined) throw new Error("a provider needs at least one listing")
  return [head, ...tail]
}

/**
 * Effect types a client's method by its endpoint and its middleware. A session holds endpoints of every type and none has
 * middleware; a request reaches the method only through the listing that both belong to, and its answer is judged and
 * decoded by the library itself.
 */
const rawMethod = (method: Effect.Effect<unknown, never, unknown>) =>
  Effect.map(
    method as Effect.Effect<(request: Request & { readonly responseMode: "response-only" }) => Executed>,
    (call) => (request: Request) => call({ ...request, responseMode: "response-only" })
  )
