/**
 * An emulator of the operations of AWS Backup, GuardDuty, Inspector and Macie that list scans, all at one address. It verifies signatures.
 *
 * **Example** (all malware scans, from an emulator whose pages may be empty)
 *
 * ```ts
 * import { Aws } from "@scanjobs/aws"
 * import * as AwsEmulator from "@scanjobs/aws/emulator"
 * import { Effect, Redacted, Stream } from "effect"
 *
 * export const all = Effect.gen(function* () {
 *   const vendor = yield* AwsEmulator.serve({ quirks: { emptyPages: 7, end: "empty" } })
 *   const { secretAccessKey, ...settings } = vendor.settings
 *   const connection = { ...settings, provider: "aws", name: "main", secretAccessKey: Redacted.make(secretAccessKey) } as const
 *   return yield* Aws.jobs(connection, {}, { listings: ["malwareScans"] }).pipe(Stream.runCollect)
 * }).pipe(Effect.scoped)
 * ```
 *
 * **Example** (a region without Macie, and a page with a broken row)
 *
 * ```ts
 * import * as AwsEmulator from "@scanjobs/aws/emulator"
 * import { Faults, type World } from "@scanjobs/testing"
 * import { Effect } from "effect"
 *
 * const fault = Faults.row(AwsEmulator.wires.backupScans, 0, () => "not a row")
 *
 * export const broken = AwsEmulator.serve({ fault })
 * export const partly = Effect.flatMap(AwsEmulator.generate({ regions: ["eu-central-1"] }), (regions) =>
 *   AwsEmulator.serve({ regions: { ...regions, "us-east-1": { ...AwsEmulator.empty, classificationJobs: 403 } } })
 * )
 * export const generated = AwsEmulator.playground.serve({ jobs: 1000 })
 * export const alive = (world: World.World) => AwsEmulator.serve({ regions: AwsEmulator.living(world) })
 * ```
 */
import { Emulator, Pages, Playground, Wire } from "@scanjobs/testing"
import { Clock, Effect, type Scope } from "effect"
import { HttpServerResponse } from "effect/http"
import * as LivingScans from "./LivingScans.ts"
import * as SignatureCheck from "./SignatureCheck.ts"
import * as SyntheticScans from "./SyntheticScans.ts"
import { Aws } from "./Aws.ts"

export { of as living } from "./LivingScans.ts"
export { empty, generate } from "./SyntheticScans.ts"
export type { Region, Row } from "./SyntheticScans.ts"

/**
 * Behaviour that the services show.
 *
 * @since 0.3.0
 * @category models
 */
export interface Quirks {
  /** How the last page says that it is the last. */
  readonly end: "absent" | "null" | "empty"
  /** How many empty pages, each with a new token, come before each page with rows. */
  readonly emptyPages: number
  /** How far the services' clock is ahead, in milliseconds. */
  readonly ahead: number
  /** Where the type of an error stands. */
  readonly errorType: "header" | "headerWithAddress" | "body"
}

interface Tokened {
  readonly nextToken?: string | null
}

const inToken = <Body extends Tokened>() =>
  Wire.tokenInBody<Body>({
    get: ({ nextToken }) => nextToken ?? null,
    set: (body, nextToken) => ({ ...body, nextToken })
  })

const configurations = {
  rows: {
    get: <Row>({ scanConfigurations }: { readonly scanConfigurations: ReadonlyArray<Row> }) => scanConfigurations,
    set: <Body, Row>(body: Body, scanConfigurations: ReadonlyArray<Row>) => ({ ...body, scanConfigurations })
  },
  total: null,
  state: null,
  start: null
}

/**
 * Where rows, ids, states and times are in the answers, for faults and the conformance suite.
 *
 * @since 0.3.0
 * @category testing
 */
