/**
 * The parts of a provider and its emulator that depend on the vendor's paging.
 */
import * as Envelope from "./Envelope.ts"
import type { Choices, Options } from "./Options.ts"
import * as ScopeStyle from "./ScopeStyle.ts"
import { only, text } from "./Text.ts"

/** Pieces of source text; a piece that a style does not need is empty. */
export interface Pieces {
  /** Whether there is more than one page. */
  readonly isPaged: boolean
  /** The fields of the query or body that a page is asked for by. */
  readonly fields: string
  /** The schema of an answer. */
  readonly success: string
  /** The `paging` verb. */
  readonly paging: string
  /** The rest of the reading verbs. */
  readonly reading: string
  /** The lenses of the wire. */
  readonly wire: string
  /** The emulator's answer, made from the list, `asked` and the exchange: statements, and then the value. */
  readonly answer: { readonly before: string; readonly value: string }
  /** Whether the answer needs the exchange. */
  readonly links: boolean
}

const limit = "limit: PageSize"
const size = "size: ({ connection }) => connection.pageSize ?? Api.maxPageSize,"

/** The part of a request that names its page. */
export const partOf = ({ place }: Choices): "query" | "payload" => (place === "query" ? "query" : "payload")

/** The list in an answer. */
export const listOf = ({ rows }: Choices): "runs" | "ids" => (rows === "ids" ? "ids" : "runs")

const isParted = ({ parts }: Choices): boolean => parts === "several"

/** The pieces of the chosen style. */
export const piecesOf = (options: Options): Pieces => {
  const { fields, ...pieces } = styles[options.paging](options)
  return {
    ...pieces,
    isPaged: fields !== "",
    fields: [
      only(isParted(options), "/** Whether to list the runs under way, or the others. */\nactive: Schema.Boolean"),
      fields
    ]
      .filter((piece) => piece !== "")
      .join(",\n")
  }
}

/** A request with these fields. It names the scope and the part, where there are some. */
const requestOf = (options: Choices, fields: ReadonlyArray<string>): string => {
  const scope = ScopeStyle.of(options)
  const all = [...(isParted(options) ? ["active: part"] : []), ...fields]
  const members = [
    only(scope !== undefined, `params: ${ScopeStyle.paramsOf(options)}`),
    only(all.length > 0, `${partOf(options)}: { ${all.join(", ")} }`)
  ].filter((member) => member !== "")
  return members.length > 1 ? expanded(members) : `{ ${members.join("")} }`.replace("{  }", "{}")
}

const expanded = (members: ReadonlyArray<string>): string => text`
  {
    ${members.join(",\n")}
  }`

/** The same on several lines, whatever it names. */
const linesOf = (options: Choices, fields: string): string => {
  const request = requestOf(options, [fields])
  return request.includes("\n") ? request : expanded([request.slice(2, -2)])
}

/** The first parameter of a strategy's `request`. */
const startOf = (options: Choices, connection = "", unused = "_"): string => {
  const names = [
    connection,
    only(isParted(options), "part"),
    only(ScopeStyle.of(options) !== undefined, "scope")
  ].filter((name) => name !== "")
  return names.length === 0 ? unused : `{ ${names.join(", ")} }`
}

/** The same, for styles that need the page size. */
const sized = (options: Choices): string => startOf(options, "connection: { pageSize = Api.maxPageSize }")

/** Answers with the list and perhaps another field. */
const enveloped = (options: Options, field?: Envelope.Field): Pick<Pieces, "success" | "reading"> => {
  const isIds = options.rows === "ids"
  const scope = ScopeStyle.of(options)
  const rows = Envelope.getterOf(options, "runs")
  const details = `{ ${only(scope !== undefined, `params: ${ScopeStyle.paramsOf(options)}, `)}${partOf(options)}: { ids } }`
  return {
    success: Envelope.schemaOf(options, listOf(options), isIds ? "Schema.String" : "row", field),
    reading: isIds
      ? text`
        ids: ${Envelope.getterOf(options, "ids")},
        details: {
          request: (ids${only(scope !== undefined, ", { scope }")}) => (${details}),
          rows: ${rows},
          id: ({ id }) => id
        },`
      : `rows: ${rows},`
  }
}

