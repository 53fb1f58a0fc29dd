import { assert, describe, it } from "@effect/vitest"
import { join } from "node:path"
import { runInNewContext } from "node:vm"
import { rolldown } from "rolldown"
import type * as Program from "./BrowserProgram.ts"

/** What browsers have of what a program may need, and nothing of Node. */
const web = {
  AbortController,
  AbortSignal,
  Headers,
  ReadableStream,
  Request,
  Response,
  TextDecoder,
  TextEncoder,
  TransformStream,
  URL,
  URLSearchParams,
  clearTimeout,
  console,
  crypto,
  performance,
  queueMicrotask,
  setTimeout
}

const bundle = async (): Promise<{ readonly code: string; readonly imports: ReadonlyArray<string> }> => {
  const warnings: Array<string> = []
  const build = await rolldown({
    input: join(import.meta.dirname, "BrowserProgram.ts"),
    platform: "browser",
    resolve: { conditionNames: ["@scanjobs/source", "browser", "import", "default"] },
    onwarn: ({ message }) => void warnings.push(message)
  })
  const { output } = await build.generate({ format: "iife", name: "program", codeSplitting: false, comments: false })
  assert.deepStrictEqual(warnings, [])
  const [{ code, dynamicImports, fileName, imports }] = output
  // What is loaded only when it is needed is in the same file.
  return { code, imports: [...imports, ...dynamicImports].filter((name) => name !== fileName) }
}

describe("core in a browser", () => {
  it("is bundled without anything of Node, and reads a listing with the browser's own fetch", async () => {
    const { code, imports } = await bundle()
    assert.deepStrictEqual(imports, [])
    assert.notMatch(code, /(?:\bfrom|\bimport|\brequire)\s*\(?\s*["'`]node:/)

    const asked: Array<string> = []
    const fetch = (url: string | URL) => {
      const { href, searchParams } = new URL(url)
      asked.push(href)
      const rows = ["a", "b", "c"].slice(Number(searchParams.get("skip"))).slice(0, 2)
      return Promise.resolve(Response.json({ runs: rows.map((id) => ({ id })) }))
    }
    const { ids } = runInNewContext(`${code}; program`, { ...web, fetch }) as typeof Program
    assert.strictEqual((await ids()).join(), "a,b,c")
    assert.strictEqual(asked[0], "https://acme.test/runs?skip=0&top=2")
  })
})
