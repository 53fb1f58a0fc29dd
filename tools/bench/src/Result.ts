/**
 * The result of a benchmark, as it is stored and printed.
 */
import type { Spread } from "./Statistics.ts"

/** A column of a table. */
export interface Column {
  readonly title: string
  readonly digits: number
  /** Whether the spread is shown beside the median. */
  readonly spread?: boolean
}

/** One line of a table. */
export interface Row {
  readonly title: string
  readonly cells: ReadonlyArray<Spread | null>
}

/** A table with an explanation. */
export interface Table {
  readonly title: string
  readonly explanation: string
  readonly columns: ReadonlyArray<Column>
  readonly rows: ReadonlyArray<Row>
}

/** A measurement that must stay within a limit. */
export interface Verdict {
  readonly what: string
  readonly value: Spread
  readonly digits: number
  readonly unit: string
  readonly limit: number
  readonly sense: "at most" | "at least" | "less than"
}

/** The result of one benchmark. */
export interface Result {
  readonly tables: ReadonlyArray<Table>
  readonly verdicts: ReadonlyArray<Verdict>
}

/** Whether the median is within the limit. */
export const isMet = ({ limit, sense, value: { median } }: Verdict): boolean =>
  sense === "at least" ? median >= limit : sense === "at most" ? median <= limit : median < limit
