/**
 * How a vendor's answers differ from a plugin's schema, without being rejected.
 */
/**
 * One way in which a listing's answers differ from the plugin's schema.
 *
 * @since 0.1.0
 * @category models
 */
export type Drift =
  /** The vendor sends a field that the schema does not know; it stays in `raw`. */
  | { readonly kind: "extra"; readonly field: string; readonly rows: number }
  /** No row had this field, which the schema knows and does not require. */
  | { readonly kind: "missing"; readonly field: string }
  /** A state that the plugin does not know; the job's state is `unknown`. */
  | { readonly kind: "unknown_state"; readonly value: string | null; readonly rows: number }
  /** A time that the vendor gives and the plugin cannot read; in the job it is `null`. */
  | { readonly kind: "unreadable_time"; readonly field: TimeField; readonly rows: number }
  /** A whole number beyond 2^53, whose last digits JavaScript cannot hold; `field` is its path, with `*` for list items. */
  | { readonly kind: "inexact_number"; readonly field: string; readonly rows: number }
  /** The vendor sends a field around the rows that the schema does not know, such as `data.newGroup`. `rows` counts the pages. */
  | { readonly kind: "extra_in_page"; readonly field: string; readonly rows: number }

/**
 * A field of a job that is a time.
 *
 * @since 0.1.0
 * @category models
 */
export type TimeField = "startTime" | "finishTime"

/**
 * Describes a drift in words.
 *
 * **Example** (a field that is new)
 *
 * ```ts run
 * import { Drift } from "@scanjobs/core"
 *
 * console.log(Drift.format({ kind: "extra", field: "risk", rows: 1 }))
 * // 1 row has a field that the provider does not know: risk
 * ```
 *
 * @since 0.1.0
 * @category accessors
 */
export const format = (drift: Drift): string => {
  switch (drift.kind) {
    case "extra":
      return `${drift.rows} ${drift.rows === 1 ? "row has" : "rows have"} a field that the provider does not know: ${drift.field}`
    case "missing":
      return `no row has a field that the provider knows: ${drift.field}`
    case "unknown_state":
      return `${drift.rows} ${drift.rows === 1 ? "job has" : "jobs have"} a state that the provider does not know: ${drift.value}`
    case "unreadable_time":
      return `${drift.rows} ${drift.rows === 1 ? "job has" : "jobs have"} a ${drift.field} that cannot be read; it counts as unknown, so bounds on time do not exclude ${drift.rows === 1 ? "the job" : "these jobs"}`
    case "inexact_number":
      return `${drift.rows} ${drift.rows === 1 ? "row has" : "rows have"} a number beyond 2^53, whose last digits are lost: ${drift.field}`
    case "extra_in_page":
      return `${drift.rows} ${drift.rows === 1 ? "page has" : "pages have"} a field beside the rows that the provider does not know: ${drift.field}`
  }
}
