/**
 * Type-checks the examples in Markdown files and docblocks against the packages' sources, in one run of the compiler, runs
 * those marked `run`, and checks the docblocks of all public exports.
 */
import { execFile } from "node:child_process"
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { availableParallelism } from "node:os"
import { dirname, join, resolve } from "node:path"
import { readExamples, writeExamples } from "./examples.ts"
import { findDocblockProblems } from "./docblocks.ts"
import { readProjects, workspaceRoot } from "./projects.ts"

const folder = ".docs-check"
const tsc = join(dirname(createRequire(import.meta.url).resolve("typescript/package.json")), "bin/tsc")

const tsconfig = {
  extends: "../tsconfig.base.json",
  compilerOptions: {
    noEmit: true,
    composite: false,
    incremental: false,
    declaration: false,
    declarationMap: false,
    noUnusedLocals: false,
    noUnusedParameters: false,
    types: ["node"]
  },
  include: ["**/*.ts"]
}

/** Runs examples one after the other in one process, because most of their time would go into loading Effect. */
const runner = `
for (const place of process.argv.slice(2)) {
  try {
    await import("./" + place)
  } catch (error) {
    console.error(error)
    process.exitCode = 1
  }
}
`

/** The result of the check. */
export interface DocsReport {
  readonly checked: number
  readonly ran: number
  /** The output of the compiler and of failed examples, with the names and lines of the original files. */
  readonly problems: ReadonlyArray<string>
}

/** Checks every example below a workspace's root. */
export const checkDocs = async (root: string): Promise<DocsReport> => {
  const examples = readExamples(root)
  // Inside the workspace, so that its packages resolve as in any project.
  const out = join(root, folder)
  rmSync(out, { recursive: true, force: true })
  mkdirSync(out)
  try {
    const places = writeExamples(out, examples)
    const toRun = places.filter((_, index) => examples[index]?.run)
    writeFileSync(join(out, "tsconfig.json"), JSON.stringify(tsconfig))
    writeFileSync(join(out, "run.mjs"), runner)
    const jobs = [
      ...(examples.length > 0 ? [[tsc, "-p", folder, "--pretty", "false"]] : []),
      ...(toRun.length > 0 ? [["--conditions=@scanjobs/source", join(folder, "run.mjs"), ...toRun]] : [])
    ]
    const outputs = await runAll(root, jobs)
    const problems = outputs
      .filter((output) => output !== undefined)
      .map((output) => withOrigins(new Map(examples.map(({ file }, index) => [places[index] ?? "", file])), output))
    return { checked: examples.length, ran: toRun.length, problems }
  } finally {
    rmSync(out, { recursive: true, force: true })
  }
}

/** Replaces the names of generated files with those of the examples' original files. */
const withOrigins = (origins: ReadonlyMap<string, string>, output: string): string =>
  output.replaceAll(
    /([^\s("'`]*?)((?:example-\d+|[\w-]+-md\/[\w./-]+)\.ts)(?:\((\d+),(\d+)\))?/g,
    (named, _, place: string, line?: string, column?: string) => {
      const origin = origins.get(place)
      return origin === undefined ? named : [origin, line, column].filter((part) => part !== undefined).join(":")
    }
  )

/** Runs Node with each list of arguments, one for each processor at a time. Returns the output of those that failed. */
const runAll = async (
  cwd: string,
  jobs: ReadonlyArray<ReadonlyArray<string>>
): Promise<ReadonlyArray<string | undefined>> => {
  const outputs: Array<string | undefined> = []
  const queue = jobs.entries()
  const work = async () => {
    for (const [index, args] of queue) outputs[index] = await runNode(cwd, args)
  }
  await Promise.all(Array.from({ length: availableParallelism() }, work))
  return outputs
}

const runNode = (cwd: string, args: ReadonlyArray<string>): Promise<string | undefined> =>
  new Promise((done) => {
    execFile(process.execPath, args, { cwd, timeout: 600_000 }, (error, stdout, stderr) => {
      const output = `${stdout}${stderr}`.trim()
      if (error === null) done(undefined)
      else if (error.killed === true) done(`${output}\n${args.at(-1)} did not end within ten minutes`.trim())
      else done(output === "" ? error.message : output)
    })
  })

/** What is wrong with the docblocks of public packages. */
const docblockProblemsIn = (root: string): ReadonlyArray<string> =>
  readProjects(root).flatMap((project) =>
    project.manifest.private === true ? [] : findDocblockProblems(root, project)
  )

if (process.argv[1] === import.meta.filename) {
  const root = resolve(process.argv[2] ?? workspaceRoot)
  const { checked, problems: wrongExamples, ran } = await checkDocs(root)
  const problems = [...wrongExamples, ...docblockProblemsIn(root)]
  for (const problem of problems) console.error(problem)
  console.log(`${checked} examples type-checked, ${ran} run`)
  if (problems.length > 0) process.exitCode = 1
}
