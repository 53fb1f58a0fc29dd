/**
 * Notices where a vendor's rows no longer are what a plugin's schema foresees, without rejecting them.
 *
 * Rows of one listing usually have the same fields in the same order, so that most rows are only compared with the one before.
 */
import { type Schema, SchemaAST } from "effect"

/** One way in which a listing's rows differ from the plugin's schema. */
export type Drift =
  /** The vendor sends a field that the schema does not know; it stays in `raw`. */
  | { readonly kind: "extra"; readonly field: string; readonly rows: number }
  /** No row had this field, which the schema knows and does not require. */
  | { readonly kind: "missing"; readonly field: string }
  /** A state that the plugin does not know; the job's state is `unknown`. */
  | { readonly kind: "unknown_state"; readonly value: string | null; readonly rows: number }

/** Watches the rows and the jobs of one listing. */
export interface Watch {
  readonly row: (row: unknown) => void
  /** Notes a job whose state is unknown. */
  readonly unknownState: (vendorState: string | null) => void
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

/** Starts with nothing noticed. */
export const watch = (known: ReadonlySet<string> | undefined): Watch => {
  const extra = new Map<string, number>()
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
  return {
    row: (row) => {
      if (known === undefined || typeof row !== "object" || row === null) return
      isAny = true
      if (!hasKeys(row, usual)) learn(row, known)
      for (const field of usualExtra) count(extra, field)
    },
    unknownState: (vendorState) => count(states, vendorState),
    found: () => [
      ...[...extra].map(([field, rows]) => ({ kind: "extra", field, rows }) as const),
      ...(isAny ? [...unseen].map((field) => ({ kind: "missing", field }) as const) : []),
      ...[...states].map(([value, rows]) => ({ kind: "unknown_state", value, rows }) as const)
    ]
  }
}

const count = <K>(counts: Map<K, number>, key: K) => {
  const before = counts.get(key)
  if (before !== undefined || counts.size < most) counts.set(key, (before ?? 0) + 1)
}

const hasKeys = (row: object, keys: ReadonlyArray<string>): boolean => {
  let index = 0
  for (const key in row) {
    if (key !== keys[index]) return false
    index++
  }
  return index === keys.length
}

/** A drift in words. */
export const format = (drift: Drift): string => {
  switch (drift.kind) {
    case "extra":
      return `${drift.rows} ${drift.rows === 1 ? "row has" : "rows have"} a field that the provider does not know: ${drift.field}`
    case "missing":
      return `no row has a field that the provider knows: ${drift.field}`
    case "unknown_state":
      return `${drift.rows} ${drift.rows === 1 ? "job has" : "jobs have"} a state that the provider does not know: ${drift.value}`
  }
}
