/**
 * An emulator of Qualys VMDR and Qualys WAS on loopback: XML and JSON, the limits, and the refusals.
 *
 * **Example** (all scans of a generated subscription)
 *
 * ```ts
 * import { Qualys } from "@scanjobs/qualys"
 * import * as QualysEmulator from "@scanjobs/qualys/emulator"
 * import { Effect, Redacted, Stream } from "effect"
 *
 * export const all = Effect.gen(function* () {
 *   const { settings } = yield* QualysEmulator.serve()
 *   const connection = { ...settings, provider: "qualys", name: "q", password: Redacted.make(settings.password) } as const
 *   return yield* Qualys.jobs(connection, {}, { listings: ["vmScans", "wasScans"] }).pipe(Stream.runCollect)
 * }).pipe(Effect.scoped)
 * ```
 *
 * **Example** (a page with a broken row, a throttle, and scans that come and go)
 *
 * ```ts
 * import * as QualysEmulator from "@scanjobs/qualys/emulator"
 * import { Faults, type World } from "@scanjobs/testing"
 * import { Effect } from "effect"
 *
 * const fault = Faults.firstOf(
 *   Faults.nth(1, QualysEmulator.throttled(1960, "1 second")),
 *   Faults.row(QualysEmulator.wires.vmScans, 0, () => "not a row")
 * )
 *
 * export const broken = Effect.flatMap(QualysEmulator.generate({ jobs: 10 }), (subscription) => QualysEmulator.serve({ fault, subscription }))
 * export const generated = QualysEmulator.playground.serve({ jobs: 1000 })
 * export const alive = (world: World.World) => QualysEmulator.serve({ subscription: QualysEmulator.living(world) })
 * ```
 */
import { Emulator, Playground, Wire, World } from "@scanjobs/testing"
import { Clock, Duration, Effect, type Scope } from "effect"
import { Base64 } from "effect/encoding"
import { HttpServerResponse } from "effect/http"
import * as Api from "./Api.ts"
import * as LivingScans from "./LivingScans.ts"
import { Qualys } from "./Qualys.ts"
import * as SyntheticScans from "./SyntheticScans.ts"
import * as VmWindows from "./VmWindows.ts"

export { of as living } from "./LivingScans.ts"
export { generate } from "./SyntheticScans.ts"
export type { Row, Subscription, WasRow } from "./SyntheticScans.ts"

type VmBody = Parameters<typeof VmWindows.rowsOf>[0]

/** Scans of VMDR and of policy compliance have the same form. */
const ofVm = {
  rows: {
    get: VmWindows.rowsOf,
    set: (body: VmBody, SCAN: ReadonlyArray<typeof Api.VmScan.Type>) => ({
      SCAN_LIST_OUTPUT: {
        ...body.SCAN_LIST_OUTPUT,
        RESPONSE: { ...body.SCAN_LIST_OUTPUT.RESPONSE, SCAN_LIST: { SCAN } }
      }
    })
  },
  leavesOutEmpty: true,
  next: null,
  total: null,
  part: "processed",
  id: Wire.field<typeof Api.VmScan.Type>("REF"),
  state: Wire.within<typeof Api.VmScan.Type, "STATUS">("STATUS", Wire.field("STATE")),
  start: Wire.field<typeof Api.VmScan.Type>("LAUNCH_DATETIME")
}

/**
 * Where rows, ids, states and times are in the answers, for faults and the conformance suite.
 *
 * @since 0.3.0
 * @category testing
 */
