/**
 * One collection that a provider can list: its nouns, and the verbs that read them.
 *
 * The nouns are data: the row's schema, the endpoint, what the listing runs once for. They are fixed first, so that every
 * verb is inferred from them. The verbs are pure functions over decoded values.
 */
import type { Schema } from "effect"
import type { Order, Query } from "../model/Query.ts"
import type { Refusal } from "../model/Reason.ts"
import type { Fields } from "../model/ScanJob.ts"
import type { Holds } from "./Holds.ts"
import * as KnownNouns from "./KnownNouns.ts"
import type { Any, BodyOf, Endpoint, Listing, Parent, RequestOf } from "./ListingNouns.ts"
import type { PageStrategy } from "./PageStrategy.ts"

export type { Holds } from "./Holds.ts"
export {
  type Any,
  type BodyOf,
  type Endpoint,
  type Listing,
  type Parent,
  type RequestOf,
  seriesOf
} from "./ListingNouns.ts"

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
  /** When the reading began: epoch milliseconds. */
  readonly now: number
}

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
  /** The page that the row came in. */
  readonly body: BodyOf<L["~Endpoint"]>
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
  /** The rows of the page that fit the row's schema. */
  readonly rows: ReadonlyArray<L["~Row"]["Type"]>
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

/**
 * How a listing goes from page to page: by a strategy of {@link Paging}, or by its own first and next request.
 *
 * @since 0.1.0
 * @category models
 */
export type Paged<Connection, L extends Any> =
  | {
      /** The page strategy. */
      readonly paging: PageStrategy<Start<Connection, L>, Turn<Connection, L>, RequestOf<L["~Endpoint"]>>
    }
  | PageStrategy<Start<Connection, L>, Turn<Connection, L>, RequestOf<L["~Endpoint"]>>

/**
 * The verbs that find rows.
 *
 * @since 0.1.0
 * @category models
 */
export interface Reading<Connection, L extends Any> {
  /** The rows of a page. */
  readonly rows: (body: BodyOf<L["~Endpoint"]>) => ReadonlyArray<L["~Row"]["Type"]>
  /**
   * How many rows the vendor says there are in all, from the first request on; `undefined` where it does not say, or counts rows
   * that it does not list. A list that ends below its latest total is `Incomplete`. Sentinels, such as 2147483647, are ignored.
   */
  readonly total?: (body: BodyOf<L["~Endpoint"]>, start: Start<Connection, L>) => number | undefined
  /**
   * Whether a refusal means that there is nothing to list for a scope, rather than that the listing failed: a parent that was
   * deleted meanwhile, a feature that is switched off. The text that it returns is reported as a note, and the other scopes continue. It is asked
   * for the first page only: a list that was begun and then is refused is not whole. Of what is not about the scope, such as
   * a credential that is not accepted or a vendor that is down, it is never asked.
   */
  readonly skips?: (reason: Refusal, start: Start<Connection, L>) => string | undefined
  /**
   * Whether a refusal of a later page means that the list ended before it, for vendors that answer a page behind the last one with
   * an error. The text that it returns is reported as a note. Where the vendor's latest total says that there are more rows, the
   * listing fails as `Incomplete` all the same.
   */
  readonly ends?: (reason: Refusal, refused: Refused<Connection, L>) => string | undefined
}

/**
 * The verbs of a listing.
 *
 * @since 0.1.0
 * @category models
 */
export type Verbs<Connection, L extends Any> = Paged<Connection, L> &
  Reading<Connection, L> &
  Normalising<Connection, L>

/**
 * The verbs that make scan jobs of rows.
 *
 * @since 0.1.0
 * @category models
 */
export interface Normalising<Connection, L extends Any> {
  /** In which order of start time the vendor gives rows; `none`, the default, where it does not say. */
  readonly order?: (start: Start<Connection, L>) => Order
  /** Vendor row to scan job; or to several, where the row is a schedule; or to none. */
  readonly job: (row: L["~Row"]["Type"], context: Context<Connection, L>) => Fields | ReadonlyArray<Fields>
}

/**
 * The verbs of a listing that scopes are found by.
 *
 * @since 0.1.0
 * @category models
 */
export type ParentVerbs<Connection, P extends Any, Child> = Paged<Connection, P> &
  Reading<Connection, P> &
  Scoped<Connection, P> & {
    /** What to run once for, of one parent item; `undefined` where it has nothing to list. */
    readonly child: (item: P["~Row"]["Type"], start: Start<Connection, P>) => Child | undefined
  }

/** How the scopes of a listing are told apart. */
interface ScopeIdentity<Scope> {
  /**
   * Identifies a scope as the vendor does: scopes of one key are one scope, and are read once. Give it where the vendor takes
   * several spellings for the same thing, such as names in upper and lower case, or an id as number and as text. Jobs' ids are
   * made of it. Default: the scope itself.
   */
  readonly scopeKey?: (scope: Scope) => string
}

