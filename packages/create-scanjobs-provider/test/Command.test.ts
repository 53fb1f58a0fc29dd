import {
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync
} from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Command, Options } from "create-scanjobs-provider"
import { afterEach, assert, beforeEach, describe, it } from "vitest"
import { runIn, workspace } from "./Generated.ts"

let cwd = ""
beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "create-scanjobs-provider-"))
})
afterEach(() => rmSync(cwd, { recursive: true, force: true }))

/** Runs the command with answers to its questions; without answers, there is no terminal. */
const run = async (args: ReadonlyArray<string>, answers?: ReadonlyArray<string>) => {
  const out: Array<string> = []
  const error: Array<string> = []
  const asked: Array<string> = []
  const left = [...(answers ?? [])]
  const ask = (question: string) => {
    asked.push(question.split("\n")[0] ?? "")
    return Promise.resolve(left.shift() ?? assert.fail(`no answer is left for ${question}`))
  }
  const code = await Command.run(args, {
    cwd,
    ask: answers === undefined ? undefined : ask,
    out: (line) => out.push(line),
    error: (line) => error.push(line)
  })
  return { code, out: out.join("\n"), error: error.join("\n"), asked }
}

const filesIn = (folder: string) => globSync("**/*", { cwd: join(cwd, folder), exclude: [".git"] }).toSorted()
const read = (path: string) => readFileSync(join(cwd, path), "utf8")

describe("the command", () => {
  it("writes a package, and says what comes next", async () => {
    const { code, error, out } = await run(["acme-cloud", "--paging", "cursor", "--auth", "oauth"])
    assert.deepStrictEqual({ code, error }, { code: 0, error: "" })
    assert.include(out, "npm install")
    assert.deepStrictEqual(readdirSync(cwd), ["scanjobs-acme-cloud"])
    const files = filesIn("scanjobs-acme-cloud")
    for (const path of ["package.json", "README.md", "src/AcmeCloud.ts", "test/Conformance.test.ts"]) {
      assert.include(files, path)
    }
    assert.include(read("scanjobs-acme-cloud/src/AcmeCloud.ts"), "Paging.cursor(")
    assert.include(read("scanjobs-acme-cloud/src/AcmeCloud.ts"), "OAuth.clientCredentials(")
    assert.include(read("scanjobs-acme-cloud/package.json"), '"name": "scanjobs-acme-cloud"')
  })

  it("takes a name for the package, with a scope, and a folder", async () => {
    assert.strictEqual((await run(["acme", "--package", "@acme/scanjobs"])).code, 0)
    assert.include(read("scanjobs/test/Subject.ts"), 'from "@acme/scanjobs/emulator"')
    assert.strictEqual((await run(["acme", "--folder", "a/b"])).code, 0)
    assert.include(filesIn("a/b"), "package.json")
  })

  it("asks for missing choices that make a difference, until the answer is one of the choices", async () => {
    const answers = ["acme", "8", "ids", "2", "xml", "several", "2", "rules"]
    const { asked, code } = await run(["--auth", "hmac"], answers)
    assert.strictEqual(code, 0)
    assert.deepStrictEqual(asked, [
      "What is the vendor's name, in lower case? ",
      "How does the vendor split lists into pages?",
      "Do pages have the rows, or only their ids?",
      "Are all runs in one list?",
      "In which form does the vendor answer?",
      "Is there one list, or one for each project?",
      "Is there one list, or one for each project?",
      "Does the vendor list schedules, too?"
    ])
    const source = read("scanjobs-acme/src/Acme.ts")
    for (const part of [
      "Paging.single(",
      "scopes: ({ projects }) => projects",
      "details: {",
      "parts: () => [true, false]",
      "format: Api.format",
      "sign: ({ keyId })",
      "Recurrence.planned("
    ]) {
      assert.include(source, part)
    }
  })

  it.each([
    ["1", "offset"],
    ["0", "page"]
  ])("takes the answer %s for the number at which the vendor starts to count", async (answer, paging) => {
    const { code } = await run(["acme", "--paging", paging, "--place", "query"], [answer, "", "", "", "", "", ""])
    assert.strictEqual(code, 0)
    assert.include(read("scanjobs-acme/src/Acme.ts"), `start: ${answer},`)
  })

  it("takes the default for an empty answer", async () => {
    const { code } = await run(
      ["acme"],
      Array.from(Options.choiceNames, () => "")
    )
    assert.strictEqual(code, 0)
    const asked = read("scanjobs-acme/src/Acme.ts")
    rmSync(join(cwd, "scanjobs-acme"), { recursive: true })
    assert.strictEqual((await run(["acme", "--yes"], [])).code, 0)
    assert.strictEqual(read("scanjobs-acme/src/Acme.ts"), asked)
  })

  it.each([
    [["Acme!"], "is not a valid name for a provider"],
    [["schema"], "already means something else"],
    [[], "give the vendor's name"],
    [["acme", "beta"], "expected one name"],
    [["acme", "--colour", "red"], "--colour"],
    [["acme", "--paging", "pages"], "--paging must be one of"],
    [["acme", "--paging", "keyset", "--rows", "ids"], "does not go with"],
    [["acme", "--paging", "single", "--start", "1"], "does not go with"],
    [["acme", "--package", "Not A Package"], "is not a valid package name"],
    [["acme", "--folder", "there"], "already exists"]
  ] as const)("says what is wrong with %j, and writes nothing", async (args, problem) => {
    mkdirSync(join(cwd, "there"))
    const { code, error } = await run(args)
    assert.strictEqual(code, 2)
    assert.include(error, problem)
    assert.include(error, "Nothing was written.")
    assert.deepStrictEqual([...readdirSync(cwd), ...readdirSync(join(cwd, "there"))], ["there"])
  })

  it("writes nothing through a link, and says which file cannot be written", async () => {
    symlinkSync(join(cwd, "elsewhere"), join(cwd, "link"))
    const linked = await run(["acme", "--folder", "link"])
    assert.deepStrictEqual([linked.code, existsSync(join(cwd, "elsewhere"))], [2, false])
    assert.include(linked.error, "already exists")
    writeFileSync(join(cwd, "file"), "")
    const below = await run(["acme", "--folder", "file/acme"])
    assert.strictEqual(below.code, 2)
    assert.match(below.error, /^\S+ cannot be written \(ENOTDIR: .*\)\nThe package is not complete\./)
  })

  it("explains every choice", async () => {
    const { code, out } = await run(["--help"])
    assert.strictEqual(code, 0)
    const values = Object.values(Options.choices).flatMap((choice) => Object.keys(choice.values))
    for (const name of [...Options.choiceNames.map((choice) => `--${choice}`), ...values, "--package"]) {
      assert.include(out, name)
    }
    assert.isFalse(existsSync(join(cwd, "scanjobs-undefined")))
  })

  it("asks nothing without a terminal", async () => {
    const main = join(workspace, "packages/create-scanjobs-provider/src/main.ts")
    await runIn(cwd, process.execPath, ["--conditions=@scanjobs/source", main, "acme"])
    assert.include(filesIn("scanjobs-acme"), "src/Acme.ts")
  })
})
