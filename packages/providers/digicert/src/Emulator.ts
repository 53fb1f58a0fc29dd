/**
 * An emulator of DigiCert CertCentral Discovery on loopback. The vendor's quirks are options.
 *
 * **Example** (the planned runs of the documentation's scan)
 *
 * ```ts
 * import { DigiCert } from "@scanjobs/digicert"
 * import * as DigiCertEmulator from "@scanjobs/digicert/emulator"
 * import { Effect, Redacted, Stream } from "effect"
 *
 * export const first = Effect.gen(function* () {
 *   const vendor = yield* DigiCertEmulator.serve({ scans: [DigiCertEmulator.published] })
 *   const { apiKey, ...settings } = vendor.settings
 *   const connection = { ...settings, provider: "digicert", name: "dc", apiKey: Redacted.make(apiKey) } as const
 *   return yield* DigiCert.jobs(connection, { limit: 10 }).pipe(Stream.runCollect)
 * }).pipe(Effect.scoped)
 * ```
 *
 * **Example** (schedules of every form, and a page with a broken row)
 *
 * ```ts
 * import * as DigiCertEmulator from "@scanjobs/digicert/emulator"
 * import { Faults, type World } from "@scanjobs/testing"
 * import { Effect } from "effect"
 *
 * const { published } = DigiCertEmulator
 * const daily = DigiCertEmulator.recurring((index) => Date.UTC(2026, 0, 1 + index))
 * const few = DigiCertEmulator.rows([{ jobId: "1", startTime: 0, state: DigiCertEmulator.endless }])
 *
 * export const vendor = Effect.gen(function* () {
 *   const generated = yield* DigiCertEmulator.generate({ scans: 2 })
 *   const large = yield* DigiCertEmulator.lazily({ runs: 1_000_000 })
 *   const plans = [daily, few, DigiCertEmulator.oneTime].map((planned, index) => ({
 *     ...published,
 *     surveyDefId: index + 1,
 *     planned
 *   }))
 *   return yield* DigiCertEmulator.serve({
 *     scans: [...plans, ...generated, ...large],
 *     fault: Faults.row(DigiCertEmulator.wires.past, 0, () => "not a row")
 *   })
 * })
 *
 * export const generated = DigiCertEmulator.playground.serve({ jobs: 1000 })
 * export const alive = (world: World.World) => DigiCertEmulator.serve({ scans: DigiCertEmulator.living(world) })
 * ```
 */
import { Emulator, Playground, Wire } from "@scanjobs/testing"
import { Clock, Effect, type Scope } from "effect"
import { HttpServerResponse } from "effect/http"
import type * as Api from "./Api.ts"
import { DigiCert } from "./DigiCert.ts"
import * as LivingScans from "./LivingScans.ts"
import * as SyntheticScans from "./SyntheticScans.ts"

export { of as living } from "./LivingScans.ts"
export { endless, generate, lazily, oneTime, published, recurring, rows } from "./SyntheticScans.ts"
export type { Listed, Made, Plan, Row, Rows, Scan } from "./SyntheticScans.ts"

/**
 * Behaviour that the vendor shows, or that a client must expect.
 *
 * @since 0.1.0
 * @category models
 */
export interface Quirks {
  /** How times are sent. The documentation's sample shows milliseconds; its reference says text, and shows seconds. */
  readonly times: "milliseconds" | "millisecondsText" | "seconds" | "secondsText"
  /** Whether rows are out of order, within a page and between neighbouring pages. */
  readonly unsorted: boolean
  /** Where the counts are. The documentation's sample shows `data`; its reference says `top`. */
  readonly counts: "data" | "top" | "absent"
  /** The value of `totalCount`, if it differs from the number of runs in the schedule. */
  readonly total: number | undefined
  /** The most rows of a page, whatever the request asks for. */
  readonly maxPageSize: number
  /** The form of an error in an answer with status 200. */
  readonly error: "object" | "array" | "text"
}

const usual: Quirks = {
  times: "milliseconds",
  unsorted: false,
  counts: "data",
  total: undefined,
  maxPageSize: 512,
  error: "object"
}

interface Recorded<Row> {
  readonly data: { readonly scanJobDTOList: ReadonlyArray<Row> | null }
}

/** Where the rows, the total and the fields of planned and past runs are. */
const recorded = <
  Row extends { readonly jobId: unknown; readonly state: unknown; readonly startTime?: unknown }
