/**
 * An emulator of an InsightVM console on loopback. The vendor's quirks are options.
 *
 * **Example** (the scans of a made-up console)
 *
 * ```ts
 * import { InsightVM } from "@scanjobs/insightvm"
 * import * as InsightVMEmulator from "@scanjobs/insightvm/emulator"
 * import { Effect, Redacted, Stream } from "effect"
 *
 * export const scans = Effect.gen(function* () {
 *   const console = yield* InsightVMEmulator.generate({ jobs: 20 })
 *   const { settings } = yield* InsightVMEmulator.serve({ console })
 *   const connection = { ...settings, name: "console", password: Redacted.make(settings.password) }
 *   return yield* InsightVM.jobs({ ...connection, provider: "insightvm" }, {}, { listings: ["scans"] }).pipe(Stream.runCollect)
 * }).pipe(Effect.scoped)
 * ```
 *
 * **Example** (a page with a broken row, and scans that come and go)
 *
 * ```ts
 * import * as InsightVMEmulator from "@scanjobs/insightvm/emulator"
 * import { Faults, type World } from "@scanjobs/testing"
 *
 * const fault = Faults.row(InsightVMEmulator.wires.scans, 0, () => "not a row")
 *
 * export const broken = InsightVMEmulator.serve({ fault })
 * export const generated = InsightVMEmulator.playground.serve({ jobs: 1000 })
 * export const alive = (world: World.World) => InsightVMEmulator.serve({ console: InsightVMEmulator.living(world) })
 * ```
 */
import { Listing } from "@scanjobs/core"
import { Emulator, Playground, Wire, World } from "@scanjobs/testing"
import { Clock, Effect, type Scope } from "effect"
import { Base64 } from "effect/encoding"
import { HttpServerResponse } from "effect/http"
import * as Api from "./Api.ts"
import { InsightVM } from "./InsightVM.ts"
import * as LivingScans from "./LivingScans.ts"
import * as SyntheticConsole from "./SyntheticConsole.ts"

export { of as living } from "./LivingScans.ts"
export { generate } from "./SyntheticConsole.ts"
export type { Console, Row } from "./SyntheticConsole.ts"

interface Page<Row> {
  readonly resources: ReadonlyArray<Row>
  readonly page: { readonly totalResources: number; readonly totalPages: number }
}
interface Schedules {
  readonly resources: ReadonlyArray<Api.Schedule>
}

const rowsIn = <Row, Body extends { readonly resources: ReadonlyArray<Row> }>(): Wire.Lens<
  Body,
  ReadonlyArray<Row>
> => ({
  get: ({ resources }) => resources,
  set: (body, resources) => ({ ...body, resources })
})
const paged = {
  next: null,
  total: <Row>(body: Page<Row>, totalResources: number) => ({ ...body, page: { ...body.page, totalResources } })
}
const ofSchedules = {
  rows: rowsIn<Api.Schedule, Schedules>(),
  next: null,
  total: null,
  id: Wire.field<Api.Schedule>("id"),
  state: null
}

/**
 * Where rows, ids, states and times are in the answers, for faults and the conformance suite.
 *
 * @since 0.3.0
 * @category testing
 */
export const wires = {
  scans: Wire.make(InsightVM.listings.scans, {
    ...paged,
    isLast: ({ page: { number = 0, totalPages } }) => number + 1 >= totalPages,
    part: "active",
    rows: rowsIn(),
    id: Wire.field("id"),
    state: Wire.field("status"),
    start: Wire.field("startTime"),
    finish: Wire.field("endTime")
  }),
  sites: Wire.make(Listing.make({ row: Api.Site, endpoint: Api.sites }), {
    ...paged,
    rows: rowsIn(),
    id: Wire.field("id"),
    state: null,
    start: null
  }),
  schedules: Wire.make(InsightVM.listings.schedules, { ...ofSchedules, start: Wire.field("start") }),
  planned: Wire.make(InsightVM.listings.planned, { ...ofSchedules, start: null })
}

/**
 * Behaviour that a console shows, or that a client must expect.
 *
 * @since 0.3.0
 * @category models
 */
export interface Quirks {
  /** The ids of sites that are deleted once the list of sites has been read. */
  readonly deleted: ReadonlyArray<number>
  /** The scans that are removed from the list of those that are over once its first page has been read. */
  readonly removed: number
  /** Whether the answer to a page of an empty list is 404, too. */
  readonly refusesEmpty: boolean
}

