/**
 * The parts of a provider and its emulator that depend on the vendor's paging.
 */
import type { Choices, Options } from "./Options.ts"
import { text } from "./Text.ts"

/** Pieces of source text; a piece that a style does not need is empty. */
export interface Pieces {
  /** The fields of the query or body that name a page. */
  readonly fields: string
  /** The schema of an answer. */
  readonly success: string
  /** The `paging` verb. */
  readonly paging: string
  /** The rest of the reading verbs. */
  readonly reading: string
  /** The lenses of the wire. */
  readonly wire: string
  /** The emulator's answer, made from `runs`, `asked` and the exchange. */
  readonly answer: string
  /** Whether the answer needs the exchange. */
  readonly links: boolean
}

const limit = "limit: PageSize"
const size = "size: ({ connection }) => connection.pageSize ?? Api.maxPageSize,"

/** The part of a request that names its page. */
export const partOf = ({ place }: Choices): "query" | "payload" => (place === "query" ? "query" : "payload")

/** The pieces of the chosen style. */
export const piecesOf = (options: Options): Pieces => styles[options.paging](options)

const isScoped = ({ scopes }: Choices): boolean => scopes !== "none"

/** A request; it names the project if the list is per project. */
const requestOf = (options: Choices, fields: string): string =>
  `${isScoped(options) ? "params: { project: scope }, " : ""}${partOf(options)}: ${fields}`

/** The same on several lines. */
const linesOf = (options: Choices, fields: string): string =>
  requestOf(options, fields).replace("scope }, ", "scope },\n")

/** The request of the first page, for styles that follow links. */
const firstPage = (options: Choices): string =>
  isScoped(options)
    ? text`
      {
        ${linesOf(options, "{ limit: pageSize }")}
      }`
    : `{ ${requestOf(options, "{ limit: pageSize }")} }`

/** The first parameter of a strategy's `request`, for styles that need the page size. */
const start = (options: Choices): string =>
  `{ connection: { pageSize = Api.maxPageSize }${isScoped(options) ? ", scope" : ""} }`

const inEnvelope = (more: string): Pick<Pieces, "success" | "reading"> => ({
  success: `Schema.Struct({ runs: Schema.Array(row)${more} })`,
  reading: "rows: ({ runs }) => runs,"
})

const rowsInEnvelope = "rows: { get: ({ runs }) => runs, set: (body, runs) => ({ ...body, runs }) },"

/** Pages that are counted. With a flag, the vendor refuses the page behind its last one. */
const counted = (options: Options, strategy: "offset" | "pageNumber", hasFlag = false): Pieces => {
  const part = partOf(options)
  const [field, usual] = strategy === "offset" ? (["offset", "0"] as const) : (["page", "1"] as const)
  const first = options.start === "default" ? usual : options.start
  const from = strategy === "offset" ? "asked.offset" : "asked.page"
  const place = first === "0" ? from : `${from} - 1`
  const offset = strategy === "offset" ? place : `${first === "0" ? place : `(${place})`} * asked.limit`
  const { reading, success } = inEnvelope(hasFlag ? ", hasMore: Schema.Boolean" : ", total: Schema.Finite")
  return {
    fields: `${field}: Schema.Int.check(Schema.isGreaterThanOrEqualTo(${first})),\n${limit}`,
    success,
    paging: text`
      paging: Paging.${strategy}({
        ${first === usual ? "" : `start: ${first},`}
        ${size}
        request: (${isScoped(options) ? "{ scope }" : "_"}, { ${field}, size }) => ({ ${requestOf(options, `{ ${field}, limit: size }`)} }),
        ${field}: ({ ${part} }) => ${part}.${field}${hasFlag ? ",\nmore: ({ body }) => body.hasMore" : ""}
      }),`,
    reading: hasFlag ? reading : `${reading}\ntotal: ({ total }) => total,`,
    wire: hasFlag
      ? `${rowsInEnvelope}\nnext: Wire.byFlag(),\ntotal: null,`
      : `${rowsInEnvelope}\nnext: null,\ntotal: (body, total) => ({ ...body, total }),`,
    answer: hasFlag
      ? ` ${text`
        {
          const { next, rows } = Pages.at(runs, ${offset}, asked.limit)
          return rows.length === 0 && asked.page > ${first}
            ? Effect.succeed(refusal(404, "no_such_page", "There is no such page."))
            : json({ runs: rows, hasMore: next !== null })
        }`}`
      : `\n  json({ runs: Pages.at(runs, ${offset}, asked.limit).rows, total: runs.length })`,
    links: false
  }
}

