/**
 * An emulator of Tenable Vulnerability Management on loopback. The vendor's quirks are options.
 *
 * **Example** (the runs of generated scans)
 *
 * ```ts
 * import { Tenable } from "@scanjobs/tenable"
 * import * as TenableEmulator from "@scanjobs/tenable/emulator"
 * import { Effect, Redacted, Stream } from "effect"
 *
 * export const runs = Effect.gen(function* () {
 *   const { settings } = yield* TenableEmulator.serve()
 *   const [accessKey, secretKey] = [Redacted.make(settings.accessKey), Redacted.make(settings.secretKey)]
 *   const connection = { ...settings, provider: "tenable", name: "tvm", accessKey, secretKey } as const
 *   return yield* Tenable.jobs(connection, {}, { listings: ["runs"] }).pipe(Stream.runCollect)
 * }).pipe(Effect.scoped)
 * ```
 *
 * **Example** (two generated scans, and a page with a broken row)
 *
 * ```ts
 * import * as TenableEmulator from "@scanjobs/tenable/emulator"
 * import { Faults, type World } from "@scanjobs/testing"
 * import { Effect } from "effect"
 *
 * const fault = Faults.row(TenableEmulator.wires.runs, 0, () => "not a row")
 *
 * export const few = Effect.flatMap(TenableEmulator.generate({ scans: 2 }), (scans) => TenableEmulator.serve({ scans, fault }))
 * export const generated = TenableEmulator.playground.serve({ jobs: 1000 })
 * export const alive = (world: World.World) => TenableEmulator.serve({ scans: TenableEmulator.living(world) })
 * ```
 */
import type { Quota } from "@scanjobs/core"
import { Emulator, Playground, Wire } from "@scanjobs/testing"
import { Clock, Duration, Effect, type Scope } from "effect"
import { HttpServerResponse } from "effect/http"
import type * as Api from "./Api.ts"
import * as LivingScans from "./LivingScans.ts"
import * as SyntheticScans from "./SyntheticScans.ts"
import { Tenable } from "./Tenable.ts"

export { of as living } from "./LivingScans.ts"
export { generate } from "./SyntheticScans.ts"
export type { Row, Rows, Scan } from "./SyntheticScans.ts"

/**
 * Behaviour that the vendor shows, or that a client must expect.
 *
 * @since 0.1.0
 * @category models
 */
export interface Quirks {
  /** The ids of scans that are deleted once the list has been read. */
  readonly deleted: ReadonlyArray<number>
  /** The answer to a request for the history of a scan that has none. */
  readonly withoutHistory: "missing" | "empty" | "null"
  /** The most runs of a page, whatever the request asks for. */
  readonly maxPageSize: number
  /** The value of `pagination.total`, if it differs from the number of runs; `null` leaves out `pagination`. */
  readonly total: number | null | undefined
  /** Whether an empty list is sent as `null`. */
  readonly nullLists: boolean
}

const usual: Quirks = {
  deleted: [],
  withoutHistory: "empty",
  maxPageSize: Number.POSITIVE_INFINITY,
  total: undefined,
  nullLists: false
}

type ScanRow = typeof Api.Scan.Type
interface Scans {
  readonly scans: ReadonlyArray<ScanRow> | null
}

/** Scans and planned runs come from the same answer. */
const ofScans = {
  rows: {
    get: (body: Scans) => body.scans ?? [],
    set: (body: Scans, scans: ReadonlyArray<ScanRow>) => ({ ...body, scans })
  },
  next: null,
  total: null,
  id: Wire.field<ScanRow>("id"),
  state: Wire.field<ScanRow>("status")
}

/**
 * Where rows, ids, states and times are in the answers, for faults and the conformance suite.
 *
 * @since 0.1.0
 * @category testing
 */
