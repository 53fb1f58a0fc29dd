/**
 * The secrets of one run, which are removed from every text that leaves it, even if a vendor echoes them.
 */
import { RegExp as Pattern } from "effect"
import { Base64, Base64Url, Hex } from "effect/encoding"

/** The secrets known so far. */
export interface Secrets {
  /** Adds a secret, such as a token that was just issued. */
  readonly add: (secret: string) => void
  /**
   * Replaces every known secret in a text, in upper or lower case: plain, URL-encoded, form-encoded, escaped for JSON or HTML,
   * in Base64 and in hexadecimal.
   */
  readonly scrub: (text: string) => string
  /** The same for JSON, in its strings, names and numbers. */
  readonly scrubJson: (json: unknown) => unknown
  /**
   * Whether a body holds a secret, plain or escaped for JSON. Called for every answer, so it looks for no other form, and not for
   * secrets of fewer than eight characters, which occur in ordinary words.
   */
  readonly isIn: (body: string) => boolean
}

/** The shortest secret that bodies are searched for. */
const shortest = 8

/** Shorter secrets protect nothing, and replacing them would make every text unreadable. */
const shortestScrubbed = 4

/** Starts with the connection's own secrets. */
export const make = (initial: ReadonlyArray<string>): Secrets => {
  const secrets = new Set<string>()
  let searched: ReadonlyArray<Searched> = []
  /** Made for the first text that is scrubbed; most runs have none. */
  let pattern: RegExp | undefined
  const add = (secret: string) => {
    if (secret.length < shortestScrubbed || secrets.has(secret)) return
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
  // The longest first, because one secret may be a prefix of another.
  const forms = [...new Set([...secrets, ...lines].flatMap(formsOf))].toSorted((a, b) => b.length - a.length)
  return new RegExp(forms.map((form) => Pattern.escape(form)).join("|"), "gi")
}

/** A text that bodies are searched for. Searching for a short piece of it first takes a tenth of the time. */
interface Searched {
  readonly whole: string
  readonly piece: string
}

const searchedFor = (secret: string): ReadonlyArray<Searched> => {
  const inJson = JSON.stringify(secret).slice(1, -1)
  return [...new Set([secret, inJson])].map((whole) => ({ whole, piece: pieceOf(whole) }))
}

/**
 * Six characters of a text that begin with its rarest one in JSON. V8 searches for the first character of so short a text with
 * `memchr`, and scans the body character by character for longer ones.
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

/** The most frequent characters in answers, in that order. */
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
