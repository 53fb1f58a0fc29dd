/**
 * The router of an emulator: each endpoint of the declaration with its handler, and the plain routes.
 */
import type { Provider } from "@scanjobs/core"
import { Context, Effect, Layer, Option, Schema } from "effect"
import { HttpRouter } from "effect/http"
import { HttpApi, HttpApiBuilder, type HttpApiEndpoint, HttpApiGroup } from "effect/http-api"
import type { Handler, Options } from "./EmulatorOptions.ts"
import type { Exchange } from "./Exchange.ts"
import type { Entry } from "../ledger/Ledger.ts"

/** The exchange that a router's handlers answer. */
export const Current = Context.Reference<Exchange | undefined>("@scanjobs/testing/Emulator/Current", {
  defaultValue: () => undefined
})

const current = Effect.flatMap(Current, (exchange) =>
  exchange === undefined ? Effect.die(new Error("no request is under way")) : Effect.succeed(exchange)
)

const parseOptions = { onExcessProperty: "error", errors: "all" } as const

/** The server's router: the declared endpoints with strict parsing, and the plain routes. */
export const app = <L extends Provider.Listings>(api: HttpApi.Top, options: Options<L>) => {
  const checked = apart(api)
    .annotate(HttpApi.QueryParseOptions, parseOptions)
    .annotate(HttpApi.PayloadParseOptions, parseOptions)
  return Layer.mergeAll(
    Layer.provide(HttpApiBuilder.layer(checked), implement(checked, options.handlers)),
    ...(options.routes ?? []).map(({ handle, method, path }) =>
      HttpRouter.add(method, path, Effect.orDie(Effect.flatMap(current, handle)))
    )
  )
}

/** Drops the types of a declaration's listings: a server is made of any endpoints. */
export const anyApi = (api: HttpApi.Constraint) => api as HttpApi.Top

/** Drops the types of handlers: `Handlers` has checked each against its endpoint, which decodes its requests. */
const untyped = (handlers: object) => Object.entries(handlers) as ReadonlyArray<readonly [string, Handler<unknown>]>

/** The only group of a provider's API. */
const groupName: string = "listings"

const implement = (api: HttpApi.Top, handlers: object) =>
  HttpApiBuilder.group(api, groupName, (group) => {
    for (const [name, handler] of untyped(handlers)) {
      group.handle(name, (request: unknown) =>
        Effect.orDie(Effect.flatMap(current, (exchange) => handler(request, exchange)))
      )
    }
    return complete(group)
  })

/** Says that every endpoint has a handler, which `Handlers` has checked: here the compiler does not know the names. */
const complete = (group: object) => group as never

/** Every endpoint of an API. */
export const endpointsOf = (api: HttpApi.Top): ReadonlyArray<HttpApiEndpoint.Top> =>
  Object.values(api.groups).flatMap(({ endpoints }) => Object.values(endpoints))

/** The same API, where endpoints that share an address have one of their own. */
const apart = (api: HttpApi.Top): HttpApi.Top => {
  const all = endpointsOf(api)
  if (!all.some((endpoint) => isShared(endpoint, all))) return api
  const [first, ...others] = all.map((endpoint) =>
    isShared(endpoint, all) ? endpoint.prefix(ownPlace(endpoint)) : endpoint
  )
  return first === undefined
    ? api
    : anyApi(HttpApi.make(api.identifier).add(HttpApiGroup.make(groupName).add(first, ...others)))
}

/** Whether another endpoint has the same address, as the operations of GraphQL have. */
const isShared = (endpoint: HttpApiEndpoint.Top, all: ReadonlyArray<HttpApiEndpoint.Top>): boolean =>
  all.some((other) => other !== endpoint && other.method === endpoint.method && other.path === endpoint.path)

const ownPlace = ({ identifier }: HttpApiEndpoint.Top): `/${string}` => `/~${encodeURIComponent(identifier)}`

/** The address at which the router has the endpoint of a request. */
export const addressOf = (
  url: string,
  endpoint: HttpApiEndpoint.Top | undefined,
  all: ReadonlyArray<HttpApiEndpoint.Top>
): string => (endpoint !== undefined && isShared(endpoint, all) ? `${ownPlace(endpoint)}${url}` : url)

/** What tells the endpoint of a request. */
type Asked = Pick<Entry, "method" | "path" | "body">

/**
 * The endpoint of a request: the one at its address. Of several, it is the first whose payload the body fits; if it fits none, the first of
 * all, which then says what is wrong.
 */
export const endpointFor = (entry: Asked, all: ReadonlyArray<HttpApiEndpoint.Top>): HttpApiEndpoint.Top | undefined => {
  const found = all.filter((endpoint) => isAt(entry, endpoint))
  return found.length > 1 ? (found.find((endpoint) => takes(endpoint, entry.body)) ?? found[0]) : found[0]
}

const takes = (endpoint: HttpApiEndpoint.Top, body: unknown): boolean =>
  [...endpoint.payload.values()]
    .flatMap(({ schemas }) => schemas)
    .some((schema) => Option.isSome(Schema.decodeUnknownOption(withoutServices(Schema.toCodecJson(schema)))(body)))

/** Payload schemas of a declaration need no services; an endpoint's type does not say so. */
const withoutServices = (schema: Schema.Constraint) => schema as Schema.ConstraintDecoder<unknown>

/** Whether a request has the method and the path of an endpoint. */
const isAt = (entry: Pick<Entry, "method" | "path">, { method, path }: HttpApiEndpoint.Top): boolean => {
  const pattern = path.split("/")
  const parts = entry.path.split("/")
  return (
    method === entry.method &&
    pattern.length === parts.length &&
    pattern.every((part, index) => part.startsWith(":") || part === parts[index])
  )
}
