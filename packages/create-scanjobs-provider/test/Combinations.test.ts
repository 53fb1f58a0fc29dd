import { Options, StandAlone } from "create-scanjobs-provider"
import { Conformance } from "@scanjobs/testing"
import { Effect } from "effect"
import { format, type FormatConfig } from "oxfmt"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { afterAll, assert, describe, it } from "vitest"
import { chosen, isWhole, makeFolder, optionsOf, runTool, sample, workspace, writeAll } from "./Generated.ts"

const some = sample("choices")

const { folder, remove } = makeFolder()
const names = writeAll(folder, chosen)
afterAll(remove)

type Subject = Conformance.Subject<string, {}, {}, never>

/** What a generated file exports is known when it runs; its types are checked by the compiler, in a test of their own. */
const subjectOf = async (name: string) =>
  ((await import(join(folder, name, "test/Subject.ts"))) as { readonly subject: Subject }).subject

/** What these checks see is the library's own work, whatever the provider: they are put to a few only. */
const ofTheLibrary: ReadonlySet<string> = new Set([
  "C10",
  "C11",
  "C12",
  "C13",
  "C15",
  "C16",
  "C21",
  "C22",
  "C24",
  "C25",
  "C26",
  "C32",
  "C33"
])

describe("a generated provider", () => {
  it("has every choice in one of the combinations that are tried each time", () => {
    assert.isAtMost(some.length, 8)
    for (const name of Options.choiceNames) {
      assert.sameMembers(Object.keys(Options.choices[name].values), [...new Set<string>(some.map((one) => one[name]))])
    }
  })

  it("passes the compiler and the linter with every combination", async () => {
    const tsconfig = join(folder, "tsconfig.json")
    const types = runTool(workspace, "typescript/bin/tsc", ["-p", folder, "--pretty", "false"])
    const lint = ["--type-aware", "--no-ignore", "--tsconfig", tsconfig, folder]
    const linted = isWhole ? runTool(workspace, "oxlint/bin/oxlint", lint) : "0 errors"
    assert.strictEqual(await types, "")
    assert.include(await linted, "0 errors")
  }, 300_000)

  it("is formatted with every combination", async () => {
    const config = JSON.parse(readFileSync(join(workspace, ".oxfmtrc.json"), "utf8")) as FormatConfig
    const texts = new Map<string, string>()
    for (const one of chosen) {
      for (const [path, text] of Object.entries(StandAlone.filesOf(optionsOf(one, "acme")))) {
        if (/\.(?:ts|md)$/.test(path)) texts.set(text, path)
      }
    }
    for (const [text, path] of texts) assert.strictEqual(text, (await format(path, text, config)).code, path)
  })

  it.concurrent.each(names.map((name, index) => [Object.values(chosen[index] ?? {}).join(" "), name, index] as const))(
    "passes the conformance suite: %s",
    async (_, name, index) => {
      const subject = await subjectOf(name)
      const isFull = isWhole && index % 10 === 0
      // Where pages can be told in advance, every other one is read with several at once.
      const pageConcurrency = index % 2 === 0 ? 8 : 1
      const checks = Conformance.checks({ ...subject, pageConcurrency }).filter(
        ({ id, skip }) => skip === undefined && (isFull || !ofTheLibrary.has(id))
      )
      const run = Effect.forEach(checks, (check) => Effect.as(Effect.scoped(check.run), check.id))
      assert.deepStrictEqual(
        await Effect.runPromise(run),
        checks.map(({ id }) => id)
      )
    }
  )
})
