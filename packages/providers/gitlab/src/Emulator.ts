/**
 * An emulator of the operations of GitLab's REST API that scans come from, with its links, limits and refusals.
 *
 * **Example** (all scans of a group with one project where CI is off)
 *
 * ```ts
 * import { GitLab } from "@scanjobs/gitlab"
 * import * as GitLabEmulator from "@scanjobs/gitlab/emulator"
 * import { Effect, Redacted, Stream } from "effect"
 *
 * export const all = Effect.gen(function* () {
 *   const projects = yield* GitLabEmulator.generate()
 *   const vendor = yield* GitLabEmulator.serve({ projects: [{ id: 1, path: "acme/off", jobs: 403, pipelines: [], schedules: [] }, ...projects] })
 *   const { token, ...settings } = vendor.settings
 *   const connection = { ...settings, provider: "gitlab", name: "gl", token: Redacted.make(token) } as const
 *   return yield* GitLab.jobs(connection, {}, { listings: ["jobs"] }).pipe(Stream.runCollect)
 * }).pipe(Effect.scoped)
 * ```
 *
 * **Example** (a page with a broken row, a server of many projects, and scans that come and go)
 *
 * ```ts
 * import * as GitLabEmulator from "@scanjobs/gitlab/emulator"
 * import { Faults, type World } from "@scanjobs/testing"
 *
 * export const broken = GitLabEmulator.serve({ fault: Faults.row(GitLabEmulator.wires.jobs, 0, () => "not a row") })
 * export const generated = GitLabEmulator.playground.serve({ jobs: 1000 })
 * export const alive = (world: World.World) => GitLabEmulator.serve({ projects: GitLabEmulator.living(world) })
 * ```
 */
import { Emulator, Pages, Playground, Wire, World } from "@scanjobs/testing"
import { Clock, Effect, type Scope } from "effect"
import { HttpServerResponse, UrlParams } from "effect/http"
import type * as Api from "./Api.ts"
import { GitLab } from "./GitLab.ts"
import * as LivingScans from "./LivingScans.ts"
import * as Scopes from "./Scopes.ts"
import * as SyntheticScans from "./SyntheticScans.ts"

export { of as living } from "./LivingScans.ts"
export { generate } from "./SyntheticScans.ts"
export type { Project, Row } from "./SyntheticScans.ts"

/**
 * Behaviour that GitLab shows.
 *
 * @since 0.3.0
 * @category models
 */
export interface Quirks {
  /** Where a project that was moved is found: at this server, or under another scheme, as a server behind a proxy says. */
  readonly moved: "here" | "elsewhere"
  /** Whether the last page of jobs has a link to an empty page, because the server does not look ahead. */
  readonly emptyLastPage: boolean
}

/** Lists have no field of their own around the rows. */
const list = <Row>() => ({
  rows: { get: (rows: ReadonlyArray<Row>) => rows, set: (_: ReadonlyArray<Row>, rows: ReadonlyArray<Row>) => rows },
  next: Wire.linkHeader<ReadonlyArray<Row>>(),
  total: null
})

/** The states of jobs and pipelines, as the vendor documents them. */
const documented = {
  scheduled: "scheduled",
  created: "scheduled",
  pending: "queued",
  waiting_for_resource: "queued",
  preparing: "queued",
  waiting_for_callback: "queued",
  running: "running",
  canceling: "running",
  manual: "paused",
  success: "succeeded",
  failed: "failed",
  canceled: "cancelled",
  skipped: "skipped"
} as const

/**
 * Where rows, ids, states and times are in the answers, for faults and the conformance suite.
 *
 * @since 0.3.0
 * @category testing
 */
export const wires = {
  /** The projects of a group, for which every listing is read. */
  projects: Wire.make(Scopes.projects, {
    ...list<typeof Api.Project.Type>(),
    id: Wire.field("id"),
    state: null,
    start: null
  }),
  jobs: Wire.make(GitLab.listings.jobs, {
    ...list<typeof Api.Job.Type>(),
    id: Wire.field("id"),
    state: Wire.field("status"),
    documented,
    start: Wire.field("started_at"),
    finish: Wire.field("finished_at")
  }),
  pipelines: Wire.make(GitLab.listings.pipelines, {
    ...list<typeof Api.Pipeline.Type>(),
    id: Wire.field("id"),
    state: Wire.field("status"),
    documented,
    start: Wire.field("created_at")
  }),
  schedules: Wire.make(GitLab.listings.schedules, {
    ...list<typeof Api.Schedule.Type>(),
    id: Wire.field("id"),
    state: null,
    start: Wire.field("next_run_at")
  })
}

