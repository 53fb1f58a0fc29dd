/**
 * Runs a provider: opens a session for a connection, and the lanes of the wanted listings.
 */
import { Clock, Effect, Metric, type Schema } from "effect"
import type { HttpApiEndpoint } from "effect/http-api"
import * as Connection from "../contract/Connection.ts"
import * as ConnectionSchema from "../contract/ConnectionSchema.ts"
import { canMatch } from "../contract/Holds.ts"
import { isHttpUrl } from "../model/HttpUrl.ts"
import * as ListingNouns from "../contract/ListingNouns.ts"
import type { Format } from "../decoding/Format.ts"
import type * as Listing from "../contract/Listing.ts"
import type { Place } from "../contract/Place.ts"
import type { Problem } from "../contract/Connection.ts"
import type { BaseUrlOf } from "../reading/Hosts.ts"
import type { ListingVerbs } from "../contract/ListingVerbs.ts"
import * as PlainHttp from "../contract/PlainHttp.ts"
import * as VerbFailure from "../contract/VerbFailure.ts"
import * as Secrets from "../secrets/Secrets.ts"
import * as CursorFinder from "../model/CursorFinder.ts"
import { type Input, resolve } from "../model/Query.ts"
import type * as Reason from "../model/Reason.ts"
import { ScanError } from "../model/ScanError.ts"
import { stackless } from "../model/Stackless.ts"
import type { Quota } from "../policies/Quota.ts"
import * as ParentScopes from "../reading/ParentScopes.ts"
import * as PreparedListing from "../reading/PreparedListing.ts"
import * as Scopes from "../reading/Scopes.ts"
import * as Session from "../reading/Session.ts"
import { Progress } from "../telemetry/Progress.ts"
import * as Telemetry from "../telemetry/Telemetry.ts"
import * as ConnectionVerbs from "./ConnectionVerbs.ts"
import type { Listings, Nouns, RunOptions, Verbs } from "./Declaration.ts"
import * as QueryCheck from "./QueryCheck.ts"

/** The answers of lookups that a run remembers; they are small. */
const rememberedLookups = 1024

/** The pages of parents that a run remembers. */
const rememberedPages = 32

/** A provider's declaration, ready to run. */
export interface Declared<C, Fields extends Schema.Struct.Fields, L extends Listings, CE, CR> {
  readonly id: string
  readonly nouns: Nouns<Fields, L>
  readonly verbs: Verbs<C, Fields, L, CE, CR>
  readonly endpoints: ReadonlyArray<HttpApiEndpoint.Top>
}

/** Makes the function that opens the lanes of a connection, listing by listing. It asks the vendor for nothing. */
export const make = <
  C extends {
    readonly name: string
    readonly baseUrl?: string
    readonly allowHttp?: boolean
    readonly quotas?: ReadonlyArray<Quota>
  },
  Fields extends Schema.Struct.Fields,
  L extends Listings,
  CE,
  CR
