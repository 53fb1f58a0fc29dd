/**
 * A listing's verbs as the library calls them, with their types erased.
 */
import type { Order } from "../model/Query.ts"
import type { Refusal } from "../model/Reason.ts"
import type { Fields } from "../model/ScanJob.ts"
import type { Request } from "./Exchange.ts"
import type { PageStrategy } from "./PageStrategy.ts"
import * as VerbFailure from "./VerbFailure.ts"

/** The verbs of any listing; `Provider.make` has checked them against the listing's nouns. */
export interface ListingVerbs extends PageStrategy<object, object, Request> {
  readonly rows: (body: unknown) => ReadonlyArray<unknown>
  readonly total?: (body: unknown, start: object) => number | undefined
  readonly order?: (start: object) => Order
  readonly skips?: (reason: Refusal, start: object) => string | undefined
  readonly ends?: (reason: Refusal, refused: object) => string | undefined
  readonly gaps?: (body: unknown, start: object) => ReadonlyArray<string>
  readonly knownUntil?: (row: unknown, context: object) => number | undefined
  readonly parts?: (start: object) => ReadonlyArray<unknown>
  readonly ids?: (body: unknown) => ReadonlyArray<string>
  readonly details?: DetailVerbs
  readonly job: (row: unknown, context: object) => Fields | ReadonlyArray<Fields>
  readonly scopes?: (connection: object) => ReadonlyArray<unknown>
  readonly scopeKey?: (scope: unknown) => string
  readonly lookup?: (start: object) => Request
  readonly identity?: (body: unknown) => string
}

/** The verbs that have rows by their ids. */
export interface DetailVerbs {
  readonly request: (ids: ReadonlyArray<string>, start: object) => Request
  readonly rows: (body: unknown) => ReadonlyArray<unknown>
  readonly id: (row: unknown) => string
  readonly absent?: (reason: Refusal, ids: ReadonlyArray<string>) => string | undefined
}

/**
 * Reports a throw, or a wrong return value, under the plugin function's name. `job` is left as it is: it runs for every row,
 * and the reader of the page guards it.
 */
export const guarded = (verbs: ListingVerbs): ListingVerbs => {
  const { advances, ahead, details, ends, gaps, identity, ids, knownUntil, lookup, order, pagesLeft } = verbs
  const { parts, scopeKey, scopes, skips, total } = verbs
  const { named } = VerbFailure
  return {
    ...verbs,
    first: named("first", (start) => requestOf(verbs.first(start))),
    next: named("next", (turn) => {
      const next = verbs.next(turn)
      return next === undefined || next === null ? undefined : requestOf(next)
    }),
    rows: named("rows", (body) => arrayOf(verbs.rows(body))),
    ...(advances === undefined ? {} : { advances: named("advances", (turn) => verbs.advances?.(turn) === true) }),
    ...(pagesLeft === undefined ? {} : { pagesLeft: named("pagesLeft", (turn) => verbs.pagesLeft?.(turn)) }),
    ...(ahead === undefined ? {} : { ahead: named("ahead", (step) => verbs.ahead?.(step)) }),
    ...(total === undefined ? {} : { total: named("total", (body, start) => verbs.total?.(body, start)) }),
    ...(order === undefined ? {} : { order: named("order", (start) => verbs.order?.(start) ?? "none") }),
    ...(skips === undefined ? {} : { skips: named("skips", (reason, start) => verbs.skips?.(reason, start)) }),
    ...(ends === undefined ? {} : { ends: named("ends", (reason, refused) => verbs.ends?.(reason, refused)) }),
    ...(gaps === undefined ? {} : { gaps: named("gaps", (body, start) => textsOf(gaps.call(verbs, body, start))) }),
    ...(knownUntil === undefined
      ? {}
      : { knownUntil: named("knownUntil", (row, context) => verbs.knownUntil?.(row, context)) }),
    ...(parts === undefined ? {} : { parts: named("parts", (start) => someOf(parts.call(verbs, start))) }),
    ...(ids === undefined ? {} : { ids: named("ids", (body) => arrayOf(ids.call(verbs, body))) }),
    ...(details === undefined ? {} : { details: guardedDetails(details) }),
    ...(scopes === undefined
      ? {}
      : { scopes: named("scopes", (connection) => arrayOf(verbs.scopes?.(connection) ?? [])) }),
    ...(scopeKey === undefined ? {} : { scopeKey: named("scopeKey", (scope) => textOf(scopeKey.call(verbs, scope))) }),
    ...(identity === undefined ? {} : { identity: named("identity", (body) => textOf(identity.call(verbs, body))) }),
    ...(lookup === undefined ? {} : { lookup: named("lookup", (start) => requestOf(lookup.call(verbs, start))) })
  }
}

const guardedDetails = (details: DetailVerbs): DetailVerbs => {
  const { named } = VerbFailure
  return {
    request: named("details.request", (ids, start) => requestOf(details.request(ids, start))),
    rows: named("details.rows", (body) => arrayOf(details.rows(body))),
    id: named("details.id", (row) => textOf(details.id(row))),
    ...(details.absent === undefined
      ? {}
      : { absent: named("details.absent", (reason, some) => details.absent?.(reason, some)) })
  }
}

const requestOf = <A>(given: A): A => {
  if (typeof given === "object" && given !== null && !("then" in given)) return given
  throw new Error(`it gave no request, but ${mistakenFor(given)}`)
}

/** What a `next` gave in place of a request, and what it is probably meant to be. */
const mistakenFor = (given: unknown): string => {
  if (typeof given === "string") return "a text. To follow a link, give `Paging.link(href)`"
  if (typeof given === "number")
    return "a number. Give the request of the page with this number, or use `Paging.pageNumber`"
  if (typeof given === "object" && given !== null) return "a promise. A verb gives its result at once"
  if (typeof given !== "boolean") return given === null ? "null" : typeof given
  return `\`${given}\`. Give the next request, and undefined at the end; \`Paging.pageNumber\` with \`more\` makes both of a flag`
}

const textOf = (given: string): string => {
  if (typeof given === "string") return given
  throw new Error("it returned no text")
}

const arrayOf = <A>(given: ReadonlyArray<A>): ReadonlyArray<A> => {
  if (Array.isArray(given)) return given
  throw new Error("it gave no array")
}

const someOf = <A>(given: ReadonlyArray<A>): ReadonlyArray<A> => {
  if (arrayOf(given).length > 0) return given
  throw new Error("it gave no part: a listing that has nothing to read gives none by `scopes`")
}

const textsOf = (given: ReadonlyArray<string>): ReadonlyArray<string> => arrayOf(given).map(textOf)
