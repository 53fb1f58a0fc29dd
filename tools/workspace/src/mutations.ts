/**
 * Mutations of a source file: small changes, each of which a test should notice. Types, imports and addresses are left alone.
 */
import { parseAst } from "rolldown/parseAst"

/** One change of a file. */
export interface Mutation {
  /** What is changed, such as `comparison`. */
  readonly kind: string
  readonly line: number
  readonly start: number
  readonly end: number
  /** The text in the place of the one from `start` to `end`. */
  readonly text: string
}

interface Node {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

const isNode = (value: unknown): value is Node =>
  typeof value === "object" && value !== null && "type" in value && "start" in value && "end" in value

const comparisons: { readonly [operator: string]: string } = {
  "===": "!==",
  "!==": "===",
  "<": "<=",
  "<=": "<",
  ">": ">=",
  ">=": ">",
  "+": "-",
  "-": "+",
  "*": "/",
  "/": "*"
}

/** Expressions that only carry a type around another expression. */
const wrappers = new Set(["TSAsExpression", "TSSatisfiesExpression", "TSNonNullExpression"])

/** The changes of one node, without those of its children. */
const changesOf = (node: Node, source: string): ReadonlyArray<Omit<Mutation, "line">> => {
  const textOf = (value: unknown) => (isNode(value) ? source.slice(value.start, value.end) : "")
  const whole = (kind: string, text: string) => ({ kind, start: node.start, end: node.end, text })
  const { left, operator, right } = node
  switch (node.type) {
    case "Literal":
      if (typeof node["value"] === "number") return [whole("number", String(node["value"] + 1))]
      if (typeof node["value"] === "boolean") return [whole("flag", String(!node["value"]))]
      return typeof node["value"] === "string" ? [whole("text", node["value"] === "" ? '"mutant"' : '""')] : []
    case "BinaryExpression": {
      const other = comparisons[String(operator)]
      return other === undefined ? [] : [whole("comparison", `${textOf(left)} ${other} ${textOf(right)}`)]
    }
    case "LogicalExpression":
      return operator === "??"
        ? [whole("default", `(${textOf(left)})`), whole("default", `(${textOf(right)})`)]
        : [whole("logic", `(${textOf(left)} ${operator === "&&" ? "||" : "&&"} ${textOf(right)})`)]
    case "ConditionalExpression":
      return [
        whole("condition", `(${textOf(node["consequent"])})`),
        whole("condition", `(${textOf(node["alternate"])})`)
      ]
    case "UnaryExpression":
      return operator === "!" ? [whole("logic", textOf(node["argument"]))] : []
    case "IfStatement": {
      const { test } = node
      return isNode(test)
        ? ["true", "false"].map((text) => ({ kind: "condition", start: test.start, end: test.end, text }))
        : []
    }
    case "Property":
      return [removalOf(node, source)]
    default:
      return []
  }
}

/** Removes a property of an object, with the comma behind it. */
const removalOf = ({ end, start }: Node, source: string) => ({
  kind: "field",
  start,
  end: source[end] === "," ? end + 1 : end,
  text: ""
})

/** Every mutation of a TypeScript source, in the order of the text. */
export const of = (source: string): ReadonlyArray<Mutation> => {
  const found: Array<Omit<Mutation, "line">> = []
  const visit = (value: unknown): void => {
    if (Array.isArray(value)) {
      for (const one of value) visit(one)
      return
    }
    if (!isNode(value) || value.type.startsWith("Import")) return
    if (value.type.startsWith("TS") && !wrappers.has(value.type)) return
    // Of a pattern, only the defaults can change.
    if (value.type === "ObjectPattern") {
      const properties = Array.isArray(value["properties"]) ? value["properties"] : []
      for (const property of properties) visit(isNode(property) ? property["value"] : undefined)
      return
    }
    found.push(...changesOf(value, source))
    for (const [key, part] of Object.entries(value)) {
      const isName = key === "key" && value["computed"] !== true
      if (!isName && key !== "typeAnnotation" && key !== "returnType" && key !== "typeArguments") visit(part)
    }
  }
  visit(parseAst(source, { lang: "ts" }))
  return found
    .map((mutation) => Object.assign({ line: source.slice(0, mutation.start).split("\n").length }, mutation))
    .toSorted((a, b) => a.start - b.start)
}

/** The source with a mutation. */
export const applied = (source: string, { end, start, text }: Pick<Mutation, "end" | "start" | "text">): string =>
  `${source.slice(0, start)}${text}${source.slice(end)}`
