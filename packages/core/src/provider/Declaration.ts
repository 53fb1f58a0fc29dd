/**
 * What the author of a plugin declares: nouns, which are data, and verbs, which are pure functions over decoded values.
 */
import type { Redacted, Schema } from "effect"
import type { Credential } from "../auth/Credential.ts"
import type { Security } from "../auth/Signature.ts"
import type * as Connection from "../contract/Connection.ts"
import type * as Listing from "../contract/Listing.ts"
import type { Place } from "../contract/Place.ts"
import type { QuotaReader, Reader } from "../contract/Rejection.ts"
import type { Signer } from "../contract/Signer.ts"
import type { Format } from "../decoding/Format.ts"
import type * as Cursor from "../model/Cursor.ts"
import type * as Reason from "../model/Reason.ts"
import type { ScanJob } from "../model/ScanJob.ts"
import type { Quota } from "../policies/Quota.ts"

/**
 * The listings of a provider by name.
 *
 * @since 0.1.0
 * @category models
 */
export interface Listings {
  readonly [name: string]: Listing.Any
}

/**
 * The nouns of a provider: data, from which the types of its verbs are inferred. {@link make} shows an example.
 *
 * @since 0.1.0
 * @category models
 */
export interface Nouns<Fields extends Schema.Struct.Fields, L extends Listings> {
  /** The settings of a connection, besides `name`, `provider`, `baseUrl`, `allowHttp` and `quotas`, which every connection has. */
  readonly connection: Fields
  /** How a request carries the credential; `"none"` where `sign` signs requests with it, or where the vendor wants no credential. */
  readonly security: Security
  /** The requests that the vendor allows each connection, unless its own `quotas` replace them; several windows may hold at once. */
  readonly quotas?: ReadonlyArray<Quota>
  /** The most requests of a connection that may be in flight at once. Default: no limit. */
  readonly concurrency?: number
  /** The most pages of a listing with `ahead` that are read at once, where the caller does not say. Default 1. */
  readonly pageConcurrency?: number
  /** The format of the vendor's answers, also of errors, for each listing that has no own one. Default: JSON. */
  readonly format?: Format
  /** The collections that the vendor can list. */
  readonly listings: L
}

/**
 * The verbs of a provider: pure functions over what the nouns decode to. `E` is what its credential may fail with and `R` what it
 * needs.
 *
 * @since 0.1.0
 * @category models
 */
export interface Verbs<C, Fields extends Schema.Struct.Fields, L extends Listings, E, R> {
  /**
   * The vendor's address, unless the connection's `baseUrl` replaces it. Where the vendor has several, such as one for each region or service,
   * take the second parameter, which says the listing and the scope that are asked.
   */
  readonly baseUrl: (connection: C, place: Place) => string
  /** Yields the secret before each attempt: `Credential.fixed`, `OAuth.clientCredentials`, or an effect of your own. */
  readonly credential: (connection: C) => Credential<E, R>
  /** Signs each request with the secret that the credential gives; for `security: "none"` only. See {@link Signer}. */
  readonly sign?: (connection: C) => Signer
  /** The secret that the vendor counts requests by: connections that share it share the quotas. Default: none is shared. */
  readonly quotaOf?: (connection: C) => Redacted.Redacted
  /** Rules between settings, as problems where they are broken; `has` tells which settings are given. */
  readonly rules?: (has: (key: keyof Fields | "baseUrl") => boolean) => ReadonlyArray<Connection.Problem>
  /** Finds the error in an answer of any status. */
  readonly rejection?: Reader
  /**
   * What is left of the vendor's quota, where the heads of its answers tell. Once nothing is left, further requests wait until the
   * quota renews, for `maxQuotaWait` of the retry policy at most.
   */
  readonly quotaState?: QuotaReader
  /** What a person can do about a reason, in one sentence. */
  readonly hint?: (reason: Reason.Reason, connection: C) => string | undefined
  /** Headers that the vendor wants on every request, besides the credential's. */
  readonly headers?: (connection: C) => { readonly [name: string]: string }
  /** The verbs of each listing. */
  readonly listings: {
    readonly [Name in keyof L]: Listing.Verbs<C, L[Name]> & Listing.Conditional<C, L[Name]>
  }
}

/**
 * The jobs of a provider with these listings: one member for each listing, told apart by `listing`.
 *
 * @since 0.1.0
 * @category models
 */
export type Jobs<Id extends string, L extends Listings> = {
  [Name in keyof L & string]: ScanJob<Id, Name, L[Name]["~Row"]["Type"]>
}[keyof L & string]

/**
 * The endpoints of a provider: those of its listings, their lookups and their parents.
 *
 * @since 0.1.0
 * @category models
 */
export type Endpoints<L extends Listings> = {
  [Name in keyof L]: L[Name]["~Endpoints"]
}[keyof L]

/**
 * How a provider is read.
 *
 * **Example** (one listing, two scopes at a time)
 *
 * ```ts
 * import type { Provider } from "@scanjobs/core"
 *
 * export const options: Provider.RunOptions<"runs" | "plans"> = { listings: ["runs"], concurrency: 2 }
 * ```
 *
 * @since 0.1.0
 * @category models
 */
export interface RunOptions<Listing extends string = string> {
  /** How many listings and scopes of the connection are read at once. Default 4, or fewer where the provider says so. */
  readonly concurrency?: number | undefined
  /**
   * How many pages of a listing with `ahead` are read at once; they are emitted in order. Default: as the provider says. The
   * quota's burst caps it.
   */
  readonly pageConcurrency?: number | undefined
  /** The listings to read, by name. Default: all. The others are not requested. */
  readonly listings?: ReadonlyArray<Listing> | undefined
  /** The places to resume from; a listing and scope without a cursor starts at its beginning. */
  readonly resume?: ReadonlyArray<Cursor.Cursor> | undefined
  /**
   * The earliest start time of one lane, in epoch milliseconds, in place of the query's `from`; `undefined` leaves that as it is. So
   * a scope that is new, or was not read for a while, does not make the others read their history again. Scopes that the vendor
   * lists are asked for with the query's own `from`, so give that none that is later.
   */
  readonly since?: ((place: Place) => number | undefined) | undefined
}
