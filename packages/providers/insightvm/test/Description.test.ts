import { Api, InsightVM } from "@scanjobs/insightvm"
import * as InsightVMEmulator from "@scanjobs/insightvm/emulator"
import { assert, describe, it } from "@effect/vitest"
import { NodeHttpClient } from "@effect/platform-node"
import { Effect, Option, Schema, Stream } from "effect"
import { connect } from "./Console.ts"
import * as State from "../src/State.ts"
import description from "./fixtures/description.json" with { type: "json" }

type Type = "string" | "integer" | "number" | "boolean" | "array" | "object"

/** A value of each type that the description has. */
const samples: { readonly [type in Type]: unknown } = {
  string: "text",
  integer: 7,
  number: 0.5,
  boolean: true,
  array: [],
  object: {}
}

/** The path of an endpoint, as the description writes it. */
const pathOf = (path: string) => path.replace(/\/sites\/\d+\//, "/sites/{id}/")

const described = new Map<string, object>(Object.entries(description.endpoints))
const rows: { readonly [name: string]: { readonly [field: string]: string } } = description.rows
const sampleOf = (name: string) =>
  Object.fromEntries(
    Object.entries(rows[name] ?? {}).map(([field, type]) => [field, Reflect.get(samples, type) ?? assert.fail(type)])
  )

describe("the vendor's description of its API", () => {
  it.live("has every address and every parameter that is asked for", () =>
    Effect.gen(function* () {
      const vendor = yield* InsightVMEmulator.serve()
      yield* InsightVM.jobs(connect(vendor)).pipe(Stream.runDrain, Effect.provide(NodeHttpClient.layerUndici))
      const entries = yield* vendor.ledger.entries
      assert.sameMembers([...new Set(entries.map(({ path }) => pathOf(path)))], [...described.keys()])
      for (const { path, query } of entries) {
        const parameters = Object.keys(described.get(pathOf(path)) ?? {})
        for (const name of Object.keys(query)) assert.include(parameters, name, path)
      }
    })
  )

  for (const [name, row] of [
    ["Scan", Api.Scan],
    ["Site", Api.Site],
    ["Schedule", Api.Schedule]
  ] as const) {
    it(`has the fields of a ${name.toLowerCase()}, and no others`, () => {
      assert.sameMembers(Object.keys(row.fields), Object.keys(rows[name] ?? {}))
      assert.isTrue(Option.isSome(Schema.decodeUnknownOption(row)(sampleOf(name))))
    })
  }

  it("has no state but those that are known, and one that says that it is not", () => {
    const unknown = description.states.filter((state) => State.of(state) === "unknown")
    assert.deepStrictEqual(unknown, ["unknown"])
  })
})
