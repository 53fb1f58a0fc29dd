/**
 * An emulator of AvePoint Online Services and its token server on loopback. The vendor's quirks are options.
 *
 * **Example** (all jobs, from an emulator whose links overlap)
 *
 * ```ts
 * import { AvePoint } from "@scanjobs/avepoint"
 * import * as AvePointEmulator from "@scanjobs/avepoint/emulator"
 * import { Effect, Redacted, Stream } from "effect"
 *
 * export const all = Effect.gen(function* () {
 *   const vendor = yield* AvePointEmulator.serve({ quirks: { links: "overlap", end: "empty" } })
 *   const { clientSecret, ...settings } = vendor.settings
 *   const connection = { ...settings, provider: "avepoint", name: "ap", clientSecret: Redacted.make(clientSecret) } as const
 *   return yield* AvePoint.jobs(connection).pipe(Stream.runCollect)
 * }).pipe(Effect.scoped)
 * ```
 *
 * **Example** (the documentation's jobs, a million others, and a page with a broken row)
 *
 * ```ts
 * import * as AvePointEmulator from "@scanjobs/avepoint/emulator"
 * import { Faults, type World } from "@scanjobs/testing"
 * import { Effect } from "effect"
 *
 * const fault = Faults.row(AvePointEmulator.wires.jobs, 0, () => "not a row")
 *
 * export const documented = AvePointEmulator.serve({ jobs: AvePointEmulator.published, fault })
 * export const seeded = Effect.flatMap(AvePointEmulator.generate({ seed: "a" }), (jobs) => AvePointEmulator.serve({ jobs }))
 * export const large = Effect.flatMap(AvePointEmulator.lazily({ jobs: 1_000_000 }), (jobs) => AvePointEmulator.serve({ jobs }))
 * export const generated = AvePointEmulator.playground.serve({ jobs: 1000 })
 * export const alive = (world: World.World) => AvePointEmulator.serve({ jobs: AvePointEmulator.living(world) })
 * ```
 */
import { Emulator, Playground, TokenServer, Wire } from "@scanjobs/testing"
import { Clock, type Duration, Effect, type Scope } from "effect"
import { HttpServerResponse, UrlParams } from "effect/http"
import type { Query } from "./Api.ts"
import { AvePoint } from "./AvePoint.ts"
import * as LivingJobs from "./LivingJobs.ts"
import * as SyntheticJobs from "./SyntheticJobs.ts"

export { of as living } from "./LivingJobs.ts"
export { generate, lazily, published } from "./SyntheticJobs.ts"
export type { Job, Sequence } from "./SyntheticJobs.ts"

/**
 * Behaviour that the vendor shows, or that a client must expect.
 *
 * @since 0.1.0
 * @category models
 */
export interface Quirks {
  /**
   * What the `skip` of a link counts: `items`; `pages`, and the vendor reads it so; or items less one, so that pages `overlap`.
   * `relative` links count items and name no host.
   */
  readonly links: "items" | "pages" | "overlap" | "relative"
  /** `nextLink` on the last page. With `always`, links go on with empty pages without end. */
  readonly end: "absent" | "null" | "empty" | "always"
  /** From the second page on, the link leads back to the `same` page or to the `first` one. */
  readonly loop: "same" | "first" | undefined
  /** The origin that links name instead of the emulator's own. */
  readonly foreign: string | undefined
  /** `totalCount`: of all jobs, of the page, absent, or this number. */
  readonly total: "grand" | "page" | "absent" | number
  /** Whether links leave out `search`. */
  readonly dropsSearch: boolean
  /** How `type`, `state` and `category` are sent: as numbers, as digits in text, or as the documentation's names. */
  readonly enums: "numbers" | "digits" | "names"
  /** The `finishTime` of a job that has not ended. */
  readonly unfinished: "null" | "missing" | "empty" | "N/A" | "yearOne"
}

const usual: Quirks = {
  links: "items",
  end: "absent",
  loop: undefined,
  foreign: undefined,
  total: "grand",
  dropsSearch: false,
  enums: "numbers",
  unfinished: "null"
}

/**
 * Where rows, ids, states and times are in the answers, for faults and the conformance suite.
 *
 * @since 0.1.0
 * @category testing
 */
