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
}

/** Starts with the connection's own secrets. */
export const make = (initial: ReadonlyArray<string>): Secrets => {
  let forms: ReadonlyArray<string> = []
  let pattern: RegExp | undefined
  const add = (secret: string) => {
    if (secret === "") return
    const known = [secret, ...secret.split(/\r?\n/).filter((line) => line.length > 16)].flatMap(formsOf)
    // The longest first: one secret may be the beginning of another.
    forms = [...new Set([...forms, ...known])].toSorted((a, b) => b.length - a.length)
    pattern = new RegExp(forms.map((form) => Pattern.escape(form)).join("|"), "gi")
  }
  for (const secret of initial) add(secret)
  return { add, scrub: (text) => (pattern === undefined ? text : text.replaceAll(pattern, "<redacted>")) }
}

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
