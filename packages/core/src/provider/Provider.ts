/**
 * A vendor's plugin: its nouns, its verbs, and the streams that the library makes of them.
 *
 * A provider is made in two steps, so that everything is inferred: the nouns are data (settings, security, quotas,
 * endpoints, row schemas), and the verbs are pure functions over what the nouns decode to.
 */
import { Effect, Metric, type Redacted, Result, type Schema, Stream } from "effect"
import type { HttpClient } from "effect/http"
import { HttpApi, type HttpApiEndpoint, type HttpApiGroup } from "effect/http-api"
import * as Connection from "../contract/Connection.ts"
import * as ConnectionVerbs from "./ConnectionVerbs.ts"
import * as Contract from "../contract/Contract.ts"
import type { Credential } from "../auth/Credential.ts"
import type { Security } from "../auth/Signature.ts"
import * as Cursor from "../model/Cursor.ts"
import * as Lane from "../reading/OpenLane.ts"
import * as Lanes from "../reading/Lanes.ts"
import type * as Listing from "../contract/Listing.ts"
import * as PageReader from "../decoding/PageReader.ts"
import * as Parents from "../reading/ParentScopes.ts"
import * as PluginCheck from "./PluginCheck.ts"
import * as Prepared from "./Prepared.ts"
import { Progress } from "../telemetry/Progress.ts"
import { type Quota, toBucket } from "../policies/Quota.ts"
import { everything, type Query } from "../model/Query.ts"
import type * as Reason from "../model/Reason.ts"
import type { Reader } from "../contract/Rejection.ts"
import * as RunCheck from "./RunCheck.ts"
import { ScanError } from "../model/ScanError.ts"
import type { ScanJob } from "../model/ScanJob.ts"
import * as Secrets from "../http/Secrets.ts"
import * as Session from "../reading/Session.ts"
import * as Telemetry from "../telemetry/Telemetry.ts"
import * as VerbFailure from "../contract/VerbFailure.ts"

/** The listings of a provider by name. */
export interface Listings {
  readonly [name: string]: Listing.Any
}

/** The nouns of a provider. */
export interface Nouns<Fields extends Schema.Struct.Fields, L extends Listings> {
  /** The settings of a connection; `name`, `provider` and `baseUrl` are there already. */
  readonly connection: Fields
  /** How a request carries the credential. */
  readonly security: Security
  /** What the vendor allows, for each connection; several windows may hold at once. */
  readonly quotas?: ReadonlyArray<Quota>
  /** How many requests of a connection may be under way at once, for vendors that want few. Default: no limit. */
  readonly concurrency?: number
  /** How many pages of a listing that has `ahead` are read at once where the caller does not say. Default 1. */
  readonly pageConcurrency?: number
  readonly listings: L
}

/** The verbs of a provider. */
export interface Verbs<C, Fields extends Schema.Struct.Fields, L extends Listings, CE, CR> {
  /** The vendor's address, where the connection's `baseUrl` does not replace it. */
  readonly baseUrl: (connection: C) => string
  readonly credential: (connection: C) => Credential<CE, CR>
  /** The secret that the vendor counts requests by: connections that share it share the quotas. Default: each has its own. */
  readonly quotaOf?: (connection: C) => Redacted.Redacted
  /** Rules that hold between settings, as problems where they are broken; `has` tells which settings are given. */
  readonly rules?: (has: (key: keyof Fields | "baseUrl") => boolean) => ReadonlyArray<Connection.Problem>
  /** Finds the error in an answer, with any status. */
  readonly rejection?: Reader
  /** What a person can do about a reason, in one sentence. */
  readonly hint?: (reason: Reason.Reason, connection: C) => string | undefined
  /** Headers that the vendor wants on every request, besides the credential's. */
  readonly headers?: (connection: C) => { readonly [name: string]: string }
  readonly listings: {
    readonly [Name in keyof L]: Listing.Verbs<C, L[Name]> & Listing.Conditional<C, L[Name]>
  }
}

/** The jobs of a provider: one member for each listing, told apart by `listing`. */
export type Jobs<Id extends string, L extends Listings> = {
  [Name in keyof L & string]: ScanJob<Id, Name, L[Name]["~Row"]["Type"]>
}[keyof L & string]

/** The endpoints of a provider. */
export type Endpoints<L extends Listings> = {
  [Name in keyof L]: L[Name]["~Endpoint"] | L[Name]["~Lookup"] | L[Name]["~Parents"]["~Endpoint"]
}[keyof L]