export const wires = {
  backupScans: Wire.make(Aws.listings.backupScans, {
    rows: { get: ({ ScanJobs }) => ScanJobs, set: (body, ScanJobs) => ({ ...body, ScanJobs }) },
    next: Wire.tokenInBody({
      get: ({ NextToken }) => NextToken ?? null,
      set: (body, NextToken) => ({ ...body, NextToken })
    }),
    total: null,
    id: Wire.field("ScanJobId"),
    state: Wire.field("State"),
    documented: {
      CREATED: "queued",
      RUNNING: "running",
      COMPLETED: "succeeded",
      COMPLETED_WITH_ISSUES: "partially_succeeded",
      FAILED: "failed",
      CANCELED: "cancelled"
    },
    start: Wire.field("CreationDate"),
    finish: Wire.field("CompletionDate")
  }),
  malwareScans: Wire.make(Aws.listings.malwareScans, {
    rows: { get: ({ scans }) => scans, set: (body, scans) => ({ ...body, scans }) },
    next: inToken(),
    total: null,
    id: Wire.field("scanId"),
    state: Wire.field("scanStatus"),
    documented: {
      RUNNING: "running",
      COMPLETED: "succeeded",
      COMPLETED_WITH_ISSUES: "partially_succeeded",
      FAILED: "failed",
      SKIPPED: "skipped"
    },
    start: Wire.field("scanStartedAt"),
    finish: Wire.field("scanCompletedAt")
  }),
  cisScans: Wire.make(Aws.listings.cisScans, {
    rows: { get: ({ scans }) => scans, set: (body, scans) => ({ ...body, scans }) },
    next: inToken(),
    total: null,
    id: Wire.field("scanArn"),
    state: Wire.field("status"),
    documented: { IN_PROGRESS: "running", COMPLETED: "succeeded", FAILED: "failed", CANCELLED: "cancelled" },
    start: Wire.field("scanDate")
  }),
  cisConfigurations: Wire.make(Aws.listings.cisConfigurations, {
    ...configurations,
    next: inToken(),
    id: Wire.field("scanConfigurationArn")
  }),
  cisPlanned: Wire.make(Aws.listings.cisPlanned, {
    ...configurations,
    next: inToken(),
    id: Wire.field("scanConfigurationArn")
  }),
  classificationJobs: Wire.make(Aws.listings.classificationJobs, {
    rows: { get: ({ items }) => items, set: (body, items) => ({ ...body, items }) },
    next: inToken(),
    total: null,
    id: Wire.field("jobId"),
    state: Wire.field("jobStatus"),
    documented: {
      IDLE: "scheduled",
      RUNNING: "running",
      PAUSED: "paused",
      USER_PAUSED: "paused",
      COMPLETE: "succeeded",
      CANCELLED: "cancelled"
    },
    start: Wire.field("createdAt")
  })
}

interface Regions {
  readonly [region: string]: SyntheticScans.Region
}

/**
 * The settings of the emulator.
 *
 * @since 0.3.0
 * @category models
 */
export interface Options extends Emulator.Settings {
  /** Default: generated scans of two regions. A function gives the regions as they are at a time, in epoch milliseconds. */
  readonly regions?: Regions | ((now: number) => Regions)
  readonly quirks?: Partial<Quirks>
  /** The token of temporary keys, which requests must then carry. */
  readonly sessionToken?: string
}

/**
 * A running emulator, with the settings of a connection to it.
 *
 * @since 0.3.0
 * @category models
 */
export interface AwsEmulator extends Emulator.Emulator {
  readonly settings: {
    readonly baseUrl: string
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly regions: readonly [string, ...Array<string>]
  }
}

const accessKeyId = "AKIAEMULATED00000001"
const secretAccessKey = "emulated/Secret+Access=Key0000000000000"

/** A token has characters that must be encoded once: `/`, `+`, `=` and `é`. */
const tokenOf = (place: string, empties: number): string => `é/+=${empties}:${place}`

const services: { readonly [path: string]: string } = {
  "/scan/jobs": "backup",
  "/malware-scan": "guardduty",
  "/cis/scan/list": "inspector2",
  "/cis/scan-configuration/list": "inspector2",
  "/jobs/list": "macie2"
}

/**
 * Starts the emulator; it stops with the scope.
 *
 * @since 0.3.0
 * @category emulators
 */
