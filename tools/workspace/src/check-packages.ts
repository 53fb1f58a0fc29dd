/**
 * Packs every public package, checks the tarballs, installs them in an empty folder beside `effect`, and type-checks and runs
 * programs there as a user would, on each supported Node, on Bun and on Deno.
 */
import { execFile } from "node:child_process"
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, dirname, join } from "node:path"
import { promisify } from "node:util"
import { type Project, readJson, readProjects, workspaceRoot } from "./projects.ts"

const run = promisify(execFile)

/** Runs a command in a folder; fails with the command's output. `path` goes before the others in PATH. */
const runIn = async (cwd: string, command: string, args: ReadonlyArray<string>, path?: string): Promise<string> => {
  try {
    const env = { ...process.env, PATH: [...(path === undefined ? [] : [path]), process.env["PATH"]].join(delimiter) }
    return (await run(command, [...args], { cwd, env, timeout: 120_000, maxBuffer: 1e8 })).stdout
  } catch (error) {
    const { stderr, stdout } = error as { readonly stderr?: string; readonly stdout?: string }
    throw new Error(`${command} ${args.join(" ")}\n${stdout ?? ""}${stderr ?? ""}`, { cause: error })
  }
}

const tool = (name: string): string => join(workspaceRoot, "node_modules/.bin", name)

/** A package in the workspace's own version, as an argument of `npm install`. */
const pinned = (name: string): string => {
  const { version } = readJson(join(workspaceRoot, "node_modules", name, "package.json")) as {
    readonly version: string
  }
  return `${name}@${version}`
}

/** Packs a package, and checks which files its tarball has. */
const pack = async ({ dir, manifest }: Project, target: string): Promise<string> => {
  const printed = await runIn(join(workspaceRoot, dir), "npm", ["pack", "--json", "--pack-destination", target])
  const [packed] = JSON.parse(printed.slice(printed.indexOf("[\n"))) as [Packed]
  const paths = new Set(packed.files.map(({ path }) => path))
  const stale = [...paths].filter((path) => {
    const source = /^dist\/(?!bundle\/|page\/)(.*?)(?:\.d)?\.[jt]s(?:\.map)?$/.exec(path)?.[1]
    return source !== undefined && !existsSync(join(workspaceRoot, dir, "src", `${source}.ts`))
  })
  const problems = [
    ...["LICENSE", "README.md", "package.json"].filter((path) => !paths.has(path)).map((path) => `has no ${path}`),
    ...[...paths].filter((path) => /(?:^|\/)test\/|tsbuildinfo/.test(path)).map((path) => `should not have ${path}`),
    ...stale.map((path) => `has ${path}, whose source is gone: delete ${dir}/dist`)
  ]
  if (problems.length > 0) throw new Error(`${manifest.name} ${problems.join("; ")}`)
  const tarball = join(target, packed.filename)
  await runIn(target, tool("publint"), ["run", tarball, "--strict"])
  await runIn(target, tool("attw"), [tarball, "--profile", "esm-only", "--format", "ascii"])
  return tarball
}

interface Packed {
  readonly filename: string
  readonly files: ReadonlyArray<{ readonly path: string }>
}

/** A module that imports each entry point of each package. */
const everyEntry = (projects: ReadonlyArray<Project>): string => {
  const names = projects.flatMap(({ manifest }) =>
    Object.keys(manifest.exports ?? {})
      .filter((entry) => !entry.endsWith(".json"))
      .map((entry) => manifest.name + entry.slice(1))
  )
  const lines = names.map((name, index) => `import * as entry${index} from "${name}"\n`)
  return `${lines.join("")}console.log(${names.map((_, index) => `Object.keys(entry${index}).length`).join(", ")})\n`
}

/** A program that runs JavaScript files. */
interface Runtime {
  readonly name: string
  /** The command and its arguments before the file. */
  readonly command: readonly [string, ...ReadonlyArray<string>]
  /** The folder with its `node`, for the command `scanjobs`; only Node has one. */
  readonly bin?: string
}

/** This Node, the oldest one that is supported, Bun and Deno, as far as npm has them for this platform. */
const runtimes = async (scratch: string): Promise<ReadonlyArray<Runtime>> => {
  const nodeIn = async (bin: string): Promise<Runtime> => {
    const node = join(bin, "node")
    return { name: `Node ${(await runIn(bin, node, ["--version"])).trim()}`, command: [node], bin }
  }
  const own = await nodeIn(dirname(process.execPath))
  if (process.platform !== "linux" || !["arm64", "x64"].includes(process.arch)) {
    console.log("only on this Node: the other runtimes are installed on Linux")
    return [own]
  }
  const oldest = `node-linux-${process.arch}`
  mkdirSync(scratch)
  writeFileSync(join(scratch, "package.json"), "{}")
  await runIn(scratch, "npm", ["install", ...quiet, `${oldest}@22.23.3`, "bun@1.4.5", "deno@2.9.6"])
  const installed = (name: string) => join(scratch, "node_modules/.bin", name)
  const [bun, deno] = [installed("bun"), installed("deno")]
  return [
    await nodeIn(join(scratch, "node_modules", oldest, "bin")),
    own,
    { name: `Bun ${(await runIn(scratch, bun, ["--version"])).trim()}`, command: [bun, "run"] },
    {
      name: (await runIn(scratch, deno, ["--version"])).split(" (")[0] ?? "Deno",
      command: [deno, "run", "--allow-all", "--node-modules-dir=manual"]
    }
  ]
}

const quiet = ["--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"]

const strict = ["--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess", "--target", "es2024"]

