/**
 * Tells quickly that a body holds no form of a secret, so that only few bodies are searched in full.
 *
 * Encoders leave letters and digits as they are. Six of them in a row that occur in every form of a kind are therefore looked for,
 * and a body without them holds no such form. The exception is a text whose letters or digits are escaped, such as `\u0041`, which
 * no encoder needs: a body that holds such an escape is searched in full.
 */
import { Hex } from "effect/encoding"
import * as SecretForms from "./SecretForms.ts"

/** The part of a secret that a quick search looks for. */
export interface Probe {
  readonly pieces: ReadonlyArray<string>
  /** Whether the pieces suffice. If not, every body is searched in full. */
  readonly isReliable: boolean
}

/** The most and the fewest characters of a piece. */
const longest = 6
const shortest = 3

/** Makes the probe of a secret. */
export const of = (secret: string): Probe => {
  const plain = pieceOf(secret)
  const upper = pieceOf(secret.toUpperCase())
  const encoded = SecretForms.writtenOf(secret).flatMap((written) => {
    const bytes = new TextEncoder().encode(written)
    const hex = pieceOf(Hex.encode(bytes))
    return SecretForms.base64Of(bytes)
      .map((form) => pieceOf(form.encoded))
      .concat(hex, hex.toUpperCase())
  })
  const pieces = [plain, plain.toUpperCase(), plain.toLowerCase(), upper, ...encoded]
  return { pieces: [...new Set(pieces)], isReliable: pieces.every(({ length }) => length >= shortest) }
}

/** Whether a body may hold one of the secrets. */
export const mayHold = (probe: Probe, body: string): boolean =>
  !probe.isReliable || probe.pieces.some((piece) => body.includes(piece))

/** Whether a letter or a digit is escaped in a body. */
export const hidesLetters = (body: string): boolean =>
  ((body.includes("u00") || body.includes("U00")) && /[\\%]u00(?:3\d|[46][1-9a-f]|[57][\da])/i.test(body)) ||
  ((body.includes("\\u{") || body.includes("\\U{")) && /\\u\{0*(?:3\d|[46][1-9a-f]|[57][\da])\}/i.test(body)) ||
  (body.includes("\\x") && /\\x(?:3\d|[46][1-9a-f]|[57][\da])/i.test(body)) ||
  (body.includes("%") && /%(?:25)*(?:3\d|[46][1-9a-f]|[57][\da])/i.test(body)) ||
  (body.includes("#") &&
    /&(?:amp;?)*#(?:x0*(?:3\d|[46][1-9a-f]|[57][\da])|0*(?:4[89]|5[0-7]|6[5-9]|[78]\d|90|9[7-9]|1[01]\d|12[0-2]))/i.test(
      body
    ))

/**
 * Up to six letters and digits in a row that begin with the rarest one in JSON. V8 searches for the first character of so short
 * a text with `memchr`, and scans the body character by character for longer ones.
 */
const pieceOf = (text: string): string => {
  const runs = text.match(/[A-Za-z\d]+/g) ?? []
  const run = runs.reduce((best, other) => (Math.min(other.length, longest) > best.length ? other : best), "")
  const size = Math.min(run.length, longest)
  let start = 0
  for (let at = 1; at <= run.length - size; at++) if (rarity(run, at) > rarity(run, start)) start = at
  return run.slice(start, start + size)
}

const rarity = (text: string, at: number): number => {
  const place = frequent.indexOf(text.charAt(at))
  return place < 0 ? frequent.length : place
}

/** The most frequent characters in answers, in that order. */
const frequent = '"0123456789:,-eatinosrldTcmpu.{}Sfghy'