/**
 * The settings of the emulator.
 *
 * @since 0.3.0
 * @category models
 */
export interface Options extends Emulator.Settings {
  /** Default: four generated projects of the group `acme`. A function gives them as they are at a time, in epoch milliseconds. */
  readonly projects?: ReadonlyArray<SyntheticScans.Project> | ((now: number) => ReadonlyArray<SyntheticScans.Project>)
  readonly token?: string
  /** Requests a minute; further requests are refused as GitLab refuses them. Default: no limit. */
  readonly limit?: number
  readonly quirks?: Partial<Quirks>
}

/**
 * A running emulator, with the settings of a connection that reads every project.
 *
 * @since 0.3.0
 * @category models
 */
export interface GitLabEmulator extends Emulator.Emulator {
  readonly settings: {
    readonly baseUrl: string
    readonly token: string
    readonly groups: readonly [string, ...Array<string>]
  }
}

const refusal = (status: number, message: string) => HttpServerResponse.jsonUnsafe({ message }, { status })

/**
 * Starts the emulator; it stops with the scope.
 *
 * @since 0.3.0
 * @category emulators
 */
export const serve = Effect.fnUntraced(function* (
  options: Options = {}
): Effect.fn.Return<GitLabEmulator, never, Scope.Scope> {
  const { limit, token = "glpat-emulated-token" } = options
  const given = options.projects ?? (yield* SyntheticScans.generate())
  const projectsAt = typeof given === "function" ? given : () => given
  const quirks: Quirks = { moved: "here", emptyLastPage: false, ...options.quirks }

  /** Answers about a project by its number or path; a former path is redirected to the number. */
  const about = (
    id: string,
    exchange: Exchange,
    answer: (project: SyntheticScans.Project) => HttpServerResponse.HttpServerResponse
  ) =>
    Effect.map(Clock.currentTimeMillis, (now) => {
      const projects = projectsAt(now)
      const path = id.toLowerCase()
      const found = projects.find((project) => String(project.id) === id || project.path.toLowerCase() === path)
      if (found !== undefined) return answer(found)
      const moved = projects.find(({ formerly = [] }) => formerly.some((one) => one.toLowerCase() === path))
      if (moved === undefined) return refusal(404, "404 Project Not Found")
      const rest = exchange.entry.path
        .split("/")
        .slice(5)
        .map((part) => `/${part}`)
      const origin = quirks.moved === "here" ? exchange.baseUrl : exchange.baseUrl.replace(/^http:/, "https:")
      const query = UrlParams.toString(UrlParams.fromInput(exchange.entry.query))
      const location = `${origin}/api/v4/projects/${moved.id}${rest.join("")}${query === "" ? "" : `?${query}`}`
      return HttpServerResponse.jsonUnsafe({ message: "Moved Permanently" }, { status: 301, headers: { location } })
    })

  const emulator = yield* Emulator.serve(GitLab, {
    ...options,
    accepts: (credential) => Effect.succeed(credential === token),
    ...(limit === undefined ? {} : { quotas: [{ requests: limit, window: "1 minute" as const }] }),
    answers: {
      refused: () => refusal(401, "401 Unauthorized"),
      invalid: (problems) => HttpServerResponse.jsonUnsafe({ error: problems.join(", ") }, { status: 400 }),
      missing: () => HttpServerResponse.jsonUnsafe({ error: "404 Not Found" }, { status: 404 }),
      limited: () =>
        HttpServerResponse.text("Retry later\n", {
          status: 429,
          headers: { "retry-after": "60", "ratelimit-limit": String(limit), "ratelimit-remaining": "0" }
        })
    },
    handlers: {
      project: ({ params }, exchange) =>
        about(params.id, exchange, (project) => HttpServerResponse.jsonUnsafe(rendered(project))),
      projects: ({ params, query }, exchange) =>
        Effect.map(Clock.currentTimeMillis, (now) => {
          const all = projectsAt(now)
          const own = all.filter(({ path }) => path.toLowerCase().startsWith(`${params.id.toLowerCase()}/`))
          if (own.length === 0 && all.length > 0) return refusal(404, "404 Group Not Found")
          return byOffset(own.map(rendered), query, exchange)
        }),
      jobs: ({ params, query }, exchange) =>
        about(params.id, exchange, ({ jobs }) => {
          if (jobs === 403) return refusal(403, "403 Forbidden")
          const { pagination, "scope[]": scope } = query
          const rows = scope === undefined ? jobs : jobs.filter(({ status }) => scope.includes(String(status)))
          return pagination === "keyset" ? byKeyset(rows, query, quirks, exchange) : byOffset(rows, query, exchange)
        }),
      pipelines: ({ params, query }, exchange) =>
        about(params.id, exchange, ({ pipelines }) => {
          const { source, updated_after } = query
          const after = updated_after === undefined ? -Infinity : Date.parse(updated_after)
          const rows = pipelines
            .filter((row) => source === undefined || row["source"] === source)
            .filter((row) => Date.parse(String(row["updated_at"])) > after)
          return byOffset(rows, query, exchange)
        }),
      schedules: ({ params, query }, exchange) =>
        about(params.id, exchange, ({ schedules }) => {
          const { scope } = query
          const rows = schedules.filter(({ active }) => scope === undefined || active === (scope === "active"))
          return byOffset(rows, query, exchange)
        })
    }
  })
  const groups = [...new Set(projectsAt(yield* Clock.currentTimeMillis).map(({ path }) => path.split("/")[0] ?? ""))]
  const [first = "acme", ...others] = groups
  return { ...emulator, settings: { baseUrl: emulator.baseUrl, token, groups: [first, ...others] } }
})