export const wires = {
  scans: Wire.make(Tenable.listings.scans, { ...ofScans, start: Wire.field("last_modification_date") }),
  planned: Wire.make(Tenable.listings.planned, { ...ofScans, start: Wire.field("starttime") }),
  runs: Wire.make(Tenable.listings.runs, {
    rows: { get: ({ history }) => history ?? [], set: (body, history) => ({ ...body, history }) },
    next: null,
    total: (body, total) => ({ ...body, pagination: { ...body.pagination, total } }),
    id: Wire.field("id"),
    state: Wire.field("status"),
    documented: {
      pending: "queued",
      initializing: "queued",
      running: "running",
      pausing: "running",
      resuming: "running",
      stopping: "running",
      processing: "running",
      publishing: "running",
      paused: "paused",
      completed: "succeeded",
      imported: "succeeded",
      aborted: "failed",
      canceled: "cancelled",
      stopped: "cancelled"
    },
    start: Wire.field("time_start")
  })
}

/**
 * The settings of the emulator.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options extends Emulator.Settings {
  /**
   * Default: eight generated scans, with runs before the current time. A function gives the scans as they are at a time, in epoch
   * milliseconds.
   */
  readonly scans?: ReadonlyArray<SyntheticScans.Scan> | ((now: number) => ReadonlyArray<SyntheticScans.Scan>)
  readonly accessKey?: string
  readonly secretKey?: string
  readonly quirks?: Partial<Quirks>
  /** The quotas of each user, which the vendor does not publish. Default: none. */
  readonly quotas?: ReadonlyArray<Quota.Quota>
}

/**
 * A running emulator, with the settings of a connection to it.
 *
 * @since 0.1.0
 * @category models
 */
export interface TenableEmulator extends Emulator.Emulator {
  readonly settings: { readonly baseUrl: string; readonly accessKey: string; readonly secretKey: string }
}

/**
 * Starts the emulator; it stops with the scope.
 *
 * @since 0.1.0
 * @category emulators
 */
export const serve = Effect.fnUntraced(function* (
  options: Options = {}
): Effect.fn.Return<TenableEmulator, never, Scope.Scope> {
  const given = options.scans ?? (yield* SyntheticScans.generate())
  const scansAt = typeof given === "function" ? given : () => given
  const { accessKey = "emulated-access-key", secretKey = "emulated-secret-key" } = options
  const quirks = { ...usual, ...options.quirks }

  const emulator = yield* Emulator.serve(Tenable, {
    ...options,
    accepts: (credential, { note }) => {
      if (credential === "") note("X-ApiKeys is missing")
      return Effect.succeed(credential === `accessKey=${accessKey};secretKey=${secretKey}`)
    },
    answers: {
      refused: () => refusal(401, "Unauthorized", "Invalid credentials."),
      invalid: () => HttpServerResponse.empty({ status: 400 }),
      missing: () => HttpServerResponse.empty({ status: 404 }),
      limited: ({ window }) =>
        HttpServerResponse.text(tooMany, {
          status: 429,
          contentType: "text/html",
          headers: { "retry-after": String(Math.ceil(Duration.toSeconds(window))) }
        })
    },
    handlers: {
      scans: ({ query }) =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          const { folder_id, started_from = Number.NEGATIVE_INFINITY } = query
          const rows = scansAt(now)
            .filter(({ folderId }) => folder_id === undefined || folderId === folder_id)
            .filter((scan) => started_from === Number.NEGATIVE_INFINITY || latestStart(scan) >= started_from)
            .map(({ row }) => row)
          return HttpServerResponse.jsonUnsafe({
            scans: rows.length === 0 && quirks.nullLists ? null : rows,
            folders: [],
            timestamp: Math.floor(now / 1000)
          })
        }),
      history: ({ params, query }) =>
        Effect.gen(function* () {
          const { exclude_rollover, limit, offset, sort } = query
          const order = yield* orderOf(sort)
          if (limit < 1 || offset < 0)
            return yield* new Emulator.Violation({ problem: "query: limit or offset is out of range" })
          const scan = scansAt(yield* Clock.currentTimeMillis).find(({ row }) => row.id === params.scan_id)
          if (scan === undefined || quirks.deleted.includes(params.scan_id))
            return HttpServerResponse.empty({ status: 404 })
          if (scan.runs === null && quirks.withoutHistory === "missing")
            return HttpServerResponse.empty({ status: 404 })
          const rollovers = new Set<unknown>(exclude_rollover ? scan.rollovers : [])
          const all = sorted(scan.runs ?? [], sort, order, rollovers)
          const total = quirks.total === undefined ? all.length : quirks.total
          const end = Math.min(offset + Math.min(limit, quirks.maxPageSize), all.length)
          const history = Array.from({ length: Math.max(0, end - offset) }, (_, index) => all.at(offset + index))
          return HttpServerResponse.jsonUnsafe({
            ...(total === null ? {} : { pagination: { total, limit, offset, sort: sort.split(",").map(sortOf) } }),
            history: scan.runs === null && quirks.withoutHistory === "null" ? null : history
          })
        })
    }
  })
  return { ...emulator, settings: { baseUrl: emulator.baseUrl, accessKey, secretKey } }
})

