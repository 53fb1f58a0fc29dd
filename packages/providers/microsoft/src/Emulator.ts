/**
 * Emulators of Purview Data Map and of Defender for Endpoint, each with the token server of Entra ID at its own address.
 *
 * **Example** (all runs, from an account whose last pages have no link)
 *
 * ```ts
 * import { Purview } from "@scanjobs/microsoft"
 * import * as MicrosoftEmulator from "@scanjobs/microsoft/emulator"
 * import { Effect, Redacted, Stream } from "effect"
 *
 * export const all = Effect.gen(function* () {
 *   const vendor = yield* MicrosoftEmulator.servePurview({ pageSize: 5, quirks: { end: "absent" } })
 *   const { clientSecret, ...settings } = vendor.settings
 *   const connection = { ...settings, provider: "purview", name: "pv", clientSecret: Redacted.make(clientSecret) } as const
 *   return yield* Purview.jobs(connection, {}, { listings: ["runs"] }).pipe(Stream.runCollect)
 * }).pipe(Effect.scoped)
 * ```
 *
 * **Example** (made-up data, a page with a broken row, and scans that come and go)
 *
 * ```ts
 * import * as MicrosoftEmulator from "@scanjobs/microsoft/emulator"
 * import { Faults, type World } from "@scanjobs/testing"
 * import { Effect } from "effect"
 *
 * const fault = Faults.row(MicrosoftEmulator.wires.antivirusScans, 0, () => "not a row")
 * export const broken = MicrosoftEmulator.serveDefender({ fault })
 * export const seeded = Effect.flatMap(MicrosoftEmulator.generatePurview({ seed: "a" }), (sources) =>
 *   MicrosoftEmulator.servePurview({ sources })
 * )
 * export const many = Effect.flatMap(MicrosoftEmulator.generateDefender({ jobs: 5000 }), (actions) =>
 *   MicrosoftEmulator.serveDefender({ actions })
 * )
 * export const generated = [MicrosoftEmulator.purviewPlayground.serve({ jobs: 100 }), MicrosoftEmulator.defenderPlayground.serve()]
 * export const alive = (world: World.World) => [
 *   MicrosoftEmulator.servePurview({ sources: MicrosoftEmulator.livingPurview(world) }),
 *   MicrosoftEmulator.serveDefender({ actions: MicrosoftEmulator.livingDefender(world) })
 * ]
 * ```
 */
import { Emulator, Pages, Playground, TokenServer, Wire, World } from "@scanjobs/testing"
import { Clock, type Duration, Effect, type Scope } from "effect"
import { HttpServerResponse } from "effect/http"
import { Defender } from "./Defender.ts"
import * as EntraRefusal from "./EntraRefusal.ts"
import * as LivingScans from "./LivingScans.ts"
import * as ODataFilter from "./ODataFilter.ts"
import { Purview, scans, sources } from "./Purview.ts"
import * as SyntheticScans from "./SyntheticScans.ts"

export { defenderOf as livingDefender, purviewOf as livingPurview } from "./LivingScans.ts"
export { generateDefender, generatePurview } from "./SyntheticScans.ts"
export type { Row, ScanOf, Source } from "./SyntheticScans.ts"

/**
 * Behaviour that the services show, or that a client must expect.
 *
 * @since 0.3.0
 * @category models
 */
export interface Quirks {
  /** How the last page of Purview says that it is the last. */
  readonly end: "null" | "absent" | "empty"
  /** What `count` of Purview is: the rows of the page, those of the list, or missing. */
  readonly count: "page" | "list" | "absent"
  /** Whether pages of Defender have links, with a token or with the number of rows to skip. */
  readonly links: "skip" | "token" | "none"
  /** The most rows of a page of Defender, whatever is asked for. */
  readonly mostRows: number
}

const usual: Quirks = { end: "null", count: "page", links: "skip", mostRows: 10_000 }

interface Linked {
  readonly nextLink?: string | null
}

const inLink = <Body extends Linked>() =>
  Wire.inBody<Body>({ get: ({ nextLink }) => nextLink ?? null, set: (body, nextLink) => ({ ...body, nextLink }) })

