import { NodeServices } from "@effect/platform-node"
import { AvePoint } from "@scanjobs/avepoint"
import { DigiCert } from "@scanjobs/digicert"
import { Tenable } from "@scanjobs/tenable"
import { type Plugin, Settings } from "@scanjobs/settings"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"

const digicert = {
  name: "dc",
  provider: "digicert",
  apiKey: "dc-key-0001",
  accountId: "5153184",
  divisionId: 677793,
  surveyDefIds: [293514]
}

/** Reads settings with providers that are loaded when they are named, and tells which were. */
const read = Effect.fnUntraced(function* (content: object) {
  const loads: Array<string> = []
  const lazy = [DigiCert, AvePoint, Tenable].map((provider: Plugin.Installed): Plugin.Lazy => ({
    id: provider.id,
    load: Effect.sync(() => {
      loads.push(provider.id)
      return provider
    })
  }))
  const stand: Plugin.Loader = (specifier) =>
    Effect.succeed([
      {
        provider: Tenable,
        specifier,
        location: specifier,
        version: null,
        exports: {},
        emulator: Effect.succeed(undefined)
      }
    ])
  const settings = yield* Effect.result(Settings.decode(content, { providers: [], lazy, plugins: stand }))
  return { loads, settings }
}, Effect.provide(NodeServices.layer))

describe("providers that are loaded when they are named", () => {
  it.effect("are loaded once for all connections that name them, and no other is", () =>
    Effect.gen(function* () {
      const { loads, settings } = yield* read({ connections: [digicert, { ...digicert, name: "dc-2" }] })
      assert.deepStrictEqual(loads, ["digicert"])
      const { connections, providers } = yield* Effect.fromResult(settings)
      assert.deepStrictEqual(
        connections.map(({ name }) => name),
        ["dc", "dc-2"]
      )
      assert.deepStrictEqual(
        providers.map(({ id }) => id),
        ["digicert"]
      )
    })
  )

  it.effect("are all offered where a connection names none of them, without being loaded", () =>
    Effect.gen(function* () {
      const { loads, settings } = yield* read({ connections: [{ ...digicert, provider: "digicer" }] })
      const { problems } = yield* Effect.flip(Effect.fromResult(settings))
      assert.deepStrictEqual(loads, [])
      assert.include(
        problems.map(({ message }) => message),
        '"digicer" is not a provider (did you mean "digicert"?); expected one of digicert, avepoint, tenable, or the provider of a plugin'
      )
    })
  )

  it.effect("are loaded to tell whether a default is a setting of any provider", () =>
    Effect.gen(function* () {
      const known = yield* read({ connections: [digicert], defaults: { apiKey: "dc-key-0002" } })
      assert.deepStrictEqual(known.loads, ["digicert"])

      const ofAnother = yield* read({ connections: [digicert], defaults: { accessKey: "tenable-key-0001" } })
      assert.sameMembers(ofAnother.loads, ["digicert", "avepoint", "tenable"])
      const { providers } = yield* Effect.fromResult(ofAnother.settings)
      assert.strictEqual(providers.length, 3)

      const ofNone = yield* read({ connections: [digicert], defaults: { apiKeys: "dc-key-0002" } })
      const { problems } = yield* Effect.flip(Effect.fromResult(ofNone.settings))
      assert.deepStrictEqual(
        problems.map(({ at }) => at),
        ["defaults: apiKeys"]
      )
    })
  )

  it.effect("keep their ids for themselves, so that a plugin cannot take one", () =>
    Effect.gen(function* () {
      const { loads, settings } = yield* read({ connections: [digicert], plugins: ["./tenable.ts"] })
      const { problems } = yield* Effect.flip(Effect.fromResult(settings))
      assert.deepStrictEqual(loads, ["digicert"])
      assert.deepStrictEqual(
        problems.map(({ message }) => message),
        ['"./tenable.ts" its provider "tenable" is there already, from built-in']
      )
    })
  )
})