/** The lenses of the list, and of the rows where the list has only their ids. */
const lenses = (options: Options): string => text`
  ${only(options.rows === "ids", `ids: ${Envelope.lensOf(options, "ids")},`)}
  rows: ${Envelope.lensOf(options, "runs")},
  ${only(isParted(options), 'part: "active",')}`

const total: Envelope.Field = { name: "total", schema: "Schema.Finite", xml: "Schema.String" }
const hasMore: Envelope.Field = { name: "hasMore", schema: "Schema.Boolean", xml: "Schema.String" }
const nextCursor: Envelope.Field = {
  name: "nextCursor",
  schema: "Schema.NullOr(Schema.String)",
  xml: "Schema.optionalKey(Schema.String)"
}
const nextLink: Envelope.Field = {
  name: "next",
  schema: "Schema.optionalKey(Schema.NullOr(Schema.String))",
  xml: "Schema.optionalKey(Schema.String)"
}

const isTrue = (own: string): string => `${own} === "true"`
const orNull = (own: string): string => `${own} ?? null`
const orEmpty = (value: string): string => `${value} ?? ""`

/** Pages that are counted. With a flag, the vendor refuses the page behind its last one. */
const counted = (options: Options, strategy: "offset" | "pageNumber", hasFlag = false): Omit<Pieces, "isPaged"> => {
  const part = partOf(options)
  const list = listOf(options)
  const [field, usual] = strategy === "offset" ? (["offset", "0"] as const) : (["page", "1"] as const)
  const first = options.start === "default" ? usual : options.start
  const from = strategy === "offset" ? "asked.offset" : "asked.page"
  const place = first === "0" ? from : `${from} - 1`
  const offset = strategy === "offset" ? place : `${first === "0" ? place : `(${place})`} * asked.limit`
  const { reading, success } = enveloped(options, hasFlag ? hasMore : total)
  return {
    fields: `${field}: Schema.Int.check(Schema.isGreaterThanOrEqualTo(${first})),\n${limit}`,
    success,
    paging: text`
      paging: Paging.${strategy}({
        ${first === usual ? "" : `start: ${first},`}
        ${size}
        request: (${startOf(options)}, { ${field}, size }) => (${requestOf(options, [field, "limit: size"])}),
        ${field}: ({ ${part} }) => ${part}.${field}${only(hasFlag, `,\nmore: ${Envelope.turnOf(options, hasMore, isTrue)}`)}
      }),`,
    reading: hasFlag ? reading : `${reading}\ntotal: ${Envelope.fieldOf(options, total, (own) => `Number(${own})`)},`,
    wire: hasFlag
      ? `${lenses(options)}\nnext: Wire.byFlag(),\ntotal: null,`
      : `${lenses(options)}\nnext: null,\ntotal: ${Envelope.fieldSetterOf(options, total, (value) => `String(${value})`)},`,
    answer: hasFlag
      ? {
          before: text`
            const { next, rows } = Pages.at(${list}, ${offset}, asked.limit)
            if (rows.length === 0 && asked.page > ${first}) {
              return Effect.succeed(refusal(404, "no_such_page", "There is no such page."))
            }`,
          value: Envelope.answerOf(options, list, "rows", "hasMore: next !== null")
        }
      : {
          before: `const { rows } = Pages.at(${list}, ${offset}, asked.limit)`,
          value: Envelope.answerOf(options, list, "rows", `total: ${list}.length`)
        },
    links: false
  }
}

