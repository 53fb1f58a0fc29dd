/**
 * What the conformance suite must know of a provider: how to start its emulator, and the form of its answers.
 */
import type { Check, Connection, Lane, Listing, Provider, Query, ScanJob } from "@scanjobs/core"
import { Clock, Effect, Redacted, type Schema, type Scope, type Stream } from "effect"
import type { HttpClient } from "effect/http"
import type { HttpApiSecurity } from "effect/http-api"
import type { Fault } from "../faults/Fault.ts"
import type { Ledger } from "../ledger/Ledger.ts"
import type { Wire } from "../faults/Wire.ts"

/**
 * The id of a check. An id never changes its meaning.
 *
 * @since 0.1.0
 * @category models
 */
export type CheckId = `C${number}`

/**
 * Why checks do not apply, by id. The suite shows every reason.
 *
 * @since 0.1.0
 * @category models
 */
export type Skips = { readonly [id in CheckId]?: string }

/**
 * How to start a vendor for a check.
 *
 * @since 0.1.0
 * @category models
 */
export interface Start {
  /** The listing that the check reads; others may be empty. */
  readonly listing: string
  /**
   * Default meaning, `rows`: `rows` and `pageSize` are about the listing itself. With `parents`, they are about its parents at `level`:
   * there are `rows` parents, `pageSize` a page, and each has exactly one row, or one item at each level between.
   */
  readonly of: "rows" | "parents"
  /** How far the parents are from the listing: 1 for its own, 2 for the parents of those, and so on; 0 where `of` is `rows`. */
  readonly level: number
  /**
   * How many rows that listing has, for the connection's only scope; infinite for an endless listing only. Equal starts must
   * give rows with equal ids.
   */
  readonly rows: number
  /** The most rows of a page: a setting of the connection, or of the emulator if the connection has no such setting. */
  readonly pageSize: number
  readonly fault: Fault
}

/**
 * A running vendor, and a connection to it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Vendor<out C> {
  readonly ledger: Ledger
  /** Has valid secrets and reads one scope. It may have any name. */
  readonly connection: C
  /** What no log may contain, in plain text: the connection's secrets, and the tokens issued so far. */
  readonly secrets: Effect.Effect<ReadonlyArray<string>>
  /** Revokes every token issued so far; `null` if the credential cannot be renewed. */
  readonly revoke: Effect.Effect<void> | null
}

/**
 * What the suite must know of one listing.
 *
 * @since 0.1.0
 * @category models
 */
export interface Expected {
  readonly wire: Wire
  /**
   * Whether the vendor's list has no end, like the runs of a recurring schedule. Default: false. Of `several`, the suite finds out whether
   * what they plan lies behind a horizon, unless `false` says that the vendor plans nothing that goes on.
   */
  readonly endless?: boolean
  /** Whether the listing has only one page. Default: false. */
  readonly single?: boolean
  /**
   * Whether a row becomes any number of jobs, as a schedule does. Checks then compare jobs with the rows that they come from, over
   * a fixed month. Default: false.
   */
  readonly several?: boolean
  /** The listing that its scopes are found by, or the reason why the suite does not check it. Without parents, leave it out. */
  readonly parents?: ExpectedParents | string
  /** The vendor's own servers, where there are several. */
  readonly hosts?: Hosts
  readonly skips?: Skips
}

/**
 * The vendor's own servers, where a provider has one for each region or service. The suite reads them without the setting `baseUrl`, and lets
 * the subject's emulator answer for all of them: the ledger's `origin` says which one was asked.
 *
 * **Example** (a vendor with two regions, and one with a server for each service)
 *
 * ```ts
 * import type { Conformance } from "@scanjobs/testing"
 *
 * export const hosts: Conformance.Hosts = {
 *   origins: ["https://eu.acme.example", "https://us.acme.example"],
 *   settings: { regions: ["eu", "us"] }
 * }
 * export const ofRuns: Conformance.Hosts = {
 *   origins: ["https://runs.acme.example"],
 *   others: ["https://plans.acme.example"]
 * }
 * ```
 *
 * @since 0.3.0
 * @category models
 */
export interface Hosts {
  /** Every origin that the listing must ask, and no other one. */
  readonly origins: ReadonlyArray<string>
  /** The vendor's origins that have other listings. Beside `origins`, there are at least two in all. */
  readonly others?: ReadonlyArray<string>
  /** Settings of the connection, beside the subject's own, with which all of them are asked. */
  readonly settings?: { readonly [key: string]: unknown }
}

/**
 * What the suite must know of the parents of a listing.
 *
 * @since 0.2.0
 * @category models
 */
export interface ExpectedParents {
  readonly wire: Wire
  /** Whether all parents are on one page. Default: false. */
  readonly single?: boolean
  /** The parents of these parents, or the reason why the suite does not check them. Where they have none, leave it out. */
  readonly parents?: ExpectedParents | string
  readonly skips?: Skips
}