type Scoped<Connection, L extends Any> = [L["~Scope"]["Type"]] extends [undefined]
  ? {}
  : ScopeIdentity<L["~Scope"]["Type"]> &
      ([L["~Parents"]] extends [never]
        ? {
            /** What the listing runs once for. */
            readonly scopes: (connection: Connection) => ReadonlyArray<L["~Scope"]["Type"]>
          }
        : {
            /** What the listing runs once for, besides what its parents give. */
            readonly scopes?: (connection: Connection) => ReadonlyArray<L["~Scope"]["Type"]>
            /** How the parent listing is read. */
            readonly parents: ParentVerbs<Connection, L["~Parents"], L["~Scope"]["Type"]>
          })

/**
 * The verbs that only some listings need, because of their nouns.
 *
 * @since 0.1.0
 * @category models
 */
export type Conditional<Connection, L extends Any> = Scoped<Connection, L> &
  ([L["~Lookup"]] extends [never]
    ? {}
    : {
        /** The request of the lookup. */
        readonly lookup: (start: Start<Connection, L>) => RequestOf<L["~Lookup"]>
        /**
         * The `scopeKey` of the scope that the lookup's answer is about, such as the present name of a repository that was
         * renamed. With it, the lookup serves this alone: it is asked only for scopes that the connection names, and only where
         * another scope could be the same; `Context.lookup` is `null`.
         */
        readonly identity?: (body: BodyOf<L["~Lookup"]>) => string
      })

/**
 * Declares the nouns of a listing.
 *
 * **Example** (a listing that takes `skip` and `top`)
 *
 * ```ts
 * import { Listing } from "@scanjobs/core"
 * import { Schema } from "effect"
 * import { HttpApiEndpoint } from "effect/http-api"
 *
 * const Row = Schema.Struct({ id: Schema.String, state: Schema.Int })
 *
 * export const jobs = Listing.make({
 *   row: Row,
 *   endpoint: (row) =>
 *     HttpApiEndpoint.get("jobs", "/jobs", {
 *       query: { skip: Schema.optionalKey(Schema.Int), top: Schema.optionalKey(Schema.Int) },
 *       success: Schema.Struct({ jobs: Schema.Array(row) })
 *     })
 * })
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = <const Row extends Schema.Constraint, E extends Endpoint, const Options extends Optional>(
  nouns: {
    /** The schema of one vendor row. */
    readonly row: Row
    /** The endpoint, made of the row's schema. */
    readonly endpoint: (row: Row) => E
  } & Options
): Listing<Row, E, ScopeOf<Options>, LookupOf<Options>, ParentsOf<Options>> => {
  KnownNouns.check(nouns, (what) => {
    throw new Error(`Listing.make: ${what}`)
  })
  return {
    row: nouns.row,
    endpoint: acceptAnyRow(nouns.endpoint),
    scope: nouns.scope,
    parents: nouns.parents,
    lookup: nouns.lookup,
    endless: nouns.endless ?? false,
    holds: nouns.holds,
    series: nouns.series,
    approximateTotal: nouns.approximateTotal ?? false,
    ...phantom<Row, E, ScopeOf<Options>, LookupOf<Options>, ParentsOf<Options>>()
  }
}

/**
 * The nouns that a listing may do without.
 *
 * @since 0.1.0
 * @category models
 */
export interface Optional {
  /** The schema of what the listing runs once for. */
  readonly scope?: Schema.Constraint
  /**
   * A listing whose items the scopes are found by, such as the repositories of an organisation or the scans that have a
   * history each. It is asked once for all listings that are given the same one.
   */
  readonly parents?: Parent
  /** An endpoint that is asked once for each scope. */
  readonly lookup?: Endpoint
  /** True where the vendor's list has no end. */
  readonly endless?: boolean
  /**
   * What the jobs of the listing can be, so that a query for something else does not ask the vendor. Default: anything. Declare
   * only what the vendor makes certain: a job outside it is missing where a query asks for just that.
   */
  readonly holds?: Holds
  /**
   * A name that it shares with other listings of the same runs, such as one of what runs and one of what is over. A run with the
   * same scope and vendor id is then one run, whichever listing brings it. Default: the listing's own name.
   */
  readonly series?: string
  /** True where the vendor's total may be above the rows that it lists, so that a list below it is complete. Default false. */
  readonly approximateTotal?: boolean
}

type ScopeOf<Options> = Options extends { readonly scope: infer Scope extends Schema.Constraint }
  ? Scope
  : Schema.Undefined

type LookupOf<Options> = Options extends { readonly lookup: infer Lookup extends Endpoint } ? Lookup : never

type ParentsOf<Options> = Options extends { readonly parents: infer Parents extends Parent } ? Parents : never

/** The members that only the compiler reads. */
const phantom = <
  Row extends Schema.Constraint,
  E extends Endpoint,
  Scope extends Schema.Constraint,
  Lookup extends Endpoint,
  Parents extends Parent
>() => ({}) as Pick<Listing<Row, E, Scope, Lookup, Parents>, "~Row" | "~Endpoint" | "~Scope" | "~Lookup" | "~Parents">

/** An endpoint is typed with its own row, and is also read with rows that do not fit it, when one of them is bad. */
const acceptAnyRow = (endpoint: (row: never) => Endpoint) => endpoint as (row: Schema.Constraint) => Endpoint