const usual: Quirks = { deleted: [], removed: 0, refusesEmpty: false }

/**
 * The settings of the emulator.
 *
 * @since 0.3.0
 * @category models
 */
export interface Options extends Emulator.Settings {
  /** Default: a made-up console. A function gives it as it is at a time, in epoch milliseconds. */
  readonly console?: SyntheticConsole.Console | ((now: number) => SyntheticConsole.Console)
  readonly username?: string
  readonly password?: string
  readonly quirks?: Partial<Quirks>
}

/**
 * A running emulator, with the settings of a connection to it.
 *
 * @since 0.3.0
 * @category models
 */
export interface InsightVMEmulator extends Emulator.Emulator {
  readonly settings: { readonly baseUrl: string; readonly username: string; readonly password: string }
}

/**
 * Starts the emulator; it stops with the scope.
 *
 * @since 0.3.0
 * @category emulators
 */
export const serve = Effect.fnUntraced(function* (
  options: Options = {}
): Effect.fn.Return<InsightVMEmulator, never, Scope.Scope> {
  const made = options.console ?? (yield* SyntheticConsole.generate())
  const current = Effect.map(Clock.currentTimeMillis, (now) => (typeof made === "function" ? made(now) : made))
  const { password = "emulated-password", username = "emulated-user" } = options
  const quirks = { ...usual, ...options.quirks }
  let removed = 0

  const emulator = yield* Emulator.serve(InsightVM, {
    ...options,
    accepts: (credential) => Effect.succeed(credential === Base64.encode(`${username}:${password}`)),
    answers: {
      refused: () => refusal(401, "Unauthorized"),
      invalid: (problems) => refusal(400, problems.join("; ")),
      missing: () => refusal(404, "The resource does not exist or access is prohibited."),
      limited: () => refusal(503, "The service is busy.")
    },
    handlers: {
      scans: ({ query: { active, ...place } }) =>
        Effect.map(current, (console) => {
          const answer = pageOf(active ? console.active : console.past.slice(removed), place, quirks)
          if (!active) removed = quirks.removed
          return answer
        }),
      sites: ({ query }) =>
        Effect.map(current, ({ sites }) =>
          pageOf(
            sites.map(({ site }) => site),
            query,
            quirks
          )
        ),
      schedules: ({ params }) =>
        Effect.map(current, ({ sites }) => {
          const found = sites.find(({ site }) => site.id === params.site)
          return found === undefined || quirks.deleted.includes(params.site)
            ? refusal(404, "The resource does not exist or access is prohibited.")
            : HttpServerResponse.jsonUnsafe({ resources: found.schedules, links: [] })
        })
    }
  })
  return { ...emulator, settings: { baseUrl: emulator.baseUrl, username, password } }
})

/**
 * The emulator that `scanjobs emulate insightvm` starts. `jobs` is the number of scans.
 *
 * @since 0.3.0
 * @category emulators
 */
export const playground = Playground.make(InsightVM, ({ jobs, live, seed, ...settings }) =>
  Effect.gen(function* () {
    const begins = yield* Clock.currentTimeMillis
    const console =
      live === undefined
        ? yield* SyntheticConsole.generate({ jobs, seed })
        : LivingScans.of(World.make({ begins, seed, speed: live }))
    return yield* serve({ ...settings, console })
  })
)

interface Place {
  readonly page: number
  readonly size: number
}

/** A page, or the refusal of one behind the last. Links name the console as a proxy does not. */
const pageOf = (all: ReadonlyArray<unknown>, { page, size }: Place, { refusesEmpty }: Quirks) => {
  const totalPages = Math.ceil(all.length / size)
  if (page >= totalPages && (page > 0 || refusesEmpty)) {
    return refusal(404, `The page ${page} is out of range: there are ${totalPages} pages.`)
  }
  return HttpServerResponse.jsonUnsafe({
    resources: all.slice(page * size, (page + 1) * size),
    page: { number: page, size, totalResources: all.length, totalPages },
    links: [{ rel: "self", href: `http://localhost:3780/api/3/scans?page=${page}&size=${size}` }]
  })
}

const refusal = (status: number, message: string) =>
  HttpServerResponse.jsonUnsafe({ status: String(status), message, links: [] }, { status })