const styles: { readonly [Style in Choices["paging"]]: (options: Options) => Pieces } = {
  offset: (options) => counted(options, "offset"),
  page: (options) => counted(options, "pageNumber"),
  "page-flag": (options) => counted(options, "pageNumber", true),
  cursor: (options) => ({
    ...inEnvelope(", nextCursor: Schema.NullOr(Schema.String)"),
    fields: `cursor: Schema.optionalKey(Schema.String),\n${limit}`,
    paging: text`
      paging: Paging.cursor({
        request: (${start(options)}, cursor) => ({
          ${linesOf(options, "{ limit: pageSize, ...(cursor === undefined ? {} : { cursor }) }")}
        }),
        token: ({ body }) => body.nextCursor
      }),`,
    wire: text`
      ${rowsInEnvelope}
      next: Wire.tokenInBody({
        get: ({ nextCursor }) => nextCursor,
        set: (body, nextCursor) => ({ ...body, nextCursor })
      }),
      total: null,`,
    answer: `\n  ${text`
      Effect.flatMap(Pages.byToken(runs, asked.cursor, asked.limit), ({ next, rows }) =>
          json({ runs: rows, nextCursor: next })
        )`}`,
    links: false
  }),
  "next-link": (options) => ({
    ...inEnvelope(", next: Schema.optionalKey(Schema.NullOr(Schema.String))"),
    fields: `offset: Schema.optionalKey(Schema.Int),\n${limit}`,
    paging: text`
      paging: Paging.nextLink({
        request: (${start(options)}) => (${firstPage(options)}),
        link: ({ next }) => next
      }),`,
    wire: text`
      ${rowsInEnvelope}
      next: Wire.inBody({ get: ({ next }) => next ?? null, set: (body, next) => ({ ...body, next }) }),
      total: null,`,
    answer: ` ${text`
      {
        const { next, rows } = Pages.at(runs, asked.offset ?? 0, asked.limit)
        return json({ runs: rows, next: next === null ? null : Pages.link(exchange, { ...asked, offset: next }) })
      }`}`,
    links: true
  }),
  "link-header": (options) => ({
    success: "Schema.Array(row)",
    reading: "rows: (runs) => runs,",
    fields: `offset: Schema.optionalKey(Schema.Int),\n${limit}`,
    paging: text`
      paging: Paging.linkHeader({
        request: (${start(options)}) => (${firstPage(options)})
      }),`,
    wire: text`
      rows: { get: (runs) => runs, set: (_, runs) => runs },
      next: Wire.linkHeader(),
      total: null,`,
    answer: ` ${text`
      {
        const { next, rows } = Pages.at(runs, asked.offset ?? 0, asked.limit)
        return json(rows, Pages.linkHeader(exchange, next === null ? null : { ...asked, offset: next }))
      }`}`,
    links: true
  }),
  keyset: (options) => ({
    ...inEnvelope(""),
    fields: `after: Schema.optionalKey(Schema.String),\n${limit}`,
    paging: text`
      paging: Paging.keyset({
        key: (row) => row.id,
        request: (${start(options)}, after) => ({
          ${linesOf(options, "{ limit: pageSize, ...(after === undefined ? {} : { after }) }")}
        })
      }),`,
    wire: text`
      ${rowsInEnvelope}
      next: Wire.byKey(),
      total: null,`,
    answer: "\n  json({ runs: Pages.after(runs, ({ id }) => id, asked.after, asked.limit).rows })",
    links: false
  }),
  single: (options) => ({
    ...inEnvelope(""),
    fields: "",
    paging: isScoped(options)
      ? "paging: Paging.single({ request: ({ scope }) => ({ params: { project: scope } }) }),"
      : "paging: Paging.single({ request: () => ({}) }),",
    wire: text`
      ${rowsInEnvelope}
      next: null,
      total: null,`,
    answer: " json({ runs })",
    links: false
  })
}
