import { globSync, mkdirSync, readFileSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { parseSync } from "rolldown/utils"

/** One fenced `ts` block. */
export interface Example {
  /** Its file, relative to the workspace's root. */
  readonly file: string
  /** The block after as many empty lines as precede it, so that the compiler reports the lines of the original file. */
  readonly code: string
  /** Whether it is marked `run`. */
  readonly run: boolean
  /** The name in the mark `file=…`, by which other blocks of the document import it. */
  readonly as: string | undefined
}

/** The name of an example's generated file: its own name in a folder of its document, or its number. */
export const placeOf = ({ as, file }: Example, index: number): string =>
  as === undefined ? `example-${index}.ts` : `${file.replaceAll(/[^\w-]/g, "-")}/${as}`

/** Writes examples to a folder, and returns the names of the files. */
export const writeExamples = (folder: string, examples: ReadonlyArray<Example>): ReadonlyArray<string> =>
  examples.map((example, index) => {
    const place = placeOf(example, index)
    mkdirSync(dirname(join(folder, place)), { recursive: true })
    writeFileSync(join(folder, place), example.code)
    return place
  })

const documents = ["*.md", "docs/**/*.md", "{packages,apps,tools}/**/README.md"]
const sources = ["packages/*/src/**/*.ts", "packages/providers/*/src/**/*.ts"]
const exclude = ["**/node_modules/**", "**/dist/**", "**/{files,fixtures}/**"]

/** Every example below a workspace's root that is not marked `no-check`. */
export const readExamples = (root: string): ReadonlyArray<Example> => {
  const read = (patterns: ReadonlyArray<string>, textOf: (file: string, content: string) => string) =>
    globSync([...patterns], { cwd: root, exclude })
      .map((file) => file.replaceAll("\\", "/"))
      .toSorted()
      .flatMap((file) => examplesIn(file, textOf(file, readFileSync(join(root, file), "utf8"))))
  return [...read(documents, (_, content) => content), ...read(sources, docblocksOf)]
}

const fence = /^([ \t]*)(`{3,})(?:ts|typescript)\b([^\n]*)\n([\s\S]*?)^\1\2[ \t]*$/gm

const examplesIn = (file: string, text: string): ReadonlyArray<Example> =>
  [...text.matchAll(fence)].flatMap(({ 3: info = "", 4: code = "", index }) => {
    const marks = info.trim().split(/\s+/)
    const line = text.slice(0, index).split("\n").length
    const as = marks.find((mark) => mark.startsWith("file="))?.slice("file=".length)
    const example = { file, code: "\n".repeat(line) + code, run: marks.includes("run"), as }
    return marks.includes("no-check") ? [] : [example]
  })

const blank = (text: string): string => text.replaceAll(/[^\n]/g, " ")

/** A source file with everything but its docblocks replaced by blanks, so that lines and columns stay. */
const docblocksOf = (file: string, content: string): string => {
  if (!content.includes("```ts")) return ""
  let text = ""
  for (const { end, start, type, value } of parseSync(file, content).comments) {
    if (type !== "Block" || !value.startsWith("*")) continue
    text += blank(content.slice(text.length, start))
    text += content.slice(start, end).replaceAll(/^[ \t]*\*(?:[ ]|$)|\*\/$/gm, blank)
  }
  return text
}