export const wires = {
  vmScans: Wire.make(Qualys.listings.vmScans, ofVm),
  complianceScans: Wire.make(Qualys.listings.complianceScans, ofVm),
  vmSchedules: Wire.make(Qualys.listings.vmSchedules, {
    rows: {
      get: ({ SCHEDULE_SCAN_LIST_OUTPUT: { RESPONSE } }) => RESPONSE.SCHEDULE_SCAN_LIST?.SCAN ?? [],
      set: ({ SCHEDULE_SCAN_LIST_OUTPUT: { RESPONSE } }, SCAN) => ({
        SCHEDULE_SCAN_LIST_OUTPUT: { RESPONSE: { ...RESPONSE, SCHEDULE_SCAN_LIST: { SCAN } } }
      })
    },
    leavesOutEmpty: true,
    next: null,
    total: null,
    id: Wire.field("ID"),
    state: null,
    start: null
  }),
  wasScans: Wire.make(Qualys.listings.wasScans, {
    rows: {
      get: ({ ServiceResponse: { data = [] } }) => data.map(({ WasScan }) => WasScan),
      set: ({ ServiceResponse }, rows) => ({
        ServiceResponse: { ...ServiceResponse, data: rows.map((WasScan) => ({ WasScan })) }
      })
    },
    leavesOutEmpty: true,
    next: Wire.byKey(),
    total: null,
    id: Wire.field("id"),
    state: Wire.field("status"),
    start: Wire.field("launchedDate"),
    finish: Wire.field("endScanDate")
  }),
  wasSchedules: Wire.make(Qualys.listings.wasSchedules, {
    rows: {
      get: ({ ServiceResponse: { data = [] } }) => data.map(({ WasScanSchedule }) => WasScanSchedule),
      set: ({ ServiceResponse }, rows) => ({
        ServiceResponse: { ...ServiceResponse, data: rows.map((WasScanSchedule) => ({ WasScanSchedule })) }
      })
    },
    leavesOutEmpty: true,
    next: Wire.byKey(),
    total: null,
    id: Wire.field("id"),
    state: null,
    start: null
  })
}

/**
 * The settings of the emulator.
 *
 * @since 0.3.0
 * @category models
 */
export interface Options extends Emulator.Settings {
  /** Default: generated. A function gives it as it is at a time, in epoch milliseconds. */
  readonly subscription?: Partial<SyntheticScans.Subscription> | ((now: number) => SyntheticScans.Subscription)
  readonly username?: string
  readonly password?: string
  /** Requests an hour; further requests are refused as Qualys refuses them. Default 300. */
  readonly limit?: number
}

/**
 * A running emulator, with the settings of a connection to it.
 *
 * @since 0.3.0
 * @category models
 */
export interface QualysEmulator extends Emulator.Emulator {
  readonly settings: { readonly baseUrl: string; readonly username: string; readonly password: string }
}

const xml = (body: object, status = 200, headers: { readonly [name: string]: string } = {}) =>
  HttpServerResponse.text(`<?xml version="1.0" encoding="UTF-8" ?>\n${doctypeOf(body)}\n${Api.xml.render(body)}`, {
    status,
    headers,
    contentType: Api.xml.contentType
  })

/** Every answer of VMDR names an external DTD. */
const doctypeOf = (body: object) => {
  const [root = ""] = Object.keys(body)
  return `<!DOCTYPE ${root} SYSTEM "https://qualysapi.qualys.com/${root.toLowerCase()}.dtd">`
}

/** When an answer was made; no client reads it. */
const datetime = "2026-01-01T00:00:00Z"

const simpleReturn = (status: number, code: number, text: string, headers: { readonly [name: string]: string } = {}) =>
  xml({ SIMPLE_RETURN: { RESPONSE: { DATETIME: datetime, CODE: String(code), TEXT: text } } }, status, headers)

/**
 * Qualys's answer where the rate (1965) or the concurrency (1960) of the subscription is exceeded, for this long.
 *
 * @since 0.3.0
 * @category testing
 */
export const throttled =
  (code: 1960 | 1965, wait: Duration.Input): Emulator.Fault =>
  () =>
    refusedFor(code, Duration.toSeconds(wait))

const refusedFor = (code: 1960 | 1965, seconds: number) =>
  simpleReturn(
    409,
    code,
    code === 1965
      ? "This API cannot be run again until the end of the current window."
      : "This API cannot be run again until one currently running instance has finished.",
    { "x-ratelimit-remaining": "0", "x-ratelimit-towait-sec": String(Math.ceil(seconds)) }
  )

/**
 * Starts the emulator; it stops with the scope.
 *
 * @since 0.3.0
 * @category emulators
 */
