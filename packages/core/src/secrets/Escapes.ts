/**
 * Undoes the escapes of JSON, URLs, forms and HTML in a text, and keeps track of where each character came from.
 */

/** A text, and where its characters stand in the text that it was decoded from. */
export interface Decoded {
  readonly text: string
  /** What it was decoded from; `undefined` where nothing was decoded. */
  readonly from: Source | undefined
}

/** The text before one layer of escapes was undone, and the places of its escapes. Long texts have few, so only they are kept. */
interface Source {
  readonly outer: Decoded
  readonly escapes: ReadonlyArray<Escape>
}

/** One escape, and the characters that it stands for; ends are exclusive. */
interface Escape {
  /** Where its characters start and end in the decoded text. */
  readonly at: number
  readonly until: number
  /** Where the escape starts and ends in the text before. */
  readonly start: number
  readonly end: number
}

/** The range of the original text that the characters from `start` to `end`, exclusive, were decoded from. */
export const sourceOf = ({ from }: Decoded, start: number, end: number): readonly [start: number, end: number] =>
  from === undefined
    ? [start, end]
    : sourceOf(from.outer, rangeOf(from.escapes, start)[0], rangeOf(from.escapes, end - 1)[1])

/** The range of one character in the text before. An escape has one range for all characters that it stands for. */
const rangeOf = (escapes: ReadonlyArray<Escape>, place: number): readonly [start: number, end: number] => {
  let low = 0
  let high = escapes.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((escapes[middle]?.at ?? 0) <= place) low = middle + 1
    else high = middle
  }
  const escape = escapes[low - 1]
  if (escape === undefined) return [place, place + 1]
  if (place < escape.until) return [escape.start, escape.end]
  const start = escape.end + place - escape.until
  return [start, start + 1]
}

/** How many layers of escapes are undone, such as a URL in JSON in a JSON string. */
const deepest = 4

/** The text as it is, and with one, two and more layers of escapes undone, for as long as there are any. */
export const layersOf = (text: string): ReadonlyArray<Decoded> => {
  const layers: Array<Decoded> = [{ text, from: undefined }]
  for (let outer = layers[0]; outer !== undefined && layers.length <= deepest;) {
    outer = decode(outer)
    if (outer !== undefined) layers.push(outer)
  }
  return layers
}

/**
 * One escape: `\u0041`, `\u{41}` and `%u0041`, `\x41`, the short escapes of JSON, the percent encoding of one character in UTF-8 or
 * of a byte that is not UTF-8, and a character reference of HTML.
 */
const escapes =
  /[\\%]u[\da-f]{4}|\\u\{0{0,6}[\da-f]{1,6}\}|\\x[\da-f]{2}|\\["'\\/bfnrt]|%[0-7][\da-f]|%[cd][\da-f]%[89ab][\da-f]|%e[\da-f](?:%[89ab][\da-f]){2}|%f[0-7](?:%[89ab][\da-f]){3}|&(?:#0{0,9}[1-9]\d{0,6}|#x0{0,9}[1-9a-f][\da-f]{0,5});?|&[a-z]{2,8};|&(?:amp|lt|gt|quot)/gi

/** What every escape begins with. Most texts hold none of these characters, and looking for them costs little. */
const isEscaped = (text: string): boolean => text.includes("\\") || text.includes("%") || text.includes("&")

const decode = (outer: Decoded): Decoded | undefined => {
  const { text } = outer
  if (!isEscaped(text)) return undefined
  const found: Array<Escape> = []
  let decoded = ""
  let end = 0
  for (const { 0: escape, index } of text.matchAll(escapes)) {
    const characters = characterOf(escape)
    if (characters === undefined) continue
    decoded += text.slice(end, index)
    end = index + escape.length
    const at = decoded.length
    decoded += characters
    found.push({ at, until: decoded.length, start: index, end })
  }
  if (end === 0) return undefined
  return { text: decoded + text.slice(end), from: { outer, escapes: found } }
}

/** The character that an escape stands for; `undefined` if the text only looks like an escape. */
const characterOf = (escape: string): string | undefined => {
  if (/^[\\%]u\{/i.test(escape)) return ofCode(Number.parseInt(escape.slice(3, -1), 16))
  if (/^(?:[\\%]u|\\x)/i.test(escape)) return String.fromCharCode(Number.parseInt(escape.slice(2), 16))
  if (escape.startsWith("\\")) return shortEscapes.get(escape.charAt(1)) ?? escape.charAt(1)
  if (escape.startsWith("%")) return percentDecoded(escape)
  const name = escape.slice(1).replace(/;$/, "")
  if (/^#x/i.test(name)) return ofCode(Number.parseInt(name.slice(2), 16))
  if (name.startsWith("#")) return ofCode(Number(name.slice(1)))
  return entities.get(name) ?? entities.get(name.toLowerCase())
}

const ofCode = (code: number): string | undefined => (code <= 0x10_ff_ff ? String.fromCodePoint(code) : undefined)

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

/** The named references of HTML for ASCII; some characters have several. */
const entities = new Map([
  ["Tab", "\t"],
  ["NewLine", "\n"],
  ["excl", "!"],
  ["quot", '"'],
  ["num", "#"],
  ["dollar", "$"],
  ["percnt", "%"],
  ["amp", "&"],
  ["apos", "'"],
  ["lpar", "("],
  ["rpar", ")"],
  ["ast", "*"],
  ["midast", "*"],
  ["plus", "+"],
  ["comma", ","],
  ["hyphen", "-"],
  ["dash", "-"],
  ["period", "."],
  ["sol", "/"],
  ["colon", ":"],
  ["semi", ";"],
  ["lt", "<"],
  ["equals", "="],
  ["gt", ">"],
  ["quest", "?"],
  ["commat", "@"],
  ["lsqb", "["],
  ["lbrack", "["],
  ["bsol", "\\"],
  ["rsqb", "]"],
  ["rbrack", "]"],
  ["Hat", "^"],
  ["hat", "^"],
  ["lowbar", "_"],
  ["UnderBar", "_"],
  ["grave", "`"],
  ["lcub", "{"],
  ["lbrace", "{"],
  ["verbar", "|"],
  ["vert", "|"],
  ["rcub", "}"],
  ["rbrace", "}"],
  ["nbsp", "\u00a0"]
])
