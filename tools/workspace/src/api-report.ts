/**
 * Writes the public API of each public package, one file a module, from the declarations that the compiler emits. A change of
 * API is then a change of a file that a reviewer sees. With `--check`, fails where a file differs from the API.
 */
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { Visitor } from "rolldown/utils"
import { type Exported, exportsOf, namesOf, parse, type Parsed } from "./exports.ts"
import { type Project, readProjects, workspaceRoot } from "./projects.ts"

/** A report: its file's name without the ending, how a program imports the module, and the module's declarations. */
export interface Report {
  readonly name: string
  readonly text: string
}

/** The reports of an entry point: one for each namespace that it exports, and one for its other exports. */
export const reportsOf = (packageName: string, entry: string, types: string): ReadonlyArray<Report> => {
  const specifier = packageName + entry.slice(1)
  const prefix = entry === "." ? "" : `${entry.slice(2).replaceAll("/", "-")}.`
  const { exports, namespaces } = exportsOf(types)
  const reports = Array.from(namespaces, ([name, file]) => ({
    name: `${prefix}${name}`,
    text: reportOf(`import { ${name} } from "${specifier}"`, exportsOf(file).exports)
  }))
  if (exports.length === 0) return reports
  // Not named after the entry point alone: on file systems that ignore case, `conformance` is the namespace `Conformance`.
  const own = `${prefix}index`
  const names = [...new Set(exports.map(({ name }) => name))].toSorted()
  return [{ name: own, text: reportOf(`import { ${names.join(", ")} } from "${specifier}"`, exports) }, ...reports]
}

const reportOf = (importLine: string, exports: ReadonlyArray<Exported>): string => {
  const blocks = new Map<Parsed, Set<Exported["statement"]>>()
  for (const { parsed, statement } of exports) {
    const block = blocks.get(parsed) ?? new Set()
    blocks.set(parsed, block.add(statement))
  }
  const parts = Array.from(blocks, ([parsed, statements]) => {
    const used = withLocals(parsed, statements)
    const texts = parsed.body.filter((one) => used.has(one)).map((one) => printed(parsed, one))
    const names = identifiersIn(texts.join("\n"))
    const imports = parsed.body.flatMap((one) => (one.type === "ImportDeclaration" ? importedBy(one, names) : []))
    return [...(imports.length === 0 ? [] : [imports.join("\n")]), ...texts]
  })
  return `\`\`\`ts\n${[importLine, ...parts.flat()].join("\n\n")}\n\`\`\`\n`
}

type ImportDeclaration = Extract<Parsed["body"][number], { readonly type: "ImportDeclaration" }>

/** The import with only those of its names that the printed declarations use. */
const importedBy = ({ source, specifiers }: ImportDeclaration, used: ReadonlySet<string>): ReadonlyArray<string> => {
  const names = specifiers
    .filter(({ local }) => used.has(local.name))
    .map(({ local, type, ...rest }) => {
      if (type === "ImportNamespaceSpecifier") return `* as ${local.name}`
      const imported = "imported" in rest && rest.imported.type === "Identifier" ? rest.imported.name : local.name
      return `{ ${imported === local.name ? local.name : `${imported} as ${local.name}`} }`
    })
  if (names.length === 0) return []
  return [`import ${names.join(", ").replaceAll(" }, { ", ", ")} from "${source.value.replace(/\.ts$/, ".js")}"`]
}

/** Statements, and the local declarations that they refer to. */
const withLocals = (parsed: Parsed, statements: ReadonlySet<Exported["statement"]>): ReadonlySet<object> => {
  const used = new Set<object>()
  const queue: Array<Exported["statement"]> = [...statements]
  for (let statement = queue.pop(); statement !== undefined; statement = queue.pop()) {
    if (used.has(statement)) continue
    used.add(statement)
    const names = identifiersIn(printed(parsed, statement))
    for (const other of parsed.body) {
      if (other.type === "ExportNamedDeclaration" || !namesOf(other).some((name) => names.has(name))) continue
      if (!isUnordered(printed(parsed, other))) queue.push(other)
    }
  }
  return used
}

