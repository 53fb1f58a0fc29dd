/**
 * A template for source text.
 *
 * The indentation of the surrounding code is removed. The text of a gap is indented like the line that it is in. A line that
 * consists only of empty gaps is dropped.
 */
export const text = (strings: TemplateStringsArray, ...gaps: ReadonlyArray<string>): string => {
  const lines = strings.reduce((all, part, index) => `${all}${gapAt(index - 1)}${part}`).split("\n")
  const width = Math.min(...lines.filter((line) => line.trim() !== "").map(indentOf))
  return lines
    .flatMap((line) => filled(line.slice(width), gaps))
    .join("\n")
    .replace(/^\n/, "")
    .replace(/\n\s*$/, "\n")
}

const gapAt = (index: number): string => `\u0000${index}\u0000`

// oxlint-disable-next-line no-control-regex -- NUL marks the gaps because no source text contains it
const gap = /\u0000(\d+)\u0000/g

const indentOf = (line: string): number => line.length - line.trimStart().length

const filled = (line: string, gaps: ReadonlyArray<string>): ReadonlyArray<string> => {
  const indent = " ".repeat(indentOf(line))
  const full = line.replaceAll(gap, (_, index: string) => (gaps[Number(index)] ?? "").replaceAll("\n", `\n${indent}`))
  return full.trim() === "" && line.trim() !== "" ? [] : [full.replaceAll(/^[ \t]+$/gm, "")]
}

/** The piece if the condition holds; otherwise nothing. */
export const only = (isThere: boolean, piece: string): string => (isThere ? piece : "")

/** The names of an import, sorted as the formatter sorts them. */
export const imported = (...names: ReadonlyArray<string | false>): string =>
  [...new Set(names)]
    .filter((name) => name !== false)
    .toSorted((a, b) => a.replace("type ", "").localeCompare(b.replace("type ", "")))
    .join(", ")

/** The word with a capital first letter. */
export const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)

/** The longest line of the formatter. */
const width = 120

/** The body behind the head: on the same line if both fit there, with a comma behind them, and otherwise on the next one. */
export const fitting = (head: string, body: string, indent: number): string =>
  indent + head.length + body.length + 2 <= width ? `${head} ${body}` : `${head}\n  ${body}`
