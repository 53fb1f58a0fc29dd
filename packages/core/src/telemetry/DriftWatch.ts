/**
 * Notices where a vendor's answers no longer match a plugin's schema, without rejecting them.
 *
 * The rows of a listing usually have the same fields in the same order, so most rows are only compared with the previous one.
 */
import { Predicate, type Schema, SchemaAST } from "effect"
import type { Drift, TimeField } from "./Drift.ts"

/** The fields that a schema declares around a page's rows; a field with a shape of its own is a nested struct. */
export interface Shape extends ReadonlyMap<string, Shape | undefined> {}

/** Watches the answers, the rows and the jobs of one listing. */
export interface DriftWatch {
  /** Notes the fields around the rows of an answer, which has the listing's own shape or another. */
  readonly page: (body: unknown, shape?: Shape) => void
  readonly row: (row: unknown) => void
  /** Notes a job whose state is unknown. */
  readonly unknownState: (vendorState: string | null) => void
  /** Notes a job with a time that could not be read. */
  readonly unreadableTime: (field: TimeField) => void
  /** What was noticed so far. */
  readonly found: () => ReadonlyArray<Drift>
}

/** The most different fields and values that are told apart, so that a vendor's free text cannot fill the memory. */
const most = 100

/** The fields of a row schema; `undefined` where it is no plain struct, whose fields are not watched. */
export const fieldsOf = ({ ast }: Schema.Constraint): ReadonlySet<string> | undefined =>
  SchemaAST.isObjects(ast) && ast.indexSignatures.length === 0
    ? new Set(ast.propertySignatures.map(({ name }) => String(name)))
    : undefined

/**
 * The fields of a page's schema; `undefined` where it is not a plain struct, whose fields are not watched. The items of arrays,
 * such as rows, are not part of it.
 */
export const shapeOf = ({ ast }: { readonly ast: SchemaAST.AST }): Shape | undefined => {
  if (SchemaAST.isUnion(ast)) {
    const [only, ...others] = ast.types.filter(SchemaAST.isObjects)
    return only === undefined || others.length > 0 ? undefined : shapeOf({ ast: only })
  }
  return SchemaAST.isObjects(ast) && ast.propertySignatures.length > 0 && ast.indexSignatures.length === 0
    ? new Map(ast.propertySignatures.map(({ name, type }) => [String(name), shapeOf({ ast: type })]))
    : undefined
}

/** Starts with nothing noticed. */
export const make = (known: ReadonlySet<string> | undefined, shape?: Shape): DriftWatch => {
  const aroundRows = new Map<string, number>()
  const times = new Map<TimeField, number>()
  const extra = new Map<string, number>()
  const inexact = new Map<string, number>()
  const unseen = new Set(known)
  const states = new Map<string | null, number>()
  let usual: ReadonlyArray<string> = []
  let usualExtra: ReadonlyArray<string> = []
  let isAny = false
  const learn = (row: object, fields: ReadonlySet<string>) => {
    usual = Object.keys(row)
    usualExtra = usual.filter((field) => !fields.has(field))
    for (const field of usual) unseen.delete(field)
  }
  const lookAround = (body: unknown, shape: Shape, path: string) => {
    if (typeof body !== "object" || body === null || Array.isArray(body)) return
    for (const [field, value] of Object.entries(body)) {
      const nested = shape.get(field)
      if (nested !== undefined) lookAround(value, nested, `${path}${field}.`)
      else if (!shape.has(field)) count(aroundRows, `${path}${field}`)
    }
  }
  return {
    page: (body, other = shape) => {
      if (other !== undefined) lookAround(body, other, "")
    },
    row: (row) => {
      const path = inexactIn(row)
      if (path !== undefined) count(inexact, path)
      if (known === undefined || typeof row !== "object" || row === null) return
      isAny = true
      if (!hasKeys(row, usual)) learn(row, known)
      for (const field of usualExtra) count(extra, field)
    },
    unknownState: (vendorState) => count(states, vendorState),
    unreadableTime: (field) => count(times, field),
    found: () => [
      ...[...extra].map(([field, rows]) => ({ kind: "extra", field, rows }) as const),
      ...(isAny ? [...unseen].map((field) => ({ kind: "missing", field }) as const) : []),
      ...[...states].map(([value, rows]) => ({ kind: "unknown_state", value, rows }) as const),
      ...[...times].map(([field, rows]) => ({ kind: "unreadable_time", field, rows }) as const),
      ...[...inexact].map(([field, rows]) => ({ kind: "inexact_number", field, rows }) as const),
      ...[...aroundRows].map(([field, rows]) => ({ kind: "extra_in_page", field, rows }) as const)
    ]
  }
}

const count = <K>(counts: Map<K, number>, key: K) => {
  const before = counts.get(key)
  if (before !== undefined || counts.size < most) counts.set(key, (before ?? 0) + 1)
}

/** The path of the first whole number in a value that may have lost digits. */
const inexactIn = (value: unknown): string | undefined => {
  if (typeof value === "number") return Number.isInteger(value) && !Number.isSafeInteger(value) ? "" : undefined
  if (Array.isArray(value)) {
    for (const item of value) {
      const path = inexactIn(item)
      if (path !== undefined) return join("*", path)
    }
  } else if (Predicate.isObject(value)) {
    for (const name in value) {
      const path = inexactIn(value[name])
      if (path !== undefined) return join(name, path)
    }
  }
  return undefined
}

const join = (name: string, path: string): string => (path === "" ? name : `${name}.${path}`)

const hasKeys = (row: object, keys: ReadonlyArray<string>): boolean => {
  let index = 0
  for (const key in row) {
    if (key !== keys[index]) return false
    index++
  }
  return index === keys.length
}
