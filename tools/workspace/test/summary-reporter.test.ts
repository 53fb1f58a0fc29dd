import { spawnSync } from "node:child_process"
import { join } from "node:path"
import { assert, it } from "vitest"
import { workspaceRoot } from "../src/projects.ts"
import { makeTree } from "./workspace-tree.ts"

const run = (test: string) => {
  using tree = makeTree({ "package.json": { type: "module" }, "a.test.ts": `import { it } from "vitest"\n${test}\n` })
  tree.link("vitest")
  const { output, status } = spawnSync(
    "sh",
    [
      "-c",
      '"$0" "$@" 2>&1',
      process.execPath,
      join(workspaceRoot, "node_modules/vitest/vitest.mjs"),
      "run",
      "--root",
      tree.root,
      "--reporter",
      join(import.meta.dirname, "../src/summary-reporter.ts")
    ],
    { encoding: "utf8" }
  )
  return { status, last: output.join("").trimEnd().split("\n").at(-1) }
}

it("ends with one line of counts", () => {
  assert.deepStrictEqual(run('it("a", () => {})\nit.skip("b", () => {})'), {
    status: 0,
    last: "1 passed, 0 failed, 1 skipped"
  })
})

it("counts a file that cannot be loaded as a failure", () => {
  assert.deepStrictEqual(run('throw new Error("no")'), { status: 1, last: "0 passed, 1 failed, 0 skipped" })
})

it("counts what failed outside a test", () => {
  assert.deepStrictEqual(run('it("a", () => { void Promise.reject(new Error("no")) })'), {
    status: 1,
    last: "1 passed, 1 failed, 0 skipped"
  })
})

it("ends with the line also where tests fail", () => {
  assert.deepStrictEqual(run('it("a", () => {})\nit("b", () => { throw new Error("no") })'), {
    status: 1,
    last: "1 passed, 1 failed, 0 skipped"
  })
})

it("fails a run in which nothing was tested", () => {
  assert.deepStrictEqual(run('it.skip("a", () => {})'), { status: 1, last: "0 passed, 0 failed, 1 skipped" })
})
