/**
 * Results as Markdown.
 */
import * as Result from "./Result.ts"
import type { Spread } from "./Statistics.ts"

const format = (value: number, digits: number) =>
  value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits })

const cell = (value: Spread | null | undefined, digits: number, withSpread: boolean): string => {
  if (value === null || value === undefined || Number.isNaN(value.median)) return "–"
  const median = format(value.median, digits)
  return withSpread && value.least !== value.most
    ? `${median} (${format(value.least, digits)} to ${format(value.most, digits)})`
    : median
}

const rowsOf = (lines: ReadonlyArray<ReadonlyArray<string>>, head: ReadonlyArray<string>): string => {
  const widths = head.map((_, index) => Math.max(3, ...[head, ...lines].map((line) => (line[index] ?? "").length)))
  const row = (cells: ReadonlyArray<string>) =>
    `| ${cells.map((text, index) => (index === 0 ? text.padEnd(widths[index] ?? 0) : text.padStart(widths[index] ?? 0))).join(" | ")} |`
  const rule = `| ${widths.map((width, index) => (index === 0 ? "-".repeat(width) : `${"-".repeat(width - 1)}:`)).join(" | ")} |`
  return [row(head), rule, ...lines.map(row)].join("\n")
}

/** A table with its heading and explanation. */
export const table = ({ columns, explanation, rows, title }: Result.Table): string =>
  [
    `### ${title}`,
    explanation,
    rowsOf(
      rows.map((row) => [
        row.title,
        ...columns.map(({ digits, spread = false }, index) => cell(row.cells[index], digits, spread))
      ]),
      ["", ...columns.map(({ title }) => title)]
    )
  ].join("\n\n")

const senses = { "at most": "≤", "at least": "≥", "less than": "<" }

/** The targets, and whether they are met. */
export const verdicts = (all: ReadonlyArray<Result.Verdict>): string =>
  rowsOf(
    all.map((verdict) => {
      const { digits, limit, sense, unit, value, what } = verdict
      const wanted = `${senses[sense]} ${limit}${unit}`
      const met = Result.isMet(verdict) ? "yes" : "**no**"
      return [what, `${cell(value, digits, true)}${unit}`, wanted, met]
    }),
    ["what", "measured", "target", "met"]
  )
