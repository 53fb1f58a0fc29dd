import { assert, describe, it } from "vitest"
import { allowedLayers, findProblems } from "../src/boundaries.ts"
import { folderOrder } from "../src/folders.ts"
import { makeTree, type Tree } from "./workspace-tree.ts"

interface Parts {
  readonly layer: string
  readonly name: string
  readonly lib?: ReadonlyArray<string>
  readonly test?: ReadonlyArray<string>
}

const references = (paths: ReadonlyArray<string> = []) => ({ references: paths.map((path) => ({ path })) })

const project = (dir: string, { layer, lib = [], name, test = lib }: Parts, manifest: object = {}): Tree => ({
  [`${dir}/package.json`]: { name, nx: { tags: [`layer:${layer}`] }, ...manifest },
  [`${dir}/tsconfig.json`]: references(["./tsconfig.lib.json", "./tsconfig.test.json"]),
  [`${dir}/tsconfig.lib.json`]: references(lib.map((path) => `${path}/tsconfig.lib.json`)),
  [`${dir}/tsconfig.test.json`]: references(["./tsconfig.lib.json", ...test.map((path) => `${path}/tsconfig.lib.json`)])
})

/** A core, a testing package, two providers and an app without problems. */
const sound: Tree = {
  "package.json": { name: "root", devDependencies: { vitest: "1" } },
  "tsconfig.json": references([
    "packages/core",
    "packages/testing",
    "packages/providers/a",
    "packages/providers/b",
    "apps/x"
  ]),
  ...project("packages/core", { layer: "core", name: "@s/core" }, { peerDependencies: { effect: "1" } }),
  "packages/core/src/index.ts": 'export * from "effect"\n/** import "@s/a" */\nexport const quoted = `import "@s/b"`\n',
  "packages/core/test/index.test.ts": 'import "vitest"\nimport "node:fs"\nimport "../src/index.ts"\nimport "@s/core"\n',
  ...project(
    "packages/testing",
    { layer: "testing", name: "@s/testing", lib: ["../core"] },
    { peerDependencies: { "@s/core": "1" } }
  ),
  "packages/testing/src/index.ts": 'export * from "@s/core"\n',
  ...project(
    "packages/providers/a",
    { layer: "provider", name: "@s/a", lib: ["../../core", "../../testing"] },
    {
      peerDependencies: { "@s/core": "1", "@s/testing": "1" },
      peerDependenciesMeta: { "@s/testing": { optional: true } }
    }
  ),
  "packages/providers/a/src/index.ts": 'export * from "@s/core"\n',
  "packages/providers/a/src/emulator.ts":
    'export * from "@s/testing"\nexport * from "./index.ts"\nexport * from "./SignatureCheck.ts"\n',
  "packages/providers/a/src/SignatureCheck.ts": 'export * from "@s/testing"\n',
  "packages/providers/a/test/a.test.ts": 'import "@s/testing"\nimport "../src/emulator.ts"\n',
  ...project(
    "packages/providers/b",
    { layer: "provider", name: "@s/b", lib: ["../../core"] },
    { peerDependencies: { "@s/core": "1" } }
  ),
  "packages/providers/b/src/index.ts": 'export type A = import("@s/core").A\n',
  ...project(
    "apps/x",
    { layer: "app", name: "x", lib: ["../../packages/providers/a"] },
    { dependencies: { "@s/a": "1" } }
  ),
  "apps/x/src/main.ts": 'import "@s/a/emulator"\nawait import(process.argv[2] ?? "")\n'
}

const problemsOf = (changes: Tree): ReadonlyArray<string> => {
  using tree = makeTree({ ...sound, ...changes })
  return findProblems(tree.root)
}

