/**
 * The secrets of one run, so that no text that leaves it holds one, also where a vendor repeats it.
 */
import { RegExp as Pattern } from "effect"
import { Base64, Base64Url, Hex } from "effect/encoding"

/** The secrets known so far. */
export interface Secrets {
  /** Adds one, such as a token that was just issued. */
  readonly add: (secret: string) => void
  /**
   * The text with every known secret replaced, in any case of its letters: plain, URL-encoded, as a form, JSON or HTML
   * writes it, in Base64 and in hexadecimal.
   */
  readonly scrub: (text: string) => string
  /** The same for JSON: in every text, name and number of it. */
  readonly scrubJson: (json: unknown) => unknown
  /**
   * Whether a body holds a secret as it is, or as JSON writes it. It is asked of every answer, so it looks for nothing else; and
   * not for secrets of fewer than eight letters, which stand in many a word.
   */
  readonly isIn: (body: string) => boolean
}

/** The shortest secret that answers are searched for. */
const shortest = 8

/** Starts with the connection's own secrets. */
export const make = (initial: ReadonlyArray<string>): Secrets => {
  const secrets = new Set<string>()
  let searched: ReadonlyArray<Searched> = []
  /** Made for the first text that is scrubbed, which in most runs is none. */
  let pattern: RegExp | undefined
  const add = (secret: string) => {
    if (secret === "" || secrets.has(secret)) return
    secrets.add(secret)
    pattern = undefined
    if (secret.length >= shortest) searched = [...searched, ...searchedFor(secret)]
  }
  for (const secret of initial) add(secret)
  const scrub = (text: string) =>
    secrets.size === 0 ? text : text.replaceAll((pattern ??= patternOf(secrets)), "<redacted>")
  const scrubJson = (json: unknown): unknown => {
    if (Array.isArray(json)) return json.map(scrubJson)
    if (typeof json === "object" && json !== null) {
      return Object.fromEntries(Object.entries(json).map(([name, value]) => [scrub(name), scrubJson(value)]))
    }
    const clean = scrub(String(json))
    return clean === String(json) ? json : clean
  }
  const isIn = (body: string) => searched.some(({ piece, whole }) => body.includes(piece) && body.includes(whole))
  return { add, scrub, scrubJson, isIn }
}

const patternOf = (secrets: ReadonlySet<string>): RegExp => {
  const lines = [...secrets].flatMap((secret) => secret.split(/\r?\n/)).filter((line) => line.length > 16)
  // The longest first: one secret may be the beginning of another.
  const forms = [...new Set([...secrets, ...lines].flatMap(formsOf))].toSorted((a, b) => b.length - a.length)
  return new RegExp(forms.map((form) => Pattern.escape(form)).join("|"), "gi")
}

/** A text that bodies are searched for: first for a piece of it, because that is a tenth of the time. */
interface Searched {
  readonly whole: string
  readonly piece: string
}

const searchedFor = (secret: string): ReadonlyArray<Searched> => {
  const inJson = JSON.stringify(secret).slice(1, -1)
  return [...new Set([secret, inJson])].map((whole) => ({ whole, piece: pieceOf(whole) }))
}

/**
 * Six letters of a text, the first of which is the rarest in JSON. Engines look for the first letter of so short a text by the
 * processor's own search, and go through the body letter by letter for longer ones.
 */
const pieceOf = (text: string): string => {
  let start = 0
  for (let at = 1; at <= text.length - 6; at++) if (rarity(text, at) > rarity(text, start)) start = at
  return text.slice(start, start + 6)
}

const rarity = (text: string, at: number): number => {
  const place = frequent.indexOf(text.charAt(at))
  return place < 0 ? frequent.length : place
}

/** What stands most often in answers, in that order; other letters are rarer. */
const frequent = '"0123456789:,-eatinosrldTcmpu.{}Sfghy'

const formsOf = (secret: string): ReadonlyArray<string> => {
  const json = JSON.stringify(secret).slice(1, -1)
  return [
    secret,
    encodeURIComponent(secret.toWellFormed()),
    new URLSearchParams([["", secret]]).toString().slice(1),
    json,
    asciiOf(json),
    htmlOf(secret),
    Base64.encode(secret),
    Base64.encode(secret).replace(/=+$/, ""),
    Base64Url.encode(secret),
    Hex.encode(secret)
  ]
}

const asciiOf = (json: string): string =>
  json.replaceAll(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)

const htmlOf = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;")
