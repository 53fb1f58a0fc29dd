import { readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { Options, StandAlone } from "create-scanjobs-provider"
import { optionsOf, workspace } from "./Generated.ts"

interface Manifest {
  readonly version?: string
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly peerDependencies?: Readonly<Record<string, string>>
  readonly peerDependenciesMeta?: object
  readonly engines?: Readonly<Record<string, string>>
}

const parse = (text: string) => JSON.parse(text) as Manifest
const read = (path: string) => parse(readFileSync(join(workspace, path), "utf8"))

const files = StandAlone.filesOf(optionsOf(Options.combinations()[0] ?? assert.fail(), "acme", "scanjobs-acme"))
const made = parse(files["package.json"] ?? "")

describe("a package of its own", () => {
  it("has the dependencies and peers of the workspace's providers", () => {
    const sharedOf = ({ dependencies, engines, peerDependencies, peerDependenciesMeta }: Manifest) => ({
      dependencies,
      engines,
      peerDependencies,
      peerDependenciesMeta
    })
    assert.deepStrictEqual(sharedOf(made), sharedOf(read("packages/providers/digicert/package.json")))
  })

  it("has its peers for its own tests", () => {
    for (const [name, range] of Object.entries(made.peerDependencies ?? assert.fail())) {
      assert.strictEqual(made.devDependencies?.[name], range, name)
    }
  })

  it("is developed with what the workspace is developed with", () => {
    const root = read("package.json").devDependencies ?? {}
    const shared = Object.entries(made.devDependencies ?? {}).filter(([name]) => !name.startsWith("@scanjobs/"))
    for (const [name, range] of shared) assert.strictEqual(range.replace(/^[~^]/, ""), root[name], name)
  })
})
