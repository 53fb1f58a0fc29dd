/**
 * `/metrics`, for Prometheus. Each scrape asks the store, so that every number is of now.
 */
import { FleetStatus } from "@scanjobs/fleet"
import { Store, Views } from "@scanjobs/history"
import { Effect, Metric, Stream } from "effect"
import { HttpRouter, HttpServerResponse } from "effect/http"
import { PrometheusMetrics } from "effect/observability"
import * as Problem from "./Problem.ts"
import * as StoreAdvice from "./StoreAdvice.ts"

const dayBefore = "-24 hours"

const write = (name: string, description: string) => {
  const gauge = Metric.gauge(name, { description })
  return (labels: Readonly<Record<string, string>>, value: number) =>
    Metric.update(Metric.withAttributes(gauge, labels), value)
}

/** The numbers of the store's fleet, if it has one. */
const writeFleet = Effect.gen(function* () {
  const status = yield* FleetStatus.readIfAny
  if (status === undefined) return
  const runners = write("scanjobs_fleet_runners", "Runners that have given a sign of life within the last 20 seconds")
  const connections = write("scanjobs_fleet_connections", "Connections of the fleet, by what becomes of them now")
  const lag = write("scanjobs_fleet_lag_seconds", "How late the last sync of each connection began, by quantile")
  const longest = write("scanjobs_fleet_longest_wait_seconds", "How long the connection that waits longest is overdue")
  const failing = write("scanjobs_fleet_failing_connections", "Connections whose last sync failed, by condition")
  yield* runners({}, status.runners.filter(({ isAlive }) => isAlive).length)
  for (const state of ["running", "waiting", "idle", "paused"] as const) yield* connections({ state }, status[state])
  yield* lag({ quantile: "0.5" }, status.lag.p50 / 1000)
  yield* lag({ quantile: "0.99" }, status.lag.p99 / 1000)
  yield* longest({}, status.lag.now / 1000)
  for (const { connections: count, reason } of status.failing) yield* failing({ reason }, count)
})

const text = Effect.gen(function* () {
  const complete = write(
    "scanjobs_last_complete_timestamp_seconds",
    "What started before is known of the connection; 0 where it was never read completely"
  )
  const failing = write("scanjobs_connection_failing", "1 where something of the connection cannot be read")
  const runs = write("scanjobs_runs_24h", "Runs that started in the last 24 hours, by state")
  const planned = write("scanjobs_planned_24h", "Planned runs of the last 24 hours, by what became of them")
  const silent = write("scanjobs_silent_definitions", "Scans without a plan that should have run by their own rhythm")

  const connections = yield* Views.connections
  for (const { completeAt, failingSince, name: connection, provider } of connections) {
    yield* complete({ connection, provider }, (completeAt ?? 0) / 1000)
    yield* failing({ connection, provider }, failingSince === null ? 0 : 1)
  }
  const ofRuns = new Map<string, Count>()
  const ofPlans = new Map<string, Count>()
  // An alarm on a number that is there only now and then would not be sure to be heard.
  for (const { name: connection, provider } of connections) {
    for (const verdict of ["missed", "overdue"]) add(ofPlans, { connection, provider, verdict }, 0)
  }
  yield* Stream.runForEach(Views.counts({ from: dayBefore }), ({ connection, jobs, kind, provider, state, verdict }) =>
    Effect.sync(() => {
      if (kind === "run") add(ofRuns, { connection, provider, state }, jobs)
      if (verdict !== null) add(ofPlans, { connection, provider, verdict }, jobs)
    })
  )
  for (const { labels, value } of ofRuns.values()) yield* runs(labels, value)
  for (const { labels, value } of ofPlans.values()) yield* planned(labels, value)
  const quiet = new Map<string, Count>(
    connections.map(({ name: connection, provider }) => [
      JSON.stringify({ connection, provider }),
      { labels: { connection, provider }, value: 0 }
    ])
  )
  yield* Stream.runForEach(Views.definitions(), ({ connection, isSilent, provider }) =>
    Effect.sync(() => add(quiet, { connection, provider }, isSilent ? 1 : 0))
  )
  for (const { labels, value } of quiet.values()) yield* silent(labels, value)
  yield* writeFleet
  return yield* PrometheusMetrics.format()
  // With a registry of its own: a label that is gone would keep its last number for ever.
}).pipe(
  Effect.provideServiceEffect(
    Metric.MetricRegistry,
    Effect.sync(() => new Map())
  )
)

interface Count {
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

const add = (counts: Map<string, Count>, labels: Count["labels"], jobs: number) => {
  const key = JSON.stringify(labels)
  counts.set(key, { labels, value: (counts.get(key)?.value ?? 0) + jobs })
}

/** The route, on the store that is open. */
export const route = HttpRouter.use((router) =>
  Effect.flatMap(Store.Store, (store) =>
    router.add(
      "GET",
      "/metrics",
      text.pipe(
        Effect.map((body) =>
          HttpServerResponse.text(body, { contentType: "text/plain; version=0.0.4; charset=utf-8" })
        ),
        // A scrape that fails is a sample that is missing, which Prometheus tells by `up`.
        Effect.catchTag("StoreError", (error) =>
          Effect.as(Effect.logWarning(error.message), Problem.response(503, StoreAdvice.of(error.reason)))
        ),
        Effect.provideService(Store.Store, store)
      )
    )
  )
)
