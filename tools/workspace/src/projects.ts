import { globSync, readFileSync } from "node:fs"
import { dirname, join, resolve } from "node:path"

type Versions = Readonly<Record<string, string>>

/** The fields of a package.json that the checks read. */
export interface Manifest {
  readonly name: string
  readonly private?: boolean
  readonly dependencies?: Versions
  readonly devDependencies?: Versions
  readonly peerDependencies?: Versions
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>
  readonly exports?: Readonly<Record<string, unknown>>
  readonly nx?: { readonly tags?: ReadonlyArray<string> }
}

/** One package, app or tool of the workspace. */
export interface Project {
  /** Relative to the workspace's root, with slashes. */
  readonly dir: string
  readonly manifest: Manifest
  /** The part after `layer:` of its tag; empty without one. */
  readonly layer: string
}

/** The packages that a project's sources may use. A published app is a bundle, so its sources use development dependencies. */
export const packagesOf = ({ layer, manifest }: Project): Versions => ({
  ...manifest.dependencies,
  ...manifest.peerDependencies,
  ...(layer === "app" && manifest.private !== true ? manifest.devDependencies : {})
})

/** The root folder of this workspace. */
export const workspaceRoot = resolve(import.meta.dirname, "../../..")

/** Reads a JSON file without comments. */
export const readJson = (file: string): unknown => JSON.parse(readFileSync(file, "utf8"))

/** All projects of a workspace, sorted by folder. */
export const readProjects = (root: string): ReadonlyArray<Project> =>
  globSync(["{packages,apps,tools}/*/package.json", "packages/providers/*/package.json"], { cwd: root })
    .map((file) => file.replaceAll("\\", "/"))
    .toSorted()
    .map((file) => {
      const manifest = readJson(join(root, file)) as Manifest
      const tag = manifest.nx?.tags?.find((name) => name.startsWith("layer:"))
      return { dir: dirname(file), manifest, layer: tag?.slice("layer:".length) ?? "" }
    })
