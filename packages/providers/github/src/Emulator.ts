/**
 * An emulator of the operations of GitHub's REST API that scan jobs come from, with its links, limits and refusals.
 *
 * **Example** (all analyses of an organization with one repository where code scanning is off)
 *
 * ```ts
 * import { GitHub } from "@scanjobs/github"
 * import * as GitHubEmulator from "@scanjobs/github/emulator"
 * import { Effect, Redacted, Stream } from "effect"
 *
 * export const all = Effect.gen(function* () {
 *   const [first, ...others] = yield* GitHubEmulator.generate()
 *   const repositories = first === undefined ? others : [{ ...first, codeScanning: 404 } as const, ...others]
 *   const vendor = yield* GitHubEmulator.serve({ repositories })
 *   const { token, ...settings } = vendor.settings
 *   const connection = { ...settings, provider: "github", name: "gh", token: Redacted.make(token) } as const
 *   return yield* GitHub.jobs(connection, {}, { listings: ["codeScanning"] }).pipe(Stream.runCollect)
 * }).pipe(Effect.scoped)
 * ```
 *
 * **Example** (emulators that throttle, and a page with a broken row)
 *
 * ```ts
 * import * as GitHubEmulator from "@scanjobs/github/emulator"
 * import { Faults, type World } from "@scanjobs/testing"
 *
 * const repositories = [GitHubEmulator.published]
 *
 * export const exhausted = GitHubEmulator.serve({ repositories, fault: GitHubEmulator.primaryLimit("10 minutes") })
 * export const hurried = GitHubEmulator.serve({ repositories, fault: GitHubEmulator.secondaryLimit("30 seconds", 429) })
 * export const broken = GitHubEmulator.serve({
 *   repositories,
 *   fault: Faults.row(GitHubEmulator.wires.codeScanning, 0, () => "not a row")
 * })
 * export const generated = GitHubEmulator.playground.serve({ jobs: 1000 })
 * export const alive = (world: World.World) => GitHubEmulator.serve({ repositories: GitHubEmulator.living(world) })
 * ```
 */
import { Emulator, Playground, Wire } from "@scanjobs/testing"
import { Clock, Duration, Effect, type Scope } from "effect"
import { HttpServerResponse, UrlParams } from "effect/http"
import { GitHub } from "./GitHub.ts"
import * as LivingScans from "./LivingScans.ts"
import * as Pages from "./Pages.ts"
import * as Repositories from "./Repositories.ts"
import * as Scopes from "./Scopes.ts"
import * as SyntheticScans from "./SyntheticScans.ts"

export { of as living } from "./LivingScans.ts"
export { generate, published } from "./SyntheticScans.ts"
export type { Analysis, History, Repository, Rows, Scan } from "./SyntheticScans.ts"

/**
 * Behaviour that GitHub shows.
 *
 * @since 0.1.0
 * @category models
 */
export interface Quirks {
  /**
   * The addresses of links: with `ids`, such as `/repositories/1296269/…`, as GitHub sends them; or with `names`, as in the
   * request.
   */
  readonly links: "ids" | "names"
}

/**
 * Where rows, ids, states and times are in the answers, for faults and the conformance suite.
 *
 * @since 0.1.0
 * @category testing
 */