>() => ({
  rows: {
    get: ({ data }: Recorded<Row>) => data.scanJobDTOList ?? [],
    set: <Body extends Recorded<Row>>(body: Body, scanJobDTOList: ReadonlyArray<Row>) => ({
      ...body,
      data: { ...body.data, scanJobDTOList }
    })
  },
  next: null,
  total: <Body extends Recorded<Row>>(body: Body, totalCount: number) => ({
    ...body,
    data: { ...body.data, totalCount }
  }),
  id: Wire.field<Row>("jobId"),
  state: Wire.field<Row>("state"),
  start: Wire.field<Row>("startTime")
})

/**
 * Where rows, ids, states and times are in the answers, for faults and the conformance suite.
 *
 * @since 0.1.0
 * @category testing
 */
export const wires = {
  future: Wire.make(DigiCert.listings.future, recorded<typeof Api.FutureScanJob.Type>()),
  past: Wire.make(DigiCert.listings.past, recorded<typeof Api.PastScanJob.Type>())
}

/**
 * The settings of the emulator.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends Emulator.Settings {
  /**
   * Default: six generated scans, with runs before and after the current time. A function gives the scans as they are at a time, in epoch
   * milliseconds; which scans there are must not depend on it.
   */
  readonly scans?: ReadonlyArray<SyntheticScans.Scan> | ((now: number) => ReadonlyArray<SyntheticScans.Scan>)
  readonly apiKey?: string
  /** A "View Only" key, which may only use GET. */
  readonly viewOnlyKey?: string
  readonly accountId?: string
  readonly divisionId?: number
  readonly quirks?: Partial<Quirks>
  /** Whether to enforce the vendor's quotas, in rolling windows. Default false. */
  readonly limited?: boolean
}

/**
 * A running emulator, with the settings of a connection to it.
 *
 * @since 0.1.0
 * @category models
 */
export interface DigiCertEmulator extends Emulator.Emulator {
  readonly settings: {
    readonly baseUrl: string
    readonly apiKey: string
    readonly accountId: string
    readonly divisionId: number
    readonly surveyDefIds: readonly [number, ...Array<number>]
  }
}

interface Page {
  readonly accountId: string
  readonly divisionId: number
  readonly surveyDefId: number
  readonly startIndex: number
  readonly pageSize: number
}

const refusal = (status: number, code: string, message: string) =>
  HttpServerResponse.jsonUnsafe({ errors: [{ code, message }] }, { status })

/**
 * Starts the emulator; it stops with the scope.
 *
 * @since 0.1.0
 * @category emulators
 */
export const serve = Effect.fnUntraced(function* (
  options: Options = {}
): Effect.fn.Return<DigiCertEmulator, never, Scope.Scope> {
  const given = options.scans ?? (yield* SyntheticScans.lazily())
  const scansAt = typeof given === "function" ? given : () => given
  const { accountId = "5153184", apiKey = "emulated-devkey", divisionId = 677793, viewOnlyKey } = options
  const quirks = { ...usual, ...options.quirks }

  const find = (of: Omit<Page, "startIndex" | "pageSize">, now: number) =>
    of.accountId === accountId && of.divisionId === divisionId
      ? scansAt(now).find(({ surveyDefId }) => surveyDefId === of.surveyDefId)
      : undefined
  const answer = (of: Omit<Page, "startIndex" | "pageSize">, body: (scan: SyntheticScans.Scan) => object) =>
    Effect.map(Clock.currentTimeMillis, (now) => {
      const scan = find(of, now)
      return HttpServerResponse.jsonUnsafe(scan === undefined ? unknownScan(quirks) : body(scan))
    })

  const emulator = yield* Emulator.serve(DigiCert, {
    ...options,
    accepts: (credential, { entry, note }) => {
      if (credential === "") note("X-DC-DEVKEY is missing")
      return Effect.succeed(credential === apiKey || (credential === viewOnlyKey && entry.method === "GET"))
    },
    quotas: options.limited === true ? DigiCert.quotas : [],
    answers: {
      refused: ({ entry }) =>
        viewOnlyKey !== undefined && entry.headers["x-dc-devkey"] === viewOnlyKey
          ? refusal(403, "access_denied", "You do not have permission to do this.")
          : refusal(403, "access_denied_invalid_key", "The API key is not valid."),
      invalid: (problems) => refusal(400, "invalid_request", problems.join("; ")),
      missing: () => refusal(404, "not_found", "There is nothing at this address."),
      limited: () => refusal(429, "request_limit_exceeded", "Too many requests.")
    },
    handlers: {
      futureScanJobs: ({ payload }) =>
        Effect.andThen(
          checkIndex(payload),
          answer(payload, ({ planned }) => pageOf(planned.total, payload, quirks, planned.at))
        ),
      pastScanJobs: ({ payload }) =>
        Effect.andThen(
          checkIndex(payload),
          answer(payload, ({ past }) =>
            pageOf(past.length, payload, quirks, (index) => (index < past.length ? past.at(index) : undefined))
          )
        ),
      getScanDetails: ({ query }) =>
        answer(query, (scan) => ({
          error: null,
          data: {
            accountId,
            divisionId,
            surveyName: scan.surveyName,
            frequencyType: scan.frequencyType,
            surveyDefId: scan.surveyDefId,
            state: "active",
            timezone: "5:30#chennai",
            createdTime: scan.createdTime,
            startTime: scan.startTime,
            currentScanJobList: scan.current.map((row) => withTimes(row, quirks))
          }
        }))
    }
  })

  const [first = 0, ...others] = scansAt(yield* Clock.currentTimeMillis).map(({ surveyDefId }) => surveyDefId)
  const settings = {
    baseUrl: emulator.baseUrl,
    apiKey,
    accountId,
    divisionId,
    surveyDefIds: [first, ...others]
  } as const
  return { ...emulator, settings }
})