export const serve = Effect.fnUntraced(function* (
  options: Options = {}
): Effect.fn.Return<QualysEmulator, never, Scope.Scope> {
  const { limit = 300, password = "emulated-password", subscription: given, username = "acme_ab1" } = options
  const made = given === undefined ? yield* SyntheticScans.generate() : given
  const subscriptionAt = (now: number): SyntheticScans.Subscription =>
    typeof made === "function"
      ? made(now)
      : { vmScans: [], complianceScans: [], vmSchedules: [], wasScans: [], wasSchedules: [], ...made }
  const current = Effect.map(Clock.currentTimeMillis, subscriptionAt)

  const emulator = yield* Emulator.serve(Qualys, {
    ...options,
    accepts: (credential, { entry, note }) => {
      const isVm = entry.path.startsWith("/api/")
      if (isVm && entry.headers["x-requested-with"] === undefined) note("X-Requested-With is missing")
      return Effect.succeed(credential === Base64.encode(`${username}:${password}`))
    },
    quotas: [{ requests: limit, window: "1 hour" }],
    answers: {
      refused: () =>
        HttpServerResponse.html("<html><body>401 Unauthorized</body></html>").pipe(HttpServerResponse.setStatus(401)),
      invalid: (problems) => simpleReturn(400, 1905, problems.join("; ")),
      missing: () => HttpServerResponse.empty({ status: 404 }),
      limited: ({ window }) => refusedFor(1965, Duration.toSeconds(window))
    },
    handlers: {
      vmScans: ({ query }) => Effect.map(current, ({ vmScans }) => scanList(vmScans, query)),
      complianceScans: ({ query }) => Effect.map(current, ({ complianceScans }) => scanList(complianceScans, query)),
      vmSchedules: () =>
        Effect.map(current, ({ vmSchedules: SCAN }) =>
          xml({
            SCHEDULE_SCAN_LIST_OUTPUT: {
              RESPONSE: { DATETIME: datetime, ...(SCAN.length === 0 ? {} : { SCHEDULE_SCAN_LIST: { SCAN } }) }
            }
          })
        ),
      wasScans: ({ payload }) =>
        Effect.map(current, ({ wasScans }) => found(wasScans, payload, (WasScan) => ({ WasScan }))),
      wasSchedules: ({ payload }) =>
        Effect.map(current, ({ wasSchedules }) =>
          found(wasSchedules, payload, (WasScanSchedule) => ({ WasScanSchedule }))
        )
    }
  })
  return { ...emulator, settings: { baseUrl: emulator.baseUrl, username, password } }
})

/**
 * The emulator that `scanjobs emulate qualys` starts.
 *
 * @since 0.3.0
 * @category emulators
 */
export const playground = Playground.make(Qualys, ({ jobs, live, seed, ...settings }) =>
  Effect.gen(function* () {
    const begins = yield* Clock.currentTimeMillis
    const subscription =
      live === undefined
        ? yield* SyntheticScans.generate({ jobs, seed })
        : LivingScans.of(World.make({ begins, seed, speed: live }))
    const served = yield* serve({ ...settings, limit: 1_000_000, subscription })
    // Made-up jobs are read as often as somebody likes.
    return { ...served, settings: { ...served.settings, quotas: [] } }
  })
)

interface VmQuery {
  readonly launched_after_datetime: string
  readonly launched_before_datetime: string
  readonly processed: string
}

/** The scans that were launched between two times, both of them included. */
const scanList = (scans: ReadonlyArray<SyntheticScans.Row>, query: VmQuery) => {
  const [from, until] = [Date.parse(query.launched_after_datetime), Date.parse(query.launched_before_datetime)]
  const SCAN = scans.filter(({ LAUNCH_DATETIME, PROCESSED }) => {
    const launched = Date.parse(String(LAUNCH_DATETIME))
    return launched >= from && launched <= until && PROCESSED === query.processed
  })
  return xml({
    SCAN_LIST_OUTPUT: {
      RESPONSE: { DATETIME: datetime, ...(SCAN.length === 0 ? {} : { SCAN_LIST: { SCAN } }) }
    }
  })
}

interface Payload {
  readonly ServiceRequest: {
    readonly preferences: { readonly limitResults: number }
    readonly filters?: { readonly Criteria: ReadonlyArray<{ readonly field: string; readonly value: string }> }
  }
}

/** The rows that fit the criteria, by id, as many as were asked for. */
const found = (
  all: ReadonlyArray<SyntheticScans.WasRow>,
  { ServiceRequest: { filters, preferences } }: Payload,
  wrap: (row: SyntheticScans.WasRow) => object
) => {
  const fitting = all.filter((row) =>
    (filters?.Criteria ?? []).every(({ field, value }) =>
      field === "id" ? row.id > Number(value) : Date.parse(String(row[field])) > Date.parse(value)
    )
  )
  const rows = fitting.slice(0, preferences.limitResults)
  const last = rows.at(-1)
  return HttpServerResponse.jsonUnsafe({
    ServiceResponse: {
      responseCode: "SUCCESS",
      count: rows.length,
      hasMoreRecords: String(fitting.length > rows.length),
      ...(last === undefined || fitting.length === rows.length ? {} : { lastId: last.id }),
      data: rows.map(wrap)
    }
  })
}
