/**
 * Makes text that a vendor or a person wrote safe to show: what would move the cursor, change colours or reorder letters
 * is shown as an escape instead.
 */
import { CliOutput } from "effect/cli"

/** Controls, format characters such as bidi overrides, lone surrogates, line and paragraph separators. */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** Joiners are format characters that scripts and emoji need, and they change nothing around them. */
const joiners = new Set(["\u200c", "\u200d"])

const short = new Map([
  ["\n", String.raw`\n`],
  ["\r", String.raw`\r`],
  ["\t", String.raw`\t`]
])

const escaped = (character: string): string => {
  if (joiners.has(character)) return character
  const code = character.codePointAt(0) ?? 0
  const hex = code.toString(16)
  if (code < 0x100) return short.get(character) ?? `\\x${hex.padStart(2, "0")}`
  return code < 0x10000 ? `\\u${hex.padStart(4, "0")}` : `\\u{${hex}}`
}

const plainAscii = /^[ -~]*$/

/** The text in one line, with everything invisible shown as `\n`, `\x1b`, `\u202e`. */
export const text = (value: string): string => (plainAscii.test(value) ? value : value.replaceAll(invisible, escaped))

/** JSON text with everything invisible written as its escapes, which mean the same. */
export const json = (value: string): string =>
  plainAscii.test(value)
    ? value
    : value.replaceAll(invisible, (character) =>
        Array.from(
          { length: character.length },
          (_, index) => String.raw`\u${character.charCodeAt(index).toString(16).padStart(4, "0")}`
        ).join("")
      )

let segmenter: Intl.Segmenter | undefined

/** Made when it is first needed: it takes a third of the time in which Node itself starts. */
const graphemes = (text: string) =>
  (segmenter ??= new Intl.Segmenter(undefined, { granularity: "grapheme" })).segment(text)

/** How many columns a terminal needs for a visible text; wide letters count twice. */
export const width = (visible: string): number =>
  plainAscii.test(visible) ? visible.length : CliOutput.displayWidth(visible)

/** Cuts a visible text to so many columns; an ellipsis stands for what was cut. */
export const cut = (visible: string, columns: number): string => {
  if (plainAscii.test(visible)) {
    return visible.length <= columns ? visible : `${visible.slice(0, Math.max(0, columns - 1))}…`
  }
  let kept = ""
  let whole = ""
  let used = 0
  for (const { segment } of graphemes(visible)) {
    used += CliOutput.displayWidth(segment)
    if (used > columns) return `${kept}…`
    whole += segment
    if (used < columns) kept = whole
  }
  return whole
}

/** A visible text in exactly so many columns. */
export const fit = (visible: string, columns: number): string => {
  const shown = cut(visible, columns)
  return shown + " ".repeat(Math.max(0, columns - width(shown)))
}
