/**
 * Parses JSON that is long, row by row, without ever making one text of it.
 *
 * A text of more than 128 KiB does not fit into the memory where engines make and forget things quickly: it is taken from the
 * system and given back, page by page, and touching memory that is new costs more than parsing what is in it. A body of rows
 * is therefore cut between two of them, and its pieces are parsed one by one.
 *
 * **Details**
 *
 * A cut is a guess, and parsing proves it: the first piece is JSON once its list is closed only if the cut lies between two
 * values of that list, and every other piece is what a list goes on with only if that list began as one. Where the proof fails,
 * for whatever reason, the whole text is parsed.
 */
import { Predicate } from "effect"

/** Cuts and parses the bodies of one place, whose rows usually look alike. */
export interface LongJson {
  /** The text of these bytes, in pieces that are together all of it. */
  readonly cut: (bytes: Uint8Array) => ReadonlyArray<string>
  /** What `JSON.parse` makes of the whole text; throws as it does. */
  readonly parse: (pieces: ReadonlyArray<string>) => unknown
}

/** How bodies are cut, in bytes. */
export interface Sizes {
  /** Bodies up to this are one piece. */
  readonly longest: number
  /** The size of a piece, which is twice that in memory where letters are not Latin. */
  readonly piece: number
  /** How far is looked for a place to cut. */
  readonly farthest: number
}

const usual: Sizes = { longest: 100_000, piece: 60_000, farthest: 20_000 }

/** After so many cuts in vain, none is made any more. */
const mostFailures = 3

const utf8 = new TextDecoder()

/** Starts with every hope. */
export const make = ({ farthest, longest, piece }: Sizes = usual): LongJson => {
  let failures = 0
  return {
    cut: (bytes) => {
      const isHopeful = bytes.length > longest && failures < mostFailures
      const separator = isHopeful ? separatorOf(bytes, farthest) : undefined
      if (separator === undefined) return [utf8.decode(bytes)]
      const pieces: Array<string> = []
      let start = 0
      while (bytes.length - start > longest) {
        const end = find(bytes, separator, start + piece, farthest)
        if (end === undefined) {
          failures++
          break
        }
        pieces.push(utf8.decode(bytes.subarray(start, end)))
        start = end
      }
      return [...pieces, utf8.decode(bytes.subarray(start))]
    },
    parse: (pieces) => {
      if (pieces.length > 1) {
        const parsed = inPieces(pieces)
        if (parsed !== undefined) return parsed
        failures++
      }
      return JSON.parse(pieces.join(""))
    }
  }
}

/**
 * What stands between two rows, as far as the name of their first member: `},{"id":`. Rows may have lists of their own, but
 * seldom of what begins alike. Only the rows of a list, or of a list in an object, are told apart.
 */
const separatorOf = (bytes: Uint8Array, farthest: number): Uint8Array | undefined => {
  let objects = 0
  for (let at = 0; at < farthest; at++) {
    if (bytes[at] === brace) {
      if (++objects > 1) return undefined
    } else if (bytes[at] === bracket && bytes[at + 1] === brace) {
      const name = bytes.subarray(at + 1, at + longestName)
      const end = name.indexOf(colon) + 1
      return end === 0 ? undefined : Uint8Array.of(closingBrace, comma, ...name.subarray(0, end))
    }
  }
  return undefined
}

/** Of a row's first member, in bytes. */
const longestName = 200

const [brace, closingBrace, bracket, comma, colon] = [0x7b, 0x7d, 0x5b, 0x2c, 0x3a]

/** Behind the first row that ends at `from` or soon after it. */
const find = (bytes: Uint8Array, separator: Uint8Array, from: number, farthest: number): number | undefined => {
  for (let at = from; at < from + farthest; at++) {
    let same = 0
    while (same < separator.length && bytes[at + same] === separator[same]) same++
    if (same === separator.length) return at + 1
  }
  return undefined
}

/** A text that is no vendor's, to find again the list that was cut, and to begin it again. */
const mark = "\u0000 the rows go on"
const markJson = JSON.stringify(mark)

/** What the pieces are together, or undefined where the cuts are not between the rows of one list. */
const inPieces = ([first = "", ...between]: ReadonlyArray<string>): unknown => {
  const last = between.pop() ?? ""
  const isList = first.startsWith("[")
  try {
    const head: unknown = JSON.parse(`${first},${markJson}${isList ? "]" : "]}"}`)
    const rows = rowsOf(head)
    if (rows === undefined) return undefined
    rows.pop()
    for (const piece of between) append(rows, JSON.parse(`[${piece.slice(1)}]`))
    const tail: unknown = JSON.parse(`${isList ? "[" : `{${markJson}:[`}${last.slice(1)}`)
    if (isList) return append(rows, tail)
    return Predicate.isObject(head) && Predicate.isObject(tail) ? completed(head, rows, tail) : undefined
  } catch {
    // Whether that is no JSON at all, parsing the whole of it tells.
    return undefined
  }
}

/** The list that was cut: the only one that ends with the mark. */
const rowsOf = (head: unknown): Array<unknown> | undefined => {
  const [rows, another] = [head, ...(Predicate.isObject(head) ? Object.values(head) : [])].filter(
    (value) => Array.isArray(value) && value.at(-1) === mark
  )
  return Array.isArray(rows) && another === undefined ? rows : undefined
}

const append = (rows: Array<unknown>, more: unknown): Array<unknown> => {
  if (Array.isArray(more)) for (const row of more) rows.push(row)
  return rows
}

/** Adds what stands behind the list; a name that stands there again takes the place of the one before, as in all JSON. */
const completed = (head: { [name: string]: unknown }, rows: Array<unknown>, tail: object): unknown => {
  for (const [name, value] of Object.entries(tail)) {
    if (name === mark) append(rows, value)
    else if (name === "__proto__" || head[name] === rows) return undefined
    else head[name] = value
  }
  return head
}
