/**
 * Checks that what a project imports agrees with its package.json, its TypeScript references, the layers of projects and
 * the order of its folders. The compiler checks none of this: it accepts any import that resolves through node_modules.
 */
import { globSync, readFileSync } from "node:fs"
import { isBuiltin } from "node:module"
import { join, posix, resolve } from "node:path"
import { checkFile, checkFolderImport } from "./folders.ts"
import { type Import, importsOf, packageOf } from "./imports.ts"
import { type Manifest, packagesOf, type Project, readJson, readProjects, workspaceRoot } from "./projects.ts"
import { findReferenceProblems } from "./references.ts"

/** Which layers each layer may use. */
export const allowedLayers: Readonly<Record<string, ReadonlyArray<string>>> = {
  core: [],
  settings: ["core"],
  testing: ["core"],
  provider: ["core"],
  history: ["core"],
  fleet: ["core", "history"],
  server: ["core", "history", "fleet"],
  template: ["testing"],
  app: ["core", "settings", "testing", "provider", "history", "fleet", "server"],
  tool: ["core", "settings", "testing", "provider", "history", "fleet", "server", "template"]
}

/** The layers of published libraries, whose shared dependencies a program must have only once. */
const libraries: ReadonlySet<string> = new Set([
  "core",
  "settings",
  "testing",
  "provider",
  "history",
  "fleet",
  "server"
])

/**
 * A provider's emulator is an entry point of its own, so that only programs that import it load the testing package. The world that it
 * shows is a module beside it, whose name begins with `Living`.
 */
const isEmulator = (file: string) => /^src\/(?:emulator|living\w+|signaturecheck)\.ts$/i.test(file)
const isTest = (file: string) => file.startsWith("test/")

const layersOf = ({ layer }: Project, file: string): ReadonlyArray<string> => [
  ...(allowedLayers[layer] ?? []),
  ...(layer === "provider" && (isEmulator(file) || isTest(file)) ? ["testing"] : []),
  ...(layer === "settings" && isTest(file) ? ["testing", "provider"] : [])
]

/** The layers whose sources may import what a user names: a plugin, or a settings file that is a module. */
const loadsByName: ReadonlySet<string> = new Set(["settings", "app", "tool"])

/** The packages that a file may import according to its project's package.json. */
const declaredFor = (project: Project, file: string, fromRoot: ReadonlyArray<string>): Set<string> => {
  const { layer, manifest } = project
  const names = new Set([manifest.name, ...Object.keys(packagesOf(project))])
  if (isTest(file)) for (const name of Object.keys(manifest.devDependencies ?? {})) names.add(name)
  if (isTest(file) || layer === "tool") for (const name of fromRoot) names.add(name)
  return names
}

class Boundaries {
  readonly problems: Array<string> = []
  readonly #root: string
  readonly #byName: ReadonlyMap<string, Project>
  readonly #fromRoot: ReadonlyArray<string>

  constructor(root: string, projects: ReadonlyArray<Project>) {
    this.#root = root
    this.#byName = new Map(projects.map((project) => [project.manifest.name, project]))
    this.#fromRoot = Object.keys((readJson(join(root, "package.json")) as Manifest).devDependencies ?? {})
  }

