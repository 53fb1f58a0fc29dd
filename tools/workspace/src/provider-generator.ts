/**
 * `npx nx g @scanjobs/workspace:provider acme`: a package for a vendor, in this workspace, whose tests pass at once.
 *
 * It adds what npm would add for a new folder of the workspace, and nothing else: no installation is needed, and `npm ci` takes
 * the lock file as it is.
 */
import type { Tree } from "@nx/devkit"
import type { Options } from "create-scanjobs-provider"
import { existsSync, mkdirSync, symlinkSync } from "node:fs"
import { registerHooks } from "node:module"
import { dirname, join, posix, relative } from "node:path"
import { format, type FormatConfig } from "oxfmt"
import { type Manifest, readProjects } from "./projects.ts"

/** The options, as the schema beside this file has checked them. */
export interface Schema extends Omit<Options.Given, "start"> {
  readonly name: string
  /** Nx takes what looks like a number for one. */
  readonly start?: string | number | undefined
}

/** The provider whose package.json and settings of the compiler the new one takes over. */
const model = "packages/providers/digicert"

/** Writes the package; gives what is left to do once the files are there. */
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
  for (const [path, text] of Object.entries(files)) {
    tree.write(`${dir}/${path}`, await formatted(tree, path, text))
  }
  tree.write("tsconfig.json", withReference(read(tree, "tsconfig.json"), dir))
  tree.write("package-lock.json", withWorkspace(read(tree, "package-lock.json"), dir, manifest))

  return () => {
    link(tree.root, dir, packageName)
    console.log(`\nTry it: npx vitest run ${dir}\nBefore you commit it: npm run api, and npx changeset.`)
  }
}

export default generate

/** The templates' sources, also where nobody told Node that this is wanted and nothing is built. */
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

/** What a provider's package.json says of itself; all the rest is the same in all of them. */
const manifestOf = (own: Manifest, { name, packageName }: Options.Options): Manifest & { description: string } => ({
  ...own,
  name: packageName,
  description: `${name.title}'s scan jobs`
})

const formatted = async (tree: Tree, path: string, text: string): Promise<string> => {
  if (!/\.(?:ts|json|md)$/.test(path)) return text
  const { code, errors } = await format(path, text, JSON.parse(read(tree, ".oxfmtrc.json")) as FormatConfig)
  const [error] = errors
  if (error !== undefined) throw new Error(`${path}: ${error.message}`)
  return code
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

/** The lock file with what npm itself would add for a folder of the workspace. */
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

/** What `npm install` does for a folder of the workspace. */
const link = (root: string, dir: string, packageName: string): void => {
  const path = join(root, "node_modules", packageName)
  if (existsSync(path)) return
  mkdirSync(dirname(path), { recursive: true })
  symlinkSync(posix.normalize(relative(dirname(path), join(root, dir)).replaceAll("\\", "/")), path, "junction")
}
