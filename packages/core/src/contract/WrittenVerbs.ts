/**
 * The verbs of a listing as the author of a plugin writes them, with the types that its nouns give them.
 */
import type { Order } from "../model/Query.ts"
import type { Refusal } from "../model/Reason.ts"
import type { Fields } from "../model/ScanJob.ts"
import type { Any, BodyOf, RequestOf } from "./ListingNouns.ts"
import type { PageStrategy } from "./PageStrategy.ts"
import type { Context, Refused, Start, Turn } from "./VerbInput.ts"

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
export type Reading<Connection, L extends Any> = Counting<Connection, L> &
  ([L["~Details"]] extends [never]
    ? {
        /** The rows of a page. */
        readonly rows: (body: BodyOf<L["~Endpoint"]>) => ReadonlyArray<L["~Row"]["Type"]>
      }
    : {
        /** The ids of a page. */
        readonly ids: (body: BodyOf<L["~Endpoint"]>) => ReadonlyArray<string>
        /** How rows are had by their ids. */
        readonly details: DetailVerbs<Connection, L>
      }) &
  ([L["~Part"]["Type"]] extends [undefined]
    ? {}
    : {
        /**
         * The parts of the listing, at least one, in the order in which they are read. Each is a list of its own, with its own pages,
         * order and total. Of a row that stands in several parts, the first counts: put what is running before what is over, so that
         * a run which ends meanwhile is in one of them.
         */
        readonly parts: (start: Omit<Start<Connection, L>, "part">) => ReadonlyArray<L["~Part"]["Type"]>
      })

/**
 * The verbs that have rows by their ids.
 *
 * @since 0.3.0
 * @category models
 */
export interface DetailVerbs<Connection, L extends Any> {
  /** The request for the rows with these ids. */
  readonly request: (ids: ReadonlyArray<string>, start: Start<Connection, L>) => RequestOf<L["~Details"]>
  /** The rows of an answer, in any order. */
  readonly rows: (body: BodyOf<L["~Details"]>) => ReadonlyArray<L["~Row"]["Type"]>
  /** The id of a row. An id for which no row comes is reported as a note. */
  readonly id: (row: L["~Row"]["Type"]) => string
  /**
   * Whether a refusal of a request for these ids means that none of them exists any more, such as 404 where it was for one. The text
   * that it returns is part of the note.
   */
  readonly absent?: (reason: Refusal, ids: ReadonlyArray<string>) => string | undefined
}

/**
 * The verbs that say where a list ends, and whether it is whole.
 *
 * @since 0.3.0
 * @category models
 */
export interface Counting<Connection, L extends Any> {
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
  /**
   * What an answer says that it lacks, such as the regions that the vendor could not reach, or the errors beside partial data. The
   * listing is read to its end, and then fails as `Unreachable` with the place of the first such page.
   */
  readonly gaps?: (body: BodyOf<L["~Endpoint"]>, start: Start<Connection, L>) => ReadonlyArray<string>
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
  /**
   * For a row that plans runs: the time up to which the vendor tells them, epoch milliseconds; `undefined` where it tells all. If the
   * query asks for more, the listing ends with a note, and is complete up to the earliest of these times only.
   */
  readonly knownUntil?: (row: L["~Row"]["Type"], context: Context<Connection, L>) => number | undefined
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
