/**
 * Shortens a vendor's text for an error, without any secret in it.
 */

/** Removes the secrets of a run from a text. */
export interface Scrubber {
  readonly scrub: (text: string) => string
}

/** The longest excerpt of an answer, in characters. */
const longest = 300

/**
 * How much of a text is searched for secrets. A text may have any length, and searching takes time in proportion to it.
 */
export const searched = 65_536

/** More characters than a secret takes in any form: the PEM text of a key, with every character escaped for JSON. */
const longestSecret = 32_768

/**
 * The beginning of a text without secrets. Where the text is longer than what is searched, the end of the searched part may
 * hold half a secret, and is dropped.
 */
export const clean = ({ scrub }: Scrubber, text: string): string =>
  text.length <= searched ? scrub(text) : scrub(text.slice(0, searched)).slice(0, -longestSecret)

/**
 * The beginning of a text in one line, of at most so many characters. Secrets are removed before the text is shortened,
 * because one may lie across the end of the excerpt.
 */
export const of = (scrubber: Scrubber, text: string, most = longest): string => {
  const line = clean(scrubber, text).replaceAll(/\s+/g, " ").trim()
  if (text.length <= searched && line.length <= most) return line
  // A slice of a string keeps the whole string in memory; a string that is put together anew does not.
  return `${Array.from(line.slice(0, most - 1)).join("")}…`
}
