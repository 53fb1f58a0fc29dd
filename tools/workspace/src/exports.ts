/**
 * Finds what a module exports, through its re-exports, in sources and in emitted declarations alike.
 */
import { readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { parseSync, type ParseResult } from "rolldown/utils"

type Statement = ParseResult["program"]["body"][number]
type Declaration = Extract<Statement, { readonly type: "ExportNamedDeclaration" }>["declaration"]

/** A parsed file. */
export interface Parsed {
  readonly file: string
  readonly code: string
  readonly body: ReadonlyArray<Statement>
  readonly comments: ReadonlyArray<{ readonly start: number; readonly end: number; readonly value: string }>
}

/** One exported name and the top-level statement that declares it. A name has several where it is a type and a value. */
export interface Exported {
  readonly name: string
  readonly statement: Statement
  readonly parsed: Parsed
}

/** A module's own exports, and the namespaces that it exports with `export * as`. */
export interface ModuleExports {
  readonly exports: ReadonlyArray<Exported>
  readonly namespaces: ReadonlyMap<string, string>
}

const parsedFiles = new Map<string, Parsed>()

/** Parses a file; each file once, because nothing changes files during a check. */
export const parse = (file: string): Parsed => {
  const known = parsedFiles.get(file)
  if (known !== undefined) return known
  const code = readFileSync(file, "utf8")
  const { comments, errors, program } = parseSync(file, code)
  const [error] = errors
  if (error !== undefined) throw new Error(`${file}: ${error.message}`)
  const parsed = { file, code, body: program.body, comments }
  parsedFiles.set(file, parsed)
  return parsed
}

/** The names that a declaration declares. */
export const namesOf = (declaration: Declaration | Statement): ReadonlyArray<string> => {
  switch (declaration?.type) {
    case "VariableDeclaration":
      return declaration.declarations.flatMap(({ id }) => (id.type === "Identifier" ? [id.name] : []))
    case "FunctionDeclaration":
    case "TSDeclareFunction":
    case "ClassDeclaration":
    case "TSInterfaceDeclaration":
    case "TSTypeAliasDeclaration":
    case "TSEnumDeclaration":
      return declaration.id === null ? [] : [declaration.id.name]
    case "TSModuleDeclaration":
      return declaration.id.type === "Identifier" ? [declaration.id.name] : []
    default:
      return []
  }
}

/** The file that a relative specifier names: a source by its own name, a declaration beside its JavaScript. */
export const targetOf = (from: string, specifier: string): string => {
  const target = join(dirname(from), specifier)
  return from.endsWith(".d.ts") ? target.replace(/\.[jt]s$/, ".d.ts") : target
}

/** Everything that a module exports. */
export const exportsOf = (file: string): ModuleExports => {
  const parsed = parse(file)
  const exports: Array<Exported> = []
  const namespaces = new Map<string, string>()
  const locals = new Map<string, string>()
  for (const statement of parsed.body) {
    if (statement.type === "ExportAllDeclaration") {
      const target = targetOf(file, statement.source.value)
      const name = statement.exported?.type === "Identifier" ? statement.exported.name : undefined
      if (name !== undefined) namespaces.set(name, target)
      else {
        const all = exportsOf(target)
        exports.push(...all.exports)
        for (const [key, value] of all.namespaces) namespaces.set(key, value)
      }
    }
    if (statement.type !== "ExportNamedDeclaration") continue
    for (const name of namesOf(statement.declaration)) exports.push({ name, statement, parsed })
    for (const { exported, local } of statement.specifiers) {
      if (local.type !== "Identifier" || exported.type !== "Identifier") continue
      if (statement.source === null) locals.set(local.name, exported.name)
      else exports.push(...pick(targetOf(file, statement.source.value), local.name, exported.name))
    }
  }
  for (const statement of parsed.body) {
    for (const local of namesOf(statement)) {
      const name = locals.get(local)
      if (name !== undefined) exports.push({ name, statement, parsed })
    }
  }
  return { exports, namespaces }
}

const pick = (file: string, local: string, name: string): ReadonlyArray<Exported> =>
  exportsOf(file).exports.flatMap((found) => (found.name === local ? [{ ...found, name }] : []))
