/**
 * Checks the nouns and verbs of a listing at runtime.
 */
import type { Schema } from "effect"
import { HttpApiEndpoint } from "effect/http-api"
import * as KnownNouns from "../contract/KnownNouns.ts"
import type * as Listing from "../contract/Listing.ts"
import { Category, Kind, State } from "../model/ScanJob.ts"
import { belongs, type Fail, functions, objectOf, onlyKnown, valueOf } from "./GivenVerbs.ts"
import * as QuotaCheck from "./QuotaCheck.ts"

const readingVerbs = [
  "paging",
  "first",
  "next",
  "ahead",
  "tellsLast",
  "advances",
  "pagesLeft",
  "rows",
  "total",
  "order",
  "skips",
  "ends",
  "gaps",
  "parts",
  "ids",
  "details",
  "scopes",
  "scopeKey",
  "lookup",
  "identity"
]

/** Checks the verbs of a listing and of its parents. */
export const check = (listing: Listing.Any, verbs: object, fail: Fail): void => {
  checkNouns(listing, fail)
  onlyKnown(verbs, "verb", [...readingVerbs, "knownUntil", "job", "parents"], fail)
  checkReading(listing, verbs, "job", fail)
  functions(verbs, fail, [], ["knownUntil"])
  checkHolds(listing.holds, fail)
  QuotaCheck.check(listing.quotas, fail)
  checkParents(listing, verbs, fail, [listing])
}

/** Checks the parents of a listing, and their own parents. `below` are the listings that they are the parents of. */
const checkParents = (listing: Listing.Any, verbs: object, fail: Fail, below: ReadonlyArray<Listing.Any>): void => {
  const { parents } = listing
  if (parents === undefined) return belongs(verbs, "parents", "parents", fail)
  if (listing.scope === undefined) {
    fail("its nouns have `parents` but no `scope`: declare in `scope` what a parent gives")
  }
  const failInParents: Fail = (what) => fail(`in \`parents\`: ${what}`)
  if (below.includes(parents))
    failInParents("the listing is among its own parents: end the chain at a listing without `parents`")
  for (const noun of ["lookup", "holds", "series", "quotas"] as const) {
    if (parents[noun] !== undefined) failInParents(`the noun \`${noun}\` is ignored here: remove it`)
  }
  checkNouns(parents, failInParents)
  if (parents.endless) failInParents("an endless listing never gives all parents: remove the noun `endless`")
  const parentVerbs = objectOf(verbs, "parents", fail)
  onlyKnown(parentVerbs, "verb", [...readingVerbs, "child", "parents"], failInParents)
  checkReading(parents, parentVerbs, "child", failInParents)
  checkParents(parents, parentVerbs, failInParents, [...below, parents])
}

/** Checks the nouns of a listing, which need not be made by `Listing.make`. */
const checkNouns = (listing: Listing.Any, fail: Fail): void => {
  KnownNouns.check(listing, fail)
  const { details, endpoint, row } = listing
  checkEndpoint("endpoint", endpoint, row, fail)
  if (details !== undefined) checkEndpoint("details.endpoint", details.endpoint, row, fail)
}

const checkEndpoint = (noun: string, make: Listing.Any["endpoint"], row: Schema.Constraint, fail: Fail): void => {
  const what = typeof make === "function" ? make(row) : make
  if (!HttpApiEndpoint.isHttpApiEndpoint(what)) {
    fail(
      `its noun \`${noun}\` returns ${KnownNouns.described(what)}: return an endpoint, such as \`HttpApiEndpoint.get(…)\``
    )
  }
}

/** Checks the verbs of rows that are had by their ids. */
const checkDetails = (listing: Listing.Any, verbs: object, fail: Fail): void => {
  if (listing.details === undefined) {
    for (const verb of ["ids", "details"]) belongs(verbs, verb, "details", fail)
    return functions(verbs, fail, ["rows"], [])
  }
  if (valueOf(verbs, "rows") !== undefined) {
    fail("it has the verb `rows`, but its pages have only ids: give `ids`, and `rows` among the verbs of `details`")
  }
  functions(verbs, fail, ["ids"], [])
  const details = objectOf(verbs, "details", fail)
  const failInDetails: Fail = (what) => fail(`in \`details\`: ${what}`)
  onlyKnown(details, "verb", ["request", "rows", "id", "absent"], failInDetails)
  functions(details, failInDetails, ["request", "rows", "id"], ["absent"])
}

const held = { kinds: Kind.literals, states: State.literals, categories: Category.literals }

/** A misspelt value in `holds` would keep a query from a listing that has what it wants. */
const checkHolds = (holds: Listing.Holds | undefined, fail: Fail): void => {
  for (const [key, values] of Object.entries(holds ?? {})) {
    const known: ReadonlyArray<string> = Object.entries(held).find(([name]) => name === key)?.[1] ?? []
    if (known.length === 0) fail(`\`holds\` has \`${key}\`: give ${Object.keys(held).join(", ")}, or leave it out`)
    if (!Array.isArray(values))
      fail(`\`holds.${key}\` is ${KnownNouns.described(values)}: give a list of ${known.join(", ")}`)
    const wrong = [values].flat().find((value) => !known.includes(value))
    if (wrong !== undefined)
      fail(`\`holds.${key}\` has ${JSON.stringify(wrong)}, which is not one of ${known.join(", ")}`)
  }
}

/** Checks the verbs that read rows. `use` is the verb that turns a row into a job, or a parent into a scope. */
const checkReading = (listing: Listing.Any, verbs: object, use: "job" | "child", fail: Fail): void => {
  const paging = valueOf(verbs, "paging") === undefined ? verbs : objectOf(verbs, "paging", fail)
  if (typeof valueOf(paging, "first") !== "function" || typeof valueOf(paging, "next") !== "function") {
    fail(
      "it does not say how it is paged: give `paging` a strategy such as `Paging.offset`, or write `first` and `next`"
    )
  }
  functions(paging, fail, [], ["ahead", "advances", "pagesLeft"])
  functions(verbs, fail, [use], ["total", "order", "skips", "ends", "gaps", "scopeKey"])
  checkDetails(listing, verbs, fail)
  if (listing.part === undefined) belongs(verbs, "parts", "part", fail)
  else functions(verbs, fail, ["parts"], [])
  const scoped = listing.scope !== undefined
  if (!scoped) for (const verb of ["scopes", "scopeKey"]) belongs(verbs, verb, "scope", fail)
  functions(verbs, fail, scoped && listing.parents === undefined ? ["scopes"] : [], ["scopes"])
  if (listing.lookup === undefined) for (const verb of ["lookup", "identity"]) belongs(verbs, verb, "lookup", fail)
  else functions(verbs, fail, ["lookup"], ["identity"])
  if (!scoped) belongs(verbs, "identity", "scope", fail)
}
