/**
 * Makes text from a vendor or a person safe to show: characters that would move the cursor, change colours or reorder letters
 * are replaced by escapes.
 */
import { CliOutput } from "effect/cli"

/** Controls, format characters such as bidi overrides, lone surrogates, line and paragraph separators. */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu

/** Format characters that scripts and emoji need, and that affect only their neighbours. */
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

/** The most combining marks of one letter; no orthography needs more, and a pile of them covers the lines around it. */
const mostMarks = 4

/** Marks and joiners behind the most that a letter may have. */
const piled = new RegExp(String.raw`(?<=[\p{M}\u200c\u200d]{${mostMarks}})[\p{M}\u200c\u200d]+`, "gu")

const plainAscii = /^[ -~]*$/

/** The text in one line, with everything invisible shown as `\n`, `\x1b`, `\u202e`, and `…` for more marks than a letter has. */
export const text = (value: string): string =>
  plainAscii.test(value) ? value : value.replaceAll(piled, "…").replaceAll(invisible, escaped)

const layout = new Set(["\n", "\r", "\t"])

/** The text with its line breaks and tabs, and everything else that is invisible shown as escapes. */
export const paragraph = (value: string): string =>
  plainAscii.test(value)
    ? value
    : value.replaceAll(invisible, (character) => (layout.has(character) ? character : escaped(character)))

/** JSON text with everything invisible, and piles of marks, written as JSON escapes, which parse to the same value. */
export const json = (value: string): string =>
  plainAscii.test(value) ? value : value.replaceAll(piled, inJson).replaceAll(invisible, inJson)

const inJson = (characters: string): string =>
  Array.from(
    { length: characters.length },
    (_, index) => String.raw`\u${characters.charCodeAt(index).toString(16).padStart(4, "0")}`
  ).join("")

/** Lines of JSON with everything invisible but their line breaks written as JSON escapes. */
export const jsonLines = (value: string): string => value.split("\n").map(json).join("\n")

let segmenter: Intl.Segmenter | undefined

/** Made on first use: creating one takes about a third of the time that Node needs to start. */
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
