/**
 * Undoes the escapes of JSON, URLs, forms and HTML in a text, and keeps track of where each character came from.
 */

/** A text, and where its characters stand in the text that it was decoded from. */
export interface Decoded {
  readonly text: string
  /** The places of the characters in the original text; `undefined` where nothing was decoded. */
  readonly places: Places | undefined
}

interface Places {
  /** Where the original of each character starts. */
  readonly starts: ReadonlyArray<number>
  /** Where the original of each character ends, exclusive. */
  readonly ends: ReadonlyArray<number>
}

/** The range of the original text that the characters from `start` to `end`, exclusive, were decoded from. */
export const sourceOf = ({ places }: Decoded, start: number, end: number): readonly [start: number, end: number] =>
  places === undefined ? [start, end] : [places.starts[start] ?? 0, places.ends[end - 1] ?? 0]

/** How many layers of escapes are undone, such as a URL in JSON in a JSON string. */
const deepest = 4

/** The text as it is, and with one, two and more layers of escapes undone, for as long as there are any. */
export const layersOf = (text: string): ReadonlyArray<Decoded> => {
  const layers: Array<Decoded> = [{ text, places: undefined }]
  for (let outer = layers[0]; outer !== undefined && layers.length <= deepest;) {
    outer = decode(outer)
    if (outer !== undefined) layers.push(outer)
  }
  return layers
}

/**
 * One escape: `\u0041` and `%u0041`, `\x41`, the short escapes of JSON, the percent encoding of one character in UTF-8 or of a
 * byte that is not UTF-8, and a character reference of HTML.
 */
const escapes =
  /[\\%]u[\da-f]{4}|\\x[\da-f]{2}|\\["'\\/bfnrt]|%[0-7][\da-f]|%[cd][\da-f]%[89ab][\da-f]|%e[\da-f](?:%[89ab][\da-f]){2}|%f[0-7](?:%[89ab][\da-f]){3}|&(?:#\d{1,7}|#x[\da-f]{1,6}|amp|lt|gt|quot|apos);?/gi

const decode = (outer: Decoded): Decoded | undefined => {
  const { text } = outer
  let decoded = ""
  let end = 0
  const starts: Array<number> = []
  const ends: Array<number> = []
  const add = (characters: string, from: number, to: number) => {
    decoded += characters
    for (let index = 0; index < characters.length; index++) {
      // A run of plain characters has a place for each of them; an escape has one place for all that it stands for.
      const isPlain = characters.length === to - from
      const [start, end] = isPlain ? sourceOf(outer, from + index, from + index + 1) : sourceOf(outer, from, to)
      starts.push(start)
      ends.push(end)
    }
  }
  for (const { 0: escape, index } of text.matchAll(escapes)) {
    const character = characterOf(escape)
    if (character === undefined) continue
    add(text.slice(end, index), end, index)
    end = index + escape.length
    add(character, index, end)
  }
  if (end === 0) return undefined
  add(text.slice(end), end, text.length)
  return { text: decoded, places: { starts, ends } }
}

/** The character that an escape stands for; `undefined` if the text only looks like an escape. */
const characterOf = (escape: string): string | undefined => {
  if (/^(?:[\\%]u|\\x)/i.test(escape)) return String.fromCharCode(Number.parseInt(escape.slice(2), 16))
  if (escape.startsWith("\\")) return shortEscapes.get(escape.charAt(1)) ?? escape.charAt(1)
  if (escape.startsWith("%")) return percentDecoded(escape)
  const name = escape.slice(1).replace(/;$/, "").toLowerCase()
  const code = name.startsWith("#x") ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
  if (name.startsWith("#")) return code <= 0x10_ff_ff ? String.fromCodePoint(code) : undefined
  return entities.get(name)
}

const percentDecoded = (escape: string): string | undefined => {
  try {
    return decodeURIComponent(escape)
  } catch {
    // An overlong or otherwise impossible sequence, which decodes to nothing.
    return undefined
  }
}

const shortEscapes = new Map([
  ["b", "\b"],
  ["f", "\f"],
  ["n", "\n"],
  ["r", "\r"],
  ["t", "\t"]
])

const entities = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"]
])
