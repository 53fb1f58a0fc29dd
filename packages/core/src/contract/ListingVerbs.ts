/**
 * A listing's verbs, so that each tells its name where it throws, or where it gives nothing of what it is to give.
 */
import type { Verbs } from "../reading/OpenLane.ts"
import * as VerbFailure from "./VerbFailure.ts"

/** The same verbs, which tell their names where they throw; that of a row is asked too often, and is watched by the page. */
export const make = (verbs: Verbs): Verbs => {
  const { ahead, lookup, order, scopes, skips, total } = verbs
  const { named } = VerbFailure
  return {
    ...verbs,
    first: named("first", (start) => requestOf(verbs.first(start))),
    next: named("next", (turn) => {
      const next = verbs.next(turn)
      return next === undefined || next === null ? undefined : requestOf(next)
    }),
    rows: named("rows", (body) => arrayOf(verbs.rows(body))),
    ...(ahead === undefined ? {} : { ahead: named("ahead", (step) => verbs.ahead?.(step)) }),
    ...(total === undefined ? {} : { total: named("total", (body) => verbs.total?.(body)) }),
    ...(order === undefined ? {} : { order: named("order", (start) => verbs.order?.(start) ?? "none") }),
    ...(skips === undefined ? {} : { skips: named("skips", (reason, start) => verbs.skips?.(reason, start)) }),
    ...(scopes === undefined
      ? {}
      : { scopes: named("scopes", (connection) => arrayOf(verbs.scopes?.(connection) ?? [])) }),
    ...(lookup === undefined ? {} : { lookup: named("lookup", (start) => requestOf(lookup.call(verbs, start))) })
  }
}

const requestOf = <A>(given: A): A => {
  if (typeof given === "object" && given !== null && !("then" in given)) return given
  throw new Error("it gave no request")
}

const arrayOf = <A>(given: ReadonlyArray<A>): ReadonlyArray<A> => {
  if (Array.isArray(given)) return given
  throw new Error("it gave no array")
}