export const wires = {
  jobs: Wire.make(AvePoint.listings.jobs, {
    rows: { get: ({ jobs }) => jobs, set: (body, jobs) => ({ ...body, jobs }) },
    next: Wire.inBody({ get: ({ nextLink }) => nextLink ?? null, set: (body, nextLink) => ({ ...body, nextLink }) }),
    total: (body, totalCount) => ({ ...body, totalCount }),
    id: Wire.field("id"),
    state: Wire.field("state"),
    start: Wire.field("startTime"),
    finish: Wire.field("finishTime")
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
   * An array in any order, or a sequence in order of start time. A function gives the jobs as they are at a time, in epoch milliseconds.
   * Default: 240 generated jobs.
   */
  readonly jobs?:
    | ReadonlyArray<SyntheticJobs.Job>
    | SyntheticJobs.Sequence
    | ((now: number) => ReadonlyArray<SyntheticJobs.Job>)
  /** Jobs that start while the listing is read: one more after each page. */
  readonly arriving?: ReadonlyArray<SyntheticJobs.Job>
  readonly clientId?: string
  readonly clientSecret?: string
  /** A certificate in PEM. With it, the client can also authenticate by an assertion. */
  readonly certificate?: string
  /** The lifetime of a token. Default 1 hour. */
  readonly tokenLife?: Duration.Input
  readonly quirks?: Partial<Quirks>
}

/**
 * A running emulator, with the settings of a connection to it.
 *
 * @since 0.1.0
 * @category models
 */
export interface AvePointEmulator extends Emulator.Emulator {
  readonly settings: {
    readonly baseUrl: string
    readonly tokenUrl: string
    readonly clientId: string
    readonly clientSecret: string
  }
  readonly tokens: Pick<TokenServer.TokenServer, "issued" | "revokeAll">
  /** Adds jobs that start now. */
  readonly insert: (jobs: ReadonlyArray<SyntheticJobs.Job>) => Effect.Effect<void>
}

/** The permission that the endpoint needs, which is also the scope of its tokens. */
const scope = "autodiscovery.readwrite.all"

/**
 * Starts the emulator; it stops with the scope.
 *
 * @since 0.1.0
 * @category emulators
 */
export const serve = Effect.fnUntraced(function* (
  options: Options = {}
): Effect.fn.Return<AvePointEmulator, never, Scope.Scope> {
  const { arriving = [], certificate, clientId = "emulated-client", clientSecret = "emulated-secret" } = options
  const quirks = { ...usual, ...options.quirks }
  const tokens = TokenServer.make({
    clients: [{ clientId, clientSecret, ...(certificate === undefined ? {} : { certificate }) }],
    scopes: [scope],
    life: options.tokenLife
  })
  const given = options.jobs ?? (yield* SyntheticJobs.lazily())
  let jobs = typeof given === "function" ? [] : isList(given) ? ordered(given) : given
  let arrived = 0
  const add = (more: ReadonlyArray<SyntheticJobs.Job>) => {
    if (more.length > 0) jobs = ordered([...cut(jobs, 0, jobs.length), ...more])
  }
  const jobsAt = (now: number) =>
    typeof given === "function" ? ordered([...given(now), ...cut(jobs, 0, jobs.length)]) : jobs

  const emulator = yield* Emulator.serve(AvePoint, {
    ...options,
    accepts: (token) => tokens.accepts(token),
    routes: [tokens.route],
    headers: (exchange) => ({ "request-id": idOf(exchange) }),
    answers: {
      refused: (exchange) =>
        HttpServerResponse.setHeader(
          failure(401, "The access token is missing, expired or not valid.")(exchange),
          "www-authenticate",
          exchange.entry.headers["authorization"] === undefined ? "Bearer" : 'Bearer error="invalid_token"'
        ),
      invalid: (problems, exchange) => failure(400, problems.join("; "))(exchange),
      missing: failure(404, "There is nothing at this address."),
      limited: (_, exchange) => failure(429, "Too many requests.")(exchange)
    },
    handlers: {
      jobs: Effect.fnUntraced(function* ({ query }, exchange) {
        if (query.orderby !== undefined && query.orderby !== "StartTime") {
          return yield* new Emulator.Violation({ problem: `query: orderby ${query.orderby} is no column` })
        }
        const answer = pageOf(jobsAt(yield* Clock.currentTimeMillis), query, quirks, exchange)
        add(arriving.slice(arrived, ++arrived))
        return HttpServerResponse.jsonUnsafe(answer)
      })
    }
  })
  return {
    ...emulator,
    settings: {
      baseUrl: emulator.baseUrl,
      tokenUrl: `${emulator.baseUrl}${tokens.route.path}`,
      clientId,
      clientSecret
    },
    tokens,
    insert: (more) => Effect.sync(() => add(more))
  }
})

/**
 * The emulator that `scanjobs emulate avepoint` starts.
 *
 * @since 0.1.0
 * @category emulators
 */
export const playground = Playground.make(AvePoint, ({ jobs, live, seed, ...settings }) =>
  Effect.gen(function* () {
    const begins = yield* Clock.currentTimeMillis
    return yield* serve({
      ...settings,
      jobs:
        live === undefined
          ? yield* SyntheticJobs.lazily({ jobs, seed })
          : LivingJobs.of(LivingJobs.world({ begins, seed, speed: live }))
    })
  })
)

const isList = (
  jobs: ReadonlyArray<SyntheticJobs.Job> | SyntheticJobs.Sequence
): jobs is ReadonlyArray<SyntheticJobs.Job> => Array.isArray(jobs)

/** The jobs from one index to another, as far as there are any. */
const cut = (jobs: SyntheticJobs.Sequence, from: number, to: number): ReadonlyArray<SyntheticJobs.Job> => {
  const found: Array<SyntheticJobs.Job> = []
  for (let index = Math.max(0, from); index < Math.min(to, jobs.length); index++) {
    const job = jobs.at(index)
    if (job !== undefined) found.push(job)
  }
  return found
}

const withId = (jobs: SyntheticJobs.Sequence, id: string): ReadonlyArray<SyntheticJobs.Job> => {
  const found: Array<SyntheticJobs.Job> = []
  for (let index = 0; index < jobs.length; index++) {
    const job = jobs.at(index)
    if (job?.id === id) found.push(job)
  }
  return found
}

const ordered = (jobs: ReadonlyArray<SyntheticJobs.Job>) =>
  jobs.toSorted((a, b) => (a.startTime < b.startTime ? -1 : a.startTime > b.startTime ? 1 : 0))

const failure =
  (statusCode: number, error: string) =>
  (exchange: Emulator.Exchange): HttpServerResponse.HttpServerResponse =>
    HttpServerResponse.jsonUnsafe({ traceId: idOf(exchange), error, statusCode }, { status: statusCode })

const idOf = ({ entry }: Emulator.Exchange): string =>
  `00000000-0000-4000-8000-${String(entry.index).padStart(12, "0")}`

const pageOf = (
  all: SyntheticJobs.Sequence,
  query: typeof Query.Type,
  quirks: Quirks,
  exchange: Emulator.Exchange
): object => {
  const { search, skip = 0, sortorder = 1, top = 100 } = query
  const found = search === undefined ? all : withId(all, search)
  const start = quirks.links === "pages" ? skip * top : skip
  const jobs = sortorder === 0 ? cut(found, start, start + top) : cutFromEnd(found, start, top)
  const total = quirks.total === "grand" ? found.length : quirks.total === "page" ? jobs.length : quirks.total
  const isLast = start + jobs.length >= found.length
  return {
    jobs: jobs.map((job) => rendered(job, quirks)),
    ...(isLast && quirks.loop === undefined
      ? linkAtEnd(query, quirks, exchange)
      : { nextLink: linkOf(query, quirks, exchange) }),
    ...(total === "absent" ? {} : { totalCount: total })
  }
}

/** The jobs newest first, without a copy of what can be a long list. */
const cutFromEnd = (jobs: SyntheticJobs.Sequence, start: number, count: number): ReadonlyArray<SyntheticJobs.Job> =>
  cut(jobs, jobs.length - start - count, jobs.length - start).toReversed()

const linkAtEnd = (query: typeof Query.Type, quirks: Quirks, exchange: Emulator.Exchange): object => {
  switch (quirks.end) {
    case "absent":
      return {}
    case "null":
      return { nextLink: null }
    case "empty":
      return { nextLink: "" }
    case "always":
      return { nextLink: linkOf(query, quirks, exchange) }
  }
}

const linkOf = (
  { orderby, search, skip = 0, sortorder, top = 100 }: typeof Query.Type,
  quirks: Quirks,
  { baseUrl, entry }: Emulator.Exchange
): string => {
  const query = UrlParams.fromInput({
    orderby,
    sortorder,
    search: quirks.dropsSearch ? undefined : search,
    top,
    skip: skip > 0 && quirks.loop !== undefined ? backTo(quirks.loop, skip) : skip + step(quirks, top)
  })
  const origin = quirks.links === "relative" ? "" : (quirks.foreign ?? baseUrl)
  return `${origin}${entry.path}?${UrlParams.toString(query)}`
}

const backTo = (loop: "same" | "first", skip: number): number => (loop === "same" ? skip : 0)

const step = ({ links }: Quirks, top: number): number =>
  links === "pages" ? 1 : links === "overlap" ? Math.max(1, top - 1) : top

const rendered = (job: SyntheticJobs.Job, { enums, unfinished }: Quirks): object => {
  const row = enums === "numbers" ? job : { ...job, ...enumsOf(job, enums) }
  if (job.finishTime !== null || unfinished === "null") return row
  const { finishTime: _, ...rest } = row
  if (unfinished === "missing") return rest
  return { ...rest, finishTime: { empty: "", "N/A": "N/A", yearOne: "0001-01-01T00:00:00.0000000+00:00" }[unfinished] }
}

const enumsOf = (job: SyntheticJobs.Job, enums: "digits" | "names"): object =>
  Object.fromEntries(
    Object.entries(names).flatMap(([field, known]) => {
      const value = job[field]
      return typeof value === "number" ? [[field, (enums === "names" ? known[value] : undefined) ?? String(value)]] : []
    })
  )

const names: Readonly<Record<string, Readonly<Record<number, string>>>> = {
  type: { 0: "Microsoft365", 10: "Google", 11: "BatchImport" },
  state: {
    1: "Running",
    2: "Finished",
    3: "Failed",
    4: "FinishedWithException",
    5: "Skipped",
    6: "Pending",
    10: "Stopped"
  },
  category: { 0: "Microsoft365", 1: "PowerPlatform", 2: "ActiveDirectory", 3: "Google" }
}
