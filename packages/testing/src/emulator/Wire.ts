/**
 * Where the rows, the link and the total stand in a vendor's answers, so that faults can change them.
 *
 * The author of an emulator says it once for each listing, by lenses, and gets every fault and every conformance check that
 * is about pages and rows.
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
import { LinkHeader, type Listing } from "@scanjobs/core"

/** Reads a part of a whole, and makes the whole with another part. */
export interface Lens<in out Whole, in out Part> {
  readonly get: (whole: Whole) => Part
  readonly set: (whole: Whole, part: Part) => Whole
}

/** An answer of the vendor: its body as JSON, and its headers, with lower-case names. */
export interface Answer<out Body> {
  readonly body: Body
  readonly headers: { readonly [name: string]: string }
}

/**
 * Where the way to the next page stands: an address, or a token that only the vendor can read. A page that is asked for by the
 * `key` of the last row needs neither, and rows that are inserted before do not move it.
 */
export interface Next<in out Body> extends Lens<Answer<Body>, string | null> {
  readonly is: "link" | "token" | "key"
}

/** The lenses of a listing; `null` where its vendor sends no such thing. */
export interface Lenses<Body, Row> {
  readonly rows: Lens<Body, ReadonlyArray<Row>>
  /** The link or token that leads to the next page. A listing that counts pages or rows by itself has none. */
  readonly next: Next<Body> | null
  /** The body with another number of rows in all. */
  readonly total: ((body: Body, total: number) => Body) | null
  readonly id: Lens<Row, unknown>
  readonly state: Lens<Row, unknown> | null
  readonly start: Lens<Row, unknown> | null
}

/** The form of a listing's answers. */
export interface Wire extends Lenses<unknown, unknown> {
  /** The name of the listing's endpoint. */
  readonly endpoint: string
}

/** Makes the wire of a listing; the lenses are typed by its endpoint and its row. */
export const make = <L extends Listing.Any>(
  listing: L,
  lenses: Lenses<Listing.BodyOf<L["~Endpoint"]>, L["~Row"]["Type"]>
): Wire => ({ ...untyped(lenses), endpoint: listing.endpoint(listing.row).identifier })

/** An emulator answers in the form that its listing declares; JSON that was sent has lost that type. */
const untyped = <Body, Row>(lenses: Lenses<Body, Row>) => lenses as unknown as Lenses<unknown, unknown>

/** One field of an object. */
export const field = <Whole extends object>(name: keyof Whole & string): Lens<Whole, unknown> => ({
  get: (whole) => whole[name],
  set: (whole, part) => ({ ...whole, [name]: part })
})

/**
 * A part of an object that stands in a field, as `Wire.within("attributes", Wire.field("status"))`. Where the field is `null` or
 * missing, there is nothing to read, and nothing is changed.
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

/** A link that stands in the body. */
export const inBody = <Body>(lens: Lens<Body, string | null>): Next<Body> => ({ ...bodyLens(lens), is: "link" })

/** A token that stands in the body. */
export const tokenInBody = <Body>(lens: Lens<Body, string | null>): Next<Body> => ({ ...bodyLens(lens), is: "token" })

/** No link and no token: the last row's key leads to the next page. */
export const byKey = <Body>(): Next<Body> => ({ is: "key", get: () => null, set: (answer) => answer })

const bodyLens = <Body>(lens: Lens<Body, string | null>): Lens<Answer<Body>, string | null> => ({
  get: ({ body }) => lens.get(body),
  set: (answer, part) => ({ ...answer, body: lens.set(answer.body, part) })
})

/** The link with `rel="next"` of a `Link` header (RFC 8288); other links of the header are dropped where it is set. */
export const linkHeader = <Body>(): Next<Body> => ({
  is: "link",
  get: ({ headers }) => LinkHeader.find(headers["link"], "next") ?? null,
  set: (answer, part) => {
    const { link: _, ...headers } = answer.headers
    return { ...answer, headers: part === null ? headers : { ...headers, link: `<${part}>; rel="next"` } }
  }
})
