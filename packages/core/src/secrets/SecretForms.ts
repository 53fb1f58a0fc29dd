/**
 * The forms in which a secret is recognised: as it is, in hexadecimal and in Base64, each also where it is escaped.
 */
import { Base64, Hex } from "effect/encoding"
import * as Escapes from "./Escapes.ts"

/** A text that stands for a secret. */
export interface Form {
  /** The form, folded. */
  readonly text: string
  /** Whether the form is so short that it counts only where no letter or digit adjoins it. */
  readonly isWord: boolean
  /** Whether the character before the form holds some bits of the secret, as in Base64. */
  readonly before: boolean
  /** Whether the character after the form holds some bits of the secret, as in Base64. */
  readonly after: boolean
}

/** Secrets with fewer characters are not searched for: they protect nothing, and occur in every text. */
export const shortest = 4

/** Secrets with fewer characters occur in ordinary words, so that they count only as words of their own, and only in messages. */
export const shortestAnywhere = 8

/** The shortest hexadecimal or Base64 form. */
const shortestEncoded = 6

/** Lines of a key that are at least this long are secrets of their own. */
const shortestLine = 17

/**
 * A text in which forms are compared. Folding keeps the length of a text. It ignores the case of letters, the kind of white
 * space, and the differences between Base64 and Base64url, and between a space and the plus sign that forms write for it.
 */
export const fold = (text: string): string => {
  let folded = ""
  for (let at = 0; at < text.length; at++) folded += String.fromCharCode(foldedUnit(text.charCodeAt(at)))
  return folded
}

/** The code units of a text, folded. */
export const unitsOf = (text: string): Uint16Array => {
  const units = new Uint16Array(text.length)
  fillUnits(text, units)
  return units
}

/** The same, into an array that is at least as long as the text. */
export const fillUnits = (text: string, units: Uint16Array): void => {
  const { length } = text
  for (let at = 0; at < length; at++) units[at] = foldedUnit(text.charCodeAt(at))
}

const foldedUnit = (unit: number): number => {
  const known = foldedUnits[unit]
  if (known !== undefined && known !== 0) return known
  return (foldedUnits[unit] = folding(String.fromCharCode(unit)).charCodeAt(0))
}

/** Filled on demand: filling it whole takes a few milliseconds, and most texts use few characters. */
const foldedUnits = new Uint16Array(65_536)

const folding = (character: string): string => {
  if (/[\s+-]/.test(character)) return " "
  if (character === "_") return "/"
  if (character === "ς") return "σ"
  // A letter whose lower case is longer, such as `İ`, stays as it is.
  const lower = character.toLowerCase()
  return lower.length === 1 ? lower : character
}

/** Every form of a secret; none where it is too short. */
export const of = (secret: string): ReadonlyArray<Form> => {
  if (secret.length < shortest) return []
  const lines = secret.split(/\r?\n/).filter((line, _, { length }) => length > 1 && line.length >= shortestLine)
  const forms = new Map<string, Form>()
  const add = (text: string, edges: Pick<Form, "before" | "after"> = { before: false, after: false }) => {
    // An escaped text is compared with one layer of escapes undone, so that a secret that looks escaped is decoded likewise.
    for (const layer of Escapes.layersOf(text)) {
      const folded = fold(layer.text)
      if (folded.length < shortest || forms.has(folded)) continue
      forms.set(folded, { text: folded, isWord: folded.length < shortestAnywhere && text === secret, ...edges })
    }
  }
  for (const text of [secret, ...lines]) {
    add(text)
    // Some letters have an upper case of another length, such as `ß`, or one that is two code units, which folding leaves alone.
    add(text.toUpperCase())
    add(text.toLowerCase())
    for (const written of writtenOf(text)) {
      const bytes = new TextEncoder().encode(written)
      const hex = Hex.encode(bytes)
      if (hex.length >= shortestEncoded) add(hex)
      for (const { encoded, ...edges } of base64Of(bytes)) if (encoded.length >= shortestEncoded) add(encoded, edges)
    }
  }
  return [...forms.values()]
}

/**
 * How a secret may be written within what is then encoded: as it is, in JSON, and in a form, such as the password of HTTP Basic by
 * RFC 6749, section 2.3.1.
 */
export const writtenOf = (secret: string): ReadonlyArray<string> => [
  ...new Set([secret, JSON.stringify(secret).slice(1, -1), new URLSearchParams([["", secret]]).toString().slice(1)])
]

/**
 * Base64 of bytes in the middle of others. It depends on the place of the bytes, modulo 3; a character that also holds bits of a
 * neighbouring byte is left out.
 */
export const base64Of = (bytes: Uint8Array): ReadonlyArray<{ encoded: string; before: boolean; after: boolean }> =>
  [0, 1, 2].map((offset) => {
    const shifted = new Uint8Array(offset + bytes.length)
    shifted.set(bytes, offset)
    const bits = 8 * shifted.length
    const encoded = Base64.encode(shifted).slice(Math.ceil((8 * offset) / 6), Math.floor(bits / 6))
    return { encoded, before: offset > 0, after: bits % 6 > 0 }
  })
