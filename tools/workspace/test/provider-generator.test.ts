import { createTree } from "@nx/devkit/testing"
import { Options } from "create-scanjobs-provider"
import { execFile } from "node:child_process"
import { globSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { dirname, join } from "node:path"
import { assert, describe, it } from "vitest"
import { workspaceRoot } from "../src/projects.ts"
import generate, { lockedOf, type Schema, withReference, withWorkspace } from "../src/provider-generator.ts"

const read = (path: string) => readFileSync(join(workspaceRoot, path), "utf8")

/** A tree in memory, with the files of this workspace that the generator reads. */
const treeOf = () => {
  const tree = createTree()
  const model = globSync("packages/providers/digicert/{LICENSE,*.json}", { cwd: workspaceRoot })
  for (const path of ["tsconfig.json", "package-lock.json", ".oxfmtrc.json", ...model]) tree.write(path, read(path))
  return tree
}

const changed = (tree: ReturnType<typeof treeOf>, dir: string) =>
  tree
    .listChanges()
    .map(({ path }) => path)
    .filter((path) => path.startsWith(dir))

describe("the generator of providers", () => {
  it("writes a package with the files that every provider has", async () => {
    const tree = treeOf()
    await generate(tree, { name: "acme-cloud", paging: "keyset", auth: "oauth" })
    const files = changed(tree, "packages/providers/acme-cloud/").map((path) => path.split("/").slice(3).join("/"))
    for (const path of [
      "LICENSE",
      "README.md",
      "package.json",
      "src/AcmeCloud.ts",
      "src/Api.ts",
      "src/Emulator.ts",
      "src/Errors.ts",
      "src/State.ts",
      "src/index.ts",
      "test/AcmeCloud.test.ts",
      "test/Conformance.test.ts",
      "test/FaultSchedules.test.ts",
      "tsconfig.lib.json",
      "tsconfig.test.json"
    ]) {
      assert.include(files, path)
    }
    const manifest = JSON.parse(tree.read("packages/providers/acme-cloud/package.json", "utf8") ?? "") as object
    assert.deepInclude(manifest, { name: "@scanjobs/acme-cloud", private: true, description: "Acme Cloud's scan jobs" })
    assert.include(tree.read("tsconfig.json", "utf8"), '{ "path": "packages/providers/acme-cloud" }')
    assert.include(tree.read("package-lock.json", "utf8"), '"node_modules/@scanjobs/acme-cloud": {')
  })

  it("gives the emulator Node's types where it verifies signatures", async () => {
    const typesOf = async (auth: string) => {
      const tree = treeOf()
      await generate(tree, { name: "acme-cloud", auth })
      const { compilerOptions } = JSON.parse(
        tree.read("packages/providers/acme-cloud/tsconfig.lib.json", "utf8") ?? ""
      ) as { readonly compilerOptions: { readonly types?: ReadonlyArray<string> } }
      return compilerOptions.types
    }
    assert.deepStrictEqual([await typesOf("bearer"), await typesOf("hmac")], [undefined, ["node"]])
  })

  it.each<[Schema, string]>([
    [{ name: "Acme" }, "is not a valid name for a provider"],
    [{ name: "digicert" }, "packages/providers/digicert is there already"],
    [{ name: "acme", paging: "pages" }, "--paging must be one of"],
    [{ name: "acme", paging: "single", place: "body" }, "does not go with"]
  ])("refuses %j and writes nothing", async (schema, problem) => {
    const tree = treeOf()
    const before = tree.listChanges().length
    const error = await generate(tree, schema).then(
      () => "",
      ({ message }: Error) => message
    )
    assert.include(error, problem)
    assert.lengthOf(tree.listChanges(), before)
  })

  it.runIf(process.env["CONFORMANCE_WHOLE"] === "true")(
    "is found by Nx under its name, and refuses options that there are not",
    async () => {
      const nx = join(dirname(createRequire(import.meta.url).resolve("nx/package.json")), "dist/bin/nx.js")
      const run = (...args: ReadonlyArray<string>) =>
        new Promise<string>((done) => {
          const all = [nx, "generate", "@scanjobs/workspace:provider", ...args, "--dry-run"]
          const env = { ...process.env, CI: "true" }
          execFile(process.execPath, all, { cwd: workspaceRoot, env }, (_, stdout, stderr) =>
            done(`${stdout}${stderr}`)
          )
        })
      assert.include(await run("acme-cloud", "--start=1"), "packages/providers/acme-cloud/src/AcmeCloud.ts")
      assert.include(await run("acme-cloud", "--colour=red"), "'colour' is not found in schema")
      assert.include(await run("digicert"), "packages/providers/digicert is there already")
      const help = await run("--help")
      assert.include(help, "--schedules")
      assert.notInclude(help, "undefined")
    }
  )

  it("adds to the lock file what npm itself wrote for the providers that are there", () => {
    const text = read("package-lock.json")
    const { packages } = JSON.parse(text) as { readonly packages: Readonly<Record<string, object>> }
    for (const name of ["avepoint", "digicert"]) {
      const dir = `packages/providers/${name}`
      const manifest = JSON.parse(read(`${dir}/package.json`)) as Parameters<typeof lockedOf>[0]
      assert.deepStrictEqual(packages[dir], lockedOf(manifest))
      assert.strictEqual(withWorkspace(text, dir, manifest), text)
    }
  })

  it("puts the reference after those to the other providers", () => {
    const text = '{ "references": [\n    { "path": "packages/providers/a" },\n    { "path": "apps/b" }\n] }\n'
    assert.strictEqual(
      withReference(text, "packages/providers/c"),
      '{ "references": [\n    { "path": "packages/providers/a" },\n    { "path": "packages/providers/c" },\n    { "path": "apps/b" }\n] }\n'
    )
  })

  it("tells Nx everything that its help prints", () => {
    const schema = JSON.parse(read("tools/workspace/src/provider-generator.schema.json")) as NxSchema
    assert.isString(schema.description)
    for (const [name, { description, type }] of Object.entries(schema.properties)) {
      assert.isString(description, name)
      assert.isNotEmpty(
        [type].flat().filter((one) => typeof one === "string"),
        name
      )
    }
  })

  it("offers Nx the choices that there are", () => {
    const schema = JSON.parse(read("tools/workspace/src/provider-generator.schema.json")) as NxSchema
    const offered = Object.entries(schema.properties).flatMap(([name, { default: usual, enum: values }]) =>
      values === undefined ? [] : [[name, { usual, values: [...new Set(values.map(String))].toSorted() }]]
    )
    const there = Options.choiceNames.map((name) => {
      const { usual, values } = Options.choices[name]
      return [name, { usual, values: Object.keys(values).toSorted() }]
    })
    assert.deepStrictEqual(Object.fromEntries(offered), Object.fromEntries(there))
    for (const name of Options.choiceNames) {
      assert.strictEqual(schema.properties[name]?.description, Options.choices[name].question)
      const items = schema.properties[name]?.["x-prompt"]?.items
      const values = Object.entries<string>(Options.choices[name].values)
      if (items !== undefined) {
        assert.deepStrictEqual(
          items,
          values.map(([value, label]) => ({ value, label }))
        )
      }
    }
  })
})

interface NxSchema {
  readonly description?: string
  readonly properties: {
    readonly [name: string]: {
      readonly enum?: ReadonlyArray<string | number>
      readonly description?: string
      readonly type?: string | ReadonlyArray<string>
      readonly default?: string
      readonly "x-prompt"?: { readonly items?: ReadonlyArray<object> }
    }
  }
}