const values = {
  get: <Row>({ value }: { readonly value: ReadonlyArray<Row> }) => value,
  set: <Body, Row>(body: Body, value: ReadonlyArray<Row>) => ({ ...body, value })
}

const bare = { total: null, state: null, start: null } as const

/**
 * Where rows, ids, states and times are in the answers, for faults and the conformance suite.
 *
 * @since 0.3.0
 * @category testing
 */
export const wires = {
  /** The data sources, whose scans are listed. */
  sources: Wire.make(sources, { ...bare, rows: values, next: inLink(), id: Wire.field("name") }),
  /** The scans of a data source, whose runs and triggers are listed. */
  scans: Wire.make(scans, { ...bare, rows: values, next: inLink(), id: Wire.field("name") }),
  runs: Wire.make(Purview.listings.runs, {
    rows: values,
    next: inLink(),
    total: null,
    id: Wire.field("id"),
    state: Wire.field("status"),
    start: Wire.field("startTime"),
    finish: Wire.field("endTime")
  }),
  planned: Wire.make(Purview.listings.planned, {
    rows: { get: (trigger) => [trigger], set: (trigger, [other]) => other ?? trigger },
    ...bare,
    next: null,
    id: Wire.field("id")
  }),
  antivirusScans: Wire.make(Defender.listings.antivirusScans, {
    rows: values,
    next: Wire.inBody({
      get: (body) => body["@odata.nextLink"] ?? null,
      set: (body, link) => ({ ...body, "@odata.nextLink": link })
    }),
    total: null,
    id: Wire.field("id"),
    state: Wire.field("status"),
    start: Wire.field("creationDateTimeUtc")
  })
}

/**
 * The settings that both emulators have.
 *
 * @since 0.3.0
 * @category models
 */
export interface Common extends Emulator.Settings {
  readonly quirks?: Partial<Quirks>
  readonly clientSecret?: string
  /** A certificate in PEM. With it, the client can also authenticate by an assertion. */
  readonly certificate?: string
  /** Whom assertions must be for. Default: the emulator's own token endpoint. */
  readonly assertionAudience?: string
  /** The lifetime of a token. Default 1 hour. */
  readonly tokenLife?: Duration.Input
  /** Whether the token server ignores the fields by which Microsoft's own clients describe themselves. Default false. */
  readonly ignoresFurtherFields?: boolean
}

/**
 * The settings of the emulator of Purview.
 *
 * @since 0.3.0
 * @category models
 */
export interface PurviewOptions extends Common {
  /** Default: four generated data sources. A function gives them as they are at a time, in epoch milliseconds. */
  readonly sources?: ReadonlyArray<SyntheticScans.Source> | ((now: number) => ReadonlyArray<SyntheticScans.Source>)
  /** The rows of a page. Default 50. */
  readonly pageSize?: number
}

/**
 * The settings of the emulator of Defender.
 *
 * @since 0.3.0
 * @category models
 */
export interface DefenderOptions extends Common {
  /** Default: generated antivirus scans. A function gives them as they are at a time, in epoch milliseconds. */
  readonly actions?: ReadonlyArray<SyntheticScans.Row> | ((now: number) => ReadonlyArray<SyntheticScans.Row>)
}

/**
 * A running emulator, with the settings of a connection to it.
 *
 * @since 0.3.0
 * @category models
 */
export interface MicrosoftEmulator extends Emulator.Emulator {
  readonly settings: {
    readonly baseUrl: string
    readonly authorityHost: string
    readonly tenantId: string
    readonly clientId: string
    readonly clientSecret: string
  }
  readonly tokens: Pick<TokenServer.TokenServer, "issued" | "revokeAll">
}

const tenantId = "contoso.onmicrosoft.com"
const clientId = "11111111-2222-4333-8444-555555555555"

const traceOf = ({ entry }: Emulator.Exchange): string =>
  `00000000-0000-4000-8000-${String(entry.index).padStart(12, "0")}`

