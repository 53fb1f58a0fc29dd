/**
 * A vendor's plugin: its nouns, its verbs, and the streams that the library makes of them.
 *
 * A provider is made in two steps, so that everything is inferred: first the nouns, which are data (settings, security, quotas,
 * endpoints, row schemas), then the verbs, which are pure functions over what the nouns decode to.
 */
import { Effect, Result, type Schema, Stream } from "effect"
import { HttpApi, type HttpApiEndpoint } from "effect/http-api"
import type * as Connection from "../contract/Connection.ts"
import * as ConnectionSchema from "../contract/ConnectionSchema.ts"
import * as Contract from "../contract/Contract.ts"
import type * as Listing from "../contract/Listing.ts"
import * as ListingNouns from "../contract/ListingNouns.ts"
import type { Format } from "../decoding/Format.ts"
import * as PageReader from "../decoding/PageReader.ts"
import { everything, type Input } from "../model/Query.ts"
import type { Encoded, ScanJob } from "../model/ScanJob.ts"
import * as RetryPolicy from "../policies/RetryPolicy.ts"
import * as Lane from "../reading/Lane.ts"
import * as Lanes from "../reading/Lanes.ts"
import * as Hosts from "../reading/Hosts.ts"
import * as CheckRun from "./CheckRun.ts"
import type { Jobs, Listings, Nouns, RunOptions, Verbs } from "./Declaration.ts"
import * as JobCodec from "./JobCodec.ts"
import type { Provider } from "./Plugin.ts"
import * as PluginCheck from "./PluginCheck.ts"
import * as ProviderRun from "./ProviderRun.ts"
import * as QueryCheck from "./QueryCheck.ts"

export type { Place } from "../contract/Place.ts"
export type { Endpoints, Jobs, Listings, Nouns, RunOptions, Verbs } from "./Declaration.ts"
export type { Any, ConnectionOf, ErrorOf, JobOf, ListingOf, Provider, ServicesOf } from "./Plugin.ts"

/** How many lanes of a connection are read at once by default. */
const usualConcurrency = 4

/**
 * Makes a provider from its nouns, and then from its verbs. It throws where the two do not fit, with what to do.
 *
 * **Example** (a vendor with `skip` and `top`)
 *
 * ```ts
 * import { Credential, Listing, Provider, Time } from "@scanjobs/core"
 * import { Schema } from "effect"
 * import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"
 *
 * const Row = Schema.Struct({ id: Schema.String, running: Schema.Boolean, at: Schema.String })
 *
 * export const Acme = Provider.make("acme", {
 *   connection: { token: Schema.Redacted(Schema.String) },
 *   security: HttpApiSecurity.bearer,
 *   quotas: [{ requests: 60, window: "1 minute" }],
 *   listings: {
 *     runs: Listing.make({
 *       row: Row,
 *       endpoint: (row) =>
 *         HttpApiEndpoint.get("runs", "/runs", {
 *           query: { skip: Schema.Int, top: Schema.Int },
 *           success: Schema.Struct({ runs: Schema.Array(row) })
 *         })
 *     })
 *   }
 * })({
 *   baseUrl: () => "https://api.acme.example",
 *   credential: ({ token }) => Credential.fixed(token),
 *   listings: {
 *     runs: {
 *       first: () => ({ query: { skip: 0, top: 100 } }),
 *       rows: ({ runs }) => runs,
 *       next: ({ body, request: { query } }) =>
 *         body.runs.length === 0 ? undefined : { query: { ...query, skip: query.skip + body.runs.length } },
 *       job: (row) => ({
 *         vendorId: row.id,
 *         kind: "run",
 *         category: "web",
 *         state: row.running ? "running" : "succeeded",
 *         vendorState: String(row.running),
 *         startTime: Time.fromIso(row.at)
 *       })
 *     }
 *   }
 * })
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const make =
  <const Id extends string, const Fields extends Schema.Struct.Fields, const L extends Listings>(
    id: Id,
    given: Nouns<Fields, L>
  ) =>
  // Where a verb is wrong or missing, nothing is inferred from the credential; `never` would then blame the credential.
  <E = unknown, R = unknown>(
    verbs: Verbs<Connection.Connection<Id, Fields>, Fields, L, E, R>
  ): Provider<Id, Fields, L, E, R> => {
    PluginCheck.check(id, given, verbs)
    const nouns = { ...given, listings: withFormat(given.listings, given.format) }
    const endpoints = endpointsOf(nouns.listings)
    const concurrency = Math.min(usualConcurrency, nouns.concurrency ?? usualConcurrency)
    const rules = ProviderRun.rulesOf(verbs)
    const open = ProviderRun.make({ id, nouns, verbs, endpoints })
    let settings: ReadonlyArray<Connection.Setting> | undefined

    let job: Schema.Constraint | undefined

    type P = Provider<Id, Fields, L, E, R>
    const lanesOf = (connection: Connection.Input<Id, Fields>, query: Input, options?: RunOptions<keyof L & string>) =>
      Effect.map(open(ofProvider<Id, Fields>(id, connection), query, options), typed<Id, L, E>)

    const lanes: P["lanes"] = (connection, query = everything, options) =>
      Stream.unwrap(Effect.map(lanesOf(connection, query, options), Lanes.all))

    const pages: P["pages"] = (connection, query = everything, options) =>
      Stream.unwrap(
        Effect.map(lanesOf(connection, query, options), (listings) =>
          Lanes.pages(listings, QueryCheck.atLeastOne(options?.concurrency ?? concurrency))
        )
      )

    return {
      id,
      contract: Contract.version,
      Connection: ConnectionSchema.schema(id, nouns.connection),
      get Job() {
        return codecOf<Id, L>((job ??= JobCodec.make(id, nouns.listings)))
      },
      get settings() {
        return (settings ??= ConnectionSchema.describe(nouns.connection))
      },
      fileSettings: new Set(
        Object.keys(nouns.connection).filter((key) => ConnectionSchema.isFile(nouns.connection[key]))
      ),
      decode: (input) => {
        const decoded = ConnectionSchema.decode(id, nouns.connection, input)
        const broken = rules(input)
        if (broken.length === 0) return decoded
        return Result.fail([...(Result.isFailure(decoded) ? decoded.failure : []), ...broken])
      },
      quotas: nouns.quotas ?? [],
      concurrency,
      security: nouns.security,
      listings: nouns.listings,
      api: apiOf<Id, L>(id, endpoints),
      lanes,
      pages,
      jobs: (connection, query, options) => {
        const jobs = Lane.jobs(pages(connection, query, options))
        return QueryCheck.isLimit(query?.limit) ? Stream.take(jobs, query.limit) : jobs
      },
      check: (connection) =>
        Effect.flatMap(lanesOf(connection, { limit: 1 }), (listings) =>
          CheckRun.run({ provider: id, connection: connection.name }, listings, concurrency)
        ).pipe(RetryPolicy.withoutQuotaWaits),
      ...phantom<Id, Fields, L, E, R>()
    }
  }

/** The listings with the provider's format, where they have no own one. The cast is safe: their types stay what they are. */
const withFormat = <L extends Listings>(listings: L, format: Format | undefined): L => {
  if (format === undefined) return listings
  const own: Listings = Object.fromEntries(
    Object.entries(listings).map(([name, listing]) => [name, formatted(listing, format)] as const)
  )
  return own as L
}

