import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { findDocblockProblems } from "../src/docblocks.ts"
import { makeTree, type Tree } from "./workspace-tree.ts"

const problemsIn = (files: Tree): ReadonlyArray<string> => {
  const sources = Object.fromEntries(Object.entries(files).map(([path, text]) => [join("a/src", path), text]))
  using tree = makeTree(sources)
  const manifest = { name: "@s/a", exports: { ".": { "@scanjobs/source": "./src/index.ts" } } }
  return findDocblockProblems(tree.root, { dir: "a", manifest, layer: "core" })
}

const tags = (category = "models") => ` *\n * @since 0.1.0\n * @category ${category}\n */\n`

const example = (code: string) => ` * \`\`\`ts\n * ${code}\n * \`\`\`\n`

describe("docblocks", () => {
  it("are complete with tags, and an example that the module or one of its exports has", () => {
    const query = `/**\n * A module.\n *\n${example("Query.make(1)")} */\nimport "effect"\n\n/**\n * Makes one.\n${tags("constructors")}export const make = 1\n\n/**\n * One.\n${tags()}export interface One {}\n`
    assert.deepStrictEqual(problemsIn({ "index.ts": 'export * as Query from "./Query.ts"\n', "Query.ts": query }), [])
  })

  it("must be there, with a version, a category that exists, and an example of every value", () => {
    const source = `export type None = 1\n\n/** Bare. */\nexport const bare = 1\n\n/**\n * Odd.\n${tags("utils")}export function odd() {}\n`
    const problems = problemsIn({ "index.ts": source })
    assert.deepStrictEqual(
      problems.map((problem) => problem.replace(/none of .*/, "none of …")),
      [
        "a/src/index.ts:12: odd has the category utils, which is none of …",
        "a/src/index.ts:12: odd occurs in no example of its module",
        "a/src/index.ts:1: None has no docblock",
        "a/src/index.ts:4: bare has no @category",
        "a/src/index.ts:4: bare has no @since with a version",
        "a/src/index.ts:4: bare occurs in no example of its module"
      ]
    )
  })

  it("do not show an export of a namespace by another module's name", () => {
    const query = `/**\n * Makes one.\n *\n${example("Provider.make(1)")}${tags("constructors")}export const make = 1\n`
    assert.deepStrictEqual(problemsIn({ "index.ts": 'export * as Query from "./Query.ts"\n', "Query.ts": query }), [
      "a/src/Query.ts:11: Query.make occurs in no example of its module"
    ])
  })
})