/** The names of the packages below a folder's `node_modules`, a name once for each copy. */
const packagesIn = (folder: string): ReadonlyArray<string> => {
  const { packages } = readJson(join(folder, "node_modules/.package-lock.json")) as { readonly packages: object }
  return Object.keys(packages).map((path) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length))
}

/**
 * Installs `effect`, then the core and one provider: the second installation may bring nothing else. A program that imports
 * the provider runs; one that imports its emulator is told which package is missing.
 */
const checkSmallest = async (folder: string, tarballs: ReadonlyArray<string>): Promise<void> => {
  mkdirSync(folder)
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "smallest", private: true, type: "module" }))
  await runIn(folder, "npm", ["install", ...quiet, pinned("effect")])
  const before = packagesIn(folder)
  const own = tarballs.filter((path) => /scanjobs-(?:core|avepoint)-/.test(path))
  await runIn(folder, "npm", ["install", ...quiet, ...own])
  const added = packagesIn(folder).filter((name) => !before.includes(name))
  const expected = ["@scanjobs/avepoint", "@scanjobs/core"]
  if (added.toSorted().join() !== expected.join()) {
    throw new Error(
      `the core and a provider brought ${added.join(", ")} beside effect, and should bring only themselves`
    )
  }
  const program = 'import { AvePoint } from "@scanjobs/avepoint"\nconsole.log(typeof AvePoint.jobs)\n'
  writeFileSync(join(folder, "provider.js"), program)
  const printed = (await runIn(folder, process.execPath, ["provider.js"])).trim()
  if (printed !== "function") throw new Error(`AvePoint.jobs is ${printed} where no testing package is installed`)
  writeFileSync(join(folder, "emulator.js"), 'import "@scanjobs/avepoint/emulator"\n')
  const refused = await runIn(folder, process.execPath, ["emulator.js"]).then(() => "", String)
  if (!/Cannot find package '@scanjobs\/testing'/.test(refused)) {
    throw new Error(`the emulator without @scanjobs/testing should name that package: ${refused}`)
  }
}

/** Creates a provider with the installed `create-scanjobs-provider`, runs the provider's own scripts, and returns its folder. */
const create = async (consumer: string, scratch: string, tarballs: ReadonlyArray<string>): Promise<string> => {
  const command = join(consumer, "node_modules/create-scanjobs-provider/bin/create-scanjobs-provider.mjs")
  const options = ["--paging", "cursor", "--auth", "oauth", "--scopes", "parents"]
  await runIn(scratch, process.execPath, [command, "beta-cloud", ...options])
  const folder = join(scratch, "scanjobs-beta-cloud")
  const own = tarballs.filter((path) => /scanjobs-(?:core|testing)-/.test(path))
  await runIn(folder, "npm", ["install", ...quiet, ...own])
  for (const script of ["types", "test", "build"]) await runIn(folder, "npm", ["run", script])
  return folder
}

/** Checks the packages as a user gets them; throws at the first problem. */
const check = async (scratch: string): Promise<void> => {
  const projects = readProjects(workspaceRoot).filter(({ manifest }) => manifest.private !== true)
  const tarballs: Array<string> = []
  await runIn(workspaceRoot, tool("tsc"), ["-b"])
  const found = runtimes(join(scratch, "runtimes"))
  // One after the other: each may build what the next one needs.
  for (const project of projects) tarballs.push(await pack(project, scratch))
  console.log(`${tarballs.length} tarballs are sound`)

  await checkSmallest(join(scratch, "smallest"), tarballs)
  console.log("the core and a provider bring nothing but themselves beside effect")

  const folder = join(scratch, "consumer")
  cpSync(join(workspaceRoot, "tools/workspace/consumer"), folder, { recursive: true })
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }))
  writeFileSync(join(folder, "entries.ts"), everyEntry(projects))
  await runIn(folder, "npm", [
    "install",
    ...quiet,
    pinned("effect"),
    pinned("typescript"),
    pinned("@types/node"),
    ...tarballs
  ])
  const files = globSync("*.ts", { cwd: folder })
  const tsc = join(folder, "node_modules/typescript/bin/tsc")
  const types = ["--skipLibCheck", "false", "--types", "node"]
  await runIn(folder, process.execPath, [tsc, ...strict, "--module", "nodenext", ...types, ...files])
  await runIn(folder, process.execPath, [tsc, ...strict, "--module", "preserve", "--noEmit", ...types, ...files])
  console.log("all packages install beside effect, and type-check without skipLibCheck")

  await runIn(folder, "npm", ["install", ...quiet, await create(folder, scratch, tarballs)])
  console.log("a provider made by npm create passes its types and tests, and builds")

  for (const { bin, command, name } of await found) {
    const [program, ...args] = command
    const runFile = async (file: string) => (await runIn(folder, program, [...args, file], bin)).trim()
    await runFile("entries.js")
    const jobs = await runFile("main.js")
    if (jobs !== "40") throw new Error(`main.ts found ${jobs} jobs on ${name}, and there are 40`)
    console.log(`${name}: every entry point loads, and a program reads a provider's jobs from its emulator`)
    if (bin === undefined) continue
    await runFile("playground.js")
    await runFile("created.js")
    console.log(`${name}: the command runs with another author's plugin`)
  }
}

const scratch = mkdtempSync(join(tmpdir(), "scanjobs-packages-"))
try {
  await check(scratch)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
} finally {
  if (process.env["KEEP"] === undefined) rmSync(scratch, { recursive: true, force: true })
  else console.log(`kept ${scratch}`)
}