/**
 * The emulator that `scanjobs emulate digicert` starts. `jobs` is the number of past runs; planned runs have no end.
 *
 * @since 0.1.0
 * @category emulators
 */
export const playground = Playground.make(DigiCert, ({ jobs, live, seed, ...settings }) =>
  Effect.gen(function* () {
    const begins = yield* Clock.currentTimeMillis
    const scans =
      live === undefined
        ? yield* SyntheticScans.lazily({ runs: jobs, seed })
        : LivingScans.of(LivingScans.world({ begins, seed, speed: live }))
    return yield* serve({ ...settings, scans })
  })
)

const checkIndex = ({ startIndex }: Page) =>
  startIndex < 1
    ? Effect.fail(new Emulator.Violation({ problem: `payload: startIndex ${startIndex}, but records count from 1` }))
    : Effect.void

const unknownScan = ({ error }: Quirks): object => {
  const [code, message] = ["survey_not_found", "There is no such scan in this account."]
  if (error === "text") return { error: message, data: null }
  return error === "array" ? { errors: [{ code, message }], data: null } : { error: { code, message }, data: null }
}

const pageOf = (
  total: number,
  { pageSize, startIndex }: Page,
  quirks: Quirks,
  at: (index: number) => SyntheticScans.Row | undefined
): object => {
  const scanJobDTOList: Array<object> = []
  const size = Math.min(pageSize, quirks.maxPageSize)
  for (let index = startIndex - 1; scanJobDTOList.length < size; index++) {
    const row = at(quirks.unsorted ? shuffled(index, total) : index)
    if (row === undefined) break
    scanJobDTOList.push(withTimes(row, quirks))
  }
  const counts = { totalCount: quirks.total ?? total, currentCount: scanJobDTOList.length }
  return {
    error: null,
    data: { scanJobDTOList, ...(quirks.counts === "data" ? counts : {}) },
    ...(quirks.counts === "top" ? counts : {})
  }
}

/** Permutes indexes within blocks of eight, so that each row still occurs once. A shorter last block stays in order. */
const shuffled = (index: number, total: number): number => (Math.floor(index / 8) * 8 + 8 <= total ? index ^ 5 : index)

const timeFields = new Set(["startTime", "endTime", "vulStartTime", "vulEndTime"])

const withTimes = (row: SyntheticScans.Row, { times }: Quirks): object =>
  times === "milliseconds"
    ? row
    : Object.fromEntries(
        Object.entries(row).map(([field, value]) =>
          typeof value === "number" && timeFields.has(field) ? [field, timeAs(times, value)] : [field, value]
        )
      )

const timeAs = (times: Quirks["times"], millis: number): number | string => {
  const value = times.startsWith("seconds") ? Math.floor(millis / 1000) : millis
  return times.endsWith("Text") ? String(value) : value
}