export const wires = {
  /** The repositories of an organization, for which both listings are read. */
  repositories: Wire.make(Scopes.repositories, {
    rows: { get: (rows) => rows, set: (_, rows) => rows },
    next: Wire.linkHeader(),
    total: null,
    id: Wire.field("full_name"),
    state: null,
    start: null
  }),
  codeScanning: Wire.make(GitHub.listings.codeScanning, {
    rows: { get: (rows) => rows, set: (_, rows) => rows },
    next: Wire.linkHeader(),
    total: null,
    id: Wire.field("id"),
    state: null,
    start: Wire.field("created_at")
  }),
  /** The group of the custom patterns, because it is the only one with any number of scans. */
  secretScanning: Wire.make(GitHub.listings.secretScanning, {
    rows: {
      get: (body) => body.custom_pattern_backfill_scans ?? [],
      set: (body, custom_pattern_backfill_scans) => ({ ...body, custom_pattern_backfill_scans })
    },
    leavesOutEmpty: true,
    next: null,
    total: null,
    id: Wire.field("pattern_name"),
    state: Wire.field("status"),
    start: Wire.field("started_at"),
    finish: Wire.field("completed_at")
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
   * In order of creation. Default: six generated repositories of one organization, with scans before the current time. A function gives
   * the repositories as they are at a time, in epoch milliseconds.
   */
  readonly repositories?:
    | ReadonlyArray<SyntheticScans.Repository>
    | ((now: number) => ReadonlyArray<SyntheticScans.Repository>)
  readonly token?: string
  /** Requests an hour; further requests are refused as GitHub refuses them. Default 5000. */
  readonly limit?: number
  readonly quirks?: Partial<Quirks>
}

/**
 * A running emulator, with the settings of a connection that reads every repository.
 *
 * @since 0.1.0
 * @category models
 */
export interface GitHubEmulator extends Emulator.Emulator {
  readonly settings: {
    readonly baseUrl: string
    readonly token: string
    readonly organizations: readonly [string, ...Array<string>]
  }
}

const refusal = (status: number, message: string, headers: { readonly [name: string]: string } = {}) =>
  HttpServerResponse.jsonUnsafe(
    { message, documentation_url: "https://docs.github.com/rest", status: String(status) },
    { status, headers }
  )

/**
 * GitHub's answer when the primary rate limit is used up for this long.
 *
 * @since 0.1.0
 * @category testing
 */
export const primaryLimit =
  (wait: Duration.Input, status: 403 | 429 = 403): Emulator.Fault =>
  () =>
    Effect.map(Clock.currentTimeMillis, (now) => exhausted(status, now + Duration.toMillis(wait)))

const exhausted = (status: number, until: number) =>
  refusal(status, "API rate limit exceeded for user ID 1.", {
    "x-ratelimit-remaining": "0",
    "x-ratelimit-reset": String(Math.ceil(until / 1000))
  })

/**
 * GitHub's answer when requests come too close together, with or without a time to wait.
 *
 * @since 0.1.0
 * @category testing
 */
export const secondaryLimit =
  (wait?: Duration.Input, status: 403 | 429 = 403): Emulator.Fault =>
  () =>
    refusal(
      status,
      "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.",
      wait === undefined ? {} : { "retry-after": String(Math.ceil(Duration.toSeconds(wait))) }
    )

const isNamed = (name: string) => (one: string) => one.toLowerCase() === name.toLowerCase()

const hour = Duration.toMillis("1 hour")

/**
 * Starts the emulator; it stops with the scope.
 *
 * @since 0.1.0
 * @category emulators
 */
export const serve = Effect.fnUntraced(function* (
  options: Options = {}
): Effect.fn.Return<GitHubEmulator, never, Scope.Scope> {
  const { limit = 5000, token = "emulated-token" } = options
  const given = options.repositories ?? (yield* SyntheticScans.generate())
  const repositoriesAt = typeof given === "function" ? given : () => given
  const links = options.quirks?.links ?? "ids"
  const owners = [
    ...new Set(repositoriesAt(yield* Clock.currentTimeMillis).map(({ full_name }) => full_name.split("/")[0] ?? ""))
  ]
  let asked: ReadonlyArray<number> = []

  /** The answer about the repository of this name. A former name is redirected to the repository's number, as GitHub does. */
  const about = (
    { owner, repo }: { readonly owner: string; readonly repo: string },
    { baseUrl, entry }: Emulator.Exchange,
    answer: (found: SyntheticScans.Repository | undefined) => HttpServerResponse.HttpServerResponse
  ) => {
    const name = `${owner}/${repo}`
    const repositories = repositoriesAt(entry.time)
    const found = repositories.find(({ full_name }) => isNamed(name)(full_name))
    const renamed = found ?? repositories.find(({ formerly = [] }) => formerly.some(isNamed(name)))
    if (renamed === found) return answer(found)
    const [, , , , ...rest] = entry.path.split("/")
    const query = UrlParams.toString(UrlParams.fromInput(entry.query))
    const location = `${baseUrl}/${["repositories", renamed?.id, ...rest].join("/")}${query === "" ? "" : `?${query}`}`
    return HttpServerResponse.jsonUnsafe(
      { message: "Moved Permanently", url: location, documentation_url: "https://docs.github.com/rest" },
      { status: 301, headers: { location } }
    )
  }
  const byId = ({ entry: { path, time } }: Emulator.Exchange) =>
    repositoriesAt(time).find(({ id }) => `${path}/`.startsWith(`/repositories/${id}/`))

  const analyses = (found: SyntheticScans.Repository | undefined, query: Pages.Query, exchange: Emulator.Exchange) => {
    if (found === undefined) return notFound()
    if (typeof found.codeScanning === "number") return off(found.codeScanning, "code scanning")
    const rows = Pages.matching(found.codeScanning, query)
    const path = links === "ids" ? `/repositories/${found.id}/code-scanning/analyses` : exchange.entry.path
    return Pages.pageOf(query.direction === "asc" ? Pages.reversed(rows) : rows, query, `${exchange.baseUrl}${path}`)
  }
  const history = (found: SyntheticScans.Repository | undefined) => {
    if (found === undefined) return notFound()
    const { secretScanning } = found
    return typeof secretScanning === "number"
      ? off(secretScanning, "secret scanning")
      : HttpServerResponse.jsonUnsafe(secretScanning)
  }
  const one = (found: SyntheticScans.Repository | undefined, { baseUrl }: Emulator.Exchange) =>
    found === undefined ? notFound() : HttpServerResponse.jsonUnsafe(Repositories.rendered(found, baseUrl))
  const listed = (owner: string, query: Pages.Query, exchange: Emulator.Exchange) => {
    const index = owners.findIndex((one) => one.toLowerCase() === owner.toLowerCase())
    if (index < 0) return notFound()
    const own = repositoriesAt(exchange.entry.time).filter(({ full_name }) => full_name.startsWith(`${owners[index]}/`))
    // Newest first, unless the request asks for the order of creation.
    const rows = query.direction === "asc" ? own : own.toReversed()
    const path = links === "ids" ? `/organizations/${index + 1}/repos` : exchange.entry.path
    const rendered = rows.map((repository) => Repositories.rendered(repository, exchange.baseUrl))
    return Pages.pageOf(rendered, query, `${exchange.baseUrl}${path}`)
  }
  /** GitHub's description does not contain the addresses of links, so their credential is checked here. */
  const linked =
    (answer: (query: Pages.Query, exchange: Emulator.Exchange) => HttpServerResponse.HttpServerResponse) =>
    (exchange: Emulator.Exchange) =>
      Effect.succeed(
        isFrom(exchange.entry.headers["authorization"], token) ? answer(queryOf(exchange), exchange) : bad()
      )

  const emulator = yield* Emulator.serve(GitHub, {
    ...options,
    accepts: (_, { entry, note }) => {
      if (entry.headers["user-agent"] === undefined) note("User-Agent is missing")
      asked = [...asked.filter((time) => time > entry.time - hour), entry.time]
      return Effect.succeed(isFrom(entry.headers["authorization"], token))
    },
    quotas: [{ requests: limit, window: "1 hour" }],
    headers: ({ entry }) => ({
      "x-ratelimit-limit": String(limit),
      "x-ratelimit-remaining": String(Math.max(0, limit - asked.length)),
      "x-ratelimit-used": String(asked.length),
      "x-ratelimit-reset": String(Math.ceil(((asked[0] ?? entry.time) + hour) / 1000)),
      "x-ratelimit-resource": "core",
      "x-github-request-id": `E0F0:${entry.index.toString(16).toUpperCase()}`
    }),
    routes: [
      {
        method: "GET",
        path: "/repositories/:id/code-scanning/analyses",
        handle: linked((query, exchange) => analyses(byId(exchange), query, exchange))
      },
      {
        method: "GET",
        path: "/repositories/:id/secret-scanning/scan-history",
        handle: linked((_, exchange) => history(byId(exchange)))
      },
      {
        method: "GET",
        path: "/repositories/:id",
        handle: linked((_, exchange) => one(byId(exchange), exchange))
      },
      {
        method: "GET",
        path: "/organizations/:id/repos",
        handle: linked((query, exchange) =>
          listed(owners[Number(exchange.entry.path.split("/")[2]) - 1] ?? "", query, exchange)
        )
      }
    ],
    answers: {
      refused: bad,
      invalid: (problems) => refusal(422, `Validation Failed: ${problems.join("; ")}`),
      missing: notFound,
      limited: (_, { entry }) => exhausted(403, (asked[0] ?? entry.time) + hour)
    },
    handlers: {
      analyses: ({ params, query }, exchange) =>
        Effect.succeed(about(params, exchange, (found) => analyses(found, query, exchange))),
      scanHistory: ({ params }, exchange) => Effect.succeed(about(params, exchange, history)),
      repository: ({ params }, exchange) => Effect.succeed(about(params, exchange, (found) => one(found, exchange))),
      repositories: ({ params, query }, exchange) => Effect.succeed(listed(params.org, query, exchange))
    }
  })

  const [first = "octo-org", ...others] = owners
  return { ...emulator, settings: { baseUrl: emulator.baseUrl, token, organizations: [first, ...others] } }
})

/**
 * The emulator that `scanjobs emulate github` starts: an organization of six generated repositories.
 *
 * @since 0.1.0
 * @category emulators
 */
export const playground = Playground.make(GitHub, ({ jobs, live, seed, ...settings }) =>
  Effect.gen(function* () {
    const begins = yield* Clock.currentTimeMillis
    const repositories =
      live === undefined
        ? yield* SyntheticScans.generate({ jobs, seed })
        : LivingScans.of(LivingScans.world({ begins, seed, speed: live }))
    return yield* serve({ ...settings, repositories })
  })
)

const notFound = () => refusal(404, "Not Found")
const bad = () => refusal(401, "Bad credentials")
const off = (status: 403 | 404, feature: string) =>
  status === 404
    ? refusal(
        404,
        feature === "code scanning" ? "no analysis found" : "Secret scanning is disabled on this repository."
      )
    : refusal(403, `Advanced Security must be enabled for this repository to use ${feature}.`)

/** GitHub also accepts the scheme `token`, which its own clients send. */
const isFrom = (authorization: string | undefined, token: string): boolean =>
  authorization !== undefined && /^(?:bearer|token) /i.test(authorization) && authorization.split(" ")[1] === token

const queryOf = ({ entry: { query } }: Emulator.Exchange): Pages.Query => {
  const { direction, page, per_page, pr, ...texts } = query
  return {
    ...texts,
    ...(direction === "asc" ? { direction } : {}),
    ...(page === undefined ? {} : { page: Number(page) }),
    ...(per_page === undefined ? {} : { per_page: Number(per_page) }),
    ...(pr === undefined ? {} : { pr: Number(pr) })
  }
}
