/**
 * An HTTP client for which a vendor's own servers lead to its emulator, as they do behind a reverse proxy.
 *
 * A program asks `https://eu.acme.example`, and everything that it does with this address is real: the connection alone is made
 * elsewhere. The emulator learns from `X-Forwarded-Host` which server was asked.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { Effect, Layer } from "effect"
import type { HttpClient } from "effect/http"

/** Where connections go. */
export interface Routes {
  /** The emulator's own address. */
  readonly emulator: string
  /** The origins that the emulator answers for. */
  readonly origins: ReadonlyArray<string>
  /** The address that everything else is sent to. */
  readonly elsewhere: string
}

/** The client. */
export const layer = ({ elsewhere, emulator, origins }: Routes): Layer.Layer<HttpClient.HttpClient> =>
  NodeHttpClient.layerUndiciNoDispatcher.pipe(
    Layer.provide(
      Layer.effect(NodeHttpClient.Dispatcher)(
        Effect.map(NodeHttpClient.makeDispatcher, (dispatcher) =>
          dispatcher.compose((dispatch) => (options, handler) => {
            const asked = String(options.origin)
            if (asked === emulator) return dispatch(options, handler)
            const { host, protocol } = new URL(asked)
            const forwarded = { "x-forwarded-host": host, "x-forwarded-proto": protocol.slice(0, -1) }
            const headers = { ...Object(options.headers), ...forwarded }
            return dispatch({ ...options, origin: origins.includes(asked) ? emulator : elsewhere, headers }, handler)
          })
        )
      )
    )
  )
