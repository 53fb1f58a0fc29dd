import { join } from "node:path"
import { assert, describe, it } from "vitest"
import { reportsOf } from "../src/api-report.ts"
import { makeTree, type Tree } from "./workspace-tree.ts"

const reportsIn = (files: Tree, entry = ".") => {
  using tree = makeTree(files)
  return reportsOf("@s/a", entry, join(tree.root, "index.d.ts"))
}

const reportIn = (declarations: string) => reportsIn({ "index.d.ts": declarations })[0]?.text

describe("API reports", () => {
  it("give each namespace of an entry point a report, and its other exports one together", () => {
    const files = {
      "index.d.ts":
        'export * as Query from "./model/Query.ts";\nexport { b as c } from "./B.js";\nexport * from "./D.js";\n',
      "model/Query.d.ts": "export interface Query {\n}\nexport declare const everything: Query;\n",
      "B.d.ts": "export declare const a: 1;\nexport declare const b: 2;\n",
      "D.d.ts": "export declare const d: 4;\n"
    }
    const c = '```ts\nimport { c, d } from "@s/a"\n\nexport const b: 2;\n\nexport const d: 4;\n```\n'
    const query =
      '```ts\nimport { Query } from "@s/a"\n\nexport interface Query {\n}\n\nexport const everything: Query;\n```\n'
    assert.deepStrictEqual(reportsIn(files), [
      { name: "index", text: c },
      { name: "Query", text: query }
    ])
    assert.deepStrictEqual(
      reportsIn(files, "./emulator").map(({ name }) => name),
      ["emulator.index", "emulator.Query"]
    )
  })

  it("leave out comments and members that begin with a tilde or are private", () => {
    const declarations = [
      "/** A docblock. */",
      "export interface A {",
      "    /** One. */",
      "    readonly one: 1;",
      '    readonly "~two": 2;',
      "}",
      "export declare class B {",
      "    #private;",
      "    readonly three: 3; // why",
      "}",
      ""
    ].join("\n")
    assert.strictEqual(
      reportIn(declarations),
      '```ts\nimport { A, B } from "@s/a"\n\nexport interface A {\n    readonly one: 1;\n}\n\n' +
        "export class B {\n    readonly three: 3;\n}\n```\n"
    )
  })

  it("show the local declarations and the imports that exported declarations refer to, and no others", () => {
    const declarations = [
      'import { Effect, type Scope, Stream as S } from "effect";',
      'import type * as Transport from "./http/Transport.ts";',
      "type Used = Nested | S.Stream<1>;",
      "type Nested = Transport.Transport;",
      "type Unused = Effect.Effect<Scope.Scope>;",
      "export declare const used: Used;",
      "export {};",
      ""
    ].join("\n")
    assert.strictEqual(
      reportIn(declarations),
      [
        '```ts\nimport { used } from "@s/a"\n',
        'import { Stream as S } from "effect"\nimport * as Transport from "./http/Transport.js"\n',
        "type Used = Nested | S.Stream<1>;\n",
        "type Nested = Transport.Transport;\n",
        "export const used: Used;\n```\n"
      ].join("\n")
    )
  })
})