  check(project: Project): void {
    const { dir, layer } = project
    if (!Object.hasOwn(allowedLayers, layer)) {
      this.problems.push(
        `${dir}/package.json: needs a tag, one of ${Object.keys(allowedLayers)
          .map((l) => `layer:${l}`)
          .join(", ")}`
      )
    }
    const used = new Set<string>()
    const cwd = join(this.#root, dir)
    const files = globSync("{src,test,bin}/**/*.{ts,tsx,mts,js,mjs}", { cwd, exclude: ["**/{files,fixtures}/**"] })
    for (const path of files.map((file) => file.replaceAll("\\", "/")).toSorted()) {
      const wrong = checkFile(this.#root, dir, path)
      if (wrong !== undefined) this.problems.push(`${dir}/${path}: ${wrong}`)
      for (const found of importsOf(path, readFileSync(join(cwd, path), "utf8"))) {
        const problem = this.#checkImport(project, path, found)
        if (problem !== undefined) this.problems.push(`${dir}/${path}:${found.line}: ${problem}`)
        if (found.specifier !== undefined) used.add(packageOf(found.specifier))
      }
    }
    this.#checkManifest(project, used)
  }

  #checkImport(project: Project, file: string, { line, specifier }: Import): string | undefined {
    if (specifier === undefined) {
      return loadsByName.has(project.layer) || isTest(file) ? undefined : "a computed import() hides what it depends on"
    }
    if (specifier.startsWith(".")) {
      return this.#checkRelative(project, file, specifier) ?? checkFolderImport(project.dir, file, { specifier, line })
    }
    if (/^(?:\/|file:|data:|https?:)/.test(specifier)) return `imports ${specifier}, which is no package`
    if (specifier.startsWith("#") || isBuiltin(specifier)) return undefined
    const name = packageOf(specifier)
    const other = this.#byName.get(name)
    if (other !== undefined && other !== project && !layersOf(project, file).includes(other.layer)) {
      return project.layer === "provider" && other.layer === "testing"
        ? `only a provider's src/Emulator.ts, src/SignatureCheck.ts and tests may import ${name}: move this there`
        : `${project.layer} may not import ${name} (${other.layer})`
    }
    return declaredFor(project, file, this.#fromRoot).has(name)
      ? undefined
      : `imports ${name}, which package.json does not name`
  }

  #checkRelative({ dir, layer }: Project, file: string, specifier: string): string | undefined {
    const target = posix.join(posix.dirname(file), specifier)
    if (target.startsWith("../")) return `${specifier} leaves ${dir}: import the package by its name`
    return layer === "provider" && file.startsWith("src/") && isEmulator(target) && !isEmulator(file)
      ? "only tests and other projects may import the emulator: move what both need into a file of its own"
      : undefined
  }

  #checkManifest(project: Project, used: ReadonlySet<string>): void {
    const { dir, layer, manifest } = project
    const at = `${dir}/package.json`
    for (const key of ["dependencies", "peerDependencies", "devDependencies"] as const) {
      for (const name of Object.keys(manifest[key] ?? {})) {
        if (!used.has(name)) this.problems.push(`${at}: names ${name}, which no file imports`)
        const other = this.#byName.get(name)
        const wrong = this.#checkKind(project, name, other?.layer, key)
        if (wrong !== undefined) this.problems.push(`${at}: ${wrong}`)
        if (other === undefined || allowedLayers[layer]?.includes(other.layer) === true) continue
        if (layer === "provider" && other.layer === "testing") continue
        if (layer === "settings" && key === "devDependencies") continue
        this.problems.push(`${at}: ${layer} may not depend on ${name} (${other.layer}) in ${key}`)
      }
    }
  }

  /**
   * A library shares `effect`, the core and the history's store with the program that installs it, so these are peers. The testing package brings
   * a web server that production does not need, so a provider names it as an optional peer.
   */
  #checkKind({ layer, manifest }: Project, name: string, other: string | undefined, key: string): string | undefined {
    const isShared = name === "effect" || other === "core" || other === "history"
    const isForEmulator = layer === "provider" && other === "testing"
    if (key === "dependencies" && libraries.has(layer) && (isShared || isForEmulator)) {
      return `${name} is a dependency, and must be ${isForEmulator ? "an optional peer" : "a peer"}: ${
        isForEmulator ? "production installs do not need it" : "a program with two copies of it fails"
      }`
    }
    const isOptional = manifest.peerDependenciesMeta?.[name]?.optional === true
    if (key !== "peerDependencies" || isShared || isOptional) return undefined
    return isForEmulator
      ? `${name} is a peer that every user must install: make it optional in peerDependenciesMeta`
      : `${name} is a peer, so that users must install it: make it a dependency`
  }
}

/** All problems of a workspace, one line each. */
export const findProblems = (root: string): ReadonlyArray<string> => {
  const projects = readProjects(root)
  const boundaries = new Boundaries(root, projects)
  for (const project of projects) boundaries.check(project)
  return [...boundaries.problems, ...findReferenceProblems(root, projects)]
}

if (process.argv[1] === import.meta.filename) {
  const problems = findProblems(resolve(process.argv[2] ?? workspaceRoot))
  for (const problem of problems) console.error(problem)
  if (problems.length > 0) process.exitCode = 1
}
