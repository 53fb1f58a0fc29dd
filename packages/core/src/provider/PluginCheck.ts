/**
 * Checks a declaration at runtime, because a plugin may be plain JavaScript: a missing verb would otherwise be a listing without
 * jobs, and a misspelt noun would be ignored.
 */
import { Schema } from "effect"
import { BaseUrl } from "../contract/Connection.ts"
import * as KnownNouns from "../contract/KnownNouns.ts"
import type * as Listing from "../contract/Listing.ts"
import type { Quota } from "../policies/Quota.ts"
import { type Fail, failing, functions, isObject, objectOf, onlyKnown, valueOf } from "./GivenVerbs.ts"
import * as ListingCheck from "./ListingCheck.ts"
import * as QuotaCheck from "./QuotaCheck.ts"

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
const reserved = ["provider", "name", "allowHttp", "quotas"]

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
  const address = valueOf(nouns.connection, "baseUrl") ?? BaseUrl
  if (address !== BaseUrl) {
    fail(
      "`connection` has a field `baseUrl`, which every connection has already: remove or rename it, or give `Connection.BaseUrl` where it is required"
    )
  }
  for (const key of ["concurrency", "pageConcurrency"] as const) {
    if (!isCount(nouns[key] ?? 1)) fail(`\`${key}\` is ${nouns[key]}: give a whole number from 1 on, or leave it out`)
  }
  if (nouns.format !== undefined && !KnownNouns.isFormat(nouns.format)) {
    fail("its noun `format` is none: give one such as `Format.xml()`, or leave it out for JSON")
  }
  QuotaCheck.check(nouns.quotas, fail)
  functions(verbs, fail, ["baseUrl", "credential"], providerVerbs)
  if (valueOf(verbs, "sign") !== undefined && nouns.security !== "none") {
    fail(
      'it has the verb `sign`, so that `security` must be "none": a signer adds every header of the credential itself'
    )
  }
  const given = objectOf(verbs, "listings", fail)
  for (const [name, listing] of Object.entries(nouns.listings)) {
    const failHere = failing(`the provider ${JSON.stringify(id)}, listing ${JSON.stringify(name)}`)
    ListingCheck.check(listing, objectOf(given, name, failHere), failHere)
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
  if (!isObject(valueOf(nouns, "security")) && valueOf(nouns, "security") !== "none") {
    fail(
      `its noun \`security\` is ${given("security")}: say where the credential goes, such as \`HttpApiSecurity.bearer\`; "none" where requests are signed`
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

const isCount = (value: number): boolean =>
  value >= 1 && (Number.isInteger(value) || value === Number.POSITIVE_INFINITY)
