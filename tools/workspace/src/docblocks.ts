/**
 * Checks the docblock of every public export: `@since`, `@category`, and an example.
 */
import { relative, join } from "node:path"
import { type Exported, exportsOf, parse, type Parsed } from "./exports.ts"
import type { Project } from "./projects.ts"

/** The categories that a docblock may name. */
export const categories: ReadonlySet<string> = new Set([
  "accessors",
  "combinators",
  "conformance",
  "constructors",
  "emulators",
  "errors",
  "layers",
  "metrics",
  "models",
  "policies",
  "predicates",
  "references",
  "running",
  "schemas",
  "testing"
])

/** The sources of a project's entry points. */
const entriesOf = ({ manifest }: Project): ReadonlyArray<string> =>
  Object.values(manifest.exports ?? {}).flatMap((target) => {
    const source: unknown =
      typeof target === "object" && target !== null ? Reflect.get(target, "@scanjobs/source") : undefined
    return typeof source === "string" ? [source] : []
  })

/** What is wrong with the docblocks of a project's public exports, one line each. */
export const findDocblockProblems = (root: string, project: Project): ReadonlyArray<string> => {
  const problems = entriesOf(project).flatMap((entry) => {
    const { exports, namespaces } = exportsOf(join(root, project.dir, entry))
    return [
      problemsOf(root, undefined, join(root, project.dir, entry), exports),
      ...Array.from(namespaces, ([name, file]) => problemsOf(root, name, file, exportsOf(file).exports))
    ].flat()
  })
  return [...new Set(problems)].toSorted()
}

const problemsOf = (
  root: string,
  namespace: string | undefined,
  file: string,
  exports: ReadonlyArray<Exported>
): ReadonlyArray<string> => {
  const examples = [file, ...exports.map(({ parsed }) => parsed.file)]
    .flatMap((one) => parse(one).comments)
    .flatMap(({ value }) => [...value.matchAll(/```ts\b[\s\S]*?```/g)].map(([example]) => example))
    .join("\n")
  return exports.flatMap((exported) => {
    const { name, parsed, statement } = exported
    const line = parsed.code.slice(0, statement.start).split("\n").length
    const used = namespace === undefined ? name : `${namespace}.${name}`
    return problemsOfOne(exported, used, examples).map(
      (problem) => `${relative(root, parsed.file)}:${line}: ${used} ${problem}`
    )
  })
}

/**
 * A function, class or other value occurs, as programs write it, in an example: its own, its module's, or another export's. For
 * a type it is enough that its module has an example.
 */
const problemsOfOne = ({ parsed, statement }: Exported, used: string, examples: string): ReadonlyArray<string> => {
  const docblock = docblockOf(parsed, statement.start)
  if (docblock === undefined) return ["has no docblock"]
  const category = /^@category (.+)$/m.exec(docblock)?.[1]
  const isShown = isType(statement) ? examples !== "" : new RegExp(`\\b${used.replace(".", "\\.")}\\b`).test(examples)
  return [
    ...(/^@since \d+\.\d+\.\d+$/m.test(docblock) ? [] : ["has no @since with a version"]),
    ...(category === undefined ? ["has no @category"] : []),
    ...(category === undefined || categories.has(category)
      ? []
      : [`has the category ${category}, which is none of ${[...categories].join(", ")}`]),
    ...(isShown ? [] : [isType(statement) ? "is in a module without an example" : "occurs in no example of its module"])
  ]
}

const isType = (statement: Exported["statement"]): boolean => {
  const declaration = statement.type === "ExportNamedDeclaration" ? statement.declaration : statement
  return declaration?.type === "TSInterfaceDeclaration" || declaration?.type === "TSTypeAliasDeclaration"
}

/** The text of the docblock before a statement, without its stars. */
const docblockOf = ({ code, comments }: Parsed, start: number): string | undefined => {
  const before = comments.findLast(({ end }) => end <= start && code.slice(end, start).trim() === "")
  return before?.value.startsWith("*") === true ? before.value.replaceAll(/^[ \t]*\*[ ]?/gm, "").trim() : undefined
}