>({
  endpoints,
  id,
  nouns,
  verbs
}: Declared<C, Fields, L, CE, CR>) => {
  const quotasOf = (connection: C) => connection.quotas ?? nouns.quotas ?? []
  const quotasOfListings = new Map(
    Object.entries(nouns.listings).flatMap(([name, { quotas }]) => (quotas === undefined ? [] : [[name, quotas]]))
  )
  const once = rememberedAnswers(nouns.listings)
  const formats = formatsOf(nouns.listings)
  let prepared: ReadonlyArray<PreparedWithParents> | undefined
  // Prepared on first use, so that importing a provider costs nothing.
  const listings = () => (prepared ??= prepareAll(nouns.listings, verbs.listings))

  const failure = (connection: C, reason: Reason.Reason) =>
    stackless(
      new ScanError({ provider: id, connection: connection.name, listing: null, scope: null, resume: null, reason })
    )

  const openSession = Effect.fnUntraced(function* (connection: C) {
    const settled = ConnectionVerbs.make(connection, verbs, rulesOf(verbs))
    if (settled instanceof VerbFailure.VerbFailure) {
      const secrets = Secrets.make(Connection.secrets(connection))
      return yield* Effect.mapError(VerbFailure.raise(settled, secrets), (reason) => failure(connection, reason))
    }
    const { baseUrl, broken, ...said } = settled
    const problems = [
      ...broken,
      ...(typeof baseUrl === "string" ? addressProblems(connection, baseUrl, nouns.connection) : [])
    ]
    if (problems.length > 0) return yield* failure(connection, ConnectionSchema.invalid(problems))
    const tell = yield* Progress
    return yield* Session.open({
      provider: id,
      connection,
      baseUrl: typeof baseUrl === "string" ? baseUrl : checkedAddress(connection, baseUrl, nouns.connection),
      security: nouns.security,
      quotas: quotasOf(connection),
      quotasOfListings: connection.quotas === undefined ? quotasOfListings : noQuotas,
      concurrency: nouns.concurrency,
      ...said,
      endpoints,
      formats,
      once,
      onRetry: (reason, wait) => {
        const attributes = { provider: id, connection: connection.name, reason: reason._tag }
        return Effect.andThen(
          Metric.update(Metric.withAttributes(Telemetry.retries, attributes), 1),
          tell({ _tag: "Retrying", provider: id, connection: connection.name, reason, wait })
        )
      }
    })
  })

  return Effect.fnUntraced(function* (connection: C, input: Input, options: RunOptions = {}) {
    const problems = QueryCheck.problemsOf(input, options, nouns.listings)
    if (problems.length > 0) return yield* failure(connection, ConnectionSchema.invalid(problems))
    const query = yield* resolve(input)
    const now = yield* Clock.currentTimeMillis
    const session = yield* openSession(connection)
    const { pageConcurrency = nouns.pageConcurrency ?? 1, resume = [], since = () => undefined } = options
    const run = {
      provider: id,
      connection,
      session,
      query,
      now,
      since,
      resume: CursorFinder.make(resume, (cursor) => {
        const found = listings().find(({ listing }) => listing.name === cursor.listing)
        return found === undefined ? null : Scopes.keyOf(found.listing, cursor.scope)
      }),
      // More pages would only wait for the quota, and a page that is discarded while it waits has used the quota all the same.
      pageConcurrency: Math.min(...quotasOf(connection).map(({ requests }) => requests), pageConcurrency)
    }
    const pagesAtOnce = (listing: string) =>
      Math.min(run.pageConcurrency, ...(quotasOfListings.get(listing) ?? []).map(({ requests }) => requests))
    return listings()
      .filter(({ listing }) => options.listings?.includes(listing.name) ?? true)
      .filter(({ listing }) => canMatch(nouns.listings[listing.name]?.holds ?? {}, query))
      .map(({ listing, parents }) =>
        ParentScopes.lanes({ ...run, listing, pageConcurrency: pagesAtOnce(listing.name) }, parents)
      )
  })
}

const noQuotas: ReadonlyMap<string, ReadonlyArray<Quota>> = new Map()

/** What is wrong with an address, if anything. */
const addressProblems = (
  connection: { readonly allowHttp?: boolean },
  baseUrl: string,
  fields: Schema.Struct.Fields
): ReadonlyArray<Problem> => {
  const isInPlain =
    connection.allowHttp !== true && ConnectionSchema.hasSecret(fields, connection) && PlainHttp.leaves(baseUrl)
  return [
    ...(isHttpUrl(baseUrl)
      ? []
      : [{ key: "baseUrl", message: "expected an absolute http or https URL without a user" }]),
    ...(isInPlain ? [PlainHttp.problemOf("baseUrl")] : [])
  ]
}