const styles: { readonly [Style in Choices["paging"]]: (options: Options) => Omit<Pieces, "isPaged"> } = {
  offset: (options) => counted(options, "offset"),
  page: (options) => counted(options, "pageNumber"),
  "page-flag": (options) => counted(options, "pageNumber", true),
  cursor: (options) => ({
    ...enveloped(options, nextCursor),
    fields: `cursor: Schema.optionalKey(Schema.String),\n${limit}`,
    paging: text`
      paging: Paging.cursor({
        request: (${sized(options)}, cursor) => (${linesOf(options, "limit: pageSize, ...(cursor === undefined ? {} : { cursor })")}),
        token: ${Envelope.turnOf(options, nextCursor)},
        // Pages without rows may come before the next row. Leave this out if the vendor fills every page but the last.
        emptyPages: true
      }),`,
    wire: text`
      ${lenses(options)}
      next: Wire.tokenInBody({
        get: ${Envelope.fieldOf(options, nextCursor, orNull)},
        set: ${Envelope.fieldSetterOf(options, nextCursor, orEmpty)}
      }),
      total: null,`,
    answer: {
      before: "",
      value: text`
        Effect.flatMap(Pages.byToken(${listOf(options)}, asked.cursor, asked.limit), ({ next, rows }) =>
          ${Envelope.answerOf(options, listOf(options), "rows", "nextCursor: next")}
        )`
    },
    links: false
  }),
  "next-link": (options) => ({
    ...enveloped(options, nextLink),
    fields: `offset: Schema.optionalKey(Schema.Int),\n${limit}`,
    paging: text`
      paging: Paging.nextLink({
        request: (${sized(options)}) => (${linesOf(options, "limit: pageSize")}),
        link: ${Envelope.fieldOf(options, nextLink)}
      }),`,
    wire: text`
      ${lenses(options)}
      next: Wire.inBody({
        get: ${options.format === "xml" ? Envelope.fieldOf(options, nextLink, orNull) : "({ next }) => next ?? null"},
        set: ${Envelope.fieldSetterOf(options, nextLink, orEmpty)}
      }),
      total: null,`,
    answer: {
      before: text`
        const { next: offset, rows } = Pages.at(${listOf(options)}, asked.offset ?? 0, asked.limit)
        const next = offset === null ? null : Pages.link(exchange, { ...asked, offset })`,
      value: Envelope.answerOf(options, listOf(options), "rows", "next")
    },
    links: true
  }),
  "link-header": (options) => {
    const list = listOf(options)
    // Only JSON has lists without a name.
    const isBare = options.format === "json"
    const pieces = enveloped(options)
    return {
      success: isBare ? `Schema.Array(${list === "ids" ? "Schema.String" : "row"})` : pieces.success,
      reading: isBare ? pieces.reading.replace(/^(\w+): .*$/m, `$1: (${list}) => ${list},`) : pieces.reading,
      fields: `offset: Schema.optionalKey(Schema.Int),\n${limit}`,
      paging: text`
        paging: Paging.linkHeader({
          request: (${sized(options)}) => (${linesOf(options, "limit: pageSize")})
        }),`,
      wire: text`
        ${isBare ? lenses(options).replace(/^(\w+): .*$/m, `$1: { get: (${list}) => ${list}, set: (_, ${list}) => ${list} },`) : lenses(options)}
        next: Wire.linkHeader(),
        total: null,`,
      answer: {
        before: text`
          const { next: offset, rows } = Pages.at(${list}, asked.offset ?? 0, asked.limit)
          const headers = Pages.linkHeader(exchange, offset === null ? null : { ...asked, offset })`,
        value: isBare ? "answer(rows, headers)" : Envelope.answerOf(options, list, "rows").replace(/\)$/, ", headers)")
      },
      links: true
    }
  },
  keyset: (options) => ({
    ...enveloped(options),
    fields: `after: Schema.optionalKey(Schema.String),\n${limit}`,
    paging: text`
      paging: Paging.keyset({
        key: (row) => row.id,
        request: (${sized(options)}, after) => (${linesOf(options, "limit: pageSize, ...(after === undefined ? {} : { after })")})
      }),`,
    wire: text`
      ${lenses(options)}
      next: Wire.byKey(),
      total: null,`,
    answer: {
      before: "const { rows } = Pages.after(runs, ({ id }) => id, asked.after, asked.limit)",
      value: Envelope.answerOf(options, "runs", "rows")
    },
    links: false
  }),
  single: (options) => {
    const request = requestOf(options, [])
    const start = startOf(options, "", "")
    return {
      ...enveloped(options),
      fields: "",
      paging: request.includes("\n")
        ? text`
          paging: Paging.single({
            request: (${start}) => (${request})
          }),`
        : `paging: Paging.single({ request: (${start}) => (${request}) }),`,
      wire: text`
        ${lenses(options)}
        next: null,
        total: null,`,
      answer: { before: "", value: Envelope.answerOf(options, listOf(options), listOf(options)) },
      links: false
    }
  }
}