/** How a provider is read. */
export interface RunOptions {
  /** How many listings and scopes of the connection are read at once. Default 4, or fewer where the provider says so. */
  readonly concurrency?: number | undefined
  /**
   * How many pages of a listing that has `ahead` are read at once; they come in order. Default: as the provider says. No more
   * than the quota lets through at once.
   */
  readonly pageConcurrency?: number | undefined
  /** The listings to read, by name; without it, all. The others are not asked for anything. */
  readonly listings?: ReadonlyArray<string> | undefined
  /** Where to go on from; a listing and scope without a cursor starts at its beginning. */
  readonly resume?: ReadonlyArray<Cursor.Cursor> | undefined
}

/** A vendor's plugin. */
export interface Provider<
  Id extends string,
  Fields extends Schema.Struct.Fields,
  L extends Listings,
  CE = never,
  CR = never
> {
  readonly id: Id
  /** `Contract.version` of the core that made it. */
  readonly contract: number
  /** The schema of connections: decode a settings file, a database row or the environment with it. */
  readonly Connection: ReturnType<typeof Connection.schema<Id, Fields>>
  /** The settings, for people. */
  readonly settings: ReadonlyArray<Connection.Setting>
  /** The settings that may be given as `@file`. */
  readonly fileSettings: ReadonlySet<string>
  /** Reads a connection's settings as they stand in a JSON file; what fails is everything that is wrong with them. */
  readonly decode: (input: {
    readonly [key: string]: unknown
  }) => Result.Result<Connection.Connection<Id, Fields>, ReadonlyArray<Connection.Problem>>
  readonly quotas: ReadonlyArray<Quota>
  /** How many lanes of a connection are read at once where the caller does not say. */
  readonly concurrency: number
  readonly security: Security
  readonly listings: L
  /** The vendor's API as a value: serve it, document it, or make another client of it. */
  readonly api: HttpApi.HttpApi<Id, HttpApiGroup.HttpApiGroup<"listings", Endpoints<L>>>
  /** Every job of the connection that matches the query. A listing's own jobs come in the vendor's order. */
  readonly jobs: (
    connection: Connection.Connection<Id, Fields>,
    query?: Query,
    options?: RunOptions
  ) => Stream.Stream<Jobs<Id, L>, ScanError | CE, HttpClient.HttpClient | CR>
  /** The same by pages, each with the cursors to go on from. */
  readonly pages: (
    connection: Connection.Connection<Id, Fields>,
    query?: Query,
    options?: RunOptions
  ) => Stream.Stream<Lane.Page<Jobs<Id, L>>, ScanError | CE, HttpClient.HttpClient | CR>
  /**
   * What is read, one lane for each listing and scope. Scopes that a parent listing gives are found as their lanes are asked
   * for; where that fails, there is a lane that fails.
   */
  readonly lanes: (
    connection: Connection.Connection<Id, Fields>,
    query?: Query,
    options?: RunOptions
  ) => Stream.Stream<Lane.Lane<Jobs<Id, L>, CE>, ScanError | CE, HttpClient.HttpClient | CR>
  /** Asks for one page of each listing, for its first scope, to learn whether the connection works. */
  readonly check: (
    connection: Connection.Connection<Id, Fields>
  ) => Effect.Effect<void, ScanError | CE, HttpClient.HttpClient | CR>
  readonly "~Connection": Connection.Connection<Id, Fields>
  readonly "~Job": Jobs<Id, L>
  readonly "~Error": ScanError | CE
  readonly "~Services": HttpClient.HttpClient | CR
}

/** Any provider. Catalogs read the `~` members, so that no conditional type has to open a `Provider` again. */
export interface Any {
  readonly id: string
  readonly contract: number
  readonly Connection: Schema.Constraint
  readonly settings: ReadonlyArray<Connection.Setting>
  readonly fileSettings: ReadonlySet<string>
  readonly decode: (input: {
    readonly [key: string]: unknown
  }) => Result.Result<{ readonly provider: string; readonly name: string }, ReadonlyArray<Connection.Problem>>
  readonly quotas: ReadonlyArray<Quota>
  readonly concurrency: number
  readonly listings: Listings
  readonly lanes: (
    connection: never,
    query?: Query,
    options?: RunOptions
  ) => Stream.Stream<Lane.Lane<ScanJob, unknown>, unknown, unknown>
  readonly check: (connection: never) => Effect.Effect<void, unknown, unknown>
  readonly "~Connection": { readonly provider: string; readonly name: string }
  readonly "~Job": ScanJob
  readonly "~Error": unknown
  readonly "~Services": unknown
}

/** The connections of a provider. */
export type ConnectionOf<P extends Any> = P["~Connection"]
/** The jobs of a provider. */
export type JobOf<P extends Any> = P["~Job"]
/** What a provider's streams can fail with. */
export type ErrorOf<P extends Any> = P["~Error"]
/** What a provider's streams need. */
export type ServicesOf<P extends Any> = P["~Services"]