/** The endpoints of an `HttpApi` are a union, whose order the compiler chooses anew in each build. */
const isUnordered = (text: string): boolean => /^declare const \w+_base: HttpApi\.HttpApi</.test(text)

const identifiersIn = (text: string): ReadonlySet<string> => new Set(text.match(/[\w$]+/g))

/** A statement without comments and without members that are not for users: `#private` and those that begin with `~`. */
const printed = ({ code, comments, file }: Parsed, { end, start }: Exported["statement"]): string => {
  const hidden = [...comments, ...privateMembersOf(file)]
    .filter((range) => range.start >= start && range.end <= end)
    .toSorted((a, b) => a.start - b.start)
  let text = ""
  let at = start
  for (const range of hidden) {
    if (range.start >= at) text += code.slice(at, range.start)
    at = Math.max(at, range.end)
  }
  text += code.slice(at, end)
  return text
    .replaceAll(/^[ \t]*;?[ \t]*\n/gm, "")
    .replaceAll(/[ \t]+$/gm, "")
    .replace(/^export declare /, "export ")
}

interface Range {
  readonly start: number
  readonly end: number
}

const privateMembers = new Map<string, ReadonlyArray<Range>>()

const privateMembersOf = (file: string): ReadonlyArray<Range> => {
  const known = privateMembers.get(file)
  if (known !== undefined) return known
  const found: Array<Range> = []
  const add = (key: { readonly type: string; readonly value?: unknown }, range: Range) => {
    const isTilde = key.type === "Literal" && String(key.value).startsWith("~")
    if (isTilde || key.type === "PrivateIdentifier") found.push({ start: range.start, end: range.end })
  }
  const { body, code } = parse(file)
  new Visitor({
    TSPropertySignature: (node) => add(node.key, node),
    TSMethodSignature: (node) => add(node.key, node),
    PropertyDefinition: (node) => add(node.key, node)
  }).visit({ type: "Program", body: [...body], sourceType: "module", hashbang: null, start: 0, end: code.length })
  privateMembers.set(file, found)
  return found
}

/** The declarations of a project's entry points, by the names under which programs import them. */
const entriesOf = ({ manifest }: Project): ReadonlyArray<readonly [entry: string, types: string]> =>
  Object.entries(manifest.exports ?? {}).flatMap(([entry, target]) => {
    const types = typeof target === "object" && target !== null && "types" in target ? target.types : undefined
    return typeof types === "string" ? [[entry, types] as const] : []
  })

const run = (isCheck: boolean): void => {
  const reports = new Map<string, string>()
  for (const project of readProjects(workspaceRoot)) {
    if (project.manifest.private === true) continue
    for (const [entry, types] of entriesOf(project)) {
      const file = join(workspaceRoot, project.dir, types)
      for (const { name, text } of reportsOf(project.manifest.name, entry, file)) {
        reports.set(`${project.dir}/api/${name}.api.md`, text)
      }
    }
  }
  const problems: Array<string> = []
  for (const [path, text] of reports) {
    const file = join(workspaceRoot, path)
    if (existsSync(file) && readFileSync(file, "utf8") === text) continue
    if (isCheck) problems.push(`${path} differs from the API: run \`npm run api\` and commit the file`)
    else {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, text)
    }
  }
  for (const file of globSync("packages/{*,providers/*}/api/*.api.md", { cwd: workspaceRoot })) {
    if (reports.has(file.replaceAll("\\", "/"))) continue
    if (isCheck) problems.push(`${file} belongs to no module: run \`npm run api\``)
    else rmSync(join(workspaceRoot, file))
  }
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exitCode = 1
  console.log(`${reports.size} API reports ${isCheck ? "checked" : "written"}`)
}

if (process.argv[1] === import.meta.filename) run(process.argv.includes("--check"))