/** The address for a place, which is checked when it is asked for. */
const checkedAddress =
  (
    connection: { readonly allowHttp?: boolean },
    addressOf: (place: Place) => string,
    fields: Schema.Struct.Fields
  ): BaseUrlOf =>
  (place) =>
    VerbFailure.attempt(
      () => {
        const baseUrl = addressOf(place)
        const problems = addressProblems(connection, baseUrl, fields)
        return problems.length === 0 ? Effect.succeed(baseUrl) : Effect.fail(ConnectionSchema.invalid(problems))
      },
      (failure) => VerbFailure.raise(failure, Secrets.make(Connection.secrets(connection)))
    )

/** The provider's rules between settings, as a function of the settings that are given. */
export const rulesOf =
  <C, Fields extends Schema.Struct.Fields, L extends Listings, CE, CR>(verbs: Verbs<C, Fields, L, CE, CR>) =>
  (given: object): ReadonlyArray<Connection.Problem> => {
    const settings = new Map<PropertyKey, unknown>(Object.entries(given))
    return verbs.rules?.((key) => settings.get(key) !== undefined) ?? []
  }

/** The endpoints whose answers are shared within a run, and how many answers of each. */
const rememberedAnswers = (listings: Listings): ReadonlyMap<string, number> => {
  const once = new Map<string, number>()
  for (const listing of Object.values(listings)) {
    const { lookup } = listing
    for (const parents of ListingNouns.ancestorsOf(listing)) {
      for (const { identifier } of ListingNouns.endpointsOf({ ...parents, parents: undefined })) {
        once.set(identifier, rememberedPages)
      }
    }
    if (lookup !== undefined) once.set(lookup.identifier, rememberedLookups)
  }
  return once
}

/** The formats of the endpoints whose answers are not JSON. A listing's own format is also that of its lookup and its details. */
const formatsOf = (listings: Listings): ReadonlyMap<string, Format> => {
  const formats = new Map<string, Format>()
  for (const listing of Object.values(listings)) {
    for (const one of [listing, ...ListingNouns.ancestorsOf(listing)]) {
      const { format } = one
      if (format === undefined) continue
      for (const { identifier } of ListingNouns.endpointsOf({ ...one, parents: undefined }))
        formats.set(identifier, format)
    }
  }
  return formats
}

interface PreparedWithParents {
  readonly listing: PreparedListing.PreparedListing
  readonly parents: ParentScopes.Prepared | undefined
}

/** Prepares all listings, each with the verbs of its name. */
const prepareAll = (
  listings: { readonly [name: string]: Listing.Any },
  verbs: object
): ReadonlyArray<PreparedWithParents> => {
  const written = new Map(Object.entries(untyped(verbs)))
  return Object.entries(listings).flatMap(([name, listing]) => {
    const ofListing = written.get(name)
    if (ofListing === undefined) return []
    const { parents, ...own } = ofListing
    return [
      {
        listing: PreparedListing.make(name, listing, withStrategy(own)),
        parents: ParentScopes.prepare(name, listing, parents === undefined ? undefined : withStrategies(parents))
      }
    ]
  })
}

/** `Provider.make` checks verbs against the nouns; here they are called with what those nouns decode to, so their types are erased. */
const untyped = (verbs: object) =>
  verbs as {
    readonly [name: string]: Written<ListingVerbs> & { readonly parents?: WrittenParents }
  }

/** Verbs as an author writes them: with a page strategy in `paging`, or with its parts. */
type Written<V> = V & {
  readonly paging?: Pick<ListingVerbs, "first" | "next" | "ahead" | "tellsLast" | "advances" | "pagesLeft">
}

const withStrategy = <V>(verbs: Written<V>): V => ({ ...verbs, ...verbs.paging })

/** Verbs of parents as an author writes them. */
interface WrittenParents extends Written<Omit<ParentScopes.Verbs, "parents">> {
  readonly parents?: WrittenParents
}

/** The same of parents, and of their own parents. */
const withStrategies = ({ parents, ...own }: WrittenParents): ParentScopes.Verbs =>
  parents === undefined ? withStrategy(own) : { ...withStrategy(own), parents: withStrategies(parents) }
