/**
 * The secrets of one run, so that no text that leaves it holds one, also where a vendor repeats it.
 */
import { Base64 } from "effect/encoding"

/** The secrets known so far. */
export interface Secrets {
  /** Adds one, such as a token that was just issued. */
  readonly add: (secret: string) => void
  /** The text with every known secret replaced, in its plain, URL-encoded, JSON and Base64 forms. */
  readonly scrub: (text: string) => string
}

/** Starts with the connection's own secrets. */
export const make = (initial: ReadonlyArray<string>): Secrets => {
  let forms: ReadonlyArray<string> = []
  const add = (secret: string) => {
    if (secret === "") return
    const known = [secret, ...secret.split(/\r?\n/).filter((line) => line.length > 16)].flatMap(formsOf)
    // The longest first: one secret may be the beginning of another.
    forms = [...new Set([...forms, ...known])].toSorted((a, b) => b.length - a.length)
  }
  for (const secret of initial) add(secret)
  return {
    add,
    scrub: (text) => {
      let scrubbed = text
      for (const form of forms) scrubbed = scrubbed.replaceAll(form, "<redacted>")
      return scrubbed
    }
  }
}

const formsOf = (secret: string): ReadonlyArray<string> => [
  secret,
  encodeURIComponent(secret.toWellFormed()),
  new URLSearchParams([["", secret]]).toString().slice(1),
  JSON.stringify(secret).slice(1, -1),
  Base64.encode(secret)
]
