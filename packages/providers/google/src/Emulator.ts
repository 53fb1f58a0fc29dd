/**
 * An emulator of the operations of Sensitive Data Protection, Web Security Scanner and Dataplex that list scans, all at one address, with a token
 * server. It verifies what a service account signs.
 *
 * **Example** (the jobs of a project, from an emulator whose pages may be empty)
 *
 * ```ts
 * import { Google } from "@scanjobs/google"
 * import * as GoogleEmulator from "@scanjobs/google/emulator"
 * import { Effect, Redacted, Stream } from "effect"
 *
 * export const all = Effect.gen(function* () {
 *   const vendor = yield* GoogleEmulator.serve({ quirks: { emptyPages: 3, end: "empty" } })
 *   const { serviceAccountKey, ...settings } = vendor.settings
 *   const connection = { ...settings, provider: "google", name: "main", serviceAccountKey: Redacted.make(serviceAccountKey) } as const
 *   return yield* Google.jobs(connection, {}, { listings: ["dlpJobs"] }).pipe(Stream.runCollect)
 * }).pipe(Effect.scoped)
 * ```
 *
 * **Example** (a project without Dataplex, one in which time goes on, and a page with a broken row)
 *
 * ```ts
 * import * as GoogleEmulator from "@scanjobs/google/emulator"
 * import { Faults, type World } from "@scanjobs/testing"
 * import { Effect } from "effect"
 *
 * const fault = Faults.row(GoogleEmulator.wires.dlpJobs, 0, () => "not a row")
 *
 * export const broken = GoogleEmulator.serve({ fault })
 * export const partly = Effect.flatMap(GoogleEmulator.generate({ locations: ["global"] }), (cloud) =>
 *   GoogleEmulator.serve({ cloud: { ...cloud, off: ["dataplex"] } })
 * )
 * export const bare = GoogleEmulator.serve({
 *   cloud: { locations: { "projects/emulated-project/locations/global": GoogleEmulator.empty }, scanConfigs: {}, runs: {} }
 * })
 * export const generated = GoogleEmulator.playground.serve({ jobs: 1000 })
 * export const alive = (world: World.World) => GoogleEmulator.serve({ cloud: GoogleEmulator.living(world) })
 * ```
 */
import type { Quota } from "@scanjobs/core"
import { Emulator, Playground, TokenServer, Wire } from "@scanjobs/testing"
import { Clock, Effect, type Scope } from "effect"
import { HttpServerResponse } from "effect/http"
import * as EmulatedAccount from "./EmulatedAccount.ts"
import * as EmulatedPages from "./EmulatedPages.ts"
import * as LivingScans from "./LivingScans.ts"
import * as Parents from "./Parents.ts"
import * as SyntheticScans from "./SyntheticScans.ts"
import { Google } from "./Google.ts"

export type { Quirks } from "./EmulatedPages.ts"
export { of as living } from "./LivingScans.ts"
export { empty, generate } from "./SyntheticScans.ts"
export type { Cloud, Location, Row } from "./SyntheticScans.ts"

interface Tokened {
  readonly nextPageToken?: string | null
}

const inToken = <Body extends Tokened>() =>
  Wire.tokenInBody<Body>({
    get: ({ nextPageToken }) => nextPageToken ?? null,
    set: (body, nextPageToken) => ({ ...body, nextPageToken })
  })

const id = Wire.field("name")
const none = { total: null, state: null, start: null } as const

/**
 * Where rows, ids, states and times are in the answers, for faults and the conformance suite. `scanConfigs` and `dataScanParents` are the
 * wires of parents.
 *
 * @since 0.3.0
 * @category testing
 */
