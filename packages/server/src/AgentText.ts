/**
 * Texts of vendors as agents read them: short, and without characters that people do not see, which could hide instructions.
 */

/** Controls, format characters such as tags and bidi overrides, lone surrogates, line and paragraph separators. */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** Format characters that scripts and emoji need. */
const joiners = new Set(["\u200c", "\u200d"])

const escaped = (character: string): string =>
  joiners.has(character) ? character : String.raw`\u{${(character.codePointAt(0) ?? 0).toString(16)}}`

/** The text with at most so many UTF-16 units, and an ellipsis where it is cut. */
export const cut = (text: string, most: number): string => {
  const shown = text.slice(0, most + 1).replaceAll(invisible, escaped)
  // A pair of surrogates is not cut in two.
  return shown.length <= most && text.length <= most
    ? shown
    : `${shown.slice(0, most - 1).replace(/[\ud800-\udbff]$/, "")}…`
}

/** The same of a text that may be missing. */
export const cutOrNull = (text: string | null, most: number): string | null => (text === null ? null : cut(text, most))