/**
 * The emulator that `scanjobs emulate tenable` starts. `jobs` is the number of runs; planned runs have no end.
 *
 * @since 0.1.0
 * @category emulators
 */
export const playground = Playground.make(Tenable, ({ jobs, live, seed, ...settings }) =>
  Effect.gen(function* () {
    const begins = yield* Clock.currentTimeMillis
    const scans =
      live === undefined
        ? yield* SyntheticScans.generate({ total: jobs, seed })
        : LivingScans.of(LivingScans.world({ begins, seed, speed: live }))
    return yield* serve({ ...settings, scans })
  })
)

const refusal = (statusCode: number, error: string, message: string) =>
  HttpServerResponse.jsonUnsafe({ statusCode, error, message }, { status: statusCode })

const tooMany =
  "<html>\n<head><title>429 Too Many Requests</title></head>\n<body><h1>429 Too Many Requests</h1></body>\n</html>"

const listOf = (runs: SyntheticScans.Rows): ReadonlyArray<SyntheticScans.Row> =>
  Array.from({ length: runs.length }, (_, index) => runs.at(index) ?? {})

const latestStart = ({ runs }: SyntheticScans.Scan): number => {
  const rows =
    runs === null ? [] : Array.isArray(runs) ? listOf(runs) : listOf({ ...runs, length: Math.min(1, runs.length) })
  return Math.max(...rows.map((row) => Number(row["time_start"] ?? 0)))
}

/** Runs that are generated on access are in order of their start; sorting by anything else would need all of them. */
const sorted = (
  runs: SyntheticScans.Rows,
  sort: string,
  order: Comparison,
  without: ReadonlySet<unknown>
): SyntheticScans.Rows => {
  if (!Array.isArray(runs) && without.size === 0 && sort === "start_date:desc") return runs
  if (!Array.isArray(runs) && without.size === 0 && sort === "start_date:asc") {
    return { length: runs.length, at: (index) => runs.at(runs.length - 1 - index) }
  }
  return listOf(runs)
    .filter((row) => !without.has(row["id"]))
    .toSorted(order)
}

/** The columns by which a history can be sorted, with the fields of its rows. */
const columns: { readonly [name: string]: string } = {
  start_date: "time_start",
  end_date: "time_end",
  status: "status"
}

const sortOf = (part: string) => {
  const [name = "", order = ""] = part.split(":")
  return { name, order: order.toUpperCase() }
}

type Comparison = (a: SyntheticScans.Row, b: SyntheticScans.Row) => number

const orderOf = (sort: string): Effect.Effect<Comparison, Emulator.Violation> => {
  const parts = sort.split(",").map(sortOf)
  const strange = parts.find(({ name, order }) => columns[name] === undefined || !/^(?:ASC|DESC)$/.test(order))
  if (strange !== undefined) return Effect.fail(new Emulator.Violation({ problem: `query: there is no sort ${sort}` }))
  return Effect.succeed((a, b) => {
    for (const { name, order } of parts) {
      const column = columns[name] ?? name
      const difference = compare(a[column], b[column])
      if (difference !== 0) return order === "ASC" ? difference : -difference
    }
    return 0
  })
}

const compare = (a: unknown, b: unknown): number =>
  typeof a === "number" && typeof b === "number" ? a - b : String(a) < String(b) ? -1 : String(a) > String(b) ? 1 : 0
