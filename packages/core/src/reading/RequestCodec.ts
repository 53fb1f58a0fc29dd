/**
 * Encodes the requests of one endpoint as JSON for cursors, and turns links to a next page into requests.
 */
import { Result, Schema, SchemaAST } from "effect"
import { UrlParams } from "effect/http"
import type { HttpApiEndpoint } from "effect/http-api"
import * as Compiled from "../decoding/Compiled.ts"
import * as Latest from "../decoding/MemoizeLast.ts"
import * as PageReader from "../decoding/PageReader.ts"
import * as Excerpt from "../contract/Excerpt.ts"
import type { Request } from "../contract/Exchange.ts"
import * as Origin from "../contract/Origin.ts"
import type { Link } from "../contract/PageStrategy.ts"
import * as Reason from "../model/Reason.ts"
import type { Secrets } from "../secrets/Secrets.ts"

/** Encodes and decodes requests. */
export interface RequestCodec {
  readonly encode: (request: Request) => Schema.Json
  /** Fails with the reason why the JSON is not a request of the endpoint. */
  readonly decode: (json: Schema.Json) => Result.Result<Request, string>
  /**
   * The request that a link stands for. The link is from the answer to `request`, which came from the address `from`. Its query
   * replaces that of `request`. Parameters that the endpoint does not declare are kept in `extra` and sent unchanged. It returns a
   * reason where the link cannot be followed.
   */
  readonly follow: (link: Link<Request>, request: Request, from: string, secrets: Secrets) => Request | Reason.Reason
}

/** Makes the codec of an endpoint. */
export const make = (endpoint: HttpApiEndpoint.Top): RequestCodec => {
  const [payload] = [...endpoint.payload.values()].map(({ schemas }) => schemas[0])
  const codec = requestJson({
    ...(endpoint.params === undefined ? {} : { params: endpoint.params }),
    ...(endpoint.query === undefined ? {} : { query: endpoint.query }),
    ...(endpoint.headers === undefined ? {} : { headers: endpoint.headers }),
    ...(payload === undefined ? {} : { payload }),
    extra: Schema.optionalKey(Extra)
  })
  const decode = Schema.decodeUnknownResult(codec)
  const query = Compiled.decoding(endpoint.query ?? Schema.Struct({}))
  // `HttpApiClient` encodes the parts one by one.
  for (const part of [endpoint.params, query, endpoint.headers, payload])
    if (part !== undefined) Compiled.encoding(part)
  const known = namesOf(query)
  const required = namesOf(query, ({ type }) => !SchemaAST.isOptional(type))
  const encodeQuery = Schema.encodeUnknownResult(asRecord(query))
  const decodeQuery = Schema.decodeUnknownResult(PageReader.withoutServices(query))
  /** Reports every mistake. It is slower, and used only after `decodeQuery` has failed. */
  const decodeQueryWhole = Schema.decodeUnknownResult(PageReader.withoutServices(query), { errors: "all" })

  const fromSearch = (
    params: URLSearchParams,
    link: Link<Request>,
    current: Request
  ): Result.Result<Request, string> => {
    const given = { ...requiredOf(current), ...UrlParams.toRecord(UrlParams.make([...params])) }
    const unknown = Object.entries(given).filter(([name]) => !known.has(name))
    const decoded = decodeQuery(given)
    return Result.mapBoth(Result.isSuccess(decoded) ? decoded : decodeQueryWhole(given), {
      onSuccess: (decoded) => {
        const { extra: _, ...request } = link.request({ ...current, query: decoded })
        return unknown.length === 0 ? request : { ...request, extra: Object.fromEntries(unknown) }
      },
      onFailure: oneLine
    })
  }

  /** The required parameters of the current request, which apply where a link leaves them out. */
  const requiredOf = (request: Request): object => {
    if (required.size === 0) return {}
    const encoded = Result.getOrElse(encodeQuery(request.query ?? {}), () => ({}))
    return Object.fromEntries(Object.entries(encoded).filter(([name]) => required.has(name)))
  }

  // The pages of a listing usually differ only in their queries.
  const placeOf = Latest.of((url) => {
    const { href, origin, pathname } = new URL(url)
    return { href, origin, pathname, segment: lastSegment(pathname), beforeQuery: `${origin}${pathname}?` }
  })

  return {
    encode: Schema.encodeUnknownSync(Compiled.encoding(codec)),
    decode: (json) => Result.mapError(decode(json), oneLine),
    follow: (link, current, from, secrets) => {
      const malformed = (detail: string) =>
        new Reason.Malformed({ ...Reason.unknownAnswer, detail: Excerpt.of(secrets, detail), transient: false })
      if (link.href.length > longestLink) {
        return malformed(`the link to the next page is longer than ${longestLink} characters`)
      }
      const here = placeOf(from)
      let search = searchOf(link.href, here.beforeQuery)
      if (search === undefined) {
        const there = URL.parse(link.href, here.href)
        if (there === null) return malformed(`the link to the next page is not an address: ${link.href}`)
        const origin = Origin.of(there)
        if (origin !== here.origin) {
          return new Reason.ForeignLink({ origin: Excerpt.of(secrets, origin), expected: here.origin })
        }
        if (there.pathname !== here.pathname && lastSegment(there.pathname) !== here.segment) {
          return malformed(`the link to the next page leads to ${there.pathname}, not to ${here.pathname}`)
        }
        search = there.search
      }
      const linked = fromSearch(new URLSearchParams(search), link, current)
      return Result.isFailure(linked)
        ? malformed(`the link to the next page does not fit this listing: ${linked.failure}`)
        : linked.success
    }
  }
}

/** No server accepts nearly as long an address. Every cursor holds the parameters of a link. */
const longestLink = 65_536

/** The query of a link to the same place, with its `?`; `undefined` where the link has to be parsed as an address to tell. */
const searchOf = (href: string, beforeQuery: string): string | undefined => {
  if (!href.startsWith(beforeQuery)) return undefined
  const search = href.slice(beforeQuery.length - 1)
  return /^[!"$-~]*$/.test(search) ? search : undefined
}

const Extra = Schema.Record(Schema.String, Schema.Union([Schema.String, Schema.Array(Schema.String)]))

const namesOf = (
  { ast }: Schema.Constraint,
  isWanted: (signature: SchemaAST.PropertySignature) => boolean = () => true
): ReadonlySet<string> => {
  const encoded = SchemaAST.toEncoded(ast)
  const signatures = SchemaAST.isObjects(encoded) ? encoded.propertySignatures : []
  return new Set(signatures.filter(isWanted).map(({ name }) => String(name)))
}

const lastSegment = (pathname: string): string | undefined =>
  pathname
    .split("/")
    .findLast((part) => part !== "")
    ?.toLowerCase()

const oneLine = ({ message }: Schema.SchemaError): string =>
  message
    .split("\n")
    .map((line) => line.trim())
    .join(" ")

/** On the wire, a query is a record of texts. Wire schemas need no services. */
const asRecord = (schema: Schema.Constraint) => schema as Schema.Codec<unknown, { readonly [name: string]: unknown }>

/** The endpoint's own schemas decode to the parts of a request. */
const requestJson = (fields: Schema.Struct.Fields) =>
  Schema.toCodecJson(Schema.Struct(fields)) as Schema.Constraint as Schema.Codec<Request, Schema.Json>
