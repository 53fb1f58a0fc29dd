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
import { everything, type Input } from "../model/Query.ts"
import type { ScanError } from "../model/ScanError.ts"
import type { Encoded, ScanJob } from "../model/ScanJob.ts"
import type { Quota } from "../policies/Quota.ts"
import * as Lane from "../reading/Lane.ts"
import * as Lanes from "../reading/Lanes.ts"
import * as Session from "../reading/Session.ts"
import type * as Check from "./Check.ts"
import * as CheckRun from "./CheckRun.ts"
import type { Endpoints, Jobs, Listings, Nouns, RunOptions, Verbs } from "./Declaration.ts"
import * as JobCodec from "./JobCodec.ts"
import * as PluginCheck from "./PluginCheck.ts"
import * as ProviderRun from "./ProviderRun.ts"
import * as RunCheck from "./RunCheck.ts"

export type { Endpoints, Jobs, Listings, Nouns, RunOptions, Verbs } from "./Declaration.ts"

/**
 * A vendor's plugin.
 *
 * `L` are its listings. `E` is what its credential may fail with and `R` what it needs, besides `ScanError` and `HttpClient`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Provider<
  Id extends string,
  Fields extends Schema.Struct.Fields,
  L extends Listings,
  E = never,
  R = never
> {
  readonly id: Id
  /** `Contract.version` of the core that made it. */
  readonly contract: number
  /** The schema of connections: decode a settings file, a database row or the environment with it. */
  readonly Connection: ReturnType<typeof Connection.schema<Id, Fields>>
  /** The codec of its jobs: epoch milliseconds in memory, ISO 8601 when encoded. */
  readonly Job: Schema.Codec<Provider<Id, Fields, L>["~Job"], Encoded>
  /** The settings, described for people. */
  readonly settings: ReadonlyArray<Connection.Setting>
  /** The settings that a settings file may give as `@path`. */
  readonly fileSettings: ReadonlySet<string>
  /** Reads a connection's settings as they stand in a JSON file. It fails with everything that is wrong with them. */
  readonly decode: (input: {
    readonly [key: string]: unknown
  }) => Result.Result<Connection.Connection<Id, Fields>, ReadonlyArray<Connection.Problem>>
  /** The requests that the vendor allows each connection. */
  readonly quotas: ReadonlyArray<Quota>
  /** How many lanes of a connection are read at once by default. */
  readonly concurrency: number
  /** How a request carries the credential. */
  readonly security: Security
  readonly listings: L
  /** The vendor's API as a value: serve it, document it, or make another client of it. */
  readonly api: HttpApi.HttpApi<Id, HttpApiGroup.HttpApiGroup<"listings", Endpoints<L>>>
  /** Every job of the connection that matches the query. The jobs of one listing come in the vendor's order. */
  readonly jobs: (
    connection: Connection.Input<Id, Fields>,
    query?: Input,
    options?: RunOptions<keyof L & string>
  ) => Stream.Stream<Provider<Id, Fields, L>["~Job"], ScanError | E, HttpClient.HttpClient | R>
  /** The same by pages, each with the cursor to resume from. */
  readonly pages: (
    connection: Connection.Input<Id, Fields>,
    query?: Input,
    options?: RunOptions<keyof L & string>
  ) => Stream.Stream<Lane.Page<Provider<Id, Fields, L>["~Job"]>, ScanError | E, HttpClient.HttpClient | R>
  /**
   * What is read: one lane for each listing and scope. Scopes that a parent listing gives are discovered as their lanes are
   * pulled; a failure to discover them is a lane that fails.
   */
  readonly lanes: (
    connection: Connection.Input<Id, Fields>,
    query?: Input,
    options?: RunOptions<keyof L & string>
  ) => Stream.Stream<Lane.Lane<Provider<Id, Fields, L>["~Job"], E>, ScanError | E, HttpClient.HttpClient | R>
  /**
   * Asks for the first page of every listing and scope that the settings name, and reports how each went; see {@link Check}. It
   * fails only where the connection as a whole does not work: its settings are wrong, or its credential is not accepted.
   */
  readonly check: (
    connection: Connection.Input<Id, Fields>
  ) => Effect.Effect<ReadonlyArray<Check.ListingCheck>, ScanError | E, HttpClient.HttpClient | R>
  readonly "~Connection": Connection.Connection<Id, Fields>
  /** Written out, because the name of a type alias would hide the union from those who look at a job's type. */
  readonly "~Job": { [Name in keyof L & string]: ScanJob<Id, Name, L[Name]["~Row"]["Type"]> }[keyof L & string]
  readonly "~Error": ScanError | E
  readonly "~Services": HttpClient.HttpClient | R
}

/**
 * Any provider. Catalogs read the `~` members, so that no conditional type has to open a `Provider` again.
 *
 * @since 0.1.0
 * @category models
 */
export interface Any {
  readonly id: string
  readonly contract: number
  readonly Connection: Schema.Constraint
  readonly Job: Schema.Constraint
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
    query?: Input,
    options?: RunOptions<never>
  ) => Stream.Stream<Lane.Lane<ScanJob, unknown>, unknown, unknown>
  readonly check: (connection: never) => Effect.Effect<ReadonlyArray<Check.ListingCheck>, unknown, unknown>
  readonly "~Connection": { readonly provider: string; readonly name: string }
  readonly "~Job": ScanJob
  readonly "~Error": unknown
  readonly "~Services": unknown
}