/**
 * The emulator that `scanjobs emulate gitlab` starts: a group of four generated projects.
 *
 * @since 0.3.0
 * @category emulators
 */
export const playground = Playground.make(GitLab, ({ jobs, live, seed, ...settings }) =>
  Effect.gen(function* () {
    const begins = yield* Clock.currentTimeMillis
    const projects =
      live === undefined
        ? yield* SyntheticScans.generate({ jobs, seed })
        : LivingScans.of(World.make({ begins, seed, speed: live }))
    return yield* serve({ ...settings, projects })
  })
)

const rendered = ({ id, path }: SyntheticScans.Project) => ({ id, path_with_namespace: path })

interface Query {
  readonly per_page?: number
  readonly page?: number
  readonly cursor?: string
  readonly sort?: "asc" | "desc"
}

/** A page by number, with a link to the next one and, up to 10,000 rows, totals. */
const byOffset = (
  all: ReadonlyArray<object>,
  query: Query,
  exchange: Exchange
): HttpServerResponse.HttpServerResponse => {
  const { page = 1, per_page = 20, sort } = query
  const rows = sort === "asc" && !isAscending(all) ? all.toReversed() : all
  const found = Pages.at(rows, (page - 1) * per_page, per_page)
  const totals = { "x-total": String(rows.length), "x-total-pages": String(Math.ceil(rows.length / per_page)) }
  return HttpServerResponse.jsonUnsafe(found.rows, {
    headers: {
      ...Pages.linkHeader(exchange, found.next === null ? null : { ...exchange.entry.query, page: page + 1 }),
      ...(rows.length > 10_000 ? {} : totals),
      "x-page": String(page),
      "x-next-page": found.next === null ? "" : String(page + 1)
    }
  })
}

const isAscending = (rows: ReadonlyArray<object>): boolean => idOf(rows[0]) <= idOf(rows.at(-1))

const idOf = (row: object | undefined): number => (row !== undefined && "id" in row ? Number(row.id) : 0)

/** A page after the job that the cursor names, newest first. */
const byKeyset = (
  jobs: ReadonlyArray<SyntheticScans.Row>,
  query: Query,
  { emptyLastPage }: Quirks,
  exchange: Exchange
): HttpServerResponse.HttpServerResponse => {
  const { cursor, per_page = 20 } = query
  const before = cursor === undefined ? Infinity : Number(cursor.slice("before-".length))
  const rest = jobs.filter(({ id }) => id < before)
  const rows = rest.slice(0, per_page)
  const last = rows.at(-1)
  const goesOn = last !== undefined && (emptyLastPage ? rows.length === per_page : rest.length > rows.length)
  const next = goesOn ? { ...exchange.entry.query, cursor: `before-${last.id}` } : null
  return HttpServerResponse.jsonUnsafe(rows, { headers: Pages.linkHeader(exchange, next) })
}

type Exchange = Emulator.Exchange