const tokenServer = (
  { assertionAudience, certificate, clientSecret = "emulated-secret", ignoresFurtherFields = false, tokenLife }: Common,
  scope: string
) =>
  TokenServer.make({
    path: `/${tenantId}/oauth2/v2.0/token`,
    clients: [{ clientId, clientSecret, ...(certificate === undefined ? {} : { certificate }) }],
    scopes: [scope],
    life: tokenLife,
    ...(assertionAudience === undefined ? {} : { audience: assertionAudience }),
    furtherFields: ignoresFurtherFields ? "ignore" : "refuse",
    refusal: (refused, exchange) =>
      EntraRefusal.of(refused, {
        clientId,
        form: exchange.entry.body,
        trace: traceOf(exchange),
        now: exchange.entry.time
      })
  })

const refusal = (status: number, code: string, message: string, headers: { readonly [name: string]: string } = {}) =>
  HttpServerResponse.jsonUnsafe(
    { error: { code, message, target: null, details: [] } },
    { status, headers: { "x-ms-error-code": code, ...headers } }
  )

const gone = (what: string) =>
  Effect.succeed(refusal(404, `${what}NotFound`, `The ${what.toLowerCase()} does not exist.`))

/** What both emulators answer to requests that they do not accept, and what they add to all answers. */
const behaviour = (tokens: TokenServer.TokenServer) => ({
  accepts: (token: string) => tokens.accepts(token),
  routes: [tokens.route],
  headers: (exchange: Emulator.Exchange) => ({ "x-ms-request-id": traceOf(exchange) }),
  answers: {
    refused: () => refusal(401, "Unauthorized", "The access token is missing, expired or not for this service."),
    invalid: (problems: ReadonlyArray<string>) => refusal(400, "BadRequest", problems.join("; ")),
    missing: () => refusal(404, "NotFound", "There is nothing at this address."),
    limited: () => refusal(429, "TooManyRequests", "The rate limit was exceeded.", { "retry-after": "10" })
  }
})

const served = (
  emulator: Emulator.Emulator,
  tokens: TokenServer.TokenServer,
  clientSecret = "emulated-secret"
): MicrosoftEmulator => ({
  ...emulator,
  settings: { baseUrl: emulator.baseUrl, authorityHost: emulator.baseUrl, tenantId, clientId, clientSecret },
  tokens
})

/**
 * Starts the emulator of Purview; it stops with the scope.
 *
 * @since 0.3.0
 * @category emulators
 */
export const servePurview = Effect.fnUntraced(function* (
  options: PurviewOptions = {}
): Effect.fn.Return<MicrosoftEmulator, never, Scope.Scope> {
  const { pageSize = 50 } = options
  const quirks = { ...usual, ...options.quirks }
  const tokens = tokenServer(options, "https://purview.azure.net/.default")
  const given = options.sources ?? (yield* SyntheticScans.generatePurview())
  const sourcesAt = typeof given === "function" ? given : () => given

  const listed = (rows: ReadonlyArray<object>, skipToken: string | undefined, exchange: Emulator.Exchange) =>
    Effect.map(Pages.byToken(rows, skipToken, pageSize), (page) => {
      const query = { "api-version": "2023-09-01", skipToken: page.next ?? "" }
      const end = { null: { nextLink: null }, empty: { nextLink: "" }, absent: {} }[quirks.end]
      const count = { page: { count: page.rows.length }, list: { count: rows.length }, absent: {} }[quirks.count]
      return HttpServerResponse.jsonUnsafe({
        value: page.rows,
        ...count,
        ...(page.next === null ? end : { nextLink: Pages.link(exchange, query) })
      })
    })

  const sourceNamed = (name: string, { entry }: Emulator.Exchange) =>
    sourcesAt(entry.time).find((source) => source.name === name)
  const scanNamed = (params: { readonly source: string; readonly scan: string }, exchange: Emulator.Exchange) => {
    const found = sourceNamed(params.source, exchange)?.scans ?? []
    return found === 404 ? undefined : found.find(({ name, runs }) => name === params.scan && runs !== 404)
  }

  const emulator = yield* Emulator.serve(Purview, {
    ...options,
    ...behaviour(tokens),
    handlers: {
      dataSources: ({ query }, exchange) => {
        const rows = sourcesAt(exchange.entry.time).map(({ kind, name }) => ({
          kind,
          creationType: "Manual",
          name,
          properties: {}
        }))
        return listed(rows, query.skipToken, exchange)
      },
      scans: ({ params, query }, exchange) => {
        const source = sourceNamed(params.source, exchange)
        if (source === undefined || source.scans === 404) return gone("DataSource")
        const rows = source.scans.map(({ name }) => ({
          name,
          kind: `${source.kind}Msi`,
          properties: {},
          scanResults: null
        }))
        return listed(rows, query.skipToken, exchange)
      },
      runs: ({ params, query }, exchange) => {
        const { runs = 404 } = scanNamed(params, exchange) ?? {}
        return runs === 404 ? gone("Scan") : listed(runs, query.skipToken, exchange)
      },
      trigger: ({ params }, exchange) => {
        const trigger = scanNamed(params, exchange)?.trigger
        if (trigger === undefined) return gone("Trigger")
        const id = exchange.entry.path.slice(1)
        return Effect.succeed(HttpServerResponse.jsonUnsafe({ id, ...trigger }))
      }
    }
  })
  return served(emulator, tokens, options.clientSecret)
})

