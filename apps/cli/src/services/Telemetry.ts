/**
 * Sends traces, metrics and logs to a collector, where the environment names one.
 *
 * `OTEL_EXPORTER_OTLP_ENDPOINT` is the collector's address, `OTEL_EXPORTER_OTLP_HEADERS` are headers for it, and
 * `OTEL_SERVICE_NAME`, by default `scanjobs`, and `OTEL_RESOURCE_ATTRIBUTES` say what is shown there. `OTEL_SDK_DISABLED` turns
 * it off. What was not sent within two seconds of the end is given up; a collector that is down never fails a run.
 */
import { Config, Effect, Layer } from "effect"

const text = (name: string) => Config.withDefault(Config.String(name), "")

/** Sends while the layer lasts, and nothing where no collector is named; `tell` is told at most one sentence. */
export const layer = (version: string, tell: (message: string) => Effect.Effect<void>): Layer.Layer<never> =>
  Layer.unwrap(
    Effect.gen(function* () {
      const endpoint = yield* text("OTEL_EXPORTER_OTLP_ENDPOINT")
      const isDisabled = yield* Config.withDefault(Config.Boolean("OTEL_SDK_DISABLED"), false)
      if (endpoint === "" || isDisabled) return Layer.empty
      // Whoever names no collector does not wait for these modules to be loaded.
      const exporter = yield* Effect.promise(() => import("./TelemetryExporter.ts"))
      return exporter.layer({ endpoint, version, tell })
    }).pipe(
      Effect.catchCause(() =>
        Effect.as(tell("no telemetry is sent: the environment's OTEL_… variables cannot be used"), Layer.empty)
      )
    )
  )
