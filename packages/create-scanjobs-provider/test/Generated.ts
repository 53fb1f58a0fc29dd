/** Providers that are generated into a folder of the workspace, where they find its packages. */
import { Name, Options, sourcesOf, testsOf } from "create-scanjobs-provider"
import { execFile } from "node:child_process"
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { promisify } from "node:util"

/** The folder of the workspace. */
export const workspace = join(import.meta.dirname, "../../..")

const run = promisify(execFile)

/** Runs a program in a folder, and fails with what it wrote. */
export const runIn = async (cwd: string, command: string, args: ReadonlyArray<string>): Promise<string> => {
  try {
    return (await run(command, [...args], { cwd, timeout: 300_000, maxBuffer: 1e8 })).stdout
  } catch (error) {
    const { stderr, stdout } = error as { readonly stderr?: string; readonly stdout?: string }
    throw new Error(`${command} ${args.join(" ")}\n${stdout ?? ""}${stderr ?? ""}`, { cause: error })
  }
}

/** A tool of the workspace, started by the Node that runs the tests. */
export const runTool = (cwd: string, tool: string, args: ReadonlyArray<string>): Promise<string> =>
  runIn(cwd, process.execPath, [join(workspace, "node_modules", tool), ...args])

/** The options of a provider with a name that is right. */
export const optionsOf = (chosen: Options.Choices, id: string, packageName = `@generated/${id}`): Options.Options => {
  const name = Name.parse(id)
  if (typeof name === "string") throw new Error(name)
  return { ...chosen, name, packageName }
}

/** Writes files into a folder. */
export const write = (folder: string, files: Readonly<Record<string, string>>): void => {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
}

/** A folder in the workspace that Git does not see; `remove` when it has served. */
export const makeFolder = (): { readonly folder: string; readonly remove: () => void } => {
  mkdirSync(join(workspace, ".generated"), { recursive: true })
  const folder = mkdtempSync(join(workspace, ".generated", "tests-"))
  // The linter leaves out what Git ignores, unless it takes the folder for a repository of its own.
  mkdirSync(join(folder, ".git"))
  return { folder, remove: () => rmSync(folder, { recursive: true, force: true }) }
}

/** Writes a provider with each combination of choices; they are called `c0-acme`, `c1-acme`, … */
export const writeAll = (folder: string, all: ReadonlyArray<Options.Choices>): ReadonlyArray<string> => {
  write(folder, { "tsconfig.json": JSON.stringify(tsconfig) })
  return all.map((chosen, index) => {
    const options = optionsOf(chosen, `c${index}-acme`)
    const exports = { ".": "./src/index.ts", "./emulator": "./src/Emulator.ts" }
    write(join(folder, options.name.id), {
      ...sourcesOf(options),
      ...testsOf(options),
      "package.json": JSON.stringify({ name: options.packageName, type: "module", exports })
    })
    return options.name.id
  })
}

/** The workspace's settings of the compiler, for all of them at once. */
const tsconfig = {
  extends: "../../tsconfig.base.json",
  compilerOptions: {
    noEmit: true,
    composite: false,
    incremental: false,
    // Here as in a package of the workspace, what is exported must have types that can be named.
    declaration: true,
    declarationMap: false,
    rewriteRelativeImportExtensions: false,
    allowImportingTsExtensions: true,
    types: ["node", "vitest"]
  },
  include: ["*/src", "*/test"]
}

/** Choices that shape the same pieces of source, so that a fault may be in their combination alone. */
const together: ReadonlyArray<readonly [Options.ChoiceName, Options.ChoiceName]> = [
  ["paging", "place"],
  ["paging", "start"],
  ["paging", "rows"],
  ["paging", "parts"],
  ["paging", "format"],
  ["paging", "scopes"],
  ["rows", "place"],
  ["rows", "parts"],
  ["rows", "format"],
  ["rows", "scopes"],
  ["parts", "place"],
  ["parts", "scopes"],
  ["auth", "place"],
  ["format", "scopes"],
  ["schedules", "format"],
  ["schedules", "scopes"],
  ["schedules", "auth"]
]

/** What is new in a combination: every choice, every pair of choices that belong together, or every three choices. */
export type Novelty = "choices" | "pairs" | "triples"

const factsOf = (one: Options.Choices, novelty: Novelty): ReadonlyArray<string> => {
  const named = (...names: ReadonlyArray<Options.ChoiceName>) => names.map((name) => `${name} ${one[name]}`).join(", ")
  const names = Options.choiceNames
  if (novelty === "choices") return names.map((name) => named(name))
  if (novelty === "pairs") return together.map((pair) => named(...pair))
  return names.flatMap((first, at) =>
    names
      .slice(at + 1)
      .flatMap((second, next) => names.slice(at + next + 2).map((third) => named(first, second, third)))
  )
}

/** Few combinations in which there is everything that can be new: each next one brings the most of it. */
export const sample = (novelty: Novelty): ReadonlyArray<Options.Choices> => {
  const seen = new Set<string>()
  let left = Options.combinations().map((one) => ({ one, facts: factsOf(one, novelty) }))
  const chosen: Array<Options.Choices> = []
  for (;;) {
    // What has nothing new will never have.
    left = left
      .map(({ facts, one }) => ({ one, facts: facts.filter((fact) => !seen.has(fact)) }))
      .filter(({ facts }) => facts.length > 0)
    const [first, ...others] = left
    if (first === undefined) return chosen
    const best = others.reduce((a, b) => (b.facts.length > a.facts.length ? b : a), first)
    chosen.push(best.one)
    for (const fact of best.facts) seen.add(fact)
  }
}

/** Whether more is tried than each time: what CI does. */
export const isWhole = process.env["CONFORMANCE_WHOLE"] === "true"

/** The combinations that are tried: with every choice, in CI with every pair that belongs together, and where asked for with every three. */
export const chosen = sample(process.env["EVERY_COMBINATION"] === "true" ? "triples" : isWhole ? "pairs" : "choices")
