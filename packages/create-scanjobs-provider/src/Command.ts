/**
 * The command `create-scanjobs-provider`: reads its arguments, asks for missing choices, and writes the package.
 *
 * **Example** (the command, without questions)
 *
 * ```ts
 * import { Command } from "create-scanjobs-provider"
 *
 * export const exitCode = Command.run(["acme", "--paging", "cursor"], {
 *   cwd: process.cwd(),
 *   ask: undefined,
 *   out: console.log,
 *   error: console.error
 * })
 * ```
 */
import { lstatSync, mkdirSync, writeFileSync } from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
import { parseArgs } from "node:util"
import * as Name from "./Name.ts"
import { type ChoiceName, choiceNames, choices, type Given, isOpen, parse } from "./Options.ts"
import * as StandAlone from "./StandAlone.ts"

/**
 * What the command uses of its environment, so that tests can replace it.
 *
 * @since 0.1.0
 * @category models
 */
export interface World {
  readonly cwd: string
  /** Asks the user a question; `undefined` without a terminal. */
  readonly ask: ((question: string) => Promise<string>) | undefined
  readonly out: (line: string) => void
  readonly error: (line: string) => void
}

/**
 * Runs the command and returns its exit code: 0 if the package was written, 2 if nothing was.
 *
 * @since 0.1.0
 * @category running
 */
export const run = async (args: ReadonlyArray<string>, world: World): Promise<number> => {
  const read = argumentsOf(args)
  if (typeof read === "string") return refuse(read, world)
  if (read.help) {
    world.out(help)
    return 0
  }
  const asked = read.yes ? undefined : world.ask
  const id = read.name ?? (await asked?.("What is the vendor's name, in lower case? ")) ?? ""
  const name = Name.parse(id.trim())
  if (typeof name === "string")
    return refuse(id === "" ? "give the vendor's name, for example: npm create scanjobs-provider acme" : name, world)
  const packageName = read.package ?? `scanjobs-${name.id}`
  if (!isPackageName(packageName)) return refuse(`${JSON.stringify(packageName)} is not a valid package name`, world)
  const folder = resolve(world.cwd, read.folder ?? basename(packageName))
  if (isTaken(folder)) return refuse(`${folder} already exists`, world)
  const chosen = parse(asked === undefined ? read.given : await askFor(read.given, asked))
  if (typeof chosen === "string") return refuse(chosen, world)

  const problem = write(folder, StandAlone.filesOf({ ...chosen, name, packageName }))
  if (problem !== undefined) {
    world.error(`${problem}\nThe package is not complete. Remove ${folder} where it exists, and try again.`)
    return 2
  }
  world.out(`${packageName} is in ${folder}. Next:\n\n  cd ${folder}\n  npm install\n  npm test\n`)
  world.out("Then replace the placeholders in src with the vendor's facts. README.md explains each file.")
  return 0
}

/** Whether there is anything of this name, be it a link that leads nowhere. */
const isTaken = (path: string): boolean => {
  try {
    lstatSync(path)
    return true
  } catch {
    // What else may be wrong with the path shows when it is written.
    return false
  }
}

/** Writes the files, none of which may exist, or says which cannot be written. */
const write = (folder: string, files: { readonly [path: string]: string }): string | undefined => {
  for (const [path, content] of Object.entries(files)) {
    const file = join(folder, path)
    try {
      mkdirSync(dirname(file), { recursive: true })
      writeFileSync(file, content, { flag: "wx" })
    } catch (error) {
      return `${file} cannot be written (${error instanceof Error ? error.message : String(error)})`
    }
  }
  return undefined
}

const refuse = (problem: string, { error }: World): number => {
  error(`${problem}\nNothing was written. See --help.`)
  return 2
}

interface Arguments {
  readonly name: string | undefined
  readonly package: string | undefined
  readonly folder: string | undefined
  readonly given: Given
  readonly yes: boolean
  readonly help: boolean
}

const text = { type: "string" } as const

const argumentsOf = (args: ReadonlyArray<string>): Arguments | string => {
  try {
    const { positionals, values } = parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        paging: text,
        place: text,
        start: text,
        rows: text,
        parts: text,
        format: text,
        auth: text,
        scopes: text,
        schedules: text,
        package: text,
        folder: text,
        yes: { type: "boolean", short: "y" },
        help: { type: "boolean", short: "h" }
      }
    })
    const [name, ...more] = positionals
    if (more.length > 0) return `expected one name, and got ${more.join(" ")} too`
    const { folder, help = false, package: packageName, yes = false, ...given } = values
    return { name, package: packageName, folder, given, yes, help }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

const isPackageName = (name: string): boolean => /^(?:@[a-z0-9][a-z0-9._-]*\/)?[a-z0-9][a-z0-9._-]*$/.test(name)

/** Asks for each choice that is missing and makes a difference, in order. */
const askFor = async (
  given: Given,
  ask: (question: string) => Promise<string>,
  [name, ...others]: ReadonlyArray<ChoiceName> = choiceNames
): Promise<Given> => {
  if (name === undefined) return given
  const isAsked = given[name] === undefined && isOpen(name, given.paging ?? choices.paging.usual)
  return askFor(isAsked ? { ...given, [name]: await askOne(name, ask) } : given, ask, others)
}

/**
 * Asks until the answer is one of the choices: its name, its number in the list, or an empty line for the default. Choices whose
 * names are numbers have no number in the list, because `1` could then mean two of them.
 */
const askOne = async (name: ChoiceName, ask: (question: string) => Promise<string>): Promise<string> => {
  const { question, usual } = choices[name]
  const values = Object.entries<string>(choices[name].values)
  const isNumbered = values.every(([value]) => !/^\d+$/.test(value))
  const list = values.map(
    ([value, meaning], index) => `  ${isNumbered ? `${index + 1}  ` : ""}${value.padEnd(18)}${meaning}`
  )
  const answer = (await ask(`${question}\n${list.join("\n")}\n[${usual}] `)).trim()
  const chosen = answer === "" ? usual : ((isNumbered ? values[Number(answer) - 1]?.[0] : undefined) ?? answer)
  return values.some(([value]) => value === chosen) ? chosen : askOne(name, ask)
}

/** The help text of a choice. */
const explained = (name: ChoiceName): string => {
  const { usual, values } = choices[name]
  const lines = Object.entries<string>(values).map(
    ([value, meaning]) => `  ${value === usual ? "*" : " "} ${value.padEnd(18)}${meaning}`
  )
  return [`--${name}`, ...lines].join("\n")
}

const help = [
  "npm create scanjobs-provider NAME -- [OPTION]…",
  "",
  "Writes a package with a provider of scan jobs for the vendor NAME, such as acme or acme-cloud. Its tests pass from the",
  "start, against an emulator of the vendor; then replace the placeholders with the vendor's facts. On a terminal, the",
  "command asks for options that are missing. Without one, or with --yes, it takes the defaults, which are marked *.",
  "",
  ...choiceNames.map(explained),
  "--package NAME        the package's name, such as @acme/scanjobs-acme (default: scanjobs-NAME)",
  "--folder FOLDER       the folder to write (default: the last part of the package's name)",
  "--yes, -y             do not ask; take the defaults",
  "--help, -h            show this help"
].join("\n")
