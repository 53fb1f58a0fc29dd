/**
 * The part of OData's filters that Defender documents for machine actions: comparisons of some fields, joined by `and`.
 */
import type { Row } from "./SyntheticScans.ts"

const fields = new Set(["id", "status", "machineId", "type", "requestor", "creationDateTimeUtc"])

type Test = (row: Row) => boolean

/** Reads a filter, or tells what is wrong with it. An empty one takes every row. */
export const read = (text: string): Test | string => {
  if (text === "") return () => true
  const tests: Array<Test> = []
  for (const part of text.split(" and ")) {
    const [, field = "", operator = "", quoted, plain = ""] =
      /^(\w+) (eq|ge|gt|le|lt) (?:'([^']*)'|(\S+))$/.exec(part) ?? []
    if (!fields.has(field)) return `${JSON.stringify(part)} is not documented`
    const isTime = field === "creationDateTimeUtc"
    if (isTime === (quoted !== undefined)) return `${field} is compared with ${isTime ? "a text" : "no text"}`
    if (!isTime && operator !== "eq") return `${operator} is not documented for ${field}`
    const wanted = isTime ? Date.parse(plain) : 0
    if (Number.isNaN(wanted)) return `${plain} is not a time`
    tests.push(
      isTime ? (row) => compared(Date.parse(String(row[field])) - wanted, operator) : (row) => row[field] === quoted
    )
  }
  return (row) => tests.every((test) => test(row))
}

const compared = (difference: number, operator: string): boolean => {
  if (operator === "ge") return difference >= 0
  if (operator === "gt") return difference > 0
  if (operator === "le") return difference <= 0
  return operator === "lt" ? difference < 0 : difference === 0
}