const formatted = <L extends Pick<Listing.Any, "parents" | "format">>(listing: L, format: Format): L => {
  const { parents } = listing
  return {
    ...listing,
    format: listing.format ?? format,
    parents: parents === undefined ? undefined : formatted(parents, format)
  }
}

/** The endpoints of all listings, lookups, details and parents, each once. */
const endpointsOf = (listings: Listings): ReadonlyArray<HttpApiEndpoint.Top> => {
  const all = Object.values(listings).flatMap(ListingNouns.endpointsOf)
  return [...new Map(all.map((used) => [used.identifier, PageReader.top(used)])).values()]
}

/** The endpoints are those of the listings; their types are lost in the list. */
const apiOf = <Id extends string, L extends Listings>(id: Id, endpoints: ReadonlyArray<HttpApiEndpoint.Top>) =>
  HttpApi.make(id).add(Hosts.group(endpoints)) as unknown as Provider<Id, Schema.Struct.Fields, L>["api"]

/** A connection that is given to a provider is one of that provider. The compiler does not see through a spread of generic fields. */
const ofProvider = <Id extends string, Fields extends Schema.Struct.Fields>(
  id: Id,
  connection: Connection.Input<Id, Fields>
) => ({ ...connection, provider: id }) as Connection.Connection<Id, Fields>

/** The codec was made of the listings' own schemas, in a loop that loses their types. */
const codecOf = <Id extends string, L extends Listings>(codec: Schema.Constraint) =>
  codec as Schema.Codec<Jobs<Id, L>, Encoded>

/** Lanes of a listing bring that listing's jobs; the page loop does not know the type of their rows. */
const typed = <Id extends string, L extends Listings, E>(listings: ReadonlyArray<Lanes.Lanes<ScanJob, E>>) =>
  listings as ReadonlyArray<Lanes.Lanes<Jobs<Id, L>, E>>

/** The members that exist for the compiler alone. */
const phantom = <Id extends string, Fields extends Schema.Struct.Fields, L extends Listings, E, R>() =>
  ({}) as Pick<Provider<Id, Fields, L, E, R>, "~Connection" | "~Job" | "~Error" | "~Services">
