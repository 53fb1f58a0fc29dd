/**
 * Packs every public package, checks what is in the tarballs, installs them in an empty folder with `effect` alone, and
 * type-checks and runs programs there as a stranger would, on every Node that is supported.
 */
import { execFile } from "node:child_process"
import { cpSync, existsSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { delimiter, dirname, join } from "node:path"
import { promisify } from "node:util"
import { type Project, readJson, readProjects, workspaceRoot } from "./projects.ts"

const run = promisify(execFile)

/** Runs a command in a folder, and fails with all that it wrote. */
const runIn = async (cwd: string, command: string, args: ReadonlyArray<string>, path = ""): Promise<string> => {
  try {
    const env = { ...process.env, PATH: `${path}${path === "" ? "" : delimiter}${process.env["PATH"]}` }
    return (await run(command, [...args], { cwd, env, timeout: 120_000, maxBuffer: 1e8 })).stdout
  } catch (error) {
    const { stderr, stdout } = error as { readonly stderr?: string; readonly stdout?: string }
    throw new Error(`${command} ${args.join(" ")}\n${stdout ?? ""}${stderr ?? ""}`, { cause: error })
  }
}

const tool = (name: string): string => join(workspaceRoot, "node_modules/.bin", name)

/** The workspace's own version of a package, as npm takes it. */
const pinned = (name: string): string => {
  const { version } = readJson(join(workspaceRoot, "node_modules", name, "package.json")) as {
    readonly version: string
  }
  return `${name}@${version}`
}

/** Packs a package, and looks for what its tarball must and must not hold. */
const pack = async ({ dir, manifest }: Project, target: string): Promise<string> => {
  const printed = await runIn(join(workspaceRoot, dir), "npm", ["pack", "--json", "--pack-destination", target])
  const [packed] = JSON.parse(printed.slice(printed.indexOf("[\n"))) as [Packed]
  const paths = new Set(packed.files.map(({ path }) => path))
  const stale = [...paths].filter((path) => {
    const source = /^dist\/(?!bundle\/)(.*?)(?:\.d)?\.[jt]s(?:\.map)?$/.exec(path)?.[1]
    return source !== undefined && !existsSync(join(workspaceRoot, dir, "src", `${source}.ts`))
  })
  const problems = [
    ...["LICENSE", "README.md", "package.json"].filter((path) => !paths.has(path)).map((path) => `has no ${path}`),
    ...[...paths].filter((path) => /(?:^|\/)test\/|tsbuildinfo/.test(path)).map((path) => `should not have ${path}`),
    ...stale.map((path) => `has ${path}, which no source is of any more: delete ${dir}/dist`)
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

/** The folders with a `node` of each major version; the oldest one that is supported is fetched where it is to be had. */
const nodes = async (scratch: string): Promise<ReadonlyArray<string>> => {
  const own = dirname(process.execPath)
  if (process.platform !== "linux" || !["arm64", "x64"].includes(process.arch)) {
    console.log("only on this Node: the other ones are fetched on Linux")
    return [own]
  }
  const name = `node-linux-${process.arch}`
  mkdirSync(scratch)
  writeFileSync(join(scratch, "package.json"), "{}")
  await runIn(scratch, "npm", ["install", ...quiet, `${name}@22.23.3`])
  return [join(scratch, "node_modules", name, "bin"), own]
}

const quiet = ["--no-audit", "--no-fund", "--prefer-offline", "--loglevel=error"]

const strict = ["--strict", "--exactOptionalPropertyTypes", "--noUncheckedIndexedAccess", "--target", "es2024"]

/** Begins a provider with the installed `create-scanjobs-provider`, and takes it through its own scripts; gives its folder. */
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

/** Makes a stranger's folder of the tarballs, and checks it; throws where something is wrong. */
const check = async (scratch: string): Promise<void> => {
  const projects = readProjects(workspaceRoot).filter(({ manifest }) => manifest.private !== true)
  const tarballs: Array<string> = []
  await runIn(workspaceRoot, tool("tsc"), ["-b"])
  const found = nodes(join(scratch, "nodes"))
  // One after the other: each may build what the next one needs.
  for (const project of projects) tarballs.push(await pack(project, scratch))
  console.log(`${tarballs.length} tarballs are sound`)

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
  console.log("they install with effect alone, and type-check without skipLibCheck")

  await runIn(folder, "npm", ["install", ...quiet, await create(folder, scratch, tarballs)])
  console.log("a provider that was begun with npm create passes its types and tests, and builds")

  for (const bin of await found) {
    const version = (await runIn(folder, "node", ["--version"], bin)).trim()
    await runIn(folder, "node", ["entries.js"], bin)
    const jobs = (await runIn(folder, "node", ["main.js"], bin)).trim()
    if (jobs !== "40") throw new Error(`main.ts found ${jobs} jobs on Node ${version}, and there are 40`)
    await runIn(folder, "node", ["playground.js"], bin)
    await runIn(folder, "node", ["created.js"], bin)
    console.log(`they run on Node ${version}, and the command with a plugin of a stranger's`)
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