describe("boundaries", () => {
  it("finds nothing wrong where every rule is kept", () => {
    assert.deepStrictEqual(problemsOf({}), [])
  })

  it("lets the sources of a published app import what is there for development, because they are bundled", () => {
    const app = (manifest: object): Tree => ({
      ...project(
        "apps/x",
        { layer: "app", name: "x", lib: ["../../packages/providers/a"] },
        { devDependencies: { "@s/a": "1" }, ...manifest }
      )
    })
    assert.deepStrictEqual(problemsOf(app({})), [])
    assert.include(
      problemsOf(app({ private: true })),
      "apps/x/src/main.ts:1: imports @s/a, which package.json does not name"
    )
  })

  it.each<[string, Tree, ReadonlyArray<string>]>([
    [
      "an import that package.json does not name",
      { "packages/core/src/more.ts": '\nimport type { x } from "redis/client"\n' },
      ["packages/core/src/more.ts:2: imports redis, which package.json does not name"]
    ],
    [
      "a development dependency of the root in a source file",
      { "packages/core/src/more.ts": 'export * from "vitest"\n' },
      ["packages/core/src/more.ts:1: imports vitest, which package.json does not name"]
    ],
    [
      "an import against the layers",
      { "packages/core/src/more.ts": 'export { a } from "@s/a"\n' },
      ["packages/core/src/more.ts:1: core may not import @s/a (provider)"]
    ],
    [
      "a provider that imports another, also in a test and as a type",
      {
        "packages/providers/b/src/more.ts": 'export type A = import("@s/a").A\n',
        "packages/providers/b/test/b.test.ts": 'await import("@s/a")\n'
      },
      [
        "packages/providers/b/src/more.ts:1: provider may not import @s/a (provider)",
        "packages/providers/b/test/b.test.ts:1: provider may not import @s/a (provider)"
      ]
    ],
    [
      "the testing package outside a provider's emulator",
      { "packages/providers/a/src/more.ts": 'export * from "@s/testing"\n' },
      [
        "packages/providers/a/src/more.ts:1: only a provider's src/Emulator.ts, src/SignatureCheck.ts and tests may import @s/testing: move this there"
      ]
    ],
    [
      "an emulator that the provider's own sources import",
      { "packages/providers/a/src/more.ts": 'export * from "./emulator.ts"\n' },
      [
        "packages/providers/a/src/more.ts:1: only tests and other projects may import the emulator: move what both need into a file of its own"
      ]
    ],
    [
      "a relative import that leaves the package",
      { "packages/core/test/more.test.ts": 'import "../../testing/src/index.ts"\n' },
      [
        "packages/core/test/more.test.ts:1: ../../testing/src/index.ts leaves packages/core: import the package by its name"
      ]
    ],
    [
      "an import that runs upward between folders, also as a type, and through a file of src",
      {
        "packages/core/src/model/Query.ts": [
          'import type { Loop } from "../loop/Loop.ts"',
          'export * from "../index.ts"',
          'export * from "./Time.ts"'
        ].join("\n"),
        "packages/core/src/model/Time.ts": "export {}\n",
        "packages/core/src/loop/Loop.ts": 'export type { Query } from "../model/Query.ts"\n'
      },
      ["loop", "index.ts"].map(
        (above, index) =>
          `packages/core/src/model/Query.ts:${index + 1}: model may not import ${above}, which is above it: ` +
          `move what both need to model or below (order of folders, lowest first: ${folderOrder["packages/core"]?.join(", ")})`
      )
    ],
    [
      "a folder that has no place in the order",
      { "packages/core/src/misc/More.ts": "export {}\n" },
      [
        "packages/core/src/misc/More.ts: the folder misc has no place in the order of packages/core: " +
          "add it to folderOrder in tools/workspace/src/folders.ts"
      ]
    ],
    [
      "a file that is too long, in core and elsewhere",
      {
        "packages/core/src/model/Long.ts": "export {}\n".repeat(301),
        "packages/core/src/model/Short.ts": "export {}\n".repeat(300),
        "packages/providers/b/src/more.ts": "export {}\n".repeat(400),
        "packages/providers/b/src/long.ts": "export {}\n".repeat(401)
      },
      [
        "packages/core/src/model/Long.ts: has 301 lines, and may have 300: split it by concept",
        "packages/providers/b/src/long.ts: has 401 lines, and may have 400: split it by concept"
      ]
    ],
    [
      "a computed import()",
      { "packages/core/src/more.ts": "export const load = (name: string) => import(`@s/${name}`)\n" },
      ["packages/core/src/more.ts:1: a computed import() hides what it depends on"]
    ],
    [
      "an absolute import",
      { "packages/core/src/more.ts": 'import "/etc/x.ts"\n' },
      ["packages/core/src/more.ts:1: imports /etc/x.ts, which is no package"]
    ],
    [
      "a dependency that no file imports",
      { "packages/core/src/index.ts": "export {}\n" },
      ["packages/core/package.json: names effect, which no file imports"]
    ],
    [
      "a project without a layer",
      { "apps/x/package.json": { name: "x", dependencies: { "@s/a": "1" } } },
      [
        `apps/x/package.json: needs a tag, one of layer:${Object.keys(allowedLayers).join(", layer:")}`,
        "apps/x/src/main.ts:1:  may not import @s/a (provider)",
        "apps/x/src/main.ts:2: a computed import() hides what it depends on",
        "apps/x/package.json:  may not depend on @s/a (provider) in dependencies"
      ]
    ],
    [
      "a peer that users would have to know of, and one that production does not need",
      {
        ...project(
          "packages/providers/b",
          { layer: "provider", name: "@s/b", lib: ["../../testing"] },
          { peerDependencies: { "@s/testing": "1", effect: "1", redis: "1" } }
        ),
        "packages/providers/b/src/index.ts": 'export * from "effect"\nexport * from "redis"\n',
        "packages/providers/b/src/emulator.ts": 'export * from "@s/testing"\n'
      },
      [
        "packages/providers/b/package.json: @s/testing is a peer that every user must install: make it optional in peerDependenciesMeta",
        "packages/providers/b/package.json: redis is a peer, so that users must install it: make it a dependency"
      ]
    ],
    [
      "a dependency of a library that its user has, too, or that production does not need",
      {
        ...project(
          "packages/providers/b",
          { layer: "provider", name: "@s/b", lib: ["../../core", "../../testing"] },
          { dependencies: { "@s/core": "1", "@s/testing": "1", effect: "1" } }
        ),
        "packages/providers/b/src/index.ts": 'export * from "effect"\nexport * from "@s/core"\n',
        "packages/providers/b/src/emulator.ts": 'export * from "@s/testing"\n'
      },
      [
        "packages/providers/b/package.json: @s/core is a dependency, and must be a peer: a program with two copies of it fails",
        "packages/providers/b/package.json: @s/testing is a dependency, and must be an optional peer: production installs do not need it",
        "packages/providers/b/package.json: effect is a dependency, and must be a peer: a program with two copies of it fails"
      ]
    ],
    [
      "references that differ from the dependencies",
      {
        "tsconfig.json": references([
          "packages/core",
          "packages/testing",
          "packages/providers/a",
          "packages/providers/b",
          "apps/y"
        ]),
        ...project(
          "packages/testing",
          { layer: "testing", name: "@s/testing", lib: ["../providers/b"] },
          { peerDependencies: { "@s/core": "1" } }
        )
      },
      [
        "tsconfig.json: has no reference to apps/x",
        "tsconfig.json: should not refer to apps/y",
        "packages/testing/tsconfig.lib.json: has no reference to packages/core/tsconfig.lib.json",
        "packages/testing/tsconfig.lib.json: should not refer to packages/providers/b/tsconfig.lib.json",
        "packages/testing/tsconfig.test.json: has no reference to packages/core/tsconfig.lib.json",
        "packages/testing/tsconfig.test.json: should not refer to packages/providers/b/tsconfig.lib.json"
      ]
    ]
  ])("reports %s", (_, changes, expected) => {
    assert.deepStrictEqual(problemsOf(changes), expected)
  })
})
