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
  const forms = new Set<string>()
  const add = (secret: string) => {
    if (secret === "") return
    for (const form of [secret, ...secret.split("\n").filter((line) => line.length > 16)]) {
      forms.add(form)
      forms.add(encodeURIComponent(form))
      forms.add(JSON.stringify(form).slice(1, -1))
      forms.add(Base64.encode(form))
    }
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
