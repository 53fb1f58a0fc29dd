/**
 * scanjobs, with its default policies: token, deadlines, retries, guards, telemetry, checked rows, normalised jobs.
 */
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import { AvePoint } from "@scanjobs/avepoint"
import { Catalog } from "@scanjobs/core"
import { DigiCert } from "@scanjobs/digicert"
import { Effect, ManagedRuntime, Redacted, Stream } from "effect"
import type { HttpClient } from "effect/http"
import type { Meter } from "../Meter.ts"
import { baseUrlOf, client, type Target, tokenUrlOf } from "../Target.ts"

// `layerUndici` loads undici at its first use. Loading it here counts it as part of the start, as for the other programs.
await import("@effect/platform-node/Undici")

/** A connection to the server's AvePoint. */
export const connectionTo = (target: Target, name = "bench") =>
  ({
    provider: "avepoint",
    name,
    baseUrl: baseUrlOf(target),
    tokenUrl: tokenUrlOf(target),
    clientId: client.id,
    clientSecret: Redacted.make(client.secret),
    pageSize: target.pageSize
  }) as const

/** One client for the process, as the other programs have, so that a second run reuses its connections. */
const runtime = ManagedRuntime.make(NodeHttpClient.layerUndici)

const run = <E>(effect: Effect.Effect<void, E, HttpClient.HttpClient>): Promise<void> => runtime.runPromise(effect)

/** A page at a time. */
export const oursPages = (target: Target, meter: Meter): Promise<void> =>
  AvePoint.pages(connectionTo(target)).pipe(
    Stream.runForEach(({ jobs }) => Effect.sync(() => meter.page(jobs))),
    run
  )

/** The stream of jobs, consumed in chunks. */
export const oursJobs = (target: Target, meter: Meter): Promise<void> =>
  AvePoint.jobs(connectionTo(target)).pipe(
    Stream.runForEachArray((jobs) => Effect.sync(() => meter.page(jobs))),
    run
  )

/** The stream of jobs, with an effect for each. */
export const oursEach = (target: Target, meter: Meter): Promise<void> =>
  AvePoint.jobs(connectionTo(target)).pipe(
    Stream.runForEach((job) => Effect.sync(() => meter.job(job))),
    run
  )

/** Eight concurrent pages, by offset. */
export const oursParallel = (target: Target, meter: Meter): Promise<void> =>
  AvePoint.jobs({ ...connectionTo(target), paging: "offset" }, {}, { pageConcurrency: 8 }).pipe(
    Stream.runForEachArray((jobs) => Effect.sync(() => meter.page(jobs))),
    run
  )

const catalog = Catalog.make(AvePoint, DigiCert)

const digicert = (target: Target) =>
  ({
    provider: "digicert",
    name: "certificates",
    baseUrl: baseUrlOf(target),
    apiKey: Redacted.make(client.secret),
    accountId: "1",
    divisionId: 1,
    surveyDefIds: [1]
  }) as const

/** Two vendors as one stream. */
export const oursCatalog = (target: Target, meter: Meter): Promise<void> =>
  catalog.jobs([connectionTo(target), digicert(target)]).pipe(
    Stream.runForEachArray((jobs) => Effect.sync(() => meter.page(jobs))),
    run
  )

/** As many connections as the target says, under the default settings. */
export const oursConnections = (target: Target, meter: Meter): Promise<void> =>
  catalog.jobs(Array.from({ length: target.connections }, (_, index) => connectionTo(target, `bench-${index}`))).pipe(
    Stream.runForEachArray((jobs) => Effect.sync(() => meter.page(jobs))),
    run
  )
