/**
 * What an emulator is made of: the provider's declaration, and the vendor's behaviour.
 */
import type { Listing, Provider, Quota } from "@scanjobs/core"
import type { Duration, Effect } from "effect"
import type { HttpServerResponse } from "effect/http"
import type { HttpApi, HttpApiSecurity } from "effect/http-api"
import type { Exchange, Violation } from "./Exchange.ts"
import type { Fault } from "../faults/Fault.ts"

/**
 * The part of a provider that a server is made of. Every provider has it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Declaration<out L extends Provider.Listings> {
  readonly id: string
  readonly security: HttpApiSecurity.Http | HttpApiSecurity.ApiKey | "none"
  readonly listings: L
  readonly api: HttpApi.Constraint
}

/**
 * Answers the requests of one endpoint.
 *
 * @since 0.1.0
 * @category models
 */
export type Handler<in Request> = (
  request: Request,
  exchange: Exchange
) => Effect.Effect<HttpServerResponse.HttpServerResponse, Violation>

/**
 * A handler for each endpoint of a provider's listings, by the endpoint's name.
 *
 * @since 0.1.0
 * @category models
 */
export type Handlers<L extends Provider.Listings> = {
  readonly [Name in Provider.Endpoints<L>["identifier"]]: Handler<
    Listing.RequestOf<Extract<Provider.Endpoints<L>, { readonly identifier: Name }>>
  >
}

/**
 * An address that is not in the declaration, such as a token server's. The emulator asks for no credential there, and leaves
 * it to the handler to check the request.
 *
 * @since 0.1.0
 * @category models
 */
export interface Route {
  readonly method: "GET" | "POST"
  readonly path: `/${string}`
  readonly handle: (exchange: Exchange) => Effect.Effect<HttpServerResponse.HttpServerResponse, Violation>
}

/**
 * The options that every emulator takes.
 *
 * @since 0.1.0
 * @category models
 */
export interface Settings {
  /** The port to listen on. Default: any free port. */
  readonly port?: number | undefined
  /** The delay before every answer. Default: none. */
  readonly latency?: Duration.Input | undefined
  readonly fault?: Fault | undefined
}

/**
 * How the vendor refuses requests.
 *
 * @since 0.1.0
 * @category models
 */
export interface Answers {
  /** The credential is missing or wrong. */
  readonly refused: (exchange: Exchange) => HttpServerResponse.HttpServerResponse
  /** The request breaks the vendor's rules. */
  readonly invalid: (problems: ReadonlyArray<string>, exchange: Exchange) => HttpServerResponse.HttpServerResponse
  /** The address does not exist. */
  readonly missing: (exchange: Exchange) => HttpServerResponse.HttpServerResponse
  /** The request exceeds a quota. */
  readonly limited: (quota: Quota.Quota, exchange: Exchange) => HttpServerResponse.HttpServerResponse
}

/**
 * Everything that an emulator needs beside the provider's declaration.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options<L extends Provider.Listings> extends Settings {
  readonly handlers: Handlers<L>
  /**
   * Whether the vendor accepts this credential; it is `""` if the request has none. Where requests are signed, it is `""` as well:
   * the signature is to be verified by `exchange.sent`.
   */
  readonly accepts: (credential: string, exchange: Exchange) => Effect.Effect<boolean>
  readonly answers: Answers
  readonly routes?: ReadonlyArray<Route>
  /** Enforced for each credential, in rolling windows. Default: none. */
  readonly quotas?: ReadonlyArray<Quota.Quota> | undefined
  /** Headers to add to every answer, injected ones included. A header that the answer already has stays. */
  readonly headers?: (exchange: Exchange) => { readonly [name: string]: string }
}
