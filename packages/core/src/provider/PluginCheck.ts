/**
 * Checks a declaration at runtime, because a plugin may be plain JavaScript: a missing verb would otherwise be a listing without
 * jobs, and a misspelt noun would be ignored.
 */
import { Duration, Option, Schema } from "effect"
import { HttpApiEndpoint } from "effect/http-api"
import * as KnownNouns from "../contract/KnownNouns.ts"
import type * as Listing from "../contract/Listing.ts"
import * as NearestName from "../contract/NearestName.ts"
import { Category, Kind, State } from "../model/ScanJob.ts"
import type { Quota } from "../policies/Quota.ts"

/** The nouns that are checked. */
export interface Nouns {
  readonly connection: object
  readonly security: unknown
  readonly quotas?: ReadonlyArray<Quota>
  readonly concurrency?: number
  readonly pageConcurrency?: number
  readonly format?: object
  readonly listings: { readonly [name: string]: Listing.Any }
}

/** Settings that every connection has. */
const reserved = ["provider", "name", "baseUrl", "allowHttp", "quotas"]

const providerNouns = ["connection", "security", "quotas", "concurrency", "pageConcurrency", "format", "listings"]
const providerVerbs = [
  "baseUrl",
  "credential",
  "sign",
  "quotaOf",
  "rules",
  "rejection",
  "quotaState",
  "hint",
  "headers"
]
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
  "scopes",
  "scopeKey",
  "lookup",
  "identity"
]

/** Throws where the verbs do not fit the nouns. The error names the provider, the listing, the noun or verb, and what to do. */
export const check = (id: string, nouns: Nouns, verbs: object): void => {
  const fail = failing(`the provider ${JSON.stringify(id)}`)
  if (typeof id !== "string" || id === "") fail('its id is not a text: give `Provider.make` one such as "acme"')
  checkShape(nouns, verbs, fail)
  onlyKnown(nouns, "noun", providerNouns, fail)
  onlyKnown(verbs, "verb", [...providerVerbs, "listings"], fail)
  for (const key of reserved) {
    if (Object.hasOwn(nouns.connection, key)) {
      fail(`\`connection\` has a field \`${key}\`, which every connection has already: remove or rename it`)
    }
  }
  for (const key of ["concurrency", "pageConcurrency"] as const) {
    if (!isCount(nouns[key] ?? 1)) fail(`\`${key}\` is ${nouns[key]}: give a whole number from 1 on, or leave it out`)
  }
  if (nouns.format !== undefined && !KnownNouns.isFormat(nouns.format)) {
    fail("its noun `format` is none: give one such as `Format.xml()`, or leave it out for JSON")
  }
  for (const quota of nouns.quotas ?? []) {
    if (!isObject(quota)) fail('`quotas` has an entry that is no quota: give `{ requests: 60, window: "1 minute" }`')
    const { requests, window } = quota
    if (!Number.isInteger(requests) || requests < 1)
      fail(`\`quotas\` has ${requests} requests: give a whole number from 1 on`)
    if (!Option.exists(Duration.fromInput(window), Duration.isPositive))
      fail('`quotas` has a window that is not a duration: give one such as "1 minute"')
  }
  functions(verbs, fail, ["baseUrl", "credential"], providerVerbs)
  if (valueOf(verbs, "sign") !== undefined && nouns.security !== "none") {
    fail(
      'it has the verb `sign`, so that `security` must be "none": a signer adds every header of the credential itself'
    )
  }
  const given = objectOf(verbs, "listings", fail)
  for (const [name, listing] of Object.entries(nouns.listings)) {
    const failHere = failing(`the provider ${JSON.stringify(id)}, listing ${JSON.stringify(name)}`)
    checkListing(listing, objectOf(given, name, failHere), failHere)
  }
  checkSeries(nouns.listings, fail)
  for (const name of Object.keys(given)) {
    if (!Object.hasOwn(nouns.listings, name)) {
      fail(
        `there are verbs for a listing ${JSON.stringify(name)}, which is not among its nouns: declare it there, or remove them`
      )
    }
  }
}

/** What a plugin in plain JavaScript may leave out or mistake, so that the checks below could not even be made. */
const checkShape = (nouns: Nouns, verbs: object, fail: Fail): void => {
  if (!isObject(nouns))
    fail("its nouns are missing: give `Provider.make` an object with connection, security and listings")
  const given = (noun: string) => KnownNouns.described(valueOf(nouns, noun))
  if (!isObject(nouns.connection)) {
    fail(
      `its noun \`connection\` is ${given("connection")}: give the settings as schema fields; {} where there are none`
    )
  }
  const setting = Object.entries(nouns.connection).find(([, field]) => !Schema.isSchema(field))
  if (setting !== undefined) {
    const [key, field] = setting
    fail(`its setting \`${key}\` is ${KnownNouns.described(field)}: give a schema, such as \`Schema.String\``)
  }
  if (!isObject(valueOf(nouns, "security"))) {
    fail(
      `its noun \`security\` is ${given("security")}: say where the credential goes, such as \`HttpApiSecurity.bearer\``
    )
  }
  if (nouns.quotas !== undefined && !Array.isArray(nouns.quotas)) {
    fail(`its noun \`quotas\` is ${given("quotas")}: give a list, such as \`[{ requests: 60, window: "1 minute" }]\``)
  }
  if (!isObject(nouns.listings) || Object.keys(nouns.listings).length === 0) {
    fail(
      `its noun \`listings\` is ${given("listings")} and names no listing: give at least one, made by \`Listing.make\``
    )
  }
  for (const [name, listing] of Object.entries(nouns.listings)) {
    if (!isObject(listing)) {
      fail(`its listing ${JSON.stringify(name)} is ${KnownNouns.described(listing)}: make it by \`Listing.make\``)
    }
  }
  if (!isObject(verbs)) fail("its verbs are missing: call what `Provider.make` returns with them")
}

