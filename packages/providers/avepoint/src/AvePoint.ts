/**
 * AvePoint Online Services: scans of Microsoft 365, Power Platform, Active Directory and Google, and batch imports.
 */
import { Connection, Listing, OAuth, Paging, Provider, type Query, Time } from "@scanjobs/core"
import { Redacted, Schema } from "effect"
import { HttpApiSecurity } from "effect/http-api"
import * as Api from "./Api.ts"
import * as Errors from "./Errors.ts"
import { addressesOf, Region } from "./Region.ts"
import * as State from "./State.ts"

/** The permission that the app registration needs. */
const permission = "autodiscovery.readwrite.all"

/**
 * The AvePoint provider, with the listing `jobs`.
 *
 * Jobs are read oldest first, which is complete even if jobs start meanwhile. With `sortorder: 1`, or with the order `descending` in the
 * query, they are read newest first, and a query with `from` stops at the first older jobs.
 *
 * **Example** (the failed scans of a tenant)
 *
 * ```ts
 * import { AvePoint } from "@scanjobs/avepoint"
 * import { Redacted } from "effect"
 *
 * export const failed = AvePoint.jobs(
 *   { provider: "avepoint", name: "ap", region: "us", clientId: "…", clientSecret: Redacted.make("…") },
 *   { states: ["failed", "partially_succeeded"] }
 * )
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const AvePoint = Provider.make("avepoint", {
  connection: {
    clientId: Schema.NonEmptyString,
    clientSecret: Schema.optionalKey(Schema.Redacted(Schema.NonEmptyString)),
    /** Instead of a secret: the certificate of the app registration, with its RSA key in `privateKey`. */
    certificate: Schema.optionalKey(Connection.Certificate),
    privateKey: Schema.optionalKey(Connection.PrivateKey),
    /** The data centre. Instead, `baseUrl` and `tokenUrl` can be given. */
    region: Schema.optionalKey(Region),
    tokenUrl: Schema.optionalKey(Connection.Url),
    /**
     * How to find the next page. `nextLink`, the default, follows the vendor's link. `offset` counts items, which loses jobs if the
     * vendor's `skip` counts pages.
     */
    paging: Schema.optionalKey(Connection.tuning(Schema.Literals(["nextLink", "offset"]))),
    /** Rows of a page, sent as `top`. Default 1000, the documented maximum. */
    pageSize: Schema.optionalKey(Connection.tuning(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 1000 })))),
    /** The number of jobs to skip at the beginning. Default 0. */
    skip: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))),
    /** The column to sort by. Default `StartTime`, the only documented one. */
    orderby: Schema.optionalKey(Schema.NonEmptyString),
    /** 0, the default, is oldest first; 1 is newest first. The order of a query wins. */
    sortorder: Schema.optionalKey(Schema.Literals([0, 1])),
    /** Only the job with this id. */
    search: Schema.optionalKey(Schema.NonEmptyString)
  },
  security: HttpApiSecurity.bearer,
  pageConcurrency: 4,
  listings: {
    jobs: Listing.make({
      row: Api.AvePointJob,
      endpoint: Api.jobs,
      holds: { kinds: ["run"], categories: ["inventory", "import"] }
    })
  }
})({
  baseUrl: (connection) => addresses(connection).baseUrl,
  credential: (connection) =>
    OAuth.clientCredentials({
      tokenUrl: connection.tokenUrl ?? addresses(connection).tokenUrl,
      clientId: connection.clientId,
      proof: proofOf(connection),
      scope: permission,
      hint: `check clientId and its secret or certificate, and that the app registration has ${permission}`
    }),
  rules: (has) => [
    ...(has("clientSecret") || has("certificate") || has("privateKey")
      ? []
      : [{ key: "clientSecret", message: "missing key; give clientSecret, or certificate and privateKey" }]),
    ...(has("clientSecret") && (has("certificate") || has("privateKey"))
      ? [{ key: "clientSecret", message: "give either clientSecret, or certificate and privateKey" }]
      : []),
    ...(has("certificate") && !has("privateKey")
      ? [{ key: "privateKey", message: "missing key; certificate needs it" }]
      : []),
    ...(has("privateKey") && !has("certificate")
      ? [{ key: "certificate", message: "missing key; privateKey needs it" }]
      : []),
    ...(has("region") || (has("baseUrl") && has("tokenUrl"))
      ? []
      : [{ key: "region", message: "missing key; give region, or baseUrl and tokenUrl" }])
  ],
  rejection: Errors.reader,
  hint: ({ _tag }) =>
    _tag === "Unauthorized" || _tag === "Forbidden"
      ? `check that the app registration has the permission ${permission}`
      : undefined,
  listings: {
    jobs: {
      first: ({ connection: { orderby = "StartTime", pageSize = 1000, search, skip = 0, sortorder }, query }) => ({
        query: {
          top: pageSize,
          skip,
          orderby,
          sortorder: sortOrder(query, sortorder),
          ...(search === undefined ? {} : { search })
        }
      }),
      rows: ({ jobs }) => jobs,
      next: ({ body, connection, request }) =>
        connection.paging === "offset"
          ? nextOffset(request, body.jobs.length)
          : Paging.link(body.nextLink, (linked) => placeFrom(linked, request)),
      ahead: ({ next, request }) => nextButOne(request, next),
      total: ({ totalCount }, { connection: { skip = 0 } }) => {
        const total = countOf(totalCount)
        return total === undefined ? undefined : Math.max(0, total - skip)
      },
      order: ({ connection: { orderby = "StartTime", sortorder }, query }) =>
        orderby !== "StartTime" ? "none" : sortOrder(query, sortorder) === 1 ? "descending" : "ascending",
      job: (row) => ({
        vendorId: row.id,
        kind: "run",
        category: State.categoryOf(row.type),
        state: State.of(row.state),
        vendorState: String(row.state),
        name: row.scanProfileName ?? null,
        startTime: instantOf(row.startTime),
        finishTime: instantOf(row.finishTime)
      })
    }
  }
})

