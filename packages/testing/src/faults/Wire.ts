/**
 * Says where a vendor's answers have their rows, links and totals, so that faults can change them.
 *
 * An emulator's author writes one wire for each listing, with lenses. Every fault and conformance check of pages and rows then works.
 *
 * **Example** (a vendor with a link in the body and no total)
 *
 * ```ts
 * import { Listing } from "@scanjobs/core"
 * import { Wire } from "@scanjobs/testing"
 * import { Schema } from "effect"
 * import { HttpApiEndpoint } from "effect/http-api"
 *
 * const runs = Listing.make({
 *   row: Schema.Struct({ id: Schema.String, state: Schema.String, started: Schema.String }),
 *   endpoint: (row) =>
 *     HttpApiEndpoint.get("runs", "/runs", {
 *       query: { page: Schema.optionalKey(Schema.Int) },
 *       success: Schema.Struct({ runs: Schema.Array(row), more: Schema.NullOr(Schema.String) })
 *     })
 * })
 *
 * export const wire = Wire.make(runs, {
 *   rows: { get: (body) => body.runs, set: (body, runs) => ({ ...body, runs }) },
 *   next: Wire.inBody({ get: ({ more }) => more, set: (body, more) => ({ ...body, more }) }),
 *   total: null,
 *   id: Wire.field("id"),
 *   state: Wire.field("state"),
 *   start: Wire.field("started")
 * })
 * ```
 */
import { Format, LinkHeader, type Listing, type ScanJob } from "@scanjobs/core"

/**
 * Reads a part of a whole, and makes the whole with another part.
 *
 * @since 0.1.0
 * @category models
 */
export interface Lens<in out Whole, in out Part> {
  readonly get: (whole: Whole) => Part
  readonly set: (whole: Whole, part: Part) => Whole
}

/**
 * A vendor's answer: its JSON body, or the plain values of another format, and its headers by lower-case name.
 *
 * @since 0.1.0
 * @category models
 */
export interface Answer<out Body> {
  readonly body: Body
  readonly headers: { readonly [name: string]: string }
}

/**
 * Where an answer says how to get the next page: a `link`, or a `token` that only the vendor can read. With `key`, the client asks for
 * what follows the last row, so the answer says nothing, and rows that are inserted earlier do not shift the pages. With `flag`, the
 * client counts pages, and the answer says only whether there are more.
 *
 * @since 0.1.0
 * @category models
 */
export interface Next<in out Body> extends Lens<Answer<Body>, string | null> {
  readonly is: "link" | "token" | "key" | "flag"
}

/**
 * The lenses of a listing; `null` for what its vendor does not send.
 *
 * @since 0.1.0
 * @category models
 */
export interface Lenses<Body, Row> {
  readonly rows: Lens<Body, ReadonlyArray<Row>>
  /** Whether the vendor leaves out the field of the rows where there are none, as Google does. Default: false. */
  readonly leavesOutEmpty?: boolean
  /**
   * The link, token or flag that leads to the next page. A listing whose client counts pages or rows and ends by what they hold has
   * none.
   */
  readonly next: Next<Body> | null
  /** Makes the body with another total number of rows. */
  readonly total: ((body: Body, total: number) => Body) | null
  /**
   * Whether an answer says that it is the last page of its list, where a client believes it: a fault that shifts rows adds what is left
   * to that page. A page behind it belongs to another list.
   */
  readonly isLast?: (body: Body) => boolean
  /**
   * The parameter, in the query or in the body, by which a request says which list it asks for, where the listing is put together from
   * several. Faults that remember pages then do so for each list.
   */
  readonly part?: string
  readonly id: Lens<Row, unknown>
  readonly state: Lens<Row, unknown> | null
  /** The words that the vendor documents for `state`, each with what it means, taken from the vendor's page and not from the provider. */
  readonly documented?: { readonly [word: string]: ScanJob.State }
  readonly start: Lens<Row, unknown> | null
  /** The time at which a row ended; left out or `null` where it has none, or where no field says it. */
  readonly finish?: Lens<Row, unknown> | null
}