/**
 * How a vendor says that a credential may not read something.
 *
 * @since 0.3.0
 * @category models
 */
export interface Forbidden {
  /** Default: 403. */
  readonly status?: number
  /** Its plain values, which are sent in the format of the listing. */
  readonly body: unknown
}

/**
 * A provider, as the suite sees it.
 *
 * @since 0.1.0
 * @category models
 */
export interface Subject<Id extends string, Fields extends Schema.Struct.Fields, L extends Provider.Listings, E> {
  readonly provider: Provider.Provider<Id, Fields, L, E, HttpClient.HttpClient>
  readonly start: (start: Start) => Effect.Effect<Vendor<Connection.Connection<Id, Fields>>, never, Scope.Scope>
  /** What to expect of each listing, or the reason why the suite does not read it. */
  readonly listings: { readonly [Name in keyof L & string]: Expected | string }
  /** Makes the body of an error under status 200 with this message; `null` if the vendor never sends one. */
  readonly errorUnder200: ((message: string) => unknown) | null
  /** The vendor's refusal for want of a permission, which no verb may take for an empty list. Default: status 403, without a word. */
  readonly forbidden?: Forbidden
  readonly skips?: Skips
  /** How many pages of a listing the suite reads at once. Default: as the provider declares. */
  readonly pageConcurrency?: number
}

/**
 * The subject of a provider, by the type of the provider.
 *
 * @since 0.1.0
 * @category models
 */
export type SubjectOf<P> =
  P extends Provider.Provider<infer Id, infer Fields, infer L, infer E, HttpClient.HttpClient>
    ? Subject<Id, Fields, L, E>
    : never

/** A started vendor with one listing, as the checks use it. */
export interface Stage {
  readonly ledger: Ledger
  readonly secrets: Effect.Effect<ReadonlyArray<string>>
  readonly revoke: Effect.Effect<void> | null
  /** The pages of the listing. */
  readonly pages: (options: ReadOptions) => Stream.Stream<Lane.Page<ScanJob.ScanJob>, unknown, HttpClient.HttpClient>
  /** The provider's own check of the connection. */
  readonly check: Effect.Effect<ReadonlyArray<Check.ListingCheck>, unknown, HttpClient.HttpClient>
  /** The connection with other secrets. */
  readonly withWrongSecrets: Stage
  /** The connection without `baseUrl`, and with other settings. */
  readonly atHosts: (settings?: { readonly [key: string]: unknown }) => Stage
  /** The connection without the provider's own settings for tuning, which then have their defaults. */
  readonly withDefaults: Stage
  /** The address of the emulator, as the connection has it. */
  readonly address: string | undefined
  readonly declaredSecrets: ReadonlyArray<string>
  /** The default query of a reading; a reading's own query replaces the fields that it has. */
  readonly query: Query.Query
}

/** How a listing is read. */
export interface ReadOptions {
  readonly query?: Query.Query
  readonly resume?: Provider.RunOptions["resume"]
  /** Default: the subject's. */
  readonly pageConcurrency?: number
  /** How many scopes are read at once. Default: 1. */
  readonly concurrency?: number
}

/** One listing of a subject, without its types. */
export interface Bench {
  readonly provider: Pick<Provider.Any, "id" | "settings" | "quotas" | "decode" | "listings">
  readonly listing: string
  /** Where requests carry the credential. */
  readonly security: HttpApiSecurity.Http | HttpApiSecurity.ApiKey | "none"
  /** Whether the checks are about the pages of the listing or about those of its parents. */
  readonly of: Start["of"]
  /** How far the parents are from the listing, and 0 for the listing itself. */
  readonly level: number
  readonly expected: Expected
  readonly errorUnder200: ((message: string) => unknown) | null
  readonly forbidden: Forbidden | undefined
  readonly start: (options: Omit<Start, "listing" | "of" | "level">) => Effect.Effect<Stage, never, Scope.Scope>
}

