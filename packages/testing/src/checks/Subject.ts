/**
 * What the conformance suite must know of a provider: how to start its vendor, and where things stand in its answers.
 */
import type { Check, Connection, Lane, Provider, Query, ScanJob } from "@scanjobs/core"
import { Clock, Effect, Redacted, type Schema, type Scope, type Stream } from "effect"
import type { HttpClient } from "effect/http"
import type { Fault } from "../emulator/Fault.ts"
import type { Ledger } from "../emulator/Ledger.ts"
import type { Wire } from "../emulator/Wire.ts"

/** The id of a check. Ids never change their meaning. */
export type CheckId = `C${number}`

/** Why checks do not apply, by their ids. Every reason is shown. */
export type Skips = { readonly [id in CheckId]?: string }

/** How a vendor is to be started. */
export interface Start {
  /** The listing that is read; the others may be empty. */
  readonly listing: string
  /**
   * How many rows that listing has, for the one scope of the connection. Equal starts give rows of equal ids. Infinite for
   * an endless listing only.
   */
  readonly rows: number
  /** The most rows of a page: as a setting of the connection, or of the emulator where there is no such setting. */
  readonly pageSize: number
  readonly fault: Fault
}

/** A vendor that runs, and a connection to it. */
export interface Vendor<out C> {
  readonly ledger: Ledger
  /** Its secrets are right, it reads one scope only, and its name is free. */
  readonly connection: C
  /** In plain text, what no log may hold: the connection's secrets, and the tokens issued until now. */
  readonly secrets: Effect.Effect<ReadonlyArray<string>>
  /** Makes every token issued until now worthless; `null` where a credential cannot be renewed. */
  readonly revoke: Effect.Effect<void> | null
}

/** What is expected of one listing. */
export interface Expected {
  readonly wire: Wire
  /** Whether the vendor's list has no end, as that of a recurring schedule. Default false. */
  readonly endless?: boolean
  /** Whether everything is on one page, so that nothing can go wrong between two. Default false. */
  readonly single?: boolean
  /**
   * Whether a row becomes several jobs, or none, as a schedule does. Jobs are then held against the rows that they are made
   * of, over a month that stays the same. Default false.
   */
  readonly several?: boolean
  readonly skips?: Skips
}

/** A provider, as the suite sees it. */
export interface Subject<Id extends string, Fields extends Schema.Struct.Fields, L extends Provider.Listings, E> {
  readonly provider: Provider.Provider<Id, Fields, L, E, HttpClient.HttpClient>
  readonly start: (start: Start) => Effect.Effect<Vendor<Connection.Connection<Id, Fields>>, never, Scope.Scope>
  /** Each listing of the provider, or the reason why the suite does not read it. */
  readonly listings: { readonly [Name in keyof L & string]: Expected | string }
  /** The body of an error under status 200 with this message; `null` where the vendor never sends one. */
  readonly errorUnder200: ((message: string) => unknown) | null
  readonly skips?: Skips
  /** How many pages of a listing are read at once. Default: as the provider says. */
  readonly pageConcurrency?: number
}

/** The subject of a provider. */
export type SubjectOf<P> =
  P extends Provider.Provider<infer Id, infer Fields, infer L, infer E, HttpClient.HttpClient>
    ? Subject<Id, Fields, L, E>
    : never

/** A started vendor with its listing, as the checks use it. */
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
  readonly declaredSecrets: ReadonlyArray<string>
  /** What is asked for where a reading has no query; a query of its own replaces only what it names. */
  readonly query: Query.Query
}

/** How a listing is read. */
export interface ReadOptions {
  readonly query?: Query.Query
  readonly resume?: Provider.RunOptions["resume"]
  /** Default: the subject's. */
  readonly pageConcurrency?: number
}

/** One listing of a subject, whose types no longer matter. */
export interface Bench {
  readonly provider: Pick<Provider.Any, "id" | "settings" | "quotas" | "decode" | "listings">
  readonly listing: string
  readonly expected: Expected
  readonly errorUnder200: ((message: string) => unknown) | null
  readonly start: (options: Omit<Start, "listing">) => Effect.Effect<Stage, never, Scope.Scope>
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
    pages: ({ pageConcurrency = subject.pageConcurrency, query, resume }) =>
      provider.pages(
        connection,
        { ...usual, ...query },
        { listings: [listing], resume, concurrency: 1, pageConcurrency }
      ),
    check: provider.check(connection),
    get withWrongSecrets() {
      return stageOf(vendor, withWrongSecrets(connection), listing, usual)
    },
    declaredSecrets: redactedOf(connection),
    query: usual
  })
  const month = Effect.runSync(Effect.cached(Effect.map(Clock.currentTimeMillis, monthFrom)))
  return Object.entries<Expected | string>(subject.listings).flatMap(([listing, expected]) =>
    typeof expected === "string"
      ? []
      : [
          {
            provider,
            listing,
            expected: { ...expected, skips: { ...subject.skips, ...expected.skips } },
            errorUnder200: subject.errorUnder200,
            start: (options) =>
              Effect.gen(function* () {
                const usual = expected.several === true ? yield* month : {}
                const vendor = yield* subject.start({ ...options, listing })
                return stageOf(vendor, vendor.connection, listing, usual)
              })
          }
        ]
  )
}

/** What the title of a test says of how many pages are read at once. */
export const pagesAtOnce = ({ pageConcurrency }: { readonly pageConcurrency?: number }): string =>
  pageConcurrency === undefined ? "" : `, ${pageConcurrency} pages at once`

/** Asks for a month of planned runs, because they come nearer while a suite runs, often under an accelerated clock. */
const monthFrom = (now: number): Query.Query => ({ from: now, until: now + 30 * 86_400_000 })

/** The listings that the suite does not read, and why. */
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

/** The same settings, but for their secrets, whose type is a redacted text as before. */
const withWrongSecrets = <C extends object>(connection: C) =>
  Object.fromEntries(
    Object.entries(connection).map(([key, value]) => [
      key,
      Redacted.isRedacted(value) ? Redacted.make("not-the-secret-of-this-connection") : value
    ])
  ) as C
