/**
 * What it costs to load the library in a new process.
 */
import { spawnSync } from "node:child_process"
import { join } from "node:path"
import * as Bench from "../Bench.ts"
import type { Result } from "../Result.ts"
import * as Runner from "../Runner.ts"

const root = join(import.meta.dirname, "../../../..")

/** The modules that each program imports, one after the other. */
const programs = {
  node: [],
  effect: ["effect"],
  barrels: ["effect", "effect/http", "effect/http-api"],
  ours: ["effect", "@scanjobs/core", "@scanjobs/avepoint"]
} as const

type Program = keyof typeof programs

const titles: Readonly<Record<Program, string>> = {
  node: "`node -e 0`",
  effect: '`import "effect"`',
  barrels: '`import "effect"`, `effect/http` and `effect/http-api`',
  ours: '`import "effect"`, `@scanjobs/core` and `@scanjobs/avepoint`'
}

const names: ReadonlyArray<Program> = ["node", "effect", "barrels", "ours"]

/** A program that imports the modules. */
const codeOf = (program: Program): string => programs[program].map((name) => `await import("${name}")`).join("\n")

/** The packages as the compiler builds them, which is how they are published. */
const build = (): void => {
  const config = join(root, "packages/providers/avepoint/tsconfig.lib.json")
  const tsc = join(root, "node_modules/typescript/bin/tsc")
  const { status } = spawnSync(process.execPath, [tsc, "-b", config], { stdio: ["ignore", "ignore", "inherit"] })
  if (status !== 0) throw new Error("the packages could not be built")
}

/** `import` of the core and one provider, beside an import of Effect alone. */
export const coldImport = async (bench: Bench.Bench): Promise<Result> => {
  build()
  const many = { ...bench, sizes: { ...bench.sizes, rounds: bench.sizes.starts } }
  const runs = await Bench.inTurns(many, names, (name) => Runner.runNode(["--input-type=module", "-e", codeOf(name)]))
  const overEffect = Bench.ratio(runs.ours, runs.effect, ({ cpu }) => cpu)
  return {
    tables: [
      {
        title: "Cold import",
        explanation: `In a new process, as the packages are published, without a bundler; ${bench.sizes.starts} times, in turns.`,
        columns: [
          { title: 'CPU / `import "effect"`', digits: 2, spread: true },
          { title: "CPU ms", digits: 0, spread: true },
          { title: "ms", digits: 0 }
        ],
        rows: names.map((name) => ({
          title: titles[name],
          cells: [
            Bench.ratio(runs[name], runs.effect, ({ cpu }) => cpu),
            Bench.of(runs[name], ({ cpu }) => cpu),
            Bench.of(runs[name], ({ wall }) => wall)
          ]
        }))
      }
    ],
    verdicts: [
      {
        what: 'cold import of the core and a provider, over `import "effect"`',
        value: overEffect,
        digits: 2,
        unit: "",
        limit: 2,
        sense: "at most"
      }
    ]
  }
}