export const serve = Effect.fnUntraced(function* (
  options: Options = {}
): Effect.fn.Return<AwsEmulator, never, Scope.Scope> {
  const { ahead = 0, emptyPages = 0, end = "absent", errorType = "header" } = options.quirks ?? {}
  const given = options.regions ?? (yield* SyntheticScans.generate())
  const regionsAt = typeof given === "function" ? given : () => given
  const clockOf = ({ entry }: Emulator.Exchange) => entry.time + ahead

  const refusal =
    (status: number, type: string, message: string, headers: { readonly [name: string]: string } = {}) =>
    (): HttpServerResponse.HttpServerResponse => {
      const named =
        errorType === "body"
          ? {}
          : { "x-amzn-errortype": errorType === "header" ? type : `${type}:http://internal.amazon.com/coral/` }
      const body = errorType === "body" ? { __type: `com.amazonaws#${type}`, message } : { message }
      return HttpServerResponse.jsonUnsafe(body, { status, headers: { ...named, ...headers } })
    }

  const problemOf = (exchange: Emulator.Exchange) =>
    SignatureCheck.problemOf(
      {
        ...exchange.sent,
        method: exchange.entry.method,
        headers: { ...exchange.entry.headers, host: new URL(exchange.entry.origin).host },
        now: clockOf(exchange)
      },
      {
        accessKeyId,
        secretAccessKey,
        service: services[exchange.entry.path] ?? "",
        sessionToken: options.sessionToken
      }
    )

  const pageOf = (
    rows: ReadonlyArray<SyntheticScans.Row>,
    { size, token }: { readonly size: number; readonly token: string | undefined },
    body: (rows: ReadonlyArray<SyntheticScans.Row>, next: string | null) => object
  ) =>
    Effect.gen(function* () {
      const [, empties = "0", place = ""] = /^é\/\+=(\d+):(.*)$/.exec(token ?? "") ?? []
      const isFirst = token === undefined || token === ""
      if (!isFirst && place === "" && !token.startsWith("é/+=")) {
        return yield* new Emulator.Violation({ problem: "the token was not made here" })
      }
      const passed = isFirst ? 0 : Number(empties)
      if (passed < emptyPages) return HttpServerResponse.jsonUnsafe(body([], tokenOf(place, passed + 1)))
      const page = yield* Pages.byToken(rows, place === "" ? undefined : place, size)
      return HttpServerResponse.jsonUnsafe(body(page.rows, page.next === null ? null : tokenOf(page.next, 0)))
    })

  const ended = (name: "nextToken" | "NextToken", next: string | null): object =>
    next !== null ? { [name]: next } : end === "absent" ? {} : { [name]: end === "null" ? null : "" }

  /** The rows of the region that the request is signed for. */
  const answer = (
    listing: keyof SyntheticScans.Region,
    exchange: Emulator.Exchange,
    page: (
      rows: ReadonlyArray<SyntheticScans.Row>
    ) => Effect.Effect<HttpServerResponse.HttpServerResponse, Emulator.Violation>
  ) => {
    const rows = regionsAt(exchange.entry.time)[SignatureCheck.regionOf(exchange.entry.headers)]?.[listing] ?? []
    if (typeof rows !== "number") return page(rows)
    const type = rows === 401 || rows === 403 ? "AccessDeniedException" : "ValidationException"
    return Effect.succeed(refusal(rows, type, "The service is not enabled for this account in this region.")())
  }

  const emulator = yield* Emulator.serve(Aws, {
    ...options,
    accepts: (_, exchange) => Effect.succeed(problemOf(exchange) === undefined),
    headers: (exchange) => ({
      "x-amzn-requestid": `00000000-0000-4000-8000-${String(exchange.entry.index).padStart(12, "0")}`,
      date: new Date(clockOf(exchange)).toUTCString()
    }),
    answers: {
      refused: (exchange) => {
        const { message, type } = problemOf(exchange) ?? { type: "UnrecognizedClientException", message: "refused" }
        return refusal(403, type, message)()
      },
      invalid: (problems) => refusal(400, "ValidationException", problems.join("; "))(),
      missing: refusal(404, "UnknownOperationException", "There is no such operation."),
      limited: refusal(429, "ThrottlingException", "Rate exceeded", { "retry-after": "1" })
    },
    handlers: {
      scanJobs: ({ query }, exchange) =>
        answer("backupScans", exchange, (rows) =>
          pageOf(rows, { size: query.MaxResults ?? 1000, token: query.NextToken }, (ScanJobs, next) => ({
            ScanJobs,
            ...ended("NextToken", next)
          }))
        ),
      malwareScans: ({ query }, exchange) =>
        answer("malwareScans", exchange, (rows) =>
          pageOf(rows, { size: query.maxResults ?? 50, token: query.nextToken }, (scans, next) => ({
            scans,
            ...ended("nextToken", next)
          }))
        ),
      cisScans: ({ payload }, exchange) =>
        answer("cisScans", exchange, (rows) =>
          pageOf(
            payload.sortOrder === "ASC" ? rows : rows.toReversed(),
            { size: payload.maxResults ?? 100, token: payload.nextToken },
            (scans, next) => ({ scans, ...ended("nextToken", next) })
          )
        ),
      cisConfigurations: ({ payload }, exchange) =>
        answer("cisConfigurations", exchange, (rows) =>
          pageOf(rows, { size: payload.maxResults ?? 100, token: payload.nextToken }, (scanConfigurations, next) => ({
            scanConfigurations,
            ...ended("nextToken", next)
          }))
        ),
      classificationJobs: ({ payload }, exchange) =>
        answer("classificationJobs", exchange, (rows) =>
          pageOf(rows, { size: payload.maxResults ?? 200, token: payload.nextToken }, (items, next) => ({
            items,
            ...ended("nextToken", next)
          }))
        )
    }
  })
  const [first = "eu-central-1", ...others] = Object.keys(regionsAt(yield* Clock.currentTimeMillis))
  return {
    ...emulator,
    settings: { baseUrl: emulator.baseUrl, accessKeyId, secretAccessKey, regions: [first, ...others] }
  }
})

/**
 * The emulator that `scanjobs emulate aws` starts: two regions.
 *
 * @since 0.3.0
 * @category emulators
 */
export const playground = Playground.make(Aws, ({ jobs, live, seed, ...settings }) =>
  Effect.gen(function* () {
    const begins = yield* Clock.currentTimeMillis
    const regions =
      live === undefined
        ? yield* SyntheticScans.generate({ jobs, seed })
        : LivingScans.of(LivingScans.world({ begins, seed, speed: live }))
    return yield* serve({ ...settings, regions })
  })
)
