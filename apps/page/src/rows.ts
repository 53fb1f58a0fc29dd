/**
 * The rows of a time line as lines, and their windows, of which only those near the part that is seen are asked for.
 */
import { useRef } from "preact/hooks"
import { useAsked } from "./asked.ts"
import type * as Model from "./model.ts"
import { readTagged } from "./read.ts"

/** The heading of a connection, or a row, by its place among all rows. */
export interface Line {
  readonly connection: Model.HeadConnection
  /** `-1` for a heading. */
  readonly row: number
}

/** All lines: each connection that has rows or cannot be read, and below it its rows. */
export const linesOf = ({ connections }: Model.Head): ReadonlyArray<Line> => {
  let row = 0
  return connections.flatMap((connection) => {
    if (connection.rows === 0 && !isBad(connection)) return []
    const first = row
    row += connection.rows
    return [
      { connection, row: -1 },
      ...Array.from({ length: connection.rows }, (_, index) => ({ connection, row: first + index }))
    ]
  })
}

/** Whether something of it cannot be read. */
export const isBad = ({ completeAt, failingSince }: Model.Connection): boolean =>
  failingSince !== null || completeAt === null

/** Lines that are drawn together: watching each of ten thousand would cost more than drawing them. */
export interface Block {
  readonly index: number
  /** The place of its first line among all. */
  readonly first: number
  readonly lines: ReadonlyArray<Line>
  /** Its first row, and how many it has. */
  readonly offset: number
  readonly count: number
}

const blockSize = 25

export const blocksOf = (lines: ReadonlyArray<Line>): ReadonlyArray<Block> =>
  Array.from({ length: Math.ceil(lines.length / blockSize) }, (_, index) => {
    const own = lines.slice(index * blockSize, (index + 1) * blockSize)
    const rows = own.flatMap(({ row }) => (row === -1 ? [] : [row]))
    return { index, first: index * blockSize, lines: own, offset: rows[0] ?? 0, count: rows.length }
  })

interface Answer {
  readonly order: string
  readonly rows: ReadonlyArray<Model.Row>
}

/** With the tags of the answers, which are the same where the rows are. */
interface Known extends Answer {
  readonly tag: string
}

/** Which rows: those of this query and order, which are asked for again with each turn. */
export interface Source {
  readonly query: string
  readonly order: string
  readonly turn: number
  /** The rows have come to be others than the page knows of. */
  readonly onOtherOrder: () => void
}

/** The rows of a block as far as they are known. They are forgotten where they are not wanted: the browser keeps the answers. */
export const useRows = (
  { count, offset }: Block,
  { onOtherOrder, order, query, turn }: Source,
  isWanted: boolean
): ReadonlyArray<Model.Row> | undefined => {
  const known = useRef<Known>(undefined)
  const key = isWanted && count > 0 ? JSON.stringify([query, order, offset, count]) : undefined
  const load = async (signal: AbortSignal): Promise<Known> => {
    const rows: Array<Model.Row> = []
    let tag = query
    // Rows with very many runs come a few at a time.
    while (rows.length < count) {
      const path = `api/v1/timeline/rows?${query}&offset=${offset + rows.length}&limit=${count - rows.length}`
      // That the server does not answer is said by the page, which asks again.
      // oxlint-disable-next-line no-await-in-loop
      const { answer, etag } = await readTagged<Answer>(path, signal)
      if (answer.order !== order) {
        onOtherOrder()
        throw new Error("the rows are others")
      }
      if (answer.rows.length === 0) break
      tag += ` ${etag}`
      rows.push(...answer.rows)
    }
    // The same rows are not drawn again.
    if (known.current?.tag !== tag || known.current.order !== order) known.current = { order, tag, rows }
    return known.current
  }
  const found = useAsked(key, turn, load)?.value
  if (found === undefined) known.current = undefined
  return found?.order === order ? found.rows : undefined
}