/** How many answers of an endpoint that is asked once are remembered: small ones of lookups, and pages of parents. */
const rememberedLookups = 1024
const rememberedPages = 32

/** How many lanes of a connection are read at once where neither the caller nor the provider says. */
const usualConcurrency = 4

/**
 * Makes a provider of its nouns, and then of its verbs.
 *
 * **Example** (a vendor with `skip` and `top`)
 *
 * ```ts
 * import { Credential, Listing, Provider, Time } from "@scanjobs/core"
 * import { Schema } from "effect"
 * import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"
 *
 * const Row = Schema.Struct({ id: Schema.String, running: Schema.Boolean, at: Schema.String })
 *
 * export const Acme = Provider.make("acme", {
 *   connection: { token: Schema.Redacted(Schema.String) },
 *   security: HttpApiSecurity.bearer,
 *   quotas: [{ requests: 60, window: "1 minute" }],
 *   listings: {
 *     runs: Listing.make({
 *       row: Row,
 *       endpoint: (row) =>
 *         HttpApiEndpoint.get("runs", "/runs", {
 *           query: { skip: Schema.Int, top: Schema.Int },
 *           success: Schema.Struct({ runs: Schema.Array(row) })
 *         })
 *     })
 *   }
 * })({
 *   baseUrl: () => "https://api.acme.example",
 *   credential: ({ token }) => Credential.fixed(token),
 *   listings: {
 *     runs: {
 *       first: () => ({ query: { skip: 0, top: 100 } }),
 *       rows: ({ runs }) => runs,
 *       next: ({ body, request: { query } }) =>
 *         body.runs.length === 0 ? undefined : { query: { ...query, skip: query.skip + body.runs.length } },
 *       job: (row) => ({
 *         vendorId: row.id,
 *         kind: "run",
 *         category: "web",
 *         state: row.running ? "running" : "succeeded",
 *         vendorState: String(row.running),
 *         startTime: Time.fromIso(row.at)
 *       })
 *     }
 *   }
 * })
 * ```
 */