/**
 * The form of a listing's answers.
 *
 * @since 0.1.0
 * @category models
 */
export interface Wire extends Lenses<unknown, unknown> {
  /** The name of the listing's endpoint. */
  readonly endpoint: string
  /** The format of its answers: the listing's own, or its provider's. */
  readonly format: Format.Format
  /** Where the rows are, if the listing's own endpoint gives only their ids: `rows` are then those ids. */
  readonly details?: Details
}

/**
 * Where the rows are that are had by their ids.
 *
 * @since 0.3.0
 * @category models
 */
export interface Details {
  /** The name of the endpoint that gives them. */
  readonly endpoint: string
  readonly rows: Lens<unknown, ReadonlyArray<unknown>>
}

/**
 * The lenses of a listing whose pages have only ids.
 *
 * @since 0.3.0
 * @category models
 */
export interface IdLenses<Body, DetailBody, Row> extends Omit<Lenses<Body, Row>, "rows"> {
  /** The ids in a page. */
  readonly ids: Lens<Body, ReadonlyArray<string>>
  /** The rows in an answer to a request for their ids. */
  readonly rows: Lens<DetailBody, ReadonlyArray<Row>>
}

/**
 * Makes the wire of a listing. The lenses are typed by the listing's endpoint and row.
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = <L extends Listing.Any>(
  listing: L,
  lenses: Lenses<Listing.BodyOf<L["~Endpoint"]>, L["~Row"]["Type"]>
): Wire => ({
  ...untyped(lenses),
  endpoint: listing.endpoint(listing.row).identifier,
  format: listing.format ?? Format.json
})

/**
 * Makes the wire of a listing whose pages have only ids. Faults of pages change the ids, and faults of rows the rows.
 *
 * **Example** (ids, and then rows by POST)
 *
 * ```ts
 * import { Listing } from "@scanjobs/core"
 * import { Wire } from "@scanjobs/testing"
 * import { Schema } from "effect"
 * import { HttpApiEndpoint } from "effect/http-api"
 *
 * const runs = Listing.make({
 *   row: Schema.Struct({ id: Schema.String }),
 *   endpoint: () => HttpApiEndpoint.get("ids", "/ids", { success: Schema.Struct({ ids: Schema.Array(Schema.String) }) }),
 *   details: {
 *     size: 100,
 *     endpoint: (row) =>
 *       HttpApiEndpoint.post("find", "/find", {
 *         payload: Schema.Struct({ ids: Schema.Array(Schema.String) }),
 *         success: Schema.Struct({ runs: Schema.Array(row) })
 *       })
 *   }
 * })
 *
 * export const wire = Wire.ofIds(runs, {
 *   ids: { get: ({ ids }) => ids, set: (body, ids) => ({ ...body, ids }) },
 *   rows: { get: ({ runs }) => runs, set: (body, runs) => ({ ...body, runs }) },
 *   next: null,
 *   total: null,
 *   id: Wire.field("id"),
 *   state: null,
 *   start: null
 * })
 * ```
 *
 * @since 0.3.0
 * @category constructors
 */
export const ofIds = <L extends Listing.Any>(
  listing: L,
  lenses: IdLenses<Listing.BodyOf<L["~Endpoint"]>, Listing.BodyOf<L["~Details"]>, L["~Row"]["Type"]>
): Wire => {
  const { ids, rows, ...others } = untypedIds(lenses)
  const { details, endpoint, row } = listing
  if (details === undefined) throw new Error("Wire.ofIds: the listing has no noun `details`: use `Wire.make`")
  return {
    ...others,
    rows: ids,
    endpoint: endpoint(row).identifier,
    format: listing.format ?? Format.json,
    details: { endpoint: details.endpoint(row).identifier, rows }
  }
}

/** Drops the types of lenses: faults apply them to the JSON of answers, which has the declared form but no type. */
const untyped = <Body, Row>(lenses: Lenses<Body, Row>) => lenses as unknown as Lenses<unknown, unknown>

