import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, it } from "vitest"
import { checkDocs } from "../src/check-docs.ts"
import { workspaceRoot } from "../src/projects.ts"
import { makeTree } from "./workspace-tree.ts"

const check = async (readme: string, docblock = "") => {
  using tree = makeTree({
    "package.json": { name: "root", private: true, type: "module" },
    "tsconfig.base.json": readFileSync(join(workspaceRoot, "tsconfig.base.json"), "utf8"),
    "README.md": readme,
    "packages/a/package.json": {
      name: "@s/a",
      type: "module",
      exports: { ".": { "@scanjobs/source": "./src/index.ts", default: "./dist/index.js" } }
    },
    "packages/a/src/index.ts": `${docblock}\nexport const glob = "packages/**/x"\nexport const one: number = 1\n`
  })
  tree.link("@types")
  tree.link("@s/a", join(tree.root, "packages/a"))
  const report = await checkDocs(tree.root)
  assert.isFalse(existsSync(join(tree.root, ".docs-check")))
  return report
}

const block = (code: string, info = "ts") => `\`\`\`${info}\n${code}\n\`\`\`\n`

it("accepts sound examples, and counts those that it ran", async () => {
  const report = await check(
    `# A\n\n${block('import { one } from "@s/a"\nif (one !== 1) throw new Error()', "ts run")}\n${block("nonsense", "ts no-check")}`,
    '/**\n * One.\n *\n * ```ts\n * import { one } from "@s/a"\n *\n * export const two = one + 1\n * ```\n */'
  )
  assert.deepStrictEqual(report, { checked: 2, ran: 1, problems: [] })
})

it("names the file, line and column of an example that does not compile", async () => {
  const docblock = '/**\n * ```ts\n * import { one } from "@s/a"\n * export const text: string = one\n * ```\n */'
  const { problems } = await check(
    `# A\n\n- listed:\n  ${block("  export const n: number = true", "ts").replaceAll("\n`", "\n  `")}`,
    docblock
  )
  assert.deepStrictEqual(problems.join("\n").split("\n"), [
    "README.md:5:16: error TS2322: Type 'boolean' is not assignable to type 'number'.",
    "packages/a/src/index.ts:4:17: error TS2322: Type 'number' is not assignable to type 'string'."
  ])
})

it("names the file and line where an example that is run fails", async () => {
  const { problems } = await check(`# A\n\n${block("\nthrow new Error('wrong')", "ts run")}`)
  assert.lengthOf(problems, 1)
  assert.match(problems[0] ?? "", /Error: wrong\n\s+at README\.md:5:7/)
})
