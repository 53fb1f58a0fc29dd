/**
 * The nouns of a listing: what is known of it before any of its verbs.
 */
import type { Schema } from "effect"
import type { HttpApiEndpoint } from "effect/http-api"
import type { Format } from "../decoding/Format.ts"
import type { Quota } from "../policies/Quota.ts"
import type { Holds } from "./Holds.ts"

/**
 * An endpoint whose request and answer are known.
 *
 * @since 0.1.0
 * @category models
 */
export type Endpoint = HttpApiEndpoint.ConstraintRequest

type Part<Name extends string, S extends Schema.Constraint> = [S["Type"]] extends [never]
  ? {}
  : { readonly [K in Name]: S["Type"] }

type Simplify<A> = { [K in keyof A]: A[K] } & {}

/**
 * A request of the endpoint `E`.
 *
 * @since 0.1.0
 * @category models
 */
export type RequestOf<E extends Endpoint> = Simplify<
  Part<"params", E["~Params"]> &
    Part<"query", E["~Query"]> &
    Part<"payload", E["~Payload"]> &
    Part<"headers", E["~Headers"]>
>

/**
 * The decoded answer of the endpoint `E`.
 *
 * @since 0.1.0
 * @category models
 */
export type BodyOf<E extends Endpoint> = E["~Success"]["Type"]

/**
 * Whether a list has no end, or only its rows: schedules go on for ever, and a list of them does not.
 *
 * @since 0.3.0
 * @category models
 */
export type Endless = boolean | "rows"

/**
 * The nouns of a listing.
 *
 * @since 0.1.0
 * @category models
 */
export interface Listing<
  out Row extends Schema.Constraint,
  out E extends Endpoint,
  out Scope extends Schema.Constraint,
  out Lookup extends Endpoint,
  out Parents extends Parent,
  out Details extends Endpoint = never,
  out Part extends Schema.Constraint = Schema.Undefined
> {
  /** The schema of one vendor row. */
  readonly row: Row
  /** The endpoint, made of the row's schema, so that a page can also be read with rows that do not fit it. */
  readonly endpoint: (row: Schema.Constraint) => Endpoint
  /** What the listing runs once for, if anything: a `surveyDefId`, a repository. */
  readonly scope: Schema.Constraint | undefined
  /** An endpoint that gives the rows, where the listing's own gives only their ids. */
  readonly details: DetailNouns<Schema.Constraint, Endpoint> | undefined
  /** What tells the parts of the listing apart, where it is put together from several lists. */
  readonly part: Schema.Constraint | undefined
  /** A listing whose items the scopes are found by: one run for each of them. */
  readonly parents: Parent | undefined
  /** An endpoint that is asked once for each scope, for what rows do not carry, such as a name. */
  readonly lookup: Endpoint | undefined
  /**
   * True where the vendor's list has no end, as that of a recurring schedule; it is then cut at a horizon. With `"rows"`, the list has an
   * end, and each row may have none, as a schedule: the list is read to its end, and the jobs of each row are cut at the horizon.
   */
  readonly endless: Endless
  /** What its jobs can be. A query that wants none of it does not ask the vendor. */
  readonly holds: Holds | undefined
  /**
   * The name that it shares with other listings of the same runs; `undefined` where no other one names its runs. {@link seriesOf}
   * gives the name in both cases.
   */
  readonly series: string | undefined
  /** The format of its answers, and of those of its lookup; `undefined` where it is the provider's. */
  readonly format: Format | undefined
  /** The requests that the vendor allows for this listing, besides the provider's quotas; `undefined` where it has none of its own. */
  readonly quotas: ReadonlyArray<Quota> | undefined
  /** True where the vendor's total may be above the number of rows that it lists. */
  readonly approximateTotal: boolean
  readonly "~Row": Row
  readonly "~Endpoint": E
  readonly "~Scope": Scope
  readonly "~Lookup": Lookup
  readonly "~Parents": Parents
  readonly "~Details": Details
  readonly "~Part": Part
  readonly "~Endpoints": E | Details | Lookup | Parents["~Endpoints"]
}

/**
 * An endpoint that is asked for rows by their ids, and how many ids it takes at once.
 *
 * @since 0.3.0
 * @category models
 */
export interface DetailNouns<in Row, out E extends Endpoint> {
  /** The endpoint, made of the row's schema. */
  readonly endpoint: (row: Row) => E
  /** The most ids of one request: a whole number from 1 on. */
  readonly size: number
}

/**
 * A listing whose items are what other listings run once for. It may itself run once for scopes of the connection, or for the items
 * of its own parents.
 *
 * @since 0.1.0
 * @category models
 */
export interface Parent extends Listing<
  Schema.Constraint,
  Endpoint,
  Schema.Constraint,
  never,
  Parent,
  Endpoint,
  Schema.Constraint
> {
  /** Written out, because it would be defined by itself. */
  readonly "~Endpoints": Endpoint
}

/**
 * Any listing.
 *
 * @since 0.1.0
 * @category models
 */
export type Any = Listing<Schema.Constraint, Endpoint, Schema.Constraint, Endpoint, Parent, Endpoint, Schema.Constraint>

/** The parents of a listing, their parents and so on: the nearest first. */
export const ancestorsOf = ({ parents }: Pick<Any, "parents">): ReadonlyArray<Parent> =>
  parents === undefined ? [] : [parents, ...ancestorsOf(parents)]

/** Every endpoint that a listing asks: its own, that of its rows' details, its lookup, and those of its parents. */
export const endpointsOf = (listing: Any): ReadonlyArray<Endpoint> =>
  [listing, ...ancestorsOf(listing)].flatMap(({ details, endpoint, lookup, row }) =>
    [endpoint(row), details?.endpoint(row), lookup].filter((one) => one !== undefined)
  )

/**
 * What identifies the jobs of a listing, together with the scope and the vendor id: the `series` that it declares, or else its own name.
 * Two listings of one series show the same runs.
 *
 * **Example** (which listings show the same runs)
 *
 * ```ts
 * import { Listing, type Provider } from "@scanjobs/core"
 *
 * export const series = ({ listings }: Provider.Any) =>
 *   Map.groupBy(Object.entries(listings), ([name, listing]) => Listing.seriesOf(name, listing))
 * ```
 *
 * @since 0.2.0
 * @category accessors
 */
export const seriesOf = (name: string, { series }: Pick<Any, "series">): string => series ?? name
