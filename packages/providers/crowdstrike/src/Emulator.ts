/**
 * An emulator of the operations of CrowdStrike Falcon that scans come from, with its token server, its limits and its refusals.
 *
 * **Example** (all on-demand scans, of which two vanish after their ids were listed)
 *
 * ```ts
 * import { CrowdStrike } from "@scanjobs/crowdstrike"
 * import * as CrowdStrikeEmulator from "@scanjobs/crowdstrike/emulator"
 * import { Effect, Redacted, Stream } from "effect"
 *
 * export const all = Effect.gen(function* () {
 *   const scans = yield* CrowdStrikeEmulator.generate()
 *   const vanished = scans.onDemandScans.slice(3, 5).map(({ id }) => id)
 *   const vendor = yield* CrowdStrikeEmulator.serve({ scans, vanished, quirks: { gone: "silent" } })
 *   const { clientSecret, ...settings } = vendor.settings
 *   const connection = { ...settings, provider: "crowdstrike", name: "falcon", clientSecret: Redacted.make(clientSecret) } as const
 *   return yield* CrowdStrike.jobs(connection, {}, { listings: ["onDemandScans"] }).pipe(Stream.runCollect)
 * }).pipe(Effect.scoped)
 * ```
 *
 * **Example** (a page with a broken row, an account without schedules, and scans that come and go)
 *
 * ```ts
 * import * as CrowdStrikeEmulator from "@scanjobs/crowdstrike/emulator"
 * import { Faults, type World } from "@scanjobs/testing"
 * import { Effect } from "effect"
 *
 * const fault = Faults.row(CrowdStrikeEmulator.wires.networkRuns, 0, () => "not a row")
 *
 * export const broken = CrowdStrikeEmulator.serve({ fault })
 * export const unplanned = Effect.flatMap(CrowdStrikeEmulator.generate(), ({ onDemandScans }) =>
 *   CrowdStrikeEmulator.serve({ scans: { ...CrowdStrikeEmulator.empty, onDemandScans } })
 * )
 * export const generated = CrowdStrikeEmulator.playground.serve({ jobs: 1000 })
 * export const alive = (world: World.World) => CrowdStrikeEmulator.serve({ scans: CrowdStrikeEmulator.living(world) })
 * ```
 */
import { Emulator, Playground, TokenServer, Wire, World } from "@scanjobs/testing"
import { Clock, type Duration, Effect, type Scope } from "effect"
import { HttpServerResponse } from "effect/http"
import { CrowdStrike } from "./CrowdStrike.ts"
import * as LivingScans from "./LivingScans.ts"
import * as SyntheticScans from "./SyntheticScans.ts"

export { of as living } from "./LivingScans.ts"
export { empty, generate } from "./SyntheticScans.ts"
export type { Row, Scans } from "./SyntheticScans.ts"

/**
 * Behaviour that Falcon shows, or that a client must expect.
 *
 * @since 0.3.0
 * @category models
 */
export interface Quirks {
  /**
   * What is said of rows that vanished: errors `beside` the others, nothing (`silent`), or errors and a refusal where none of the requested
   * rows is left (`refused`).
   */
  readonly gone: "beside" | "silent" | "refused"
  /** In which order the rows of an answer are: that of the ids that were asked for, or the opposite one. None is promised. */
  readonly order: "asked" | "opposite"
  /** How a time that is not set is sent. */
  readonly unset: "empty" | "null" | "absent"
  /** The most that an offset and a limit may be together. */
  readonly deepest: number
  /** Whether a refusal of too many requests says from when on they are allowed. */
  readonly retryAfter: boolean
}

const usual: Quirks = { gone: "beside", order: "opposite", unset: "empty", deepest: 10_000, retryAfter: true }

interface Enveloped<Item> {
  readonly resources: ReadonlyArray<Item> | null
}

interface Counted extends Enveloped<string> {
  readonly meta?: { readonly pagination?: object | null } | null
}

const resources = <Body extends Enveloped<Item>, Item>() => ({
  get: (body: Body): ReadonlyArray<Item> => body.resources ?? [],
  set: (body: Body, items: ReadonlyArray<Item>): Body => ({ ...body, resources: items })
})

