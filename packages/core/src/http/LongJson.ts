/**
 * Parses long JSON row by row, without ever building one string of it.
 *
 * A string of more than 128 KiB does not fit into V8's young generation: it is allocated from the system and given back, page
 * by page, and touching new memory costs more than parsing what is in it. A long body is therefore cut between two rows, and its
 * parts are parsed one by one. Measured: 0.51 instead of 0.62 us a row, and nearly no system time.
 *
 * **Details**
 *
 * A cut is a guess that parsing proves: the first part is JSON once its list is closed only if the cut lies between two values
 * of that list, and every other part continues that list only if the cut before it does so too. If the proof fails, for
 * whatever reason, the whole text is parsed.
 */
import { Predicate, Result } from "effect"

/** A body as text, and the JSON that it is. */
export interface JsonText {
  /** What `JSON.parse` makes of the text; fails where the text is not JSON. */
  readonly json: Result.Result<unknown, unknown>
  /** The first `most` characters of the text. */
  readonly start: (most: number) => string
  /** The parts of the text. They end between rows, so that no value is in two parts. */
  readonly parts: ReadonlyArray<string>
}

/** How bodies are cut, in bytes. */
export interface Sizes {
  /** Bodies up to this size are one part. */
  readonly longest: number
  /** The size of a part. In memory it takes twice as much if it has letters beyond Latin-1. */
  readonly piece: number
  /** How far to look for a place to cut. */
  readonly farthest: number
}

const usual: Sizes = { longest: 100_000, piece: 60_000, farthest: 20_000 }

/** After this many failed cuts, bodies are no longer cut. */
const mostFailures = 3

const utf8 = new TextDecoder("utf-8", { fatal: true })

/** A text that is parsed as a whole. */
export const ofText = (text: string): JsonText =>
  ofParts([text], Result.try({ try: () => JSON.parse(text), catch: (error) => error }))

/**
 * A text of another format, with the values that it stands for. Its parts are those values as JSON, because what looks for secrets
 * in them must see them without the escapes of the format.
 */
export const ofValue = (text: string, json: JsonText["json"]): JsonText => ({
  ...ofParts([text], json),
  ...(Result.isSuccess(json) ? { parts: [JSON.stringify(json.success)] } : {})
})

/** Parses the bodies of one transport, whose rows usually look alike. The function throws where the bytes are not UTF-8. */
export const make = ({ farthest, longest, piece }: Sizes = usual): ((bytes: Uint8Array) => JsonText) => {
  let failures = 0
  const cut = (bytes: Uint8Array): ReadonlyArray<string> => {
    const separator = bytes.length > longest && failures < mostFailures ? separatorOf(bytes, farthest) : undefined
    if (separator === undefined) return [utf8.decode(bytes)]
    const parts: Array<string> = []
    let start = 0
    while (bytes.length - start > longest) {
      const end = find(bytes, separator, start + piece, farthest)
      if (end === undefined) {
        failures++
        break
      }
      parts.push(utf8.decode(bytes.subarray(start, end)))
      start = end
    }
    return [...parts, utf8.decode(bytes.subarray(start))]
  }
  return (bytes) => {
    const parts = cut(bytes)
    if (parts.length > 1) {
      const parsed = inParts(parts)
      if (parsed !== undefined) return ofParts(parts, Result.succeed(parsed))
      failures++
    }
    return ofParts(parts, ofText(parts.join("")).json)
  }
}

const ofParts = (parts: ReadonlyArray<string>, json: JsonText["json"]): JsonText => ({
  json,
  start: (most) => {
    let text = ""
    for (const part of parts) {
      if (text.length >= most) break
      text += part.slice(0, most - text.length)
    }
    return text
  },
  parts
})

/**
 * The bytes between two rows, up to the name of a row's first member: `},{"id":`. Rows may contain lists of their own, but
 * seldom ones whose items begin with the same member. Only a list at the top, or directly in the top object, is recognised.
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

/** The longest name of a row's first member, in bytes. */
const longestName = 200

const [brace, closingBrace, bracket, comma, colon] = [0x7b, 0x7d, 0x5b, 0x2c, 0x3a]

/** The end of the first row that ends at `from` or within `farthest` bytes after it. */
const find = (bytes: Uint8Array, separator: Uint8Array, from: number, farthest: number): number | undefined => {
  for (let at = from; at < from + farthest; at++) {
    let same = 0
    while (same < separator.length && bytes[at + same] === separator[same]) same++
    if (same === separator.length) return at + 1
  }
  return undefined
}

/** Sentinel that marks the list that was cut. No vendor sends it. */
const mark = "\u0000 the rows go on"
const markJson = JSON.stringify(mark)

/** The value of all parts together, or `undefined` where a cut is not between two rows of one list. */
const inParts = ([first = "", ...between]: ReadonlyArray<string>): unknown => {
  const last = between.pop() ?? ""
  const isList = first.startsWith("[")
  try {
    const head: unknown = JSON.parse(`${first},${markJson}${isList ? "]" : "]}"}`)
    const rows = rowsOf(head)
    if (rows === undefined) return undefined
    rows.pop()
    for (const part of between) append(rows, JSON.parse(`[${part.slice(1)}]`))
    const tail: unknown = JSON.parse(`${isList ? "[" : `{${markJson}:[`}${last.slice(1)}`)
    if (isList) return append(rows, tail)
    return Predicate.isObject(head) && Predicate.isObject(tail) ? completed(head, rows, tail) : undefined
  } catch {
    // Parsing the whole text tells whether it is JSON at all.
    return undefined
  }
}

/** The list that was cut: the only one that ends with the sentinel. */
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

/** Adds the members after the list. A repeated name replaces the earlier member, as in `JSON.parse`. */
const completed = (head: { [name: string]: unknown }, rows: Array<unknown>, tail: object): unknown => {
  for (const [name, value] of Object.entries(tail)) {
    if (name === mark) append(rows, value)
    else if (name === "__proto__" || head[name] === rows) return undefined
    else head[name] = value
  }
  return head
}
