/**
 * A vendor's plugin: its nouns, its verbs, and the streams that the library makes of them.
 *
 * A provider is made in two steps, so that everything is inferred: first the nouns, which are data (settings, security, quotas,
 * endpoints, row schemas), then the verbs, which are pure functions over what the nouns decode to.
 */
import { Effect, Result, type Schema, Stream } from "effect"
import type { HttpClient } from "effect/http"
import { HttpApi, type HttpApiEndpoint, type HttpApiGroup } from "effect/http-api"
import type { Security } from "../auth/Signature.ts"
import * as Connection from "../contract/Connection.ts"
import * as Contract from "../contract/Contract.ts"
import * as PageReader from "../decoding/PageReader.ts"
import { everything, type Query } from "../model/Query.ts"
import type { ScanError } from "../model/ScanError.ts"
import type { ScanJob } from "../model/ScanJob.ts"
import type { Quota } from "../policies/Quota.ts"
import * as Lane from "../reading/Lane.ts"
import * as Lanes from "../reading/Lanes.ts"
import * as Session from "../reading/Session.ts"
import * as Check from "./Check.ts"
import type { Endpoints, Jobs, Listings, Nouns, RunOptions, Verbs } from "./Declaration.ts"
import * as PluginCheck from "./PluginCheck.ts"
import * as ProviderRun from "./ProviderRun.ts"
import * as RunCheck from "./RunCheck.ts"

export type { Endpoints, Jobs, Listings, Nouns, RunOptions, Verbs } from "./Declaration.ts"

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
  /**
   * Asks for the first page of every listing and scope that the settings name, and reports how each went; see {@link Check}. It
   * fails only where the connection as a whole does not work: its settings are wrong, or its credential is not accepted.
   */
  readonly check: (
    connection: Connection.Connection<Id, Fields>
  ) => Effect.Effect<ReadonlyArray<Check.ListingCheck>, ScanError | CE, HttpClient.HttpClient | CR>
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
  readonly check: (connection: never) => Effect.Effect<ReadonlyArray<Check.ListingCheck>, unknown, unknown>
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
    PluginCheck.check(id, nouns, verbs)
    const endpoints = endpointsOf(nouns.listings)
    const concurrency = Math.min(usualConcurrency, nouns.concurrency ?? usualConcurrency)
    const rules = ProviderRun.rulesOf(verbs)
    const open = ProviderRun.make({ id, nouns, verbs, endpoints })
    let settings: ReadonlyArray<Connection.Setting> | undefined

    const lanesOf = (connection: Connection.Connection<Id, Fields>, query: Query, options: RunOptions | undefined) =>
      Effect.map(open(connection, query, options), typed<Id, L, CE>)

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
      quotas: nouns.quotas ?? [],
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
        Effect.flatMap(lanesOf(connection, { limit: 1 }, undefined), (listings) =>
          Check.run({ provider: id, connection: connection.name }, listings, concurrency)
        ),
      ...phantom<Id, Fields, L, CE, CR>()
    }
  }

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
const typed = <Id extends string, L extends Listings, CE>(listings: ReadonlyArray<Lanes.Lanes<ScanJob, CE>>) =>
  listings as ReadonlyArray<Lanes.Lanes<Jobs<Id, L>, CE>>

/** The members that only the compiler reads. */
const phantom = <Id extends string, Fields extends Schema.Struct.Fields, L extends Listings, CE, CR>() =>
  ({}) as Pick<Provider<Id, Fields, L, CE, CR>, "~Connection" | "~Job" | "~Error" | "~Services">
