/**
 * `npx nx g @scanjobs/workspace:provider acme`: adds a provider to this workspace, whose tests pass from the start.
 *
 * It updates the lock file exactly as npm does for a new folder of the workspace, so no installation is needed and `npm ci`
 * accepts the file.
 */
import type { Tree } from "@nx/devkit"
import type { Options } from "create-scanjobs-provider"
import { existsSync, mkdirSync, symlinkSync } from "node:fs"
import { registerHooks } from "node:module"
import { dirname, join, posix, relative } from "node:path"
import { format, type FormatConfig } from "oxfmt"
import { type Manifest, readProjects } from "./projects.ts"

/** The options, checked by the schema beside this file. */
export interface Schema extends Omit<Options.Given, "start"> {
  readonly name: string
  /** Nx parses text that looks like a number. */
  readonly start?: string | number | undefined
}

/** The provider whose package.json and compiler settings the new one copies. */
const model = "packages/providers/digicert"

/** Writes the package. Returns what to do after Nx has written the files. */
const generate = async (tree: Tree, { name: id, ...given }: Schema): Promise<() => void> => {
  const templates = await loadTemplates()
  const name = templates.Name.parse(id)
  if (typeof name === "string") throw new Error(name)
  const chosen = templates.Options.parse({ ...given, start: given.start?.toString() })
  if (typeof chosen === "string") throw new Error(chosen)
  const dir = `packages/providers/${name.id}`
  const packageName = `@scanjobs/${name.id}`
  if (tree.exists(dir)) throw new Error(`${dir} is there already`)
  const other = readProjects(tree.root).find(({ manifest }) => manifest.name === packageName)
  if (other !== undefined) throw new Error(`${packageName} is there already, in ${other.dir}`)

  const options = { ...chosen, name, packageName }
  const manifest = manifestOf(readJson(tree, `${model}/package.json`), options)
  const files: { [path: string]: string } = {
    ...templates.sourcesOf(options),
    ...templates.testsOf(options),
    "README.md": templates.readmeOf(options, `Run its tests alone with \`npx vitest run ${dir}\`.`),
    "package.json": JSON.stringify(manifest, null, 2)
  }
  for (const file of ["LICENSE", "tsconfig.json", "tsconfig.lib.json", "tsconfig.test.json"]) {
    files[file] = read(tree, `${model}/${file}`)
  }
  if (options.auth === "hmac") files["tsconfig.lib.json"] = withNode(files["tsconfig.lib.json"] ?? "")
  for (const [path, text] of Object.entries(files)) {
    tree.write(`${dir}/${path}`, await formatted(tree, path, text))
  }
  tree.write("tsconfig.json", withReference(read(tree, "tsconfig.json"), dir))
  tree.write("package-lock.json", withWorkspace(read(tree, "package-lock.json"), dir, manifest))

  return () => {
    link(tree.root, dir, packageName)
    console.log(`\nTry it: npx vitest run ${dir}\nBefore it is published: see "Publish it" in docs/generator.md.`)
  }
}

export default generate

/** Loads the templates from their sources, even if Node runs without the condition for sources and nothing is built. */
const loadTemplates = () => {
  const hooks = registerHooks({
    resolve: (specifier, context, next) =>
      next(specifier, { ...context, conditions: ["@scanjobs/source", ...context.conditions] })
  })
  return import("create-scanjobs-provider").finally(() => hooks.deregister())
}

const read = (tree: Tree, path: string): string => {
  const text = tree.read(path, "utf8")
  if (text === null) throw new Error(`${path} is missing`)
  return text
}

const readJson = (tree: Tree, path: string) => JSON.parse(read(tree, path)) as Manifest

/**
 * The package.json of a provider: only the name and the description differ between providers. It is private at first, so that it is not
 * published by mistake, and its exports need no docblocks yet.
 */
const manifestOf = (own: Manifest, { name, packageName }: Options.Options): Manifest & { description: string } => ({
  ...own,
  name: packageName,
  private: true,
  description: `${name.title}'s scan jobs`
})

const formatted = async (tree: Tree, path: string, text: string): Promise<string> => {
  if (!/\.(?:ts|json|md)$/.test(path)) return text
  const { code, errors } = await format(path, text, JSON.parse(read(tree, ".oxfmtrc.json")) as FormatConfig)
  const [error] = errors
  if (error !== undefined) throw new Error(`${path}: ${error.message}`)
  return code
}

/** The settings of the compiler with the types of Node, by whose functions the emulator verifies signatures. */
const withNode = (text: string): string => {
  const settings = JSON.parse(text) as { readonly compilerOptions: object }
  return JSON.stringify({ ...settings, compilerOptions: { ...settings.compilerOptions, types: ["node"] } })
}

/** The root's tsconfig.json with one more reference, after those to the other providers. */
export const withReference = (text: string, dir: string): string => {
  const last = [...text.matchAll(/^ *\{ "path": "packages\/providers\/[^"]*" \},\n/gm)].at(-1)
  if (last === undefined) throw new Error("tsconfig.json refers to no provider")
  const end = last.index + last[0].length
  return `${text.slice(0, end)}    { "path": "${dir}" },\n${text.slice(end)}`
}

interface Lock {
  readonly packages: Readonly<Record<string, object>>
}

/** The lock file with the entries that npm adds for a folder of the workspace. */
export const withWorkspace = (text: string, dir: string, manifest: Manifest): string => {
  const lock = JSON.parse(text) as Lock
  const packages = {
    ...lock.packages,
    [`node_modules/${manifest.name}`]: { resolved: dir, link: true },
    [dir]: lockedOf(manifest)
  }
  const sorted = Object.entries(packages).toSorted(([a], [b]) => a.localeCompare(b, "en"))
  return `${JSON.stringify({ ...lock, packages: Object.fromEntries(sorted) }, null, 2)}\n`
}

/** The fields of a package.json that npm copies into the lock file, in its order. */
export const lockedOf = (manifest: Manifest): object =>
  Object.fromEntries(
    [
      "name",
      "version",
      "license",
      "dependencies",
      "devDependencies",
      "engines",
      "peerDependencies",
      "peerDependenciesMeta"
    ].flatMap((key) => {
      const value: unknown = Reflect.get(manifest, key)
      return value === undefined ? [] : [[key, value]]
    })
  )

/** Links the package in `node_modules`, as `npm install` does for a folder of the workspace. */
const link = (root: string, dir: string, packageName: string): void => {
  const path = join(root, "node_modules", packageName)
  if (existsSync(path)) return
  mkdirSync(dirname(path), { recursive: true })
  symlinkSync(posix.normalize(relative(dirname(path), join(root, dir)).replaceAll("\\", "/")), path, "junction")
}
