import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Option } from "effect"
import { join } from "node:path"
import * as Settings from "../../src/settings/Settings.ts"
import { folder } from "../Program.ts"

const load = Effect.gen(function* () {
  const keys = { provider: "tenable", accessKey: "a-key", secretKey: "s-key" }
  const at = yield* folder({
    "scanjobs.json": {
      connections: [
        { ...keys, name: "one", tags: ["prod", "eu"] },
        { ...keys, name: "two", tags: ["prod"] },
        { ...keys, name: "three" }
      ]
    }
  })
  return yield* Settings.load(Option.some(join(at, "scanjobs.json")))
}).pipe(Effect.provide(NodeServices.layer), Effect.scoped)

const selected = (names: ReadonlyArray<string>, tags: ReadonlyArray<string> = []) =>
  Effect.flatMap(load, (settings) =>
    Effect.map(Settings.select(settings, names, tags), (connections) => connections.map(({ name }) => name))
  )

describe("the connections that are read", () => {
  it.effect("are those of the names and tags that were asked for, in the order of the file", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* selected([]), ["one", "two", "three"])
      assert.deepStrictEqual(yield* selected(["three", "one", "one"]), ["one", "three"])
      assert.deepStrictEqual(yield* selected([], ["eu"]), ["one"])
      assert.deepStrictEqual(yield* selected([], ["eu", "prod"]), ["one", "two"])
      assert.deepStrictEqual(yield* selected(["two", "three"], ["prod"]), ["two"])
    })
  )

  it.effect("must exist, and those that do are named", () =>
    Effect.gen(function* () {
      const { message } = yield* Effect.flip(selected(["dx"], ["test"]))
      assert.deepStrictEqual(message.split("\n"), [
        '--connection: there is no connection "dx"; there are "one", "two", "three"',
        '--tag: there is no connection with the tag "test"; there are "prod", "eu"'
      ])
    })
  )
})