/** The benches of a subject, one for each listing that the suite reads. */
export const benches = <Id extends string, Fields extends Schema.Struct.Fields, L extends Provider.Listings, E>(
  subject: Subject<Id, Fields, L, E>
): ReadonlyArray<Bench> => {
  type C = Connection.Connection<Id, Fields>
  const { provider } = subject
  const stageOf = (vendor: Vendor<C>, connection: C, listing: string, usual: Query.Query): Stage => ({
    ledger: vendor.ledger,
    secrets: vendor.secrets,
    revoke: vendor.revoke,
    pages: ({ concurrency = 1, pageConcurrency = subject.pageConcurrency, query, resume }) =>
      provider.pages(connection, { ...usual, ...query }, { listings: [listing], resume, concurrency, pageConcurrency }),
    check: provider.check(connection),
    get withWrongSecrets() {
      return stageOf(vendor, withWrongSecrets(connection), listing, usual)
    },
    atHosts: (settings) => stageOf(vendor, atHosts(connection, settings), listing, usual),
    get withDefaults() {
      return stageOf(vendor, without(connection, tuningOf(provider)), listing, usual)
    },
    address: vendor.connection.baseUrl,
    declaredSecrets: redactedOf(connection),
    query: usual
  })
  const month = Effect.runSync(Effect.cached(Effect.map(Clock.currentTimeMillis, monthFrom)))
  const benchOf = (listing: string, level: number, expected: Expected): Bench => ({
    provider,
    listing,
    of: level === 0 ? "rows" : "parents",
    level,
    security: provider.security,
    expected: { ...expected, skips: { ...subject.skips, ...expected.skips } },
    errorUnder200: subject.errorUnder200,
    forbidden: subject.forbidden,
    start: (options) =>
      Effect.gen(function* () {
        const usual = expected.several === true ? yield* month : {}
        const of = level === 0 ? "rows" : "parents"
        const vendor = yield* subject.start({ ...options, listing, of, level })
        return stageOf(vendor, vendor.connection, listing, usual)
      })
  })
  return Object.entries<Expected | string>(subject.listings).flatMap(([listing, expected]) => {
    if (typeof expected === "string") return []
    // The rows of the parents become jobs as those of the listing do.
    const { several = false } = expected
    return levelsOf(expected).map((one, level) => benchOf(listing, level, level === 0 ? expected : { ...one, several }))
  })
}

/** A listing, its parents, their parents and so on, as far as the suite checks them. */
const levelsOf = (
  expected: Pick<Expected, "wire" | "single" | "skips" | "parents">
): ReadonlyArray<Omit<Expected, "several">> => {
  const { parents } = expected
  return typeof parents === "object" ? [expected, ...levelsOf(parents)] : [expected]
}

/** What the provider declares of the listing of a bench, or of its parents at the bench's level. */
export const declaredOf = ({ level, listing, provider }: Bench): Listing.Any | Listing.Parent | undefined => {
  let declared: Listing.Any | Listing.Parent | undefined = provider.listings[listing]
  for (let above = 0; above < level; above++) declared = declared?.parents
  return declared
}

/** The part of a test's title that says how many pages it reads at once. */
export const pagesAtOnce = ({ pageConcurrency }: { readonly pageConcurrency?: number }): string =>
  pageConcurrency === undefined ? "" : `, ${pageConcurrency} pages at once`

/** Asks for a month of planned runs, because they come nearer while a suite runs, often under an accelerated clock. */
const monthFrom = (now: number): Query.Query => ({ from: now, until: now + 30 * 86_400_000 })

/**
 * The listings that the suite does not read, each with the reason.
 *
 * **Example** (a line for each of them)
 *
 * ```ts
 * import { Conformance } from "@scanjobs/testing"
 *
 * declare const subject: Conformance.Subject<"acme", {}, {}, never>
 *
 * export const lines = Conformance.unread(subject).map(([listing, reason]) => `${listing} is not checked: ${reason}`)
 * ```
 *
 * @since 0.1.0
 * @category accessors
 */
export const unread = <Id extends string, Fields extends Schema.Struct.Fields, L extends Provider.Listings, E>({
  listings
}: Subject<Id, Fields, L, E>): ReadonlyArray<readonly [listing: string, reason: string]> =>
  Object.entries<Expected | string>(listings).flatMap(([listing, expected]) =>
    typeof expected === "string" ? [[listing, expected] as const] : []
  )

const redactedOf = (connection: object): ReadonlyArray<string> =>
  Object.values(connection).flatMap((value) =>
    Redacted.isRedacted(value) && typeof Redacted.value(value) === "string" ? [String(Redacted.value(value))] : []
  )

/** The same connection at the vendor's own servers. The cast is safe: `baseUrl` may be left out, and a subject's settings are the provider's. */
const atHosts = <C extends object>(connection: C, settings: { readonly [key: string]: unknown } = {}) =>
  ({
    ...Object.fromEntries(Object.entries(connection).filter(([key]) => key !== "baseUrl")),
    ...settings
  }) as C

/** The settings by which a provider's pages are asked for. Those that every provider has say how the emulator is reached. */
export const tuningOf = ({ settings }: Pick<Provider.Any, "settings">): ReadonlyArray<string> =>
  settings.flatMap(({ key, tuning }) => (tuning === true && key !== "allowHttp" && key !== "quotas" ? [key] : []))

/** The same connection without some settings. The cast is safe: settings for tuning may be left out. */
const without = <C extends object>(connection: C, keys: ReadonlyArray<string>) =>
  Object.fromEntries(Object.entries(connection).filter(([key]) => !keys.includes(key))) as C

/** The same settings with other secrets. The cast is safe: each secret stays a redacted text. */
const withWrongSecrets = <C extends object>(connection: C) =>
  Object.fromEntries(
    Object.entries(connection).map(([key, value]) => [
      key,
      Redacted.isRedacted(value) ? Redacted.make("not-the-secret-of-this-connection") : value
    ])
  ) as C