const total = <Body extends Counted>(body: Body, count: number): Body => ({
  ...body,
  meta: { ...body.meta, pagination: { ...body.meta?.pagination, total: count } }
})

/**
 * Where ids, rows, states and times are in the answers, for faults and the conformance suite.
 *
 * @since 0.3.0
 * @category testing
 */
export const wires = {
  networkRuns: Wire.ofIds(CrowdStrike.listings.networkRuns, {
    ids: resources(),
    rows: resources(),
    next: null,
    total,
    id: Wire.field("id"),
    state: Wire.field("status"),
    start: Wire.field("start_timestamp"),
    finish: Wire.field("end_timestamp")
  }),
  networkScans: Wire.ofIds(CrowdStrike.listings.networkScans, {
    ids: resources(),
    rows: resources(),
    next: null,
    total,
    id: Wire.field("id"),
    state: null,
    start: Wire.field("next_run_timestamp")
  }),
  onDemandScans: Wire.ofIds(CrowdStrike.listings.onDemandScans, {
    ids: resources(),
    rows: resources(),
    next: null,
    total,
    id: Wire.field("id"),
    state: Wire.field("status"),
    start: Wire.field("scan_started_on"),
    finish: Wire.field("scan_completed_on")
  }),
  scheduledScans: Wire.ofIds(CrowdStrike.listings.scheduledScans, {
    ids: resources(),
    rows: resources(),
    next: null,
    total,
    id: Wire.field("id"),
    state: null,
    start: Wire.within("schedule", Wire.field("start_timestamp"))
  })
}

/**
 * The settings of the emulator.
 *
 * @since 0.3.0
 * @category models
 */
export interface Options extends Emulator.Settings {
  /** Default: generated scans. A function gives them as they are at a time, in epoch milliseconds. */
  readonly scans?: SyntheticScans.Scans | ((now: number) => SyntheticScans.Scans)
  /** The ids of rows that vanish after their ids were listed. */
  readonly vanished?: ReadonlyArray<string>
  /** Requests a minute; further requests are refused as Falcon refuses them. Default: no limit. */
  readonly limit?: number
  /** How long a token is valid. Default: 1799 seconds. */
  readonly tokenLife?: Duration.Input
  readonly quirks?: Partial<Quirks>
}

/**
 * A running emulator, with the settings of a connection to it.
 *
 * @since 0.3.0
 * @category models
 */
export interface CrowdStrikeEmulator extends Emulator.Emulator {
  readonly tokens: Pick<TokenServer.TokenServer, "issued" | "revokeAll">
  readonly settings: { readonly baseUrl: string; readonly clientId: string; readonly clientSecret: string }
}

interface Problem {
  readonly code: number
  readonly message: string
  readonly id?: string
}

const metaOf = ({ entry }: Emulator.Exchange) => ({
  query_time: 0.012,
  powered_by: "emulator",
  trace_id: `00000000-0000-4000-8000-${String(entry.index).padStart(12, "0")}`
})

const refusal = (
  exchange: Emulator.Exchange,
  status: number,
  problems: ReadonlyArray<Problem>,
  headers: { readonly [name: string]: string } = {}
) => HttpServerResponse.jsonUnsafe({ meta: metaOf(exchange), errors: problems, resources: null }, { status, headers })

/** The rows of a list by the time of their creation, oldest first, and by their ids. */
interface Sorted {
  readonly field: string
  readonly rows: ReadonlyArray<SyntheticScans.Row>
  readonly byId: ReadonlyMap<string, SyntheticScans.Row>
}

const createdAt = (row: SyntheticScans.Row | undefined, field: string): number => {
  const time = row?.[field]
  return typeof time === "string" ? Date.parse(time) : Number.NaN
}

const sorted = (rows: ReadonlyArray<SyntheticScans.Row>, field: string): Sorted => ({
  field,
  rows: rows.toSorted((a, b) => createdAt(a, field) - createdAt(b, field)),
  byId: new Map(rows.map((row) => [row.id, row]))
})

