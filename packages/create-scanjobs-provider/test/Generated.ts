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

/**
 * Few combinations in which every choice occurs, or every pair of choices where `together` is 2: each next one brings the most that is
 * new.
 */
export const sample = (all: ReadonlyArray<Options.Choices>, together: 1 | 2 = 1): ReadonlyArray<Options.Choices> => {
  const seen = new Set<string>()
  const factsOf = (one: Options.Choices): ReadonlyArray<string> => {
    const choices = Options.choiceNames.map((name) => `${name} ${one[name]}`)
    return together === 1
      ? choices
      : choices.flatMap((first, index) => choices.slice(index + 1).map((second) => `${first}, ${second}`))
  }
  const facts = all.map((one) => ({ one, facts: factsOf(one) }))
  const newIn = ({ facts: own }: { readonly facts: ReadonlyArray<string> }) =>
    own.filter((fact) => !seen.has(fact)).length
  const chosen: Array<Options.Choices> = []
  for (;;) {
    const best = facts.reduce((a, b) => (newIn(b) > newIn(a) ? b : a))
    if (newIn(best) === 0) return chosen
    chosen.push(best.one)
    for (const fact of best.facts) seen.add(fact)
  }
}

/** Whether more is tried than each time: what CI does. */
export const isWhole = process.env["CONFORMANCE_WHOLE"] === "true"

/** The combinations that are tried: some in which every choice occurs, in CI every pair of them, and all where that is asked for. */
export const chosen =
  process.env["EVERY_COMBINATION"] === "true" ? Options.combinations() : sample(Options.combinations(), isWhole ? 2 : 1)
