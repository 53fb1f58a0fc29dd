/**
 * Lays text out in columns: each is as wide as what it shows, as far as the available width allows.
 */
import * as Visible from "./Visible.ts"

/** One column of a table whose rows are of the type `Row`. */
export interface Column<in Row> {
  readonly title: string
  /** The text of a cell; `""` where there is nothing to show. */
  readonly cell: (row: Row) => string
  /** Columns of the lowest rank are left out first, and those of the highest rank are widened first. */
  readonly rank: number
  /** The narrowest width at which the column is still readable. Default: its full width. */
  readonly least?: number
  /** The width up to which the column grows before lower-ranked columns do. Default: its full width. */
  readonly comfortable?: number
  /** Whether cells are aligned to the right. */
  readonly right?: boolean
  /** The SGR parameters of a cell's colour, such as `31`. */
  readonly colour?: (row: Row) => string | undefined
}

/** How a table is laid out. */
export interface Options {
  /** The available width, or `Infinity` where nothing may be cut. */
  readonly width: number
  /** Whether columns without any text are shown all the same, and no column is left out. */
  readonly keepAll?: boolean
  /** Whether the table has colours. */
  readonly colour: boolean
}

/** A column with its width. */
export interface Laid<in Row> extends Column<Row> {
  readonly width: number
}

const gap = 2

/** Chooses the columns that fit, and their widths, from the rows that are to be shown. */
export const layOut = <Row>(
  columns: ReadonlyArray<Column<Row>>,
  rows: ReadonlyArray<Row>,
  { keepAll = false, width }: Options
): ReadonlyArray<Laid<Row>> => {
  const measured = columns.map((column) => ({ column, natural: naturalWidth(column, rows) }))
  const useful = measured.filter(({ natural }) => keepAll || natural > 0)
  const byRank = useful.toSorted((a, b) => b.column.rank - a.column.rank)
  const widths = new Map<Column<Row>, number>()
  let left = width + gap
  for (const { column, natural } of byRank) {
    const full = Math.max(natural, Visible.width(column.title))
    const least = Math.min(full, column.least ?? full)
    if (!keepAll && widths.size > 0 && left < least + gap) continue
    widths.set(column, least)
    left -= least + gap
  }
  for (const bound of ["comfortable", "natural"] as const) {
    for (const { column, natural } of byRank) {
      const now = widths.get(column)
      if (now === undefined) continue
      const full = Math.max(natural, Visible.width(column.title))
      const most = bound === "natural" ? full : Math.min(full, column.comfortable ?? full)
      const more = Math.max(0, Math.min(most - now, left))
      widths.set(column, now + more)
      left -= more
    }
  }
  return useful.flatMap(({ column }) => {
    const own = widths.get(column)
    return own === undefined ? [] : [{ ...column, width: Math.min(own, width) }]
  })
}

/** The width of the widest cell; 0 where no row has anything to show. */
const naturalWidth = <Row>({ cell }: Column<Row>, rows: ReadonlyArray<Row>): number =>
  rows.reduce((most, row) => Math.max(most, Visible.width(Visible.text(cell(row)))), 0)

/** The line of titles. */
export const header = <Row>(laid: ReadonlyArray<Laid<Row>>, { colour, width }: Options): string => {
  const line = laid
    .map(({ right, title, width: own }) => placed(title, own, right, width))
    .join("  ")
    .trimEnd()
  return colour ? paint(line, "1") : line
}

/** The line of a row. */
export const line = <Row>(row: Row, laid: ReadonlyArray<Laid<Row>>, { colour, width }: Options): string =>
  laid
    .map((column, index) => {
      const text = placed(Visible.text(column.cell(row)), column.width, column.right, width)
      const shown = index === laid.length - 1 ? text.trimEnd() : text
      const code = colour ? column.colour?.(row) : undefined
      return code === undefined ? shown : paint(shown, code)
    })
    .join("  ")
    .trimEnd()

/** Text in the colour of these SGR parameters. */
export const paint = (text: string, code: string): string => `\u001b[${code}m${text}\u001b[0m`

const placed = (text: string, columns: number, right: boolean | undefined, available: number): string => {
  const cut = available === Number.POSITIVE_INFINITY ? text : Visible.cut(text, columns)
  const space = " ".repeat(Math.max(0, columns - Visible.width(cut)))
  return right === true ? space + cut : cut + space
}
