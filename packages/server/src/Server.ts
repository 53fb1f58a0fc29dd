/**
 * Serves a history over HTTP: the page at `/`, the API at `/api/v1`, its description at `/openapi.json` and `/docs`.
 *
 * **Details**
 *
 * - Everything is read-only.
 * - Without a token, it answers only to names of this machine. With one, programs send it as `Authorization: Bearer TOKEN`, and the page
 *   asks for it.
 * - `/mcp` is for agents, which read by the Model Context Protocol.
 * - `/metrics` is for Prometheus, and `/calendar.ics` for calendars, whose address carries {@link calendarKey} where there is a token.
 *
 * **Example** (the history of a file, on port 4700)
 *
 * ```ts
 * import { Store } from "@scanjobs/history"
 * import { Server } from "@scanjobs/server"
 * import { Layer, type Redacted, type Stream } from "effect"
 *
 * const options: Server.Options = { host: "127.0.0.1", port: 4700 }
 * export const addressOf = (token: Redacted.Redacted) => `http://scans.example/calendar.ics?key=${Server.calendarKey(token)}`
 * export const secure = (tls: Server.Tls, renewals: Stream.Stream<Server.Tls>): Server.Options => ({ ...options, tls, renewals })
 * export const program = Layer.launch(Server.layer(options).pipe(Layer.provide(Store.layerSqlite("scanjobs.db"))))
 * ```
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import type { Store } from "@scanjobs/history"
import { Effect, Layer, type PlatformError, Redacted, Stream } from "effect"
import {
  HttpMiddleware,
  HttpRouter,
  type HttpServer,
  type HttpServerError,
  HttpServerResponse,
  HttpStaticServer
} from "effect/http"
import { HttpApiBuilder, HttpApiMiddleware, HttpApiScalar } from "effect/http-api"
import { createServer } from "node:http"
import { createServer as createSecureServer } from "node:https"
import { fileURLToPath } from "node:url"
import * as Access from "./Access.ts"
import * as AgentServer from "./AgentServer.ts"
import { Api } from "./Api.ts"
import * as Calendar from "./Calendar.ts"
import * as Handlers from "./Handlers.ts"
import * as Health from "./Health.ts"
import * as Metrics from "./Metrics.ts"

/**
 * Where a server listens, and who may read.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** The address of this machine on which it listens, such as `127.0.0.1`. */
  readonly host: string
  /** 0 for any that is free. */
  readonly port: number
  /** What readers must show. Without it, the server answers only to names of this machine. */
  readonly token?: Redacted.Redacted | undefined
  /** With it, the server speaks HTTPS, and nothing else at this port. */
  readonly tls?: Tls | undefined
  /** Certificates that take the place of `tls` one after another, for connections that begin from then on. */
  readonly renewals?: Stream.Stream<Tls> | undefined
}

/**
 * A certificate and its private key.
 *
 * @since 0.3.0
 * @category models
 */
export interface Tls {
  /** As PEM: the server's own certificate, and then those between it and the root. */
  readonly certificate: string
  /** As PEM. */
  readonly key: Redacted.Redacted
}

/**
 * The key for the address of the calendar, because calendars send no header. It opens nothing else.
 *
 * @since 0.1.0
 * @category accessors
 */
export const calendarKey: (token: Redacted.Redacted) => string = Access.calendarKey

/** The files of the page, which its build puts here. */
const pageFolder = fileURLToPath(new URL("../page", import.meta.url))

/** The description's page asks no other host, so that it offers nothing that would. */
const docs = {
  withDefaultFonts: false,
  showDeveloperTools: "never",
  hideClientButton: true
} as const

/** How long a request may take to arrive, in milliseconds: who sends none does not keep a place for long. */
const patience = { headersTimeout: 15_000, requestTimeout: 30_000, connectionsCheckingInterval: 5000 }

/**
 * The server. It ends within a second of its scope, also while clients listen to events.
 *
 * @since 0.1.0
 * @category layers
 */
export const layer = ({
  host,
  port,
  renewals = Stream.empty,
  tls,
  token
}: Options): Layer.Layer<
  HttpServer.HttpServer,
  HttpServerError.ServeError | PlatformError.PlatformError,
  Store.Store
> => {
  const api = HttpApiBuilder.layer(Api, { openapiPath: "/openapi.json" }).pipe(
    Layer.provide(Handlers.layer),
    Layer.provide([Access.authorization(token), HttpApiMiddleware.layerProblemDetails({ includeDetails: true })])
  )
  const routes = Layer.mergeAll(
    api,
    HttpApiScalar.layer(Api, { path: "/docs", scalar: docs }),
    Health.route,
    Metrics.route.pipe(Layer.provide(Access.signedIn(token).layer)),
    AgentServer.route().pipe(Layer.provide(Access.signedIn(token).layer)),
    Calendar.route.pipe(Layer.provide(Access.signedIn(token, Access.hasCalendarKey(token)).layer)),
    Access.session(token, tls !== undefined),
    // Browsers ask for it where a page names no icon, as that of the description does.
    HttpRouter.add("GET", "/favicon.ico", HttpServerResponse.redirect("icon.svg", { status: 308 })),
    HttpStaticServer.layer({ root: pageFolder, cacheControl: "no-cache" })
  ).pipe(Layer.provide(Access.guard(token)))
  const secure = tls === undefined ? undefined : createSecureServer({ ...patience, ...contextOf(tls) })
  const renewing =
    secure === undefined
      ? Layer.empty
      : Layer.effectDiscard(
          Effect.forkScoped(
            Stream.runForEach(renewals, (renewed) => Effect.sync(() => secure.setSecureContext(contextOf(renewed))))
          )
        )
  const listener = () => secure ?? createServer(patience)
  return HttpRouter.serve(routes, {
    // Ids of jobs are as long as vendors make them.
    routerConfig: { maxParamLength: 8000 },
    disableLogger: true,
    disableListenLog: true,
    middleware: HttpMiddleware.compression()
  }).pipe(
    Layer.provideMerge(NodeHttpServer.layer(listener, { host, port, gracefulShutdownTimeout: "1 second" })),
    Layer.merge(renewing)
  )
}

const contextOf = ({ certificate, key }: Tls) =>
  ({ cert: certificate, key: Redacted.value(key), minVersion: "TLSv1.2" }) as const
