/**
 * Changes the source of a provider in one place at a time, and looks which tests notice.
 *
 * Each mutant is put to the provider's conformance suite first, and if it survives that, to the provider's other tests. Nothing is
 * written to the source: the change is made as the file is loaded.
 *
 * Usage: `npm run mutants -- PROVIDER [FILE]… [--most NUMBER]`, such as `npm run mutants -- avepoint AvePoint.ts --most 60`.
 */
import { spawn } from "node:child_process"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { parseArgs } from "node:util"
import { createVitest } from "vitest/node"
import { applied, type Mutation, of } from "./mutations.ts"
import { workspaceRoot } from "./projects.ts"

/** A mutation of a file. */
interface Mutant extends Mutation {
  readonly file: string
  readonly before: string
}

/** What noticed a mutant; `null` if nothing did. */
type Killer = "suite" | "own tests" | null

/** What takes longer than this is noticed by everyone who waits for it. */
const patience = 240_000

/** Files whose changes are no changes of the provider: what the emulator makes, and what only re-exports. */
const isOfProvider = (file: string): boolean => !/^(?:Emulator|Living|Synthetic|index)/.test(file)

const { positionals, values } = parseArgs({ allowPositionals: true, options: { most: { type: "string" } } })
const [provider = "avepoint", ...named] = positionals
const root = join(workspaceRoot, "packages/providers", provider)
const files = (named.length > 0 ? named : readdirSync(join(root, "src")).filter(isOfProvider)).map((file) =>
  join(root, "src", file)
)

/** Every mutant, or as many as are wanted, at even distances. */
const mutantsOf = (most: number): ReadonlyArray<Mutant> => {
  const all = files.flatMap((file) => {
    const source = readFileSync(file, "utf8")
    return of(source).map((mutation): Mutant => {
      const before = source.slice(mutation.start, mutation.end)
      return Object.assign({ file, before }, mutation)
    })
  })
  const step = Math.max(1, all.length / most)
  return all.filter((_, index) => Math.floor(index / step) !== Math.floor((index - 1) / step))
}

/** Whether the conformance suite passes, in a process of its own; without a mutant, of the provider as it is. */
const passesSuite = (mutant: Partial<Mutant>): Promise<boolean> => {
  const { end = 0, file = join(root, "src/index.ts"), start = 0, text = "" } = mutant
  const argument = JSON.stringify({ root, file, start, end, text })
  const args = ["--conditions=@scanjobs/source", join(import.meta.dirname, "mutant.ts"), argument]
  const { promise, resolve } = Promise.withResolvers<boolean>()
  const child = spawn(process.execPath, args, { cwd: workspaceRoot, stdio: "ignore", timeout: patience })
  child.once("close", (code) => resolve(code === 0))
  return promise
}

/** Whether the provider's own tests pass. */
const passesOwn = async (mutant: Mutant | undefined): Promise<boolean> => {
  const vitest = await createVitest(
    {
      root: workspaceRoot,
      config: join(workspaceRoot, "vitest.config.ts"),
      watch: false,
      reporters: [{}],
      bail: 1,
      maxWorkers: 1,
      // The cache does not know of mutants.
      fsModuleCache: false
    },
    {
      plugins: [
        {
          name: "mutant",
          enforce: "pre",
          transform: (code, id) => (mutant !== undefined && id === mutant.file ? applied(code, mutant) : undefined)
        }
      ]
    }
  )
  const all = await vitest.globTestSpecifications([`packages/providers/${provider}/test/`])
  const own = all.filter(
    ({ moduleId }) => moduleId.startsWith(`${root}/test/`) && !moduleId.endsWith("/Conformance.test.ts")
  )
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(own)
  const areGood = unhandledErrors.length === 0 && testModules.length > 0 && testModules.every((module) => module.ok())
  await vitest.close()
  return areGood
}

const killerOf = async (mutant: Mutant): Promise<Killer> => {
  if (!(await passesSuite(mutant))) return "suite"
  return (await passesOwn(mutant)) ? null : "own tests"
}

if (!(await passesSuite({})) || !(await passesOwn(undefined))) {
  throw new Error(`the tests of ${provider} fail without a mutant`)
}

const began = Date.now()
const results: Array<readonly [Mutant, Killer]> = []
for (const mutant of mutantsOf(Number(values.most ?? Number.POSITIVE_INFINITY))) {
  const killer = await killerOf(mutant)
  results.push([mutant, killer])
  const { before, file, kind, line, text } = mutant
  const place = `${file.slice(root.length + 1)}:${line}`
  console.log(
    `${(killer ?? "SURVIVED").padEnd(9)}  ${place}  ${kind}: ${JSON.stringify(before)} -> ${JSON.stringify(text)}`
  )
}

const columns = ["suite", "own tests", null] as const
const row = (name: string, all: typeof results) => {
  const counts = columns.map((wanted) => all.filter(([, killer]) => killer === wanted).length)
  return name.padEnd(12) + [all.length, ...counts].map((count) => String(count).padStart(11)).join("")
}
const head = ["mutants", "suite", "own tests", "survived"].map((name) => name.padStart(11)).join("")
console.log(`\n${"kind".padEnd(12)}${head}`)
for (const [kind, all] of Map.groupBy(results, ([{ kind }]) => kind)) console.log(row(kind, all))
console.log(row("all", results))
console.log(`\n${Math.round((Date.now() - began) / 1000)} s`)
process.exit(0)