/** The same of a listing of ids. An id is a row of its list. */
const untypedIds = <Body, DetailBody, Row>(lenses: IdLenses<Body, DetailBody, Row>) =>
  lenses as unknown as Lenses<unknown, unknown> & { readonly ids: Lens<unknown, ReadonlyArray<unknown>> }

/**
 * One field of an object.
 *
 * @since 0.1.0
 * @category constructors
 */
export const field = <Whole extends object>(name: keyof Whole & string): Lens<Whole, unknown> => ({
  get: (whole) => whole[name],
  set: (whole, part) => ({ ...whole, [name]: part })
})

/**
 * A part of an object in a field. If that object is `null` or missing, the lens reads `undefined` and changes nothing.
 *
 * **Example** (a state inside of `attributes`)
 *
 * ```ts
 * import { Wire } from "@scanjobs/testing"
 *
 * interface Row {
 *   readonly id: string
 *   readonly attributes?: { readonly status: string } | null
 * }
 *
 * export const state = Wire.within<Row, "attributes">("attributes", Wire.field("status"))
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const within = <Whole extends object, Name extends keyof Whole & string>(
  name: Name,
  lens: Lens<NonNullable<Whole[Name]>, unknown>
): Lens<Whole, unknown> => ({
  get: (whole) => {
    const part = whole[name]
    return part === null || part === undefined ? undefined : lens.get(part)
  },
  set: (whole, value) => {
    const part = whole[name]
    return part === null || part === undefined ? whole : { ...whole, [name]: lens.set(part, value) }
  }
})

/**
 * A link in the body.
 *
 * @since 0.1.0
 * @category constructors
 */
export const inBody = <Body>(lens: Lens<Body, string | null>): Next<Body> => ({ ...bodyLens(lens), is: "link" })

/**
 * A token in the body.
 *
 * **Example** (a vendor with tokens, one with links in headers, and one with neither)
 *
 * ```ts
 * import { Wire } from "@scanjobs/testing"
 *
 * interface Body {
 *   readonly nextToken: string | null
 * }
 *
 * export const token = Wire.tokenInBody<Body>({
 *   get: ({ nextToken }) => nextToken,
 *   set: (body, nextToken) => ({ ...body, nextToken })
 * })
 * export const header = Wire.linkHeader<Body>()
 * export const key = Wire.byKey<Body>()
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const tokenInBody = <Body>(lens: Lens<Body, string | null>): Next<Body> => ({ ...bodyLens(lens), is: "token" })

/**
 * No link and no token: the client asks for what follows the last row's key.
 *
 * @since 0.1.0
 * @category constructors
 */
export const byKey = <Body>(): Next<Body> => ({ is: "key", get: () => null, set: (answer) => answer })

/**
 * A flag that says whether there are more pages, which the client counts. Faults that insert rows make such pages larger.
 *
 * **Example** (page numbers and `hasMore`)
 *
 * ```ts
 * import { Wire } from "@scanjobs/testing"
 *
 * export const next = Wire.byFlag<{ readonly hasMore: boolean }>()
 * ```
 *
 * @since 0.3.0
 * @category constructors
 */
export const byFlag = <Body>(): Next<Body> => ({ is: "flag", get: () => null, set: (answer) => answer })

const bodyLens = <Body>(lens: Lens<Body, string | null>): Lens<Answer<Body>, string | null> => ({
  get: ({ body }) => lens.get(body),
  set: (answer, part) => ({ ...answer, body: lens.set(answer.body, part) })
})

/**
 * The link with `rel="next"` in a `Link` header (RFC 8288). Setting it drops the header's other links.
 *
 * @since 0.1.0
 * @category constructors
 */
export const linkHeader = <Body>(): Next<Body> => ({
  is: "link",
  get: ({ headers }) => LinkHeader.find(headers["link"], "next") ?? null,
  set: (answer, part) => {
    const { link: _, ...headers } = answer.headers
    return { ...answer, headers: part === null ? headers : { ...headers, link: `<${part}>; rel="next"` } }
  }
})