const sortedAll = (scans: SyntheticScans.Scans) => ({
  networkRuns: sorted(scans.networkRuns, "created_timestamp"),
  networkScans: sorted(scans.networkScans, "created_timestamp"),
  onDemandScans: sorted(scans.onDemandScans, "created_on"),
  scheduledScans: sorted(scans.scheduledScans, "created_on")
})

type ListName = keyof SyntheticScans.Scans

/** The place of the first row that was created at this time or later. */
const firstFrom = ({ field, rows }: Sorted, time: number): number => {
  let low = 0
  let high = rows.length
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (createdAt(rows[middle], field) < time) low = middle + 1
    else high = middle
  }
  return low
}

interface Search {
  readonly filter?: string
  readonly sort?: string
  readonly offset?: number
  readonly limit?: number
}

/** The ids that a search finds, or what is wrong with it. */
const found = (list: Sorted, { filter, limit, offset = 0, sort }: Search, most: number) => {
  const [, field = list.field, after] = /^([a-z_.]+):>='([^'\\]*)'$/.exec(filter ?? "") ?? []
  const [, by = list.field, direction = "desc"] = /^([a-z_.]+)\|(asc|desc)$/.exec(sort ?? "") ?? []
  const time = after === undefined ? Number.NEGATIVE_INFINITY : Date.parse(after)
  if (filter !== undefined && (after === undefined || field !== list.field || Number.isNaN(time))) {
    return `the filter cannot be read: ${filter}`
  }
  if (sort !== undefined && (by !== list.field || sort !== `${by}|${direction}`)) {
    return `the list cannot be sorted by ${sort}`
  }
  const begin = firstFrom(list, time)
  const size = limit ?? most
  const rows =
    direction === "asc"
      ? list.rows.slice(begin + offset, begin + offset + size)
      : list.rows
          .slice(Math.max(begin, list.rows.length - offset - size), Math.max(begin, list.rows.length - offset))
          .toReversed()
  return { ids: rows.map(({ id }) => id), pagination: { offset, limit: size, total: list.rows.length - begin } }
}

const isTime = (name: string): boolean => /_timestamp$|_on$/.test(name)

/** A row with its unset times as they are sent. */
const rendered = (row: SyntheticScans.Row, unset: Quirks["unset"]): object =>
  Object.fromEntries(
    Object.entries(row).flatMap(([name, value]) => {
      if (value !== null || !isTime(name) || unset === "null") return [[name, value] as const]
      return unset === "empty" ? [[name, ""] as const] : []
    })
  )

/**
 * Starts the emulator; it stops with the scope.
 *
 * @since 0.3.0
 * @category emulators
 */
