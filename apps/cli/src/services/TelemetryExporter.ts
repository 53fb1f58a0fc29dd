/**
 * Sends traces, metrics and logs as OTLP, in JSON over HTTP.
 */
import * as ProxyHttpClient from "@scanjobs/settings/proxy"
import { Config, Context, Deferred, Effect, Layer, Schema, Scope } from "effect"
import { Otlp, OtlpExporter } from "effect/observability"
import * as CollectorClient from "./CollectorClient.ts"

/** What is sent, and where. */
export interface Options {
  readonly endpoint: string
  readonly version: string
  /** Called once if the collector did not accept everything. */
  readonly tell: (message: string) => Effect.Effect<void>
}

const Headers = Config.Record(Schema.String, Schema.StringFromUriComponent, "OTEL_EXPORTER_OTLP_HEADERS")

/** How long the end of the program waits for the collector. */
const patience = "1500 millis"

/** Sends for the lifetime of the layer. It never fails: data that cannot be sent is dropped. */
export const layer = ({ endpoint, tell, version }: Options): Layer.Layer<never> =>
  Layer.effectContext(
    Effect.gen(function* () {
      const serviceName = yield* Config.withDefault(Config.String("OTEL_SERVICE_NAME"), "scanjobs")
      const headers = yield* Config.withDefault(Headers, {})
      const isDown = yield* Deferred.make<void>()
      const client = CollectorClient.layer(Deferred.succeed(isDown, undefined)).pipe(
        Layer.provide(ProxyHttpClient.layer)
      )

      const scope = yield* Scope.make()
      const context = yield* Otlp.layerJson({
        baseUrl: endpoint,
        resource: { serviceName, serviceVersion: version },
        headers,
        shutdownTimeout: patience
      }).pipe(Layer.provide(client), Layer.buildWithScope(scope))

      yield* Effect.addFinalizer((exit) =>
        Effect.gen(function* () {
          const { flush } = Context.get(context, OtlpExporter.Flusher)
          // The exporter retries a collector that is down; the end of the program does not wait for that.
          const sent = yield* Effect.as(flush, true).pipe(
            Effect.raceFirst(Effect.as(Deferred.await(isDown), false)),
            Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.succeed(false) })
          )
          yield* Effect.timeoutOption(Scope.close(scope, exit), sent ? "400 millis" : "50 millis")
          if (!sent) yield* tell(`not all telemetry could be sent to ${originOf(endpoint)}`)
        }).pipe(Effect.interruptible)
      )
      return context
    }).pipe(
      Effect.catchCause(() =>
        Effect.as(tell("no telemetry is sent: the environment's OTEL_… variables cannot be used"), Context.empty())
      )
    )
  )

/** An address may hold a user and a password, and its path a key. */
const originOf = (address: string): string => URL.parse(address)?.origin ?? "the collector"
