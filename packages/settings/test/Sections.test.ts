import { NodeServices } from "@effect/platform-node"
import { DigiCert } from "@scanjobs/digicert"
import { Problem, Settings, SettingsSchema } from "@scanjobs/settings"
import { assert, describe, it } from "@effect/vitest"
import { Ajv } from "ajv"
import { ConfigProvider, Effect, Redacted, Schema } from "effect"
import { digicert } from "./Folder.ts"

const sections = {
  store: Schema.NonEmptyString,
  hooks: Schema.Array(
    Schema.Struct({
      to: Schema.Redacted(
        Schema.String.check(
          Schema.makeFilter((text: string) => text.startsWith("https:"), { expected: "an https: address" })
        )
      ),
      times: Schema.optionalKey(Schema.Int)
    })
  )
}

const decode = (own: object, env: { readonly [name: string]: string } = {}) =>
  Settings.decode({ connections: [digicert], ...own }, { providers: [DigiCert], sections }).pipe(
    Effect.provide([NodeServices.layer, ConfigProvider.layer(ConfigProvider.fromEnv({ env: { ...env } }))])
  )

const problemsOf = (own: object) => Effect.map(Effect.flip(decode(own)), ({ problems }) => problems.map(Problem.format))

describe("a program's own keys of the settings", () => {
  it.effect("are decoded by their schemas, with placeholders filled in", () =>
    Effect.gen(function* () {
      const given = { store: "${STORE:-scans.db}", hooks: [{ to: "${HOOK}", times: 3 }] }
      const settings = yield* decode(given, { HOOK: "https://chat.example/1" })
      assert.deepStrictEqual(settings.sections, {
        store: "scans.db",
        hooks: [{ to: Redacted.make("https://chat.example/1"), times: 3 }]
      })
    })
  )

  it.effect("are absent where the file does not have them", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* decode({})).sections, {})
    })
  )

  it.effect("say where they are wrong, and quote no secret", () =>
    Effect.gen(function* () {
      const given = { store: 7, hooks: [{ to: "http://chat.example/secret-1", times: "often", more: 1 }], stor: "x" }
      assert.deepStrictEqual(yield* problemsOf(given), [
        'stor: is not a key of the settings file (did you mean "store"?); expected one of connections, plugins, defaults, $schema, store, hooks',
        "store: expected string",
        "hooks.0.more: is not a key here",
        "hooks.0.to: expected an https: address",
        "hooks.0.times: expected number"
      ])
      assert.deepStrictEqual(yield* problemsOf({ store: "${NOWHERE}" }), [
        "store: the environment variable NOWHERE is not set"
      ])
    })
  )

  it.effect("are unknown where the program has none", () =>
    Effect.gen(function* () {
      const decoded = Settings.decode({ connections: [digicert], store: "x" }, { providers: [DigiCert] })
      const { problems } = yield* Effect.flip(Effect.provide(decoded, NodeServices.layer))
      assert.deepStrictEqual(
        problems.map(({ at, code }) => [code, at]),
        [["UnknownKey", "store"]]
      )
    })
  )

  it("are in the JSON Schema", () => {
    const isValid = new Ajv({ strict: false }).compile(SettingsSchema.make([DigiCert], sections))
    assert.isTrue(isValid({ connections: [digicert], store: "x", hooks: [{ to: "${HOOK}" }] }))
    assert.isFalse(isValid({ connections: [digicert], store: 7 }))
    assert.isFalse(isValid({ connections: [digicert], hooks: [{ times: 1 }] }))
  })
})
