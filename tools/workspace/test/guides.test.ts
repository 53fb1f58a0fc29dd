/** Runs the tests that the guides contain. */
import { rmSync } from "node:fs"
import { join } from "node:path"
import { pathToFileURL } from "node:url"
import { afterAll, assert, it } from "vitest"
import { readExamples, writeExamples } from "../src/examples.ts"
import { workspaceRoot } from "../src/projects.ts"

// Inside the workspace, so that its packages resolve as in any project.
const folder = join(workspaceRoot, ".docs-run")
rmSync(folder, { recursive: true, force: true })
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const files = readExamples(workspaceRoot).filter(({ as }) => as !== undefined)
const tests = writeExamples(folder, files).filter((place) => place.endsWith(".test.ts"))
for (const test of tests) await import(pathToFileURL(join(folder, test)).href)

it("finds the tests of the guide to providers", () => {
  assert.include(tests, "docs-write-a-provider-md/test/Conformance.test.ts")
})