/**
 * The connections of a provider.
 *
 * @since 0.1.0
 * @category models
 */
export type ConnectionOf<P extends Any> = P["~Connection"]

/**
 * The jobs of a provider, one member for each listing.
 *
 * @since 0.1.0
 * @category models
 */
export type JobOf<P extends Any> = P["~Job"]

/**
 * The names of a provider's listings.
 *
 * @since 0.1.0
 * @category models
 */
export type ListingOf<P extends Any> = P["~Job"]["listing"]

/**
 * What a provider's streams can fail with.
 *
 * @since 0.1.0
 * @category models
 */
export type ErrorOf<P extends Any> = P["~Error"]

/**
 * What a provider's streams need.
 *
 * @since 0.1.0
 * @category models
 */
export type ServicesOf<P extends Any> = P["~Services"]

/** How many lanes of a connection are read at once by default. */
const usualConcurrency = 4

/**
 * Makes a provider from its nouns, and then from its verbs. It throws where the two do not fit, with what to do.
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
 *
 * @since 0.1.0
 * @category constructors
 */
export const make =
  <const Id extends string, const Fields extends Schema.Struct.Fields, const L extends Listings>(
    id: Id,
    nouns: Nouns<Fields, L>
  ) =>
  <E = never, R = never>(
    verbs: Verbs<Connection.Connection<Id, Fields>, Fields, L, E, R>
  ): Provider<Id, Fields, L, E, R> => {
    PluginCheck.check(id, nouns, verbs)
    const endpoints = endpointsOf(nouns.listings)
    const concurrency = Math.min(usualConcurrency, nouns.concurrency ?? usualConcurrency)
    const rules = ProviderRun.rulesOf(verbs)
    const open = ProviderRun.make({ id, nouns, verbs, endpoints })
    let settings: ReadonlyArray<Connection.Setting> | undefined

    let job: Schema.Constraint | undefined

    type P = Provider<Id, Fields, L, E, R>
    const lanesOf = (connection: Connection.Input<Id, Fields>, query: Input, options?: RunOptions<keyof L & string>) =>
      Effect.map(open(ofProvider<Id, Fields>(id, connection), query, options), typed<Id, L, E>)

    const lanes: P["lanes"] = (connection, query = everything, options) =>
      Stream.unwrap(Effect.map(lanesOf(connection, query, options), Lanes.all))

    const pages: P["pages"] = (connection, query = everything, options) =>
      Stream.unwrap(
        Effect.map(lanesOf(connection, query, options), (listings) =>
          Lanes.pages(listings, RunCheck.atLeastOne(options?.concurrency ?? concurrency))
        )
      )

    return {
      id,
      contract: Contract.version,
      Connection: Connection.schema(id, nouns.connection),
      get Job() {
        return codecOf<Id, L>((job ??= JobCodec.make(id, nouns.listings)))
      },
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
        Effect.flatMap(lanesOf(connection, { limit: 1 }), (listings) =>
          CheckRun.run({ provider: id, connection: connection.name }, listings, concurrency)
        ),
      ...phantom<Id, Fields, L, E, R>()
    }
  }

/** The endpoints of all listings, lookups and parents, each once. */
const endpointsOf = (listings: Listings): ReadonlyArray<HttpApiEndpoint.Top> => {
  const byName = new Map<string, HttpApiEndpoint.Top>()
  for (const { endpoint, lookup, parents, row } of Object.values(listings)) {
    for (const used of [endpoint(row), lookup, parents?.endpoint(parents.row)]) {
      if (used !== undefined) byName.set(used.identifier, PageReader.top(used))
    }
  }
  return [...byName.values()]
}

/** The endpoints are those of the listings; their types are lost in the list. */
const apiOf = <Id extends string, L extends Listings>(id: Id, endpoints: ReadonlyArray<HttpApiEndpoint.Top>) =>
  HttpApi.make(id).add(Session.group(endpoints)) as unknown as Provider<Id, Schema.Struct.Fields, L>["api"]

/** A connection that is given to a provider is one of that provider. The compiler does not see through a spread of generic fields. */
const ofProvider = <Id extends string, Fields extends Schema.Struct.Fields>(
  id: Id,
  connection: Connection.Input<Id, Fields>
) => ({ ...connection, provider: id }) as Connection.Connection<Id, Fields>

/** The codec was made of the listings' own schemas, in a loop that loses their types. */
const codecOf = <Id extends string, L extends Listings>(codec: Schema.Constraint) =>
  codec as Schema.Codec<Jobs<Id, L>, Encoded>

/** Lanes of a listing bring that listing's jobs; the page loop does not know the type of their rows. */
const typed = <Id extends string, L extends Listings, E>(listings: ReadonlyArray<Lanes.Lanes<ScanJob, E>>) =>
  listings as ReadonlyArray<Lanes.Lanes<Jobs<Id, L>, E>>

/** The members that exist for the compiler alone. */
const phantom = <Id extends string, Fields extends Schema.Struct.Fields, L extends Listings, E, R>() =>
  ({}) as Pick<Provider<Id, Fields, L, E, R>, "~Connection" | "~Job" | "~Error" | "~Services">
