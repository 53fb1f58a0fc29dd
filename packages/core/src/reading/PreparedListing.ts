/**
 * A listing with everything that depends on its declaration alone, built once and shared by all runs.
 */
import { type Option, Schema } from "effect"
import type { HttpApiEndpoint } from "effect/http-api"
import type * as Listing from "../contract/Listing.ts"
import * as ListingVerbs from "../contract/ListingVerbs.ts"
import * as PageReader from "../decoding/PageReader.ts"
import * as DriftWatch from "../telemetry/DriftWatch.ts"
import * as RequestCodec from "./RequestCodec.ts"

/** A prepared listing. */
export interface PreparedListing {
  readonly name: string
  readonly verbs: ListingVerbs.ListingVerbs
  readonly endless: Listing.Endless
  /** What its jobs can be, as the plugin declares it. */
  readonly holds: Listing.Holds | undefined
  readonly approximateTotal: boolean
  readonly endpoint: HttpApiEndpoint.Top
  readonly codec: RequestCodec.RequestCodec
  readonly read: PageReader.PageReader
  /** The fields that the row's schema declares, where it is a struct. */
  readonly fields: ReadonlySet<string> | undefined
  /** The fields that the endpoint's schema declares around the rows, where it is a struct. */
  readonly shape: DriftWatch.Shape | undefined
  /** The endpoint that gives the rows, where the listing's own gives their ids. */
  readonly details: Details | undefined
  readonly lookup: { readonly endpoint: string; readonly decode: PageReader.Decoder } | undefined
  /** `undefined` for a listing without parts. */
  readonly encodePart: ((part: unknown) => Schema.Json) | undefined
  /** `undefined` for a listing without scopes. */
  readonly encodeScope: ((scope: unknown) => Schema.Json) | undefined
  /** `undefined` for a listing without scopes; none where the JSON is no scope of the listing. */
  readonly decodeScope: ((encoded: Schema.Json) => Option.Option<unknown>) | undefined
}

/** A prepared endpoint for rows by their ids. */
export interface Details {
  readonly endpoint: string
  /** The most ids of one request. */
  readonly size: number
  readonly read: PageReader.PageReader
  readonly shape: DriftWatch.Shape | undefined
}

/** Prepares a listing. */
export const make = (name: string, listing: Listing.Any, written: ListingVerbs.ListingVerbs): PreparedListing => {
  const endpoint = PageReader.top(listing.endpoint(listing.row))
  const verbs = ListingVerbs.guarded(written)
  return {
    name,
    verbs,
    endless: listing.endless,
    holds: listing.holds,
    approximateTotal: listing.approximateTotal,
    endpoint,
    codec: RequestCodec.make(endpoint),
    read:
      verbs.ids === undefined
        ? PageReader.make(listing.row, listing.endpoint, verbs.rows)
        : PageReader.make(Schema.String, listing.endpoint, verbs.ids),
    fields: DriftWatch.fieldsOf(listing.row),
    shape: DriftWatch.shapeOf(PageReader.successOf(endpoint)),
    details: detailsOf(listing, verbs),
    lookup: listing.lookup === undefined ? undefined : lookupOf(PageReader.top(listing.lookup)),
    encodePart: listing.part === undefined ? undefined : scopeEncoder(listing.part),
    encodeScope: listing.scope === undefined ? undefined : scopeEncoder(listing.scope),
    decodeScope: listing.scope === undefined ? undefined : Schema.decodeUnknownOption(jsonCodec(listing.scope))
  }
}

const detailsOf = (listing: Listing.Any, verbs: ListingVerbs.ListingVerbs): Details | undefined => {
  const { details, row } = listing
  if (details === undefined || verbs.details === undefined) return undefined
  const endpoint = PageReader.top(details.endpoint(row))
  return {
    endpoint: endpoint.identifier,
    size: details.size,
    read: PageReader.make(row, details.endpoint, verbs.details.rows),
    shape: DriftWatch.shapeOf(PageReader.successOf(endpoint))
  }
}

/** Encodes the scopes of a listing, or its parts, as JSON. */
export const scopeEncoder = (scope: Schema.Constraint): ((scope: unknown) => Schema.Json) =>
  Schema.encodeUnknownSync(jsonCodec(scope))

const lookupOf = (endpoint: HttpApiEndpoint.Top) => ({
  endpoint: endpoint.identifier,
  decode: PageReader.decoder(endpoint)
})

/** Wire schemas need no services; a plugin's schemas reach this module as plain constraints, which do not say so. */
const jsonCodec = (schema: Schema.Constraint) =>
  Schema.toCodecJson(schema) as Schema.Constraint as Schema.Codec<unknown, Schema.Json>