const isObject = (value: unknown): value is object => typeof value === "object" && value !== null

type Fail = (what: string) => never

const failing =
  (where: string): Fail =>
  (what) => {
    throw new Error(`${where}: ${what}`)
  }

/** Checks the verbs of a listing and of its parents. */
const checkListing = (listing: Listing.Any, verbs: object, fail: Fail): void => {
  checkNouns(listing, fail)
  onlyKnown(verbs, "verb", [...readingVerbs, "job", "parents"], fail)
  checkReading(listing, verbs, "job", fail)
  checkHolds(listing.holds, fail)
  const { parents } = listing
  if (parents === undefined) return belongs(verbs, "parents", "parents", fail)
  if (listing.scope === undefined) {
    fail("its nouns have `parents` but no `scope`: declare in `scope` what a parent gives")
  }
  const failInParents: Fail = (what) => fail(`in \`parents\`: ${what}`)
  for (const noun of ["parents", "lookup", "holds", "series"] as const) {
    if (parents[noun] !== undefined) failInParents(`the noun \`${noun}\` is ignored here: remove it`)
  }
  checkNouns(parents, failInParents)
  if (parents.endless) failInParents("an endless listing never gives all parents: remove the noun `endless`")
  const parentVerbs = objectOf(verbs, "parents", fail)
  onlyKnown(parentVerbs, "verb", [...readingVerbs, "child"], failInParents)
  checkReading(parents, parentVerbs, "child", failInParents)
}

/** Checks the nouns of a listing, which need not be made by `Listing.make`. */
const checkNouns = (listing: Listing.Any, fail: Fail): void => {
  KnownNouns.check(listing, fail)
  const endpoint: unknown = listing.endpoint(listing.row)
  if (!HttpApiEndpoint.isHttpApiEndpoint(endpoint)) {
    fail(
      `its noun \`endpoint\` returns ${KnownNouns.described(endpoint)}: return an endpoint, such as \`HttpApiEndpoint.get(…)\``
    )
  }
}

/** Runs of a series are told apart by their scope and vendor id, so that all its listings have scopes or none has. */
const checkSeries = (listings: Nouns["listings"], fail: Fail): void => {
  const scoped = new Map<string, { readonly listing: string; readonly isScoped: boolean }>()
  for (const [listing, nouns] of Object.entries(listings)) {
    const series = nouns.series ?? listing
    const isScoped = nouns.scope !== undefined
    const other = scoped.get(series)
    if (other !== undefined && other.isScoped !== isScoped) {
      fail(
        `the listings ${JSON.stringify(other.listing)} and ${JSON.stringify(listing)} are of the series ${JSON.stringify(series)}, but only one has scopes: give both the noun \`scope\`, or separate series`
      )
    }
    scoped.set(series, { listing, isScoped })
  }
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
  functions(verbs, fail, ["rows", use], ["total", "order", "skips", "ends", "scopeKey"])
  const scoped = listing.scope !== undefined
  if (!scoped) for (const verb of ["scopes", "scopeKey"]) belongs(verbs, verb, "scope", fail)
  functions(verbs, fail, scoped && listing.parents === undefined ? ["scopes"] : [], ["scopes"])
  if (listing.lookup === undefined) for (const verb of ["lookup", "identity"]) belongs(verbs, verb, "lookup", fail)
  else functions(verbs, fail, ["lookup"], ["identity"])
  if (!scoped) belongs(verbs, "identity", "scope", fail)
}

/** Fails for a verb that is never called because its noun is missing. */
const belongs = (verbs: object, verb: string, noun: string, fail: Fail): void => {
  if (valueOf(verbs, verb) !== undefined) {
    fail(`it has the verb \`${verb}\`, but no noun \`${noun}\`: give \`Listing.make\` the noun, or remove the verb`)
  }
}

/** Fails for a noun or verb that nothing reads. */
const onlyKnown = (given: object, what: "noun" | "verb", known: ReadonlyArray<string>, fail: Fail): void => {
  for (const [key, value] of Object.entries(given)) {
    if (value !== undefined && !known.includes(key)) {
      fail(
        `there is no ${what} \`${key}\`, so it would be ignored. ${NearestName.question(key, known)}It may be one of ${known.join(", ")}`
      )
    }
  }
}

const functions = (
  verbs: object,
  fail: Fail,
  required: ReadonlyArray<string>,
  optional: ReadonlyArray<string>
): void => {
  for (const verb of required) {
    if (valueOf(verbs, verb) === undefined) fail(`the verb \`${verb}\` is missing, and its nouns need it`)
  }
  for (const verb of [...required, ...optional]) {
    const value = valueOf(verbs, verb)
    if (value !== undefined && typeof value !== "function") fail(`the verb \`${verb}\` is not a function`)
  }
}

const objectOf = (verbs: object, key: string, fail: Fail): object => {
  const value = valueOf(verbs, key)
  return isObject(value) ? value : fail(`\`${key}\` is missing from its verbs`)
}

const valueOf = (given: object, key: string): unknown => Object.entries(given).find(([name]) => name === key)?.[1]

const isCount = (value: number): boolean =>
  value >= 1 && (Number.isInteger(value) || value === Number.POSITIVE_INFINITY)
