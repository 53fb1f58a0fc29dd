/**
 * A vendor's plugin as a value, and the types that catalogs take from it.
 */
import type { Effect, Result, Schema, Stream } from "effect"
import type { HttpClient } from "effect/http"
import type { HttpApi, HttpApiGroup } from "effect/http-api"
import type { Security } from "../auth/Signature.ts"
import type * as Connection from "../contract/Connection.ts"
import type * as ConnectionSchema from "../contract/ConnectionSchema.ts"
import type { Input } from "../model/Query.ts"
import type { ScanError } from "../model/ScanError.ts"
import type { Encoded, ScanJob } from "../model/ScanJob.ts"
import type { Quota } from "../policies/Quota.ts"
import type * as Lane from "../reading/Lane.ts"
import type * as Check from "./Check.ts"
import type { Endpoints, Listings, RunOptions } from "./Declaration.ts"

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
  readonly Connection: ReturnType<typeof ConnectionSchema.schema<Id, Fields>>
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
