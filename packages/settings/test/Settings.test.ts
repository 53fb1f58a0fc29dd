import * as NodeServices from "@effect/platform-node/NodeServices"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Effect, Option, Redacted } from "effect"
import { join } from "node:path"
import { SettingsProblem } from "../../src/Problem.ts"
import * as Settings from "../../src/settings/Settings.ts"
import { folder } from "../Program.ts"

const digicert = { name: "dc", provider: "digicert", apiKey: "k", accountId: "1", divisionId: 2, surveyDefIds: [3] }
const avepoint = { name: "ap", provider: "avepoint", clientId: "c", clientSecret: "s", region: "us" }

/** Text of the form that keys and certificates have. */
const pem = (label: string) => `-----BEGIN ${label}-----\nMAMCAQE=\n-----END ${label}-----\n`

const load = (
  content: unknown,
  env: { readonly [name: string]: string } = {},
  files: { readonly [name: string]: string } = {}
) =>
  Effect.gen(function* () {
    const at = yield* folder({ "scanjobs.json": content, ...files })
    return yield* Settings.load(Option.some(join(at, "scanjobs.json")))
  }).pipe(Effect.provide([NodeServices.layer, ConfigProvider.layer(ConfigProvider.fromEnv({ env }))]), Effect.scoped)

const problems = (...args: Parameters<typeof load>) =>
  Effect.map(Effect.flip(load(...args)), (error) =>
    error instanceof SettingsProblem ? error.problems.map((line) => line.replace(/\/\S*\//g, "")) : [String(error)]
  )

describe("Settings", () => {
  it.effect("decodes each connection by its provider", () =>
    Effect.gen(function* () {
      const { connections } = yield* load({ connections: [digicert, avepoint] })
      assert.deepStrictEqual(
        connections.map(({ name, provider }) => [name, provider]),
        [
          ["dc", "digicert"],
          ["ap", "avepoint"]
        ]
      )
    })
  )

  it.effect("fills the environment in, as numbers where numbers are wanted", () =>
    Effect.gen(function* () {
      const { connections } = yield* load(
        { connections: [{ ...digicert, apiKey: "a-${KEY}-z", divisionId: "${DIV}", surveyDefIds: ["${DIV}", 7] }] },
        { KEY: "secret", DIV: "42" }
      )
      const [connection = {}] = connections
      assert.strictEqual(Reflect.get(connection, "divisionId"), 42)
      assert.deepStrictEqual(Reflect.get(connection, "surveyDefIds"), [42, 7])
      assert.deepStrictEqual(Reflect.get(connection, "apiKey"), Redacted.make("a-secret-z"))
    })
  )

  it.effect("reads @file beside the settings file, and only where a setting may be a file", () =>
    Effect.gen(function* () {
      const { clientSecret: _, ...certified } = avepoint
      const { connections } = yield* load(
        { connections: [{ ...certified, clientId: "@ap", certificate: "@cert.pem", privateKey: "${WHERE}" }] },
        { WHERE: "@key.pem" },
        { "cert.pem": pem("CERTIFICATE"), "key.pem": pem("PRIVATE KEY") }
      )
      const [connection = {}] = connections
      assert.strictEqual(Reflect.get(connection, "clientId"), "@ap")
      assert.deepStrictEqual(Reflect.get(connection, "privateKey"), Redacted.make(pem("PRIVATE KEY")))
    })
  )

  it.effect("reports everything that is wrong at once, and no value", () =>
    Effect.gen(function* () {
      const found = yield* problems(
        {
          conections: [],
          plugins: ["${PLUGIN}", 3],
          connections: [
            { ...digicert, apiKey: "${UNSET_KEY}", divisionId: "canary", apikey: "canary" },
            { name: "dc", provider: "digicert", accountId: "1", divisionId: 1.5, surveyDefIds: ["canary"] },
            { provider: "canary" },
            { name: "ap", provider: "avepoint", clientId: "c", privateKey: "@no.pem", baseUrl: "canary" },
            "canary"
          ]
        },
        {}
      )
      assert.deepStrictEqual(found, [
        "conections: is not a key of the settings file; expected connections or plugins",
        "plugins.0: the environment variable PLUGIN is not set",
        "plugins.1: expected the name of a package or a path",
        'connection "dc": apiKey: the environment variable UNSET_KEY is not set',
        'connection "dc": apikey: is not a setting of this provider; expected one of name, apiKey, accountId, divisionId, surveyDefIds, pageSize, baseUrl',
        'connection "dc": divisionId: expected integer',
        'connection "dc": apiKey: missing key; expected string',
        'connection "dc": divisionId: expected integer',
        'connection "dc": surveyDefIds.0: expected integer',
        'connection "dc": name: is used twice; expected a name of its own',
        "connection 3: name: missing key; expected string that is not empty",
        "connection 3: provider: is not known; expected one of digicert, avepoint, github, tenable",
        'connection "ap": privateKey: the file no.pem cannot be read (NotFound)',
        'connection "ap": baseUrl: expected an absolute http or https URL',
        'connection "ap": certificate: missing key; privateKey needs it',
        'connection "ap": region: missing key; give region, or baseUrl and tokenUrl',
        "connection 5: expected object"
      ])
    })
  )

  it.effect("says where a file is not JSON, without quoting it", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* problems('{\n  "connections": [{ "apiKey": canary }]\n}'), [
        "scanjobs.json:2:31: is not JSON; expected a value"
      ])
    })
  )

  it.effect("wants an object with an array of connections", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* problems("[]"), ["scanjobs.json: expected an object with the key connections"])
      assert.deepStrictEqual(yield* problems({}), ["connections: missing key; expected array of object"])
      assert.deepStrictEqual(yield* problems({ connections: {} }), ["connections: expected array of object"])
    })
  )

  it.effect("takes an empty variable for one that is not set", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* problems({ connections: [{ ...digicert, apiKey: "${KEY}" }] }, { KEY: "" }), [
        'connection "dc": apiKey: the environment variable KEY is not set'
      ])
    })
  )

  it.effect("selects connections by name, and names those there are", () =>
    Effect.gen(function* () {
      const settings = yield* load({ connections: [digicert, avepoint] })
      assert.lengthOf(yield* Settings.select(settings, ["ap", "ap"]), 1)
      const { message } = yield* Effect.flip(Settings.select(settings, ["dx"]))
      assert.strictEqual(message, '--connection: there is no connection "dx"; there are "dc", "ap"')
    })
  )
})
