/**
 * One collection that a provider can list: its nouns, and the verbs that read them.
 *
 * The nouns are data: the row's schema, the endpoint, what the listing runs once for. They are fixed first, so that every
 * verb is inferred from them. The verbs are pure functions over decoded values.
 */
import type { Schema } from "effect"
import type { HttpApiEndpoint } from "effect/http-api"
import type * as Paging from "./Paging.ts"
import type { Order, Query } from "./Query.ts"
import type { Fields } from "./ScanJob.ts"

/** An endpoint whose request and answer are known. */
export type Endpoint = HttpApiEndpoint.ConstraintRequest

type Part<Name extends string, S extends Schema.Constraint> = [S["Type"]] extends [never]
  ? {}
  : { readonly [K in Name]: S["Type"] }

type Simplify<A> = { [K in keyof A]: A[K] } & {}

/** A request of the endpoint `E`. */
export type RequestOf<E extends Endpoint> = Simplify<
  Part<"params", E["~Params"]> &
    Part<"query", E["~Query"]> &
    Part<"payload", E["~Payload"]> &
    Part<"headers", E["~Headers"]>
>

/** The decoded answer of the endpoint `E`. */
export type BodyOf<E extends Endpoint> = E["~Success"]["Type"]

/** The nouns of a listing. */
export interface Listing<
  out Row extends Schema.Constraint,
  out E extends Endpoint,
  out Scope extends Schema.Constraint,
  out Lookup extends Endpoint
> {
  /** The schema of one vendor row. */
  readonly row: Row
  /** The endpoint, made of the row's schema, so that a page can also be read with rows that do not fit it. */
  readonly endpoint: (row: Schema.Constraint) => Endpoint
  /** What the listing runs once for, if anything: a `surveyDefId`, a repository. */
  readonly scope: Schema.Constraint | undefined
  /** An endpoint that is asked once for each scope, for what rows do not carry, such as a name. */
  readonly lookup: Endpoint | undefined
  /** True where the vendor's list has no end, as that of a recurring schedule; it is then cut at a horizon. */
  readonly endless: boolean
  readonly "~Row": Row
  readonly "~Endpoint": E
  readonly "~Scope": Scope
  readonly "~Lookup": Lookup
}

/** Any listing. */
export type Any = Listing<Schema.Constraint, Endpoint, Schema.Constraint, Endpoint>

/** What the first request is made of. */
export interface Start<Connection, L extends Any> {
  readonly connection: Connection
  readonly scope: L["~Scope"]["Type"]
  readonly query: Query
}

/** What a row is normalised with. */
export interface Context<Connection, L extends Any> {
  readonly connection: Connection
  readonly scope: L["~Scope"]["Type"]
  /** The page that the row came in. */
  readonly body: BodyOf<L["~Endpoint"]>
  /** What the lookup brought; `null` where the vendor refused it. */
  readonly lookup: BodyOf<L["~Lookup"]> | null
}

/** What the next request is made of. */
export interface Turn<Connection, L extends Any> extends Start<Connection, L> {
  readonly body: BodyOf<L["~Endpoint"]>
  /** The request that brought `body`. */
  readonly request: RequestOf<L["~Endpoint"]>
  /** The answer's headers, with lower-case names. */
  readonly headers: { readonly [name: string]: string | undefined }
}

/** The verbs of a listing. */
export interface Verbs<Connection, L extends Any> {
  /** The first request. */
  readonly first: (start: Start<Connection, L>) => RequestOf<L["~Endpoint"]>
  /** The rows of a page. */
  readonly rows: (body: BodyOf<L["~Endpoint"]>) => ReadonlyArray<L["~Row"]["Type"]>
  /**
   * The next request, a link to it, or `undefined` at the end. The library itself guards against requests that repeat and
   * pages that bring nothing.
   */
  readonly next: (
    turn: Turn<Connection, L>
  ) => RequestOf<L["~Endpoint"]> | Paging.Link<RequestOf<L["~Endpoint"]>> | undefined
  /**
   * The request after `next`, if paging goes on as it went from `request` to `next`; `undefined` where that cannot be told.
   *
   * With it, several pages are read at once. It may be wrong, which costs requests and no rows: a page that was read ahead
   * counts only where `next` then asks for that very page. Leave it out where a new row comes before those that are there,
   * as in a list with the newest first: pages that are read at the same time could then miss a row.
   */
  readonly ahead?: (
    request: RequestOf<L["~Endpoint"]>,
    next: RequestOf<L["~Endpoint"]>
  ) => RequestOf<L["~Endpoint"]> | undefined
  /**
   * How many rows the vendor says there are in all. It never ends a listing; it is asked when page after page brings nothing
   * new, to tell the end from a gap. Values from 2147483647 on mean "unknown".
   */
  readonly total?: (body: BodyOf<L["~Endpoint"]>) => number | undefined
  /** In which order of start time the vendor gives rows; `none`, the default, where it does not say. */
  readonly order?: (start: Start<Connection, L>) => Order
  /** Vendor row to scan job. */
  readonly job: (row: L["~Row"]["Type"], context: Context<Connection, L>) => Fields
}

/** The verbs that only some listings need, because of their nouns. */
export type Conditional<Connection, L extends Any> = ([L["~Scope"]["Type"]] extends [undefined]
  ? {}
  : {
      /** What the listing runs once for. */
      readonly scopes: (connection: Connection) => ReadonlyArray<L["~Scope"]["Type"]>
    }) &
  ([L["~Lookup"]] extends [never]
    ? {}
    : {
        /** The request of the lookup. */
        readonly lookup: (start: Start<Connection, L>) => RequestOf<L["~Lookup"]>
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
 */
export const make = <const Row extends Schema.Constraint, E extends Endpoint, const Options extends Optional>(
  nouns: {
    /** The schema of one vendor row. */
    readonly row: Row
    /** The endpoint, made of the row's schema. */
    readonly endpoint: (row: Row) => E
  } & Options
): Listing<Row, E, ScopeOf<Options>, LookupOf<Options>> => ({
  row: nouns.row,
  endpoint: acceptAnyRow(nouns.endpoint),
  scope: nouns.scope,
  lookup: nouns.lookup,
  endless: nouns.endless ?? false,
  ...phantom<Row, E, ScopeOf<Options>, LookupOf<Options>>()
})

/** The nouns that a listing may do without. */
export interface Optional {
  /** The schema of what the listing runs once for. */
  readonly scope?: Schema.Constraint
  /** An endpoint that is asked once for each scope. */
  readonly lookup?: Endpoint
  /** True where the vendor's list has no end. */
  readonly endless?: boolean
}

type ScopeOf<Options> = Options extends { readonly scope: infer Scope extends Schema.Constraint }
  ? Scope
  : Schema.Undefined

type LookupOf<Options> = Options extends { readonly lookup: infer Lookup extends Endpoint } ? Lookup : never

/** The members that only the compiler reads. */
const phantom = <
  Row extends Schema.Constraint,
  E extends Endpoint,
  Scope extends Schema.Constraint,
  Lookup extends Endpoint
>() => ({}) as Pick<Listing<Row, E, Scope, Lookup>, "~Row" | "~Endpoint" | "~Scope" | "~Lookup">

/** An endpoint is typed with its own row, and is also read with rows that do not fit it, when one of them is bad. */
const acceptAnyRow = (endpoint: (row: never) => Endpoint) => endpoint as (row: Schema.Constraint) => Endpoint
