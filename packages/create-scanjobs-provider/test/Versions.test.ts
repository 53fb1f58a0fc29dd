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
  readonly engines?: Readonly<Record<string, string>>
}

const parse = (text: string) => JSON.parse(text) as Manifest
const read = (path: string) => parse(readFileSync(join(workspace, path), "utf8"))

const files = StandAlone.filesOf(optionsOf(Options.combinations()[0] ?? assert.fail(), "acme", "scanjobs-acme"))
const made = parse(files["package.json"] ?? "")

describe("a package of its own", () => {
  it("depends on what the workspace's providers depend on", () => {
    const { dependencies, engines, peerDependencies } = read("packages/providers/digicert/package.json")
    assert.deepStrictEqual<unknown>(
      { dependencies: made.dependencies, engines: made.engines, peerDependencies: made.peerDependencies },
      { dependencies, engines, peerDependencies }
    )
  })

  it("is developed with what the workspace is developed with", () => {
    const root = read("package.json").devDependencies ?? {}
    for (const [name, range] of Object.entries(made.devDependencies ?? {})) {
      assert.strictEqual(range.replace(/^[~^]/, ""), root[name], name)
    }
  })
})
