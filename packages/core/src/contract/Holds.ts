/**
 * What the jobs of a listing can be.
 */
import type { Query } from "../model/Query.ts"
import type { Category, Kind, State } from "../model/ScanJob.ts"

/**
 * The kinds, states and categories that the jobs of a listing can have; one that is left out can be any.
 *
 * The state `unknown` is always possible, and need not be given.
 *
 * @since 0.1.0
 * @category models
 */
export interface Holds {
  readonly kinds?: ReadonlyArray<Kind>
  readonly states?: ReadonlyArray<State>
  readonly categories?: ReadonlyArray<Category>
}

/** Whether a listing that holds this can have a job that the query wants. */
export const canMatch = ({ categories, kinds, states }: Holds, query: Query): boolean =>
  meets(kinds, query.kinds) &&
  meets(states === undefined ? undefined : [...states, "unknown"], query.states) &&
  meets(categories, query.categories)

const meets = <A>(held: ReadonlyArray<A> | undefined, wanted: ReadonlyArray<A> | undefined): boolean =>
  held === undefined || wanted === undefined || wanted.some((one) => held.includes(one))
