/**
 * What the types say of a plugin, once more as it is made: a plugin may be plain JavaScript, and a verb that is missing would
 * otherwise be a listing that gives nothing.
 */
import { Duration, Option } from "effect"
import type * as Listing from "../contract/Listing.ts"
import { Category, Kind, State } from "../model/ScanJob.ts"
import type { Quota } from "../policies/Quota.ts"

/** The nouns that are checked. */
export interface Nouns {
  readonly connection: object
  readonly quotas?: ReadonlyArray<Quota>
  readonly concurrency?: number
  readonly pageConcurrency?: number
  readonly listings: { readonly [name: string]: Listing.Any }
}

/** Settings that every connection has. */
const reserved = ["provider", "name", "baseUrl"]

/** Throws an error that names the provider, the listing, the noun or verb, and what to do, where something does not fit. */
export const check = (id: string, nouns: Nouns, verbs: object): void => {
  const fail = failing(`the provider ${JSON.stringify(id)}`)
  if (typeof id !== "string" || id === "") fail('its id is no text: give `Provider.make` one such as "acme"')
  for (const key of reserved) {
    if (Object.hasOwn(nouns.connection, key)) {
      fail(
        `\`connection\` has a field \`${key}\`, which every connection has already: leave it out, or name it otherwise`
      )
    }
  }
  for (const key of ["concurrency", "pageConcurrency"] as const) {
    if (!isCount(nouns[key] ?? 1)) fail(`\`${key}\` is ${nouns[key]}: give a whole number from 1 on, or leave it out`)
  }
  for (const { requests, window } of nouns.quotas ?? []) {
    if (!Number.isInteger(requests) || requests < 1)
      fail(`\`quotas\` has ${requests} requests: give a whole number from 1 on`)
    if (!Option.exists(Duration.fromInput(window), Duration.isPositive))
      fail('`quotas` has a window that is no time: give one such as "1 minute"')
  }
  functions(verbs, fail, ["baseUrl", "credential"], ["quotaOf", "rules", "rejection", "hint", "headers"])
  const given = objectOf(verbs, "listings", fail)
  for (const [name, listing] of Object.entries(nouns.listings)) {
    const failHere = failing(`the provider ${JSON.stringify(id)}, listing ${JSON.stringify(name)}`)
    checkListing(listing, objectOf(given, name, failHere), failHere)
  }
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(nouns.listings, name)) {
      fail(`there are verbs for a listing ${JSON.stringify(name)}, which its nouns do not have: name it as they do`)
    }
  }
}

type Fail = (what: string) => never

const failing =
  (where: string): Fail =>
  (what) => {
    throw new Error(`${where}: ${what}`)
  }

/** The verbs of a listing, and of its parents. */
const checkListing = (listing: Listing.Any, verbs: object, fail: Fail): void => {
  checkReading(listing, verbs, "job", fail)
  checkHolds(listing.holds, fail)
  if (listing.parents === undefined) return belongs(verbs, "parents", "parents", fail)
  if (listing.scope === undefined)
    fail("its nouns have `parents` and no `scope`: say in `scope` what is found by a parent")
  checkReading(listing.parents, objectOf(verbs, "parents", fail), "child", (what) => fail(`in \`parents\`: ${what}`))
}

const held = { kinds: Kind.literals, states: State.literals, categories: Category.literals }

/** A misspelt value in `holds` would keep a query from a listing that has what it wants. */
const checkHolds = (holds: Listing.Holds | undefined, fail: Fail): void => {
  for (const [key, values] of Object.entries(holds ?? {})) {
    const known: ReadonlyArray<string> = Object.entries(held).find(([name]) => name === key)?.[1] ?? []
    if (known.length === 0) fail(`\`holds\` has \`${key}\`: give ${Object.keys(held).join(", ")}, or leave it out`)
    const wrong = [values].flat().find((value) => !known.includes(value))
    if (wrong !== undefined)
      fail(`\`holds.${key}\` has ${JSON.stringify(wrong)}, which is not one of ${known.join(", ")}`)
  }
}

/** The verbs that read rows; `make` is what is made of a row. */
const checkReading = (listing: Listing.Any, verbs: object, make: "job" | "child", fail: Fail): void => {
  const paging = valueOf(verbs, "paging") === undefined ? verbs : objectOf(verbs, "paging", fail)
  if (typeof valueOf(paging, "first") !== "function" || typeof valueOf(paging, "next") !== "function") {
    fail(
      "it does not say how pages are asked for: give `paging` a strategy such as `Paging.offset`, or write `first` and `next`"
    )
  }
  functions(paging, fail, [], ["ahead"])
  functions(verbs, fail, ["rows", make], ["total", "order", "skips"])
  const scoped = listing.scope !== undefined
  if (!scoped) belongs(verbs, "scopes", "scope", fail)
  functions(verbs, fail, scoped && listing.parents === undefined ? ["scopes"] : [], ["scopes"])
  if (listing.lookup === undefined) belongs(verbs, "lookup", "lookup", fail)
  else functions(verbs, fail, ["lookup"], [])
}

/** A verb whose noun is missing would never be asked. */
const belongs = (verbs: object, verb: string, noun: string, fail: Fail): void => {
  if (valueOf(verbs, verb) !== undefined) {
    fail(
      `it has the verb \`${verb}\`, and its nouns have no \`${noun}\`: give \`Listing.make\` the noun, or leave out the verb`
    )
  }
}

const functions = (
  verbs: object,
  fail: Fail,
  required: ReadonlyArray<string>,
  optional: ReadonlyArray<string>
): void => {
  for (const verb of required) {
    if (valueOf(verbs, verb) === undefined) fail(`the verb \`${verb}\` is missing: its nouns need it`)
  }
  for (const verb of [...required, ...optional]) {
    const value = valueOf(verbs, verb)
    if (value !== undefined && typeof value !== "function") fail(`the verb \`${verb}\` is no function`)
  }
}

const objectOf = (verbs: object, key: string, fail: Fail): object => {
  const value = valueOf(verbs, key)
  return typeof value === "object" && value !== null ? value : fail(`\`${key}\` is missing from its verbs`)
}

const valueOf = (given: object, key: string): unknown => Object.entries(given).find(([name]) => name === key)?.[1]

const isCount = (value: number): boolean =>
  value >= 1 && (Number.isInteger(value) || value === Number.POSITIVE_INFINITY)