export const serve = Effect.fnUntraced(function* (
  options: Options = {}
): Effect.fn.Return<CrowdStrikeEmulator, never, Scope.Scope> {
  const client = { clientId: "emulated-client", clientSecret: "emulated-secret" }
  const { limit, tokenLife = "1799 seconds", vanished = [] } = options
  const { deepest, gone, order, retryAfter, unset }: Quirks = { ...usual, ...options.quirks }
  const given = options.scans ?? (yield* SyntheticScans.generate())
  const still = typeof given === "function" ? undefined : sortedAll(given)
  const listAt = (name: ListName, now: number): Sorted =>
    (still ?? sortedAll(typeof given === "function" ? given(now) : given))[name]
  const isGone = new Set(vanished)

  const tokens = TokenServer.make({
    path: "/oauth2/token",
    clients: [client],
    scopes: [],
    life: tokenLife,
    furtherFields: "ignore",
    refusal: ({ error, error_description }, exchange) => ({
      meta: metaOf(exchange),
      errors: [
        error === "invalid_client"
          ? { code: 403, message: "access denied, authorization failed" }
          : { code: 400, message: error_description }
      ],
      resources: null
    }),
    deviations: {
      status: 201,
      headers: { "x-cs-region": "us-1" },
      withoutGrantType: true,
      refusalStatus: ({ error }) => (error === "invalid_client" ? 403 : 400)
    }
  })

  const idsOf =
    (name: ListName, most: number) => (request: { readonly query: Search }, exchange: Emulator.Exchange) => {
      const { limit: size = most, offset = 0 } = request.query
      if (offset + size > deepest) {
        const message = `offset and limit may be ${deepest} together at most`
        return Effect.succeed(refusal(exchange, 400, [{ code: 400, message }]))
      }
      const page = found(listAt(name, exchange.entry.time), request.query, most)
      return typeof page === "string"
        ? Effect.fail(new Emulator.Violation({ problem: page }))
        : Effect.succeed(
            HttpServerResponse.jsonUnsafe({
              meta: { ...metaOf(exchange), pagination: page.pagination },
              errors: [],
              resources: page.ids
            })
          )
    }

  const rowsOf =
    (name: ListName) =>
    ({ query: { ids } }: { readonly query: { readonly ids: ReadonlyArray<string> } }, exchange: Emulator.Exchange) => {
      const { byId } = listAt(name, exchange.entry.time)
      const isThere = (id: string) => byId.has(id) && !isGone.has(id)
      const missing = ids.filter((id) => !isThere(id)).map((id) => ({ code: 404, message: "resource not found", id }))
      const rows = (order === "asked" ? ids : ids.toReversed()).flatMap((id) =>
        isThere(id) ? (byId.get(id) ?? []) : []
      )
      return Effect.succeed(
        rows.length === 0 && gone === "refused"
          ? refusal(exchange, 404, missing)
          : HttpServerResponse.jsonUnsafe({
              meta: metaOf(exchange),
              errors: gone === "silent" ? null : missing,
              resources: rows.map((row) => rendered(row, unset))
            })
      )
    }

  const emulator = yield* Emulator.serve(CrowdStrike, {
    ...options,
    accepts: tokens.accepts,
    routes: [tokens.route],
    ...(limit === undefined ? {} : { quotas: [{ requests: limit, window: "1 minute" as const }] }),
    headers: (exchange) => ({ "x-cs-traceid": metaOf(exchange).trace_id, "x-ratelimit-limit": String(limit ?? 6000) }),
    answers: {
      refused: (exchange) => refusal(exchange, 401, [{ code: 401, message: "access denied, invalid bearer token" }]),
      invalid: (problems, exchange) => refusal(exchange, 400, [{ code: 400, message: problems.join("; ") }]),
      missing: (exchange) => refusal(exchange, 404, [{ code: 404, message: "404: Page Not Found" }]),
      limited: (_, exchange) =>
        refusal(exchange, 429, [{ code: 429, message: "API rate limit exceeded." }], {
          "x-ratelimit-remaining": "0",
          date: new Date(exchange.entry.time).toUTCString(),
          ...(retryAfter ? { "x-ratelimit-retryafter": String(Math.ceil(exchange.entry.time / 1000) + 60) } : {})
        })
    },
    handlers: {
      networkRunIds: idsOf("networkRuns", 100),
      networkRuns: rowsOf("networkRuns"),
      networkScanIds: idsOf("networkScans", 100),
      networkScans: rowsOf("networkScans"),
      onDemandScanIds: idsOf("onDemandScans", 500),
      onDemandScans: rowsOf("onDemandScans"),
      scheduledScanIds: idsOf("scheduledScans", 500),
      scheduledScans: rowsOf("scheduledScans")
    }
  })
  return { ...emulator, tokens, settings: { baseUrl: emulator.baseUrl, ...client } }
})

/**
 * The emulator that `scanjobs emulate crowdstrike` starts: one account with all kinds of scans.
 *
 * @since 0.3.0
 * @category emulators
 */
export const playground = Playground.make(CrowdStrike, ({ jobs, live, seed, ...settings }) =>
  Effect.gen(function* () {
    const begins = yield* Clock.currentTimeMillis
    const scans =
      live === undefined
        ? yield* SyntheticScans.generate({ jobs, seed })
        : LivingScans.of(World.make({ begins, seed, speed: live }))
    return yield* serve({ ...settings, scans })
  })
)