/**
 * Starts the emulator of Defender for Endpoint; it stops with the scope.
 *
 * @since 0.3.0
 * @category emulators
 */
export const serveDefender = Effect.fnUntraced(function* (
  options: DefenderOptions = {}
): Effect.fn.Return<MicrosoftEmulator, never, Scope.Scope> {
  const quirks = { ...usual, ...options.quirks }
  const tokens = tokenServer(options, "https://api.securitycenter.microsoft.com/.default")
  const given = options.actions ?? (yield* SyntheticScans.generateDefender())
  const actionsAt = typeof given === "function" ? given : () => given

  const emulator = yield* Emulator.serve(Defender, {
    ...options,
    ...behaviour(tokens),
    handlers: {
      machineActions: Effect.fnUntraced(function* ({ query }, exchange) {
        const { $filter = "", $skip = 0, $skiptoken, $top = 10_000 } = query
        const fits = ODataFilter.read($filter)
        if (typeof fits === "string") return yield* new Emulator.Violation({ problem: `query: $filter: ${fits}` })
        const rows = actionsAt(exchange.entry.time).filter(fits)
        const page = Pages.at(rows, Number($skiptoken ?? $skip), Math.min($top, quirks.mostRows))
        const place = quirks.links === "token" ? { $skiptoken: page.next } : { $skip: page.next }
        const link = page.next === null || quirks.links === "none" ? undefined : { $filter, $top, ...place }
        return HttpServerResponse.jsonUnsafe({
          "@odata.context": `${exchange.baseUrl}/api/$metadata#MachineActions`,
          value: page.rows,
          ...(link === undefined ? {} : { "@odata.nextLink": Pages.link(exchange, link) })
        })
      })
    }
  })
  return served(emulator, tokens, options.clientSecret)
})

/**
 * The emulator that `scanjobs emulate purview` starts.
 *
 * @since 0.3.0
 * @category emulators
 */
export const purviewPlayground = Playground.make(Purview, ({ jobs, live, seed, ...settings }) =>
  Effect.gen(function* () {
    const begins = yield* Clock.currentTimeMillis
    const sources =
      live === undefined
        ? yield* SyntheticScans.generatePurview({ jobs, seed })
        : LivingScans.purviewOf(World.make({ begins, seed, speed: live }))
    return yield* servePurview({ ...settings, sources })
  })
)

/**
 * The emulator that `scanjobs emulate defender` starts.
 *
 * @since 0.3.0
 * @category emulators
 */
export const defenderPlayground = Playground.make(Defender, ({ jobs, live, seed, ...settings }) =>
  Effect.gen(function* () {
    const begins = yield* Clock.currentTimeMillis
    const actions =
      live === undefined
        ? yield* SyntheticScans.generateDefender({ jobs, seed })
        : LivingScans.defenderOf(LivingScans.machinesOf({ begins, seed, speed: live }))
    return yield* serveDefender({ ...settings, actions })
  })
)
