/**
 * Finds many forms in a text at once. The time grows with the length of the text, not with the number of forms.
 */
import * as Escapes from "./Escapes.ts"
import * as SecretForms from "./SecretForms.ts"

/** A part of a text that holds a secret; `end` is exclusive. */
export interface Range {
  readonly start: number
  readonly end: number
}

/**
 * A long text is searched in pieces of this many characters, so that the memory for a search does not grow with the text.
 */
export const pieceLength = 262_144

/**
 * Pieces overlap by more characters than a secret takes in any form: the PEM text of a key, with every character escaped for JSON.
 */
const longestForm = 32_768

/** Where the pieces of a text of this length begin. */
const startsOf = (length: number): ReadonlyArray<number> => {
  const starts = [0]
  for (let start = 0; start + pieceLength < length;) starts.push((start += pieceLength - longestForm))
  return starts
}

const pieceAt = (text: string, start: number): string =>
  text.length <= pieceLength ? text : text.slice(start, start + pieceLength)

/** The pieces of a text. A secret anywhere in the text is whole in one of them. */
export const piecesOf = (text: string): ReadonlyArray<string> =>
  startsOf(text.length).map((start) => pieceAt(text, start))

/** Searches texts for the forms of an index. */
export interface SecretIndex {
  /** The parts of a text that hold a secret, in order and without overlaps. There is a step after each piece. */
  readonly rangesIn: (text: string) => Generator<void, ReadonlyArray<Range>>
  /** The same for a text that is no longer than a piece, in one step. */
  readonly inPiece: (text: string) => ReadonlyArray<Range>
}

/** A form that is searched for. */
interface Entry extends SecretForms.Form {
  /** The code units of its text. */
  readonly units: Uint16Array
}

/**
 * The end of a form that is searched for, at most this long. What stands before it is compared only as far as it is not already
 * known to be secret, so that no text makes the search slow, whatever secrets the vendor itself has issued.
 */
const longestNeedle = 64

/** Forms are looked up by this many of their last characters: the most of these that they have. */
const anchors = [16, 8, SecretForms.shortest] as const

const anchorOf = (length: number): number => anchors.find((size) => size <= length) ?? SecretForms.shortest

/** Every search fills it anew, and ends before the next one begins: an array for each short text would cost more than its search. */
let scratch = new Uint16Array(4096)

const scratchFor = (text: string): Uint16Array => {
  if (scratch.length < text.length) scratch = new Uint16Array(Math.max(text.length, scratch.length * 2))
  SecretForms.fillUnits(text, scratch)
  return scratch
}

/** Makes an index. */
export const make = (forms: ReadonlyArray<SecretForms.Form>): SecretIndex => {
  const byEnd = new Map<number, Array<Entry>>()
  const sizes = new Set<number>()
  // Most places of a text end no form. A table tells so without a lookup; it is kept sparse, up to a size of 1 MiB.
  const mask = 2 ** Math.ceil(Math.log2(Math.min(1_048_576, Math.max(1024, forms.length * 64)))) - 1
  const possible = new Uint8Array(mask + 1)
  for (const form of forms) {
    const { length } = form.text
    const entry = { ...form, units: SecretForms.unitsOf(form.text) }
    const size = anchorOf(length)
    const anchor = hashOf(entry.units, length, size)
    sizes.add(size)
    possible[hashOf(entry.units, length, SecretForms.shortest) & mask] = 1
    const known = byEnd.get(anchor)
    if (known === undefined) byEnd.set(anchor, [entry])
    else known.push(entry)
  }

  const search = (layer: Escapes.Decoded, offset: number, found: Array<Range>) => {
    const { length } = layer.text
    if (length < SecretForms.shortest) return
    const units = scratchFor(layer.text)
    let covered: Map<Entry, number> | undefined
    for (let end = SecretForms.shortest; end <= length; end++) {
      if (possible[hashOf(units, end, SecretForms.shortest) & mask] === 0) continue
      for (const size of sizes) {
        if (size > end) continue
        for (const entry of byEnd.get(hashOf(units, end, size)) ?? []) {
          const size = matchOf(units, end, entry.units, covered?.get(entry) ?? 0)
          if (size === 0) continue
          const start = end - size
          if (entry.isWord && !standsAlone(layer.text, start, end)) continue
          covered ??= new Map()
          covered.set(entry, end)
          const [from, to] = widened(layer.text, start, end, entry)
          const [sourceStart, sourceEnd] = Escapes.sourceOf(layer, from, to)
          add(found, offset + sourceStart, offset + sourceEnd)
        }
      }
    }
  }

  return {
    inPiece: (text) => {
      const found: Array<Range> = []
      for (const layer of Escapes.layersOf(text)) search(layer, 0, found)
      return merged(found)
    },
    *rangesIn(text) {
      const found: Array<Range> = []
      for (const offset of startsOf(text.length)) {
        if (offset > 0) yield
        for (const layer of Escapes.layersOf(pieceAt(text, offset))) search(layer, offset, found)
      }
      return merged(found)
    }
  }
}

/**
 * How many characters before `end` are those of a form, back to the end of its last match; 0 where its needle does not stand there.
 */
const matchOf = (text: Uint16Array, end: number, form: Uint16Array, covered: number): number => {
  const least = Math.min(form.length, longestNeedle)
  if (least > end) return 0
  const most = Math.min(form.length, Math.max(least, end - covered))
  let size = 0
  while (size < most && text[end - size - 1] === form[form.length - size - 1]) size++
  return size < least ? 0 : size
}

/** A hash of the last characters before `end`. */
const hashOf = (units: Uint16Array, end: number, size: number): number => {
  let hash = size
  for (let at = end - size; at < end; at++) hash = Math.imul(hash ^ (units[at] ?? 0), 0x9e_37_79_b1)
  return hash ^ (hash >>> 15)
}

const isLetterOrDigit = (text: string, at: number): boolean => /[\p{L}\p{N}]/u.test(text.charAt(at))

const standsAlone = (text: string, start: number, end: number): boolean =>
  !(isLetterOrDigit(text, start) && isLetterOrDigit(text, start - 1)) &&
  !(isLetterOrDigit(text, end - 1) && isLetterOrDigit(text, end))

/** The range with the neighbouring Base64 characters that hold bits of the secret, and with the padding. */
const widened = (
  text: string,
  start: number,
  end: number,
  { after, before }: SecretForms.Form
): readonly [number, number] => {
  const from = before && isBase64(text, start - 1) ? start - 1 : start
  let to = after && isBase64(text, end) ? end + 1 : end
  if (after) while (to < end + 3 && text.charAt(to) === "=") to++
  return [from, to]
}

const isBase64 = (text: string, at: number): boolean => /[a-z\d+/_-]/i.test(text.charAt(at))

/** Adds a range. One that adjoins the latest is joined with it, because a text may repeat a secret at every place. */
const add = (ranges: Array<Range>, start: number, end: number) => {
  const last = ranges.at(-1)
  if (last !== undefined && start >= last.start && start <= last.end) {
    if (end > last.end) ranges[ranges.length - 1] = { start: last.start, end }
  } else ranges.push({ start, end })
}

const merged = (ranges: ReadonlyArray<Range>): ReadonlyArray<Range> => {
  if (ranges.length === 0) return ranges
  const whole: Array<Range> = []
  for (const { end, start } of ranges.toSorted((a, b) => a.start - b.start)) add(whole, start, end)
  return whole
}
