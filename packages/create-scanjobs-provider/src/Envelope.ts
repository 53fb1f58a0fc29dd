/**
 * Where the parts of an answer are, in JSON and in XML. XML has one root element, lists within an element, and texts only.
 */
import type { Choices } from "./Options.ts"
import * as ScopeStyle from "./ScopeStyle.ts"
import { text } from "./Text.ts"

/** A list in an answer, by its name; `of` are the schemas of its items. */
export type List = "runs" | "ids" | "projects" | "schedules"

const itemOf = (list: List): string => list.slice(0, -1)

/** A field beside the list. */
export interface Field {
  readonly name: "total" | "hasMore" | "nextCursor" | "next"
  /** Its schema in JSON. */
  readonly schema: string
  /** Its schema in XML. */
  readonly xml: string
}

/** The root element of every answer in XML. */
const root = "answer"

const isXml = ({ format }: Choices): boolean => format === "xml"

/** The lists of XML answers, by the element around them. */
export const listsOf = (options: Choices): string => {
  const lists: ReadonlyArray<List> = [
    "runs",
    ...(options.rows === "ids" ? (["ids"] as const) : []),
    ...(ScopeStyle.isFound(options) ? (["projects"] as const) : []),
    ...(options.schedules === "rules" ? (["schedules"] as const) : [])
  ]
  return `{ ${lists.map((list) => `${list}: ["${itemOf(list)}"]`).join(", ")} }`
}

/** The schema of an answer. */
export const schemaOf = (options: Choices, list: List, item: string, field?: Field): string => {
  if (!isXml(options)) {
    const more = field === undefined ? "" : `, ${field.name}: ${field.schema}`
    return `Schema.Struct({ ${list}: Schema.Array(${item})${more} })`
  }
  const more = field === undefined ? "" : `,\n${field.name}: ${field.xml}`
  return text`
    Schema.Struct({
      ${root}: Schema.Struct({
        ${list}: Schema.Struct({ ${itemOf(list)}: Schema.Array(${item}) })${more}
      })
    })`
}

/** A function from an answer to its list. */
export const getterOf = (options: Choices, list: List): string =>
  isXml(options) ? `({ ${root} }) => ${root}.${list}.${itemOf(list)}` : `({ ${list} }) => ${list}`

/** A function from an answer to a field of it; `as` makes a value of the text that XML has. */
export const fieldOf = (options: Choices, { name }: Field, as: (text: string) => string = (own) => own): string =>
  isXml(options) ? `({ ${root} }) => ${as(`${root}.${name}`)}` : `({ ${name} }) => ${name}`

/** The same of an answer with its request. */
export const turnOf = (options: Choices, { name }: Field, as: (text: string) => string = (own) => own): string =>
  isXml(options) ? `({ body }) => ${as(`body.${root}.${name}`)}` : `({ body }) => body.${name}`

/** A function from an answer and a list to the answer with that list. */
export const setterOf = (options: Choices, list: List): string =>
  isXml(options)
    ? `({ ${root} }, ${itemOf(list)}) => ({ ${root}: { ...${root}, ${list}: { ${itemOf(list)} } } })`
    : `(body, ${list}) => ({ ...body, ${list} })`

/** A function from an answer and the value of a field to the answer with that value. */
export const fieldSetterOf = (options: Choices, { name }: Field, as: (value: string) => string): string =>
  isXml(options)
    ? `({ ${root} }, ${name}) => ({ ${root}: { ...${root}, ${name}: ${as(name)} } })`
    : `(body, ${name}) => ({ ...body, ${name} })`

/** A lens of the list, for wires. */
export const lensOf = (options: Choices, list: List): string =>
  isXml(options)
    ? text`
      {
        get: ${getterOf(options, list)},
        set: ${setterOf(options, list)}
      }`
    : `{ get: ${getterOf(options, list)}, set: ${setterOf(options, list)} }`

/** An answer of the emulator, made of the items and perhaps of a field. */
export const answerOf = (options: Choices, list: List, items: string, field = ""): string => {
  const more = field === "" ? "" : `, ${field}`
  if (isXml(options)) return `answer({ ${list}: { ${itemOf(list)}: ${items} }${more} })`
  return `answer({ ${items === list ? list : `${list}: ${items}`}${more} })`
}
