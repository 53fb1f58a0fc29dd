/**
 * What the verbs of a listing are called with.
 */
import type { Query } from "../model/Query.ts"
import type { Any, BodyOf, RequestOf } from "./ListingNouns.ts"

/**
 * What the first request is made of.
 *
 * @since 0.1.0
 * @category models
 */
export interface Start<Connection, L extends Any> {
  readonly connection: Connection
  readonly scope: L["~Scope"]["Type"]
  /** The item of the parent listing that the scope was found by; `null` where the connection itself names the scope. */
  readonly parent: L["~Parents"]["~Row"]["Type"] | null
  readonly query: Query
  /** The part of the listing; `undefined` where it has no parts. */
  readonly part: L["~Part"]["Type"]
  /** When the reading began: epoch milliseconds. */
  readonly now: number
}

/** The endpoint whose answers have the rows. */
type RowEndpoint<L extends Any> = [L["~Details"]] extends [never] ? L["~Endpoint"] : L["~Details"]

/**
 * What a row is normalised with.
 *
 * @since 0.1.0
 * @category models
 */
export interface Context<Connection, L extends Any> extends Start<Connection, L> {
  /**
   * The time for which planned runs are worked out, where a row is a schedule: from the query's `from`, or now, to its
   * `until`, or the default horizon. Epoch milliseconds; the end is exclusive.
   */
  readonly span: { readonly from: number; readonly until: number }
  /** The answer that the row came in. */
  readonly body: BodyOf<RowEndpoint<L>>
  /** What the lookup brought; `null` where the vendor refused it. */
  readonly lookup: BodyOf<L["~Lookup"]> | null
}

/**
 * What the next request is made of.
 *
 * @since 0.1.0
 * @category models
 */
export interface Turn<Connection, L extends Any> extends Start<Connection, L> {
  readonly body: BodyOf<L["~Endpoint"]>
  /** The request that brought `body`. */
  readonly request: RequestOf<L["~Endpoint"]>
  /** The answer's headers, with lower-case names. */
  readonly headers: { readonly [name: string]: string | undefined }
  /** The rows of the page that fit the row's schema; where the listing has `details`, the ids of the page. */
  readonly rows: ReadonlyArray<[L["~Details"]] extends [never] ? L["~Row"]["Type"] : string>
  /** The rows themselves: where the listing has `details`, those that were had by the ids of the page; else the same as `rows`. */
  readonly details: ReadonlyArray<L["~Row"]["Type"]>
  /** How many rows the page had, with those that do not fit. */
  readonly received: number
  /** How many rows there are in all, as far as the vendor says so and it can be. */
  readonly total: number | undefined
}

/**
 * A request behind the first page that the vendor refused.
 *
 * @since 0.3.0
 * @category models
 */
export interface Refused<Connection, L extends Any> extends Start<Connection, L> {
  readonly request: RequestOf<L["~Endpoint"]>
}