/** The vendor's word for the order that the query asks for, or else the settings. */
const sortOrder = ({ order }: Query.Query, setting: 0 | 1 = 0): 0 | 1 =>
  order === undefined ? setting : order === "descending" ? 1 : 0

const countOf = (count: number | string | null | undefined): number | undefined =>
  count === null || count === undefined || count === "" || !(Number(count) >= 0) ? undefined : Number(count)

/** All times are documented as UTC, so a time without a zone is UTC, too. */
const instantOf = (text: string | null | undefined): number | null => {
  const instant = Time.fromIso(text)
  return Number.isNaN(instant) ? Time.fromIso(`${text}Z`) : instant
}

interface Request {
  readonly query: typeof Api.Query.Type
}

const nextOffset = ({ query }: Request, received: number): Request | undefined =>
  received === 0 ? undefined : { query: { ...query, skip: (query.skip ?? 0) + received } }

/**
 * The request after the next one, so that pages can be read ahead. Both ways of paging advance `skip` by a constant step. With the
 * newest first, jobs that start meanwhile would shift the pages.
 */
const nextButOne = ({ query: before }: Request, { query }: Request): Request | undefined => {
  const { orderby = "StartTime", skip = 0, sortorder = 0 } = query
  const step = skip - (before.skip ?? 0)
  return orderby === "StartTime" && sortorder === 0 && step > 0 ? { query: { ...query, skip: skip + step } } : undefined
}

/** Takes only the position from the link, and the other parameters from the request, because a link may drop them. */
const placeFrom = ({ query: { skip, top } }: Request, { query }: Request): Request => {
  const { skip: _, ...own } = query
  return { query: { ...own, ...(top === undefined ? {} : { top }), ...(skip === undefined ? {} : { skip }) } }
}

interface Place {
  readonly region?: Region
  readonly baseUrl?: string
  readonly tokenUrl?: string
}

/** The rules guarantee a region wherever an address is missing. */
const addresses = ({ baseUrl = "", region, tokenUrl = "" }: Place) =>
  region === undefined ? { baseUrl, tokenUrl } : addressesOf(region)

interface Proofs {
  readonly clientSecret?: Redacted.Redacted
  readonly certificate?: Redacted.Redacted
  readonly privateKey?: Redacted.Redacted
}

/** The rules guarantee either a secret, or a certificate with its key. */
const proofOf = ({ certificate, clientSecret, privateKey }: Proofs): OAuth.Proof =>
  certificate !== undefined && privateKey !== undefined
    ? { certificate, privateKey }
    : { clientSecret: clientSecret ?? Redacted.make("") }
