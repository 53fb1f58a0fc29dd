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

/** Searches texts for the forms of an index. */
export interface SecretIndex {
  /** The parts of a text that hold a secret, in order and without overlaps. */
  readonly rangesIn: (text: string) => ReadonlyArray<Range>
}

/** Forms are looked up by this many of their last characters: the most of these that they have. */
const anchors = [16, 8, SecretForms.shortest] as const

const anchorOf = (length: number): number => anchors.find((size) => size <= length) ?? SecretForms.shortest

/** Makes an index. */
export const make = (forms: ReadonlyArray<SecretForms.Form>): SecretIndex => {
  const byEnd = new Map<string, Array<SecretForms.Form>>()
  const sizes = new Set<number>()
  // Most places of a text end no form. A table of bits tells so without a lookup; sixteen bits a form keep it sparse.
  const mask = 2 ** Math.ceil(Math.log2(Math.max(1024, forms.length * 16))) - 1
  const possible = new Uint8Array(mask + 1)
  for (const form of forms) {
    const size = anchorOf(form.text.length)
    const anchor = form.text.slice(-size)
    sizes.add(size)
    possible[hashAt(form.text, form.text.length) & mask] = 1
    const known = byEnd.get(anchor)
    if (known === undefined) byEnd.set(anchor, [form])
    else known.push(form)
  }

  const search = (layer: Escapes.Decoded, found: Array<Range>) => {
    const text = SecretForms.fold(layer.text)
    for (let end = SecretForms.shortest; end <= text.length; end++) {
      if (possible[hashAt(text, end) & mask] === 0) continue
      for (const size of sizes) {
        if (size > end) continue
        for (const form of byEnd.get(text.slice(end - size, end)) ?? []) {
          const start = end - form.text.length
          if (start < 0 || !text.startsWith(form.text, start)) continue
          if (form.isWord && !standsAlone(text, start, end)) continue
          const [from, to] = widened(text, start, end, form)
          const [sourceStart, sourceEnd] = Escapes.sourceOf(layer, from, to)
          found.push({ start: sourceStart, end: sourceEnd })
        }
      }
    }
  }

  return {
    rangesIn: (text) => {
      const found: Array<Range> = []
      for (const layer of Escapes.layersOf(text)) search(layer, found)
      return found.length === 0 ? found : merged(found)
    }
  }
}

/** A hash of the four characters before `end`. */
const hashAt = (text: string, end: number): number => {
  const hash =
    Math.imul(text.charCodeAt(end - 4), 0x9e_37_79_b1) ^
    Math.imul(text.charCodeAt(end - 3), 0x85_eb_ca_6b) ^
    Math.imul(text.charCodeAt(end - 2), 0xc2_b2_ae_35) ^
    Math.imul(text.charCodeAt(end - 1), 0x27_d4_eb_2f)
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

const isBase64 = (text: string, at: number): boolean => /[a-z\d /]/.test(text.charAt(at))

const merged = (ranges: Array<Range>): ReadonlyArray<Range> => {
  const whole: Array<Range> = []
  for (const { end, start } of ranges.toSorted((a, b) => a.start - b.start)) {
    const last = whole.at(-1)
    if (last === undefined || start > last.end) whole.push({ start, end })
    else whole[whole.length - 1] = { start: last.start, end: Math.max(last.end, end) }
  }
  return whole
}
