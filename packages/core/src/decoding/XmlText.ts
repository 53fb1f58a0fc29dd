/**
 * Writes the plain values of an XML document as text; see `Format.xml` for their form.
 */
import { Predicate } from "effect"

/** Writes a document: an object with one member, the root element. Throws where there is no such element, or a name is none of XML. */
export const render = (body: unknown): string => {
  const [root, another] = Predicate.isObject(body) ? Object.entries(body) : []
  if (root === undefined || another !== undefined) throw new Error("an XML document has one root element")
  return elements(root[0], root[1])
}

/** One element, or as many as an array has items. */
const elements = (name: string, value: unknown): string => {
  if (Array.isArray(value)) return value.map((item) => elements(name, item)).join("")
  if (!isName.test(name)) throw new Error(`${JSON.stringify(name)} is not the name of an XML element`)
  if (!Predicate.isObject(value)) return `<${name}>${escaped(value)}</${name}>`
  const members = Object.entries(value)
  const attributes = members
    .filter(([key]) => key.startsWith("@"))
    .map(([key, text]) => ` ${key.slice(1)}="${escaped(text)}"`)
  const children = members
    .filter(([key]) => !key.startsWith("@"))
    .map(([key, child]) => (key === "#text" ? escaped(child) : elements(key, child)))
  return `<${name}${attributes.join("")}>${children.join("")}</${name}>`
}

const isName = /^[\p{L}_:][\p{L}\p{N}_:.-]*$/u

const escaped = (value: unknown): string =>
  textOf(value).replaceAll(/[&<>"\r]/g, (character) => `&#${character.charCodeAt(0)};`)

const textOf = (value: unknown): string => {
  if (typeof value === "string") return value
  return value === null ? "" : (JSON.stringify(value) ?? "")
}
