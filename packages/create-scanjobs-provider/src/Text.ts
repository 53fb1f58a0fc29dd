/**
 * Source text with gaps, and what fills them.
 *
 * A text is written with the indentation of the code around it, which is taken off. What fills a gap keeps the indentation of
 * the place where it stands, and a line of which nothing but empty gaps would be left is left out.
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

// oxlint-disable-next-line no-control-regex -- no source text has this character, which is why it marks gaps
const gap = /\u0000(\d+)\u0000/g

const indentOf = (line: string): number => line.length - line.trimStart().length

const filled = (line: string, gaps: ReadonlyArray<string>): ReadonlyArray<string> => {
  const indent = " ".repeat(indentOf(line))
  const full = line.replaceAll(gap, (_, index: string) => (gaps[Number(index)] ?? "").replaceAll("\n", `\n${indent}`))
  return full.trim() === "" && line.trim() !== "" ? [] : [full.replaceAll(/^[ \t]+$/gm, "")]
}

/** The pieces that are there in some provider only. */
export const only = (isThere: boolean, piece: string): string => (isThere ? piece : "")

/** The names that a file imports from a package, in their order. */
export const imported = (...names: ReadonlyArray<string | false>): string =>
  names
    .filter((name) => name !== false)
    .toSorted((a, b) => a.replace("type ", "").localeCompare(b.replace("type ", "")))
    .join(", ")

/** With a capital letter. */
export const capitalised = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1)
