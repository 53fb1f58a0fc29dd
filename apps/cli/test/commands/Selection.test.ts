import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Selection from "../../src/commands/Selection.ts"

const settings = {
  ids: ["digicert", "github", "tenable"],
  connections: [
    { name: "prod-eu", provider: "github" },
    { name: "prod-us", provider: "tenable" },
    { name: "test.1", provider: "github" }
  ],
  tags: new Map([["prod-eu", ["prod", "eu"]]])
}
const choose = (input: Partial<Pick<Selection.Input, "connection" | "provider" | "tag">>) =>
  Selection.choose(settings, { connection: [], provider: [], tag: [], ...input }).pipe(
    Effect.map((chosen) => chosen.map(({ name }) => name).join(" ")),
    Effect.catch(({ message }) => Effect.succeed(message))
  )

describe("Selection", () => {
  it.effect("takes all connections where nothing is asked", () =>
    Effect.map(choose({}), (names) => assert.strictEqual(names, "prod-eu prod-us test.1"))
  )

  it.effect("takes names, patterns, providers and tags, all of which must hold", () =>
    Effect.gen(function* () {
      assert.strictEqual(yield* choose({ connection: ["test.1", "prod-u*"] }), "prod-us test.1")
      assert.strictEqual(yield* choose({ connection: ["*-?u"] }), "prod-eu")
      assert.strictEqual(yield* choose({ provider: ["github"], connection: ["prod*"] }), "prod-eu")
      assert.strictEqual(yield* choose({ tag: ["eu"] }), "prod-eu")
    })
  )

  it.effect("names what matches nothing, and what was probably meant", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        yield* choose({ connection: ["prod-eu", "testx1"], provider: ["githb"], tag: ["staging"] }),
        [
          '--connection: there is no connection "testx1" (did you mean "test.1"?); there are "prod-eu", "prod-us", "test.1"',
          '--provider: there is no provider "githb" (did you mean "github"?); there are "digicert", "github", "tenable"',
          '--tag: there is no connection with the tag "staging"; there are "prod", "eu"'
        ].join("\n")
      )
    })
  )

  it.effect("refuses options that no connection fits together", () =>
    Effect.map(choose({ provider: ["tenable"], tag: ["eu"] }), (message) =>
      assert.match(
        message,
        /^no connection matches all of --provider tenable and --tag eu; there are "prod-eu \(github\)"/
      )
    )
  )
})
