import { parseSync, Visitor } from "rolldown/utils"

/** One place where a file names another module. */
export interface Import {
  readonly line: number
  /** Absent if the name is computed. */
  readonly specifier?: string
}

/** Everything that a source file imports or re-exports, including types and `import()`. */
export const importsOf = (file: string, code: string): ReadonlyArray<Import> => {
  const { errors, program } = parseSync(file, code)
  const [error] = errors
  if (error !== undefined) throw new Error(`${file}: ${error.message}`)
  const found: Array<Import> = []
  const add = (start: number, specifier?: string) => {
    const line = code.slice(0, start).split("\n").length
    found.push(specifier === undefined ? { line } : { line, specifier })
  }
  new Visitor({
    ImportDeclaration: ({ source, start }) => add(start, source.value),
    ExportAllDeclaration: ({ source, start }) => add(start, source.value),
    ExportNamedDeclaration: ({ source, start }) => {
      if (source !== null) add(start, source.value)
    },
    TSImportType: ({ source, start }) => add(start, source.value),
    ImportExpression: ({ source, start }) =>
      add(start, source.type === "Literal" && typeof source.value === "string" ? source.value : undefined)
  }).visit(program)
  return found
}

/** The package that a bare specifier belongs to: `@a/b` of `@a/b/c`. */
export const packageOf = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/")