export const wires = {
  dlpJobs: Wire.make(Google.listings.dlpJobs, {
    rows: { get: ({ jobs }) => jobs ?? [], set: (body, jobs) => ({ ...body, jobs }) },
    leavesOutEmpty: true,
    next: inToken(),
    total: null,
    id,
    state: Wire.field("state"),
    start: Wire.field("startTime"),
    finish: Wire.field("endTime")
  }),
  dlpTriggers: Wire.make(Google.listings.dlpTriggers, {
    rows: { get: ({ jobTriggers }) => jobTriggers ?? [], set: (body, jobTriggers) => ({ ...body, jobTriggers }) },
    leavesOutEmpty: true,
    next: inToken(),
    total: null,
    id,
    state: Wire.field("status"),
    start: null
  }),
  webScans: Wire.make(Google.listings.webScans, {
    rows: { get: ({ scanRuns }) => scanRuns ?? [], set: (body, scanRuns) => ({ ...body, scanRuns }) },
    leavesOutEmpty: true,
    next: inToken(),
    total: null,
    id,
    state: Wire.field("executionState"),
    start: Wire.field("startTime"),
    finish: Wire.field("endTime")
  }),
  scanConfigs: Wire.make(Parents.scanConfigs, {
    rows: { get: (body) => body.scanConfigs ?? [], set: (body, scanConfigs) => ({ ...body, scanConfigs }) },
    leavesOutEmpty: true,
    next: inToken(),
    id,
    ...none
  }),
  webSchedules: Wire.make(Google.listings.webSchedules, {
    rows: { get: (body) => body.scanConfigs ?? [], set: (body, scanConfigs) => ({ ...body, scanConfigs }) },
    leavesOutEmpty: true,
    next: inToken(),
    id,
    ...none
  }),
  dataScans: Wire.make(Google.listings.dataScans, {
    rows: { get: ({ dataScanJobs }) => dataScanJobs ?? [], set: (body, dataScanJobs) => ({ ...body, dataScanJobs }) },
    leavesOutEmpty: true,
    next: inToken(),
    total: null,
    id,
    state: Wire.field("state"),
    start: Wire.field("startTime"),
    finish: Wire.field("endTime")
  }),
  dataScanParents: Wire.make(Parents.dataScans, {
    rows: { get: (body) => body.dataScans ?? [], set: (body, dataScans) => ({ ...body, dataScans }) },
    leavesOutEmpty: true,
    next: inToken(),
    id,
    ...none
  }),
  dataSchedules: Wire.make(Google.listings.dataSchedules, {
    rows: { get: (body) => body.dataScans ?? [], set: (body, dataScans) => ({ ...body, dataScans }) },
    leavesOutEmpty: true,
    next: inToken(),
    id,
    ...none
  })
}

/**
 * The settings of the emulator.
 *
 * @since 0.3.0
 * @category models
 */
export interface Options extends Emulator.Settings {
  /** Default: a generated project. A function gives it as it is at a time, in epoch milliseconds. */
  readonly cloud?: SyntheticScans.Cloud | ((now: number) => SyntheticScans.Cloud)
  readonly quirks?: Partial<EmulatedPages.Quirks>
  /** The requests that the services allow. Default: any number. */
  readonly quotas?: ReadonlyArray<Quota.Quota>
  /** Whom assertions for the token server must be for. Default: its address. */
  readonly assertionAudience?: string
}

/**
 * A running emulator, with the settings of a connection to it.
 *
 * @since 0.3.0
 * @category models
 */
export interface GoogleEmulator extends Emulator.Emulator {
  readonly tokens: TokenServer.TokenServer
  readonly settings: {
    readonly baseUrl: string
    readonly serviceAccountKey: string
    readonly project: string
    readonly locations: readonly [string, ...Array<string>]
  }
}

const refusal = (status: number, name: string, message: string, details: ReadonlyArray<object> = []) =>
  HttpServerResponse.jsonUnsafe({ error: { code: status, message, status: name, details } }, { status })

const infoOf = (type: string, members: object) => ({ "@type": `type.googleapis.com/google.rpc.${type}`, ...members })

const notFound = (name: string) => refusal(404, "NOT_FOUND", `Resource '${name}' was not found`)

/** The names of the services, as messages have them. */
const titles = {
  dlp: "Sensitive Data Protection (DLP) API",
  websecurityscanner: "Web Security Scanner API",
  dataplex: "Cloud Dataplex API"
} as const

type Answer = Effect.Effect<HttpServerResponse.HttpServerResponse, Emulator.Violation>

const ofOwner = ({ location, owner, owners }: { readonly [name: string]: string }) =>
  `${owners}/${owner}/locations/${location}`

/**
 * Starts the emulator; it stops with the scope.
 *
 * @since 0.3.0
 * @category emulators
 */