export const make =
  <const Id extends string, const Fields extends Schema.Struct.Fields, const L extends Listings>(
    id: Id,
    nouns: Nouns<Fields, L>
  ) =>
  <CE = never, CR = never>(
    verbs: Verbs<Connection.Connection<Id, Fields>, Fields, L, CE, CR>
  ): Provider<Id, Fields, L, CE, CR> => {
    type C = Connection.Connection<Id, Fields>
    PluginCheck.check(id, nouns, verbs)
    const quotas = nouns.quotas ?? []
    const endpoints = endpointsOf(nouns.listings)
    const once = new Map<string, number>()
    for (const { lookup, parents } of Object.values(nouns.listings)) {
      if (parents !== undefined) once.set(parents.endpoint(parents.row).identifier, rememberedPages)
      if (lookup !== undefined) once.set(lookup.identifier, rememberedLookups)
    }
    const concurrency = Math.min(usualConcurrency, nouns.concurrency ?? usualConcurrency)
    const rules = (given: object) => verbs.rules?.((key) => valueOf(given, key) !== undefined) ?? []

    // When first needed, so that a provider that is only imported costs nothing.
    let prepared: ReadonlyArray<Prepared.Prepared> | undefined
    let settings: ReadonlyArray<Connection.Setting> | undefined
    const prepare = () => (prepared ??= Prepared.all(nouns.listings, verbs.listings))

    const failure = (connection: C, reason: Reason.Reason) =>
      new ScanError({ provider: id, connection: connection.name, listing: null, scope: null, resume: null, reason })

    const open = Effect.fnUntraced(function* (connection: C) {
      const asked = ConnectionVerbs.make(connection, verbs, rules)
      if (asked instanceof VerbFailure.VerbFailure) {
        const secrets = Secrets.make(Connection.secrets(connection))
        return yield* Effect.mapError(VerbFailure.raise(asked, secrets), (reason) => failure(connection, reason))
      }
      const { baseUrl, broken, ...said } = asked
      const problems = [
        ...broken,
        ...(Connection.isHttpUrl(baseUrl)
          ? []
          : [{ key: "baseUrl", message: "expected an absolute http or https URL" }])
      ]
      if (problems.length > 0) return yield* failure(connection, Connection.invalid(problems))
      const tell = yield* Progress
      return yield* Session.open({
        provider: id,
        connection,
        baseUrl,
        security: nouns.security,
        quotas,
        concurrency: nouns.concurrency,
        ...said,
        endpoints,
        once,
        onRetry: (reason) => {
          const attributes = { provider: id, connection: connection.name, reason: reason._tag }
          return Effect.andThen(
            Metric.update(Metric.withAttributes(Telemetry.retries, attributes), 1),
            tell({ _tag: "Retrying", provider: id, connection: connection.name, reason })
          )
        }
      })
    })

    const lanesOf = (connection: C, query: Query, options: RunOptions = {}) => {
      const problems = RunCheck.problemsOf(query, options, nouns.listings)
      if (problems.length > 0) return Effect.fail(failure(connection, Connection.invalid(problems)))
      return Effect.map(open(connection), (session) => {
        const { listings, pageConcurrency = nouns.pageConcurrency ?? 1, resume = [] } = options
        // More would only wait for the quota, and what is given up while it waits has used it all the same.
        const most = Math.min(...quotas.map((quota) => toBucket(quota).capacity), pageConcurrency)
        const run = { provider: id, connection, session, query, resume: Cursor.finder(resume), pageConcurrency: most }
        const wanted = prepare().filter(({ listing }) => listings?.includes(listing.name) ?? true)
        return wanted.map(({ listing, parents }) => typed<Id, L, CE>(Parents.lanes({ ...run, listing }, parents)))
      })
    }

    const lanes: Provider<Id, Fields, L, CE, CR>["lanes"] = (connection, query = everything, options) =>
      Stream.unwrap(Effect.map(lanesOf(connection, query, options), Lanes.all))

    const pages: Provider<Id, Fields, L, CE, CR>["pages"] = (connection, query = everything, options) =>
      Stream.unwrap(
        Effect.map(lanesOf(connection, query, options), (listings) =>
          Lanes.pages(listings, RunCheck.atLeastOne(options?.concurrency ?? concurrency))
        )
      )

    return {
      id,
      contract: Contract.version,
      Connection: Connection.schema(id, nouns.connection),
      get settings() {
        return (settings ??= Connection.describe(nouns.connection))
      },
      fileSettings: new Set(Object.keys(nouns.connection).filter((key) => Connection.isFile(nouns.connection[key]))),
      decode: (input) => {
        const decoded = Connection.decode(id, nouns.connection, input)
        const broken = rules(input)
        if (broken.length === 0) return decoded
        return Result.fail([...(Result.isFailure(decoded) ? decoded.failure : []), ...broken])
      },
      quotas,
      concurrency,
      security: nouns.security,
      listings: nouns.listings,
      api: apiOf<Id, L>(id, endpoints),
      lanes,
      pages,
      jobs: (connection, query, options) => {
        const jobs = Lane.jobs(pages(connection, query, options))
        return RunCheck.isLimit(query?.limit) ? Stream.take(jobs, query.limit) : jobs
      },
      check: (connection) =>
        Effect.flatMap(lanesOf(connection, { limit: 1 }), (listings) =>
          Effect.forEach(
            listings,
            (ofListing) =>
              Stream.take(Lanes.ofOne(ofListing), 1).pipe(
                Stream.flatMap((lane) => Stream.take(lane.pages, 1)),
                Stream.runDrain
              ),
            { discard: true }
          )
        ),
      ...phantom<Id, Fields, L, CE, CR>()
    }
  }

const valueOf = (given: object, key: PropertyKey): unknown => Object.entries(given).find(([name]) => name === key)?.[1]

/** The endpoints of all listings and lookups; one that several share is there once. */
const endpointsOf = (listings: Listings): ReadonlyArray<HttpApiEndpoint.Top> => {
  const byName = new Map<string, HttpApiEndpoint.Top>()
  for (const { endpoint, lookup, parents, row } of Object.values(listings)) {
    for (const used of [endpoint(row), lookup, parents?.endpoint(parents.row)]) {
      if (used !== undefined) byName.set(used.identifier, PageReader.top(used))
    }
  }
  return [...byName.values()]
}

/** The endpoints went through a list, which has lost their types; they are the ones of the listings. */
const apiOf = <Id extends string, L extends Listings>(id: Id, endpoints: ReadonlyArray<HttpApiEndpoint.Top>) =>
  HttpApi.make(id).add(Session.group(endpoints)) as unknown as Provider<Id, Schema.Struct.Fields, L>["api"]

/** A lane's jobs have the listing's name and its row's type, because they were read by that listing. */
const typed = <Id extends string, L extends Listings, CE>(lanes: Lanes.Lanes<ScanJob, CE>) =>
  lanes as Lanes.Lanes<Jobs<Id, L>, CE>

/** The members that only the compiler reads. */
const phantom = <Id extends string, Fields extends Schema.Struct.Fields, L extends Listings, CE, CR>() =>
  ({}) as Pick<Provider<Id, Fields, L, CE, CR>, "~Connection" | "~Job" | "~Error" | "~Services">
