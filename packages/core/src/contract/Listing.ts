/**
 * One collection that a provider can list: its nouns, and the verbs that read them.
 *
 * The nouns are data: the row's schema, the endpoint, what the listing runs once for. They are fixed first, so that every
 * verb is inferred from them. The verbs are pure functions over decoded values.
 */
import type { Schema } from "effect"
import type { Format } from "../decoding/Format.ts"
import type { Quota } from "../policies/Quota.ts"
import type { Holds } from "./Holds.ts"
import * as KnownNouns from "./KnownNouns.ts"
import type { DetailNouns, Endless, Endpoint, Listing, Parent } from "./ListingNouns.ts"

export type { Holds } from "./Holds.ts"
export {
  type Any,
  type BodyOf,
  type DetailNouns,
  type Endless,
  type Endpoint,
  type Listing,
  type Parent,
  type RequestOf,
  seriesOf
} from "./ListingNouns.ts"
export type { Context, Refused, Start, Turn } from "./VerbInput.ts"
export type {
  Conditional,
  Counting,
  DetailVerbs,
  Normalising,
  Paged,
  ParentVerbs,
  Reading,
  Verbs
} from "./WrittenVerbs.ts"

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
export const make = <
  const Row extends Schema.Constraint,
  E extends Endpoint,
  const Options extends Optional,
  Details extends Endpoint = never
>(
  nouns: {
    /** The schema of one vendor row. */
    readonly row: Row
    /** The endpoint, made of the row's schema. */
    readonly endpoint: (row: Row) => E
    /**
     * Where the endpoint gives only ids: the endpoint that gives the rows with these ids, and how many ids it takes at once. A page
     * of the listing is then a page of ids with all their rows.
     */
    readonly details?: DetailNouns<Row, Details>
  } & Options
): Listing<Row, E, ScopeOf<Options>, LookupOf<Options>, ParentsOf<Options>, NoInfer<Details>, PartOf<Options>> => {
  KnownNouns.check(nouns, (what) => {
    throw new Error(`Listing.make: ${what}`)
  })
  return {
    row: nouns.row,
    endpoint: acceptAnyRow(nouns.endpoint),
    scope: nouns.scope,
    details:
      nouns.details === undefined
        ? undefined
        : { size: nouns.details.size, endpoint: acceptAnyRow(nouns.details.endpoint) },
    part: nouns.part,
    parents: nouns.parents,
    lookup: nouns.lookup,
    endless: nouns.endless ?? false,
    holds: nouns.holds,
    series: nouns.series,
    format: nouns.format,
    quotas: nouns.quotas,
    approximateTotal: nouns.approximateTotal ?? false,
    ...phantom<Row, E, ScopeOf<Options>, LookupOf<Options>, ParentsOf<Options>, NoInfer<Details>, PartOf<Options>>()
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
   * The schema of what tells the parts of the listing apart, where it is put together from several lists, such as one of running scans
   * and one of finished ones. The parts are read one after the other, and a part is not in the ids of jobs.
   */
  readonly part?: Schema.Constraint
  /**
   * A listing whose items the scopes are found by, such as the repositories of an organisation or the scans that have a
   * history each. It is asked once for all listings that are given the same one.
   */
  readonly parents?: Parent
  /** An endpoint that is asked once for each scope. */
  readonly lookup?: Endpoint
  /** True where the vendor's list has no end; `"rows"` where it has one, and its rows may have none, as schedules. Default: false. */
  readonly endless?: Endless
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
  /** The format of its answers, and of those of its lookup. Default: the provider's, which by default is JSON. */
  readonly format?: Format
  /** What each of the vendor's servers allows for this listing, its parents and lookups, besides the provider's quotas. */
  readonly quotas?: ReadonlyArray<Quota>
  /** True where the vendor's total may be above the rows that it lists, so that a list below it is complete. Default false. */
  readonly approximateTotal?: boolean
}

type ScopeOf<Options> = Options extends { readonly scope: infer Scope extends Schema.Constraint }
  ? Scope
  : Schema.Undefined

type PartOf<Options> = Options extends { readonly part: infer Part extends Schema.Constraint } ? Part : Schema.Undefined

type LookupOf<Options> = Options extends { readonly lookup: infer Lookup extends Endpoint } ? Lookup : never

type ParentsOf<Options> = Options extends { readonly parents: infer Parents extends Parent } ? Parents : never

/** The members that only the compiler reads. */
const phantom = <
  Row extends Schema.Constraint,
  E extends Endpoint,
  Scope extends Schema.Constraint,
  Lookup extends Endpoint,
  Parents extends Parent,
  Details extends Endpoint,
  Part extends Schema.Constraint
>() =>
  ({}) as Pick<
    Listing<Row, E, Scope, Lookup, Parents, Details, Part>,
    "~Row" | "~Endpoint" | "~Endpoints" | "~Scope" | "~Lookup" | "~Parents" | "~Details" | "~Part"
  >

/** An endpoint is typed with its own row, and is also read with rows that do not fit it, when one of them is bad. */
const acceptAnyRow = (endpoint: (row: never) => Endpoint) => endpoint as (row: Schema.Constraint) => Endpoint