export const serve = Effect.fnUntraced(function* (
  options: Options = {}
): Effect.fn.Return<GoogleEmulator, never, Scope.Scope> {
  const given = options.cloud ?? (yield* SyntheticScans.generate())
  const cloudAt = typeof given === "function" ? given : () => given
  const tokens = TokenServer.make({
    path: "/token",
    clients: [],
    accounts: [EmulatedAccount.account()],
    scopes: [EmulatedAccount.scope],
    selfSignedAudiences: Object.keys(titles).map((service) => `https://${service}.googleapis.com/`),
    ...(options.assertionAudience === undefined ? {} : { audience: options.assertionAudience })
  })

  /** What a service answers, unless it is switched off. */
  const answer = (
    service: keyof typeof titles,
    { entry }: Emulator.Exchange,
    of: (cloud: SyntheticScans.Cloud) => Answer
  ): Answer => {
    const cloud = cloudAt(entry.time)
    if (cloud.off?.includes(service) !== true) return of(cloud)
    const text = `${titles[service]} has not been used in project ${SyntheticScans.project} before or it is disabled.`
    const info = infoOf("ErrorInfo", { reason: "SERVICE_DISABLED", domain: "googleapis.com" })
    return Effect.succeed(refusal(403, "PERMISSION_DENIED", text, [info]))
  }

  const pageOf = EmulatedPages.make(options.quirks)

  /** A page of rows, or the refusal where there is no such parent. */
  const page = (
    parent: string,
    rows: ReadonlyArray<SyntheticScans.Row> | undefined,
    asked: EmulatedPages.Asked,
    more: object = {}
  ): Answer =>
    rows === undefined
      ? Effect.succeed(notFound(parent))
      : Effect.fromResult(pageOf(rows, asked)).pipe(
          Effect.mapBoth({
            onSuccess: (body) => HttpServerResponse.jsonUnsafe({ ...body, ...more }),
            onFailure: (problem) => new Emulator.Violation({ problem })
          })
        )

  const emulator = yield* Emulator.serve(Google, {
    ...options,
    accepts: tokens.accepts,
    routes: [tokens.route],
    answers: {
      refused: () =>
        refusal(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.", [
          infoOf("ErrorInfo", { reason: "ACCESS_TOKEN_EXPIRED", domain: "googleapis.com" })
        ]),
      invalid: (problems) => refusal(400, "INVALID_ARGUMENT", problems.join("; ")),
      missing: ({ entry }) => notFound(entry.path),
      limited: () =>
        refusal(429, "RESOURCE_EXHAUSTED", "Quota exceeded for quota metric 'Requests'.", [
          infoOf("RetryInfo", { retryDelay: "1.500s" })
        ])
    },
    handlers: {
      dlpJobs: ({ params, query }, exchange) =>
        answer("dlp", exchange, ({ locations }) => {
          const type = query.type === "2" || query.type === "RISK_ANALYSIS_JOB" ? "RISK_ANALYSIS_JOB" : "INSPECT_JOB"
          const jobs = locations[ofOwner(params)]?.dlpJobs.filter((job) => job["type"] === type)
          return page(ofOwner(params), jobs, { query, list: "jobs", most: 1000, usual: 100 })
        }),
      jobTriggers: ({ params, query }, exchange) =>
        answer("dlp", exchange, ({ locations }) =>
          page(ofOwner(params), locations[ofOwner(params)]?.jobTriggers, {
            query,
            list: "jobTriggers",
            most: 1000,
            usual: 100
          })
        ),
      scanConfigs: ({ params, query }, exchange) =>
        answer("websecurityscanner", exchange, (cloud) => {
          const name = `projects/${params.project}`
          return page(name, cloud.scanConfigs[name], { query, list: "scanConfigs", most: 1000, usual: 100 })
        }),
      scanRuns: ({ params, query }, exchange) =>
        answer("websecurityscanner", exchange, (cloud) => {
          const { config, project } = params
          const name = `projects/${project}/scanConfigs/${config}`
          const isThere = cloud.scanConfigs[`projects/${project}`]?.some((one) => one["name"] === name) === true
          return page(name, isThere ? (cloud.runs[name] ?? []) : undefined, {
            query,
            list: "scanRuns",
            most: 1000,
            usual: 100
          })
        }),
      dataScans: ({ params, query }, exchange) =>
        answer("dataplex", exchange, ({ locations }) => {
          const name = `projects/${params.project}/locations/${params.location}`
          const { dataScans, unreachable } = locations[name] ?? {}
          const more = unreachable === undefined ? {} : { unreachable }
          return page(name, dataScans, { query, list: "dataScans", most: 1000, usual: 500 }, more)
        }),
      dataScanJobs: ({ params, query }, exchange) =>
        answer("dataplex", exchange, (cloud) => {
          const location = `projects/${params.project}/locations/${params.location}`
          const name = `${location}/dataScans/${params.scan}`
          const isThere = cloud.locations[location]?.dataScans.some((one) => one["name"] === name) === true
          return page(name, isThere ? (cloud.runs[name] ?? []) : undefined, {
            query,
            list: "dataScanJobs",
            most: 1000,
            usual: 10
          })
        })
    }
  })
  const names = Object.keys(cloudAt(yield* Clock.currentTimeMillis).locations)
  const [first = "global", ...others] = new Set(names.map((name) => name.slice(name.lastIndexOf("/") + 1)))
  return {
    ...emulator,
    tokens,
    settings: {
      baseUrl: emulator.baseUrl,
      serviceAccountKey: EmulatedAccount.keyFile(`${emulator.baseUrl}/token`),
      project: SyntheticScans.project,
      locations: [first, ...others]
    }
  }
})

/**
 * The emulator that `scanjobs emulate google` starts: a project with two locations.
 *
 * @since 0.3.0
 * @category emulators
 */
export const playground = Playground.make(Google, ({ jobs, live, seed, ...settings }) =>
  Effect.gen(function* () {
    const begins = yield* Clock.currentTimeMillis
    const cloud =
      live === undefined
        ? yield* SyntheticScans.generate({ jobs, seed })
        : LivingScans.of(LivingScans.world({ begins, seed, speed: live }))
    return yield* serve({ ...settings, cloud })
  })
)
