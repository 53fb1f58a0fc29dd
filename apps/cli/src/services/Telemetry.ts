/**
 * Sends traces, metrics and logs to a collector if the environment names one.
 *
 * `OTEL_EXPORTER_OTLP_ENDPOINT` is the collector's address, `OTEL_EXPORTER_OTLP_HEADERS` are headers for it, and
 * `OTEL_SERVICE_NAME` (default `scanjobs`) and `OTEL_RESOURCE_ATTRIBUTES` identify this program there. `OTEL_SDK_DISABLED` turns
 * it off. Data that cannot be sent within two seconds of the end is dropped; a collector that is down never fails a run.
 */
import { Config, Effect, Layer } from "effect"

const text = (name: string) => Config.withDefault(Config.String(name), "")

/** Sends for the lifetime of the layer, or does nothing if no collector is named. Calls `tell` at most once. */
export const layer = (version: string, tell: (message: string) => Effect.Effect<void>): Layer.Layer<never> =>
  Layer.unwrap(
    Effect.gen(function* () {
      const endpoint = yield* text("OTEL_EXPORTER_OTLP_ENDPOINT")
      const isDisabled = yield* Config.withDefault(Config.Boolean("OTEL_SDK_DISABLED"), false)
      if (endpoint === "" || isDisabled) return Layer.empty
      // Without a collector, these modules are not loaded.
      const exporter = yield* Effect.promise(() => import("./TelemetryExporter.ts"))
      return exporter.layer({ endpoint, version, tell })
    }).pipe(
      Effect.catchCause(() =>
        Effect.as(tell("no telemetry is sent: the environment's OTEL_… variables cannot be used"), Layer.empty)
      )
    )
  )
