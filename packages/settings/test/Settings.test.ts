import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Settings } from "@scanjobs/settings"
import { Tenable } from "@scanjobs/tenable"
import { Effect, Redacted } from "effect"
import { avepoint, digicert, load, problems, tenable } from "./Folder.ts"

/** Text of the form that keys and certificates have. */
const pem = (label: string) => `-----BEGIN ${label}-----\nMAMCAQE=\n-----END ${label}-----\n`

const keysOf = (provider: string) => `expected one of name, provider, tags, ${provider}`
const digicertKeys = keysOf("apiKey, accountId, divisionId, surveyDefIds, pageSize, baseUrl, allowHttp, quotas")

describe("Settings.load", () => {
  it.effect("decodes each connection by its provider", () =>
    Effect.gen(function* () {
      const { connections } = yield* load({ $schema: "./scanjobs.schema.json", connections: [digicert, avepoint] })
      assert.deepStrictEqual(
        connections.map(({ name, provider }) => [name, provider]),
        [
          ["dc", "digicert"],
          ["ap", "avepoint"]
        ]
      )
    })
  )

  it.effect("reads @file beside the settings file for every secret, and leaves other settings alone", () =>
    Effect.gen(function* () {
      const { clientSecret: _, ...certified } = avepoint
      const { connections } = yield* load(
        {
          connections: [
            { ...certified, clientId: "@ap", certificate: "@cert.pem", privateKey: "${WHERE}" },
            { ...digicert, apiKey: "@key.txt" },
            { ...tenable, secretKey: "@@at-1" }
          ]
        },
        {
          env: { WHERE: "@key.pem" },
          files: { "cert.pem": pem("CERTIFICATE"), "key.pem": pem("PRIVATE KEY"), "key.txt": "\uFEFFkey-2\r\n" }
        }
      )
      const [ap = {}, dc = {}, tvm = {}] = connections
      assert.strictEqual(Reflect.get(ap, "clientId"), "@ap")
      assert.deepStrictEqual(Reflect.get(ap, "privateKey"), Redacted.make(pem("PRIVATE KEY")))
      assert.deepStrictEqual(Reflect.get(dc, "apiKey"), Redacted.make("key-2"))
      assert.deepStrictEqual(Reflect.get(tvm, "secretKey"), Redacted.make("@at-1"))
    })
  )

  it.effect(
    "reports everything that is wrong at once, with a code each, and repeats no text that may be a secret",
    () =>
      Effect.gen(function* () {
        const found = yield* problems({
          conections: [],
          plugins: ["${PLUGIN}", 3],
          connections: [
            { ...digicert, apiKey: "${UNSET_KEY}", divisionId: "canary", apikey: "canary" },
            { name: "dc", provider: "digicert", accountId: "1", divisionId: 1.5, surveyDefIds: ["canary"] },
            { provider: "${UNSET_PROVIDER}" },
            { name: "ap", provider: "avepoint", clientId: "c", privateKey: "@no.pem", baseUrl: "canary" },
            "canary"
          ]
        })
        assert.deepStrictEqual(found, [
          [
            "UnknownKey",
            'conections: is not a key of the settings file (did you mean "connections"?); expected one of connections, plugins, defaults, $schema'
          ],
          ["VariableNotSet", "plugins.0: the environment variable PLUGIN is not set"],
          ["InvalidValue", "plugins.1: expected the name of a package or a path"],
          ["VariableNotSet", 'connection "dc": apiKey: the environment variable UNSET_KEY is not set'],
          [
            "UnknownKey",
            `connection "dc": apikey: is not a setting of this provider (did you mean "apiKey"?); ${digicertKeys}`
          ],
          ["InvalidValue", 'connection "dc": divisionId: expected integer'],
          ["MissingKey", 'connection "dc": apiKey: missing key; expected string'],
          ["InvalidValue", 'connection "dc": divisionId: expected integer, got 1.5'],
          ["InvalidValue", 'connection "dc": surveyDefIds.0: expected integer'],
          ["DuplicateName", 'connection "dc": name: is used twice; expected a name of its own'],
          ["MissingKey", "connection 3: name: missing key; expected string that is not empty"],
          [
            "UnknownProvider",
            "connection 3: provider: is not known; expected one of digicert, avepoint, github, tenable, or the provider of a plugin"
          ],
          ["VariableNotSet", "connection 3: provider: the environment variable UNSET_PROVIDER is not set"],
          [
            "FileUnreadable",
            'connection "ap": privateKey: the file no.pem cannot be read (NotFound); a secret that begins with @ is written @@'
          ],
          [
            "InvalidValue",
            'connection "ap": baseUrl: expected an absolute http or https URL without a user, a query or a fragment'
          ],
          ["InvalidValue", 'connection "ap": certificate: missing key; privateKey needs it'],
          ["InvalidValue", 'connection "ap": region: missing key; give region, or baseUrl and tokenUrl'],
          ["InvalidValue", "connection 5: expected object"]
        ])
      })
  )

  it.effect("names a wrong provider and a wrong member of an enumeration, and the word that was probably meant", () =>
    Effect.gen(function* () {
      const found = yield* problems({
        connections: [
          { ...digicert, provider: "digicret" },
          { name: "x", provider: "nosuch" },
          { ...avepoint, region: "eu" },
          { ...digicert, name: "d2", pageSize: 1000 }
        ]
      })
      const others = "expected one of digicert, avepoint, github, tenable, or the provider of a plugin"
      assert.deepStrictEqual(
        found.map(([, line = ""]) => line.replace(/expected "au" \| .*"fedramp"/, "expected a region")),
        [
          `connection "dc": provider: "digicret" is not a provider (did you mean "digicert"?); ${others}`,
          `connection "x": provider: "nosuch" is not a provider; ${others}`,
          'connection "ap": region: expected a region, got "eu"',
          'connection "d2": pageSize: expected integer 1..512, got 1000'
        ]
      )
    })
  )

  it.effect("refuses a base address with a query, a fragment or a user", () =>
    Effect.gen(function* () {
      const addresses = ["/?x=1", "/?", "/#x"].map((end) => `https://vendor.example${end}`)
      const all = [...addresses, "https://u:p@vendor.example", "https://:p@vendor.example"]
      const found = yield* problems({
        connections: all.map((baseUrl, index) => ({ ...tenable, name: `t${index}`, baseUrl }))
      })
      assert.deepStrictEqual(
        found.map(([code]) => code),
        all.map(() => "InvalidValue")
      )
    })
  )

  it.effect("says where a file is not JSON, without quoting it", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* problems('{\n  "connections": [{ "apiKey": canary }]\n}'), [
        ["NotJson", "scanjobs.json:2:31: is not JSON; expected a value"]
      ])
    })
  )

  it.effect("wants an object with an array of connections", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* problems("[]"), [
        ["InvalidValue", "scanjobs.json: expected an object with the key connections"]
      ])
      assert.deepStrictEqual(yield* problems({}), [
        ["MissingKey", "connections: missing key; expected array of object"]
      ])
      assert.deepStrictEqual(yield* problems({ connections: {} }), [
        ["InvalidValue", "connections: expected array of object"]
      ])
      assert.deepStrictEqual(yield* problems({ connections: [] }), [
        ["InvalidValue", "connections: is empty; expected at least one connection"]
      ])
    })
  )

  it.effect("reads a module's default export, and says where a module fails", () =>
    Effect.gen(function* () {
      const module = (text: string) => [text, { name: "scanjobs.mjs" }] as const
      const { connections } = yield* load(...module(`export default ${JSON.stringify({ connections: [tenable] })}`))
      assert.lengthOf(connections, 1)
      assert.deepStrictEqual(yield* problems(...module(`throw new Error("canary")`)), [
        ["ModuleFailed", "scanjobs.mjs: cannot be loaded: Error at scanjobs.mjs:1:7"]
      ])
      assert.deepStrictEqual(yield* problems(...module("export const a = 1")), [
        ["ModuleFailed", "scanjobs.mjs: has no default export; expected the settings as one"]
      ])
    })
  )
})

describe("Settings.decode", () => {
  it.effect("checks settings that are at hand, and loads no plugin unless a loader is given", () =>
    Effect.gen(function* () {
      const options = { providers: [Tenable], file: "/settings/scanjobs.json" }
      const { connections, file } = yield* Settings.decode({ connections: [tenable] }, options)
      assert.deepStrictEqual([file, connections[0]?.name], ["/settings/scanjobs.json", "tvm"])
      const { problems } = yield* Effect.flip(
        Settings.decode({ plugins: ["@acme/scanjobs"], connections: [{ ...tenable, secretKey: "@key" }] }, options)
      )
      assert.deepStrictEqual(
        problems.map(({ code, message }) => [code, message]),
        [
          ["PluginFailed", '"@acme/scanjobs" cannot be loaded: this program loads no plugins'],
          [
            "FileUnreadable",
            "the file /settings/key cannot be read (NotFound); a secret that begins with @ is written @@"
          ]
        ]
      )
    }).pipe(Effect.provide(NodeServices.layer))
  )
})

describe("a settings file's encoding", () => {
  const text = JSON.stringify({ connections: [tenable] })
  const utf16 = (order: "le" | "be", mark: string) => {
    const bytes = Buffer.from(mark + text, "utf16le")
    return order === "le" ? bytes : bytes.swap16()
  }

  it.effect("may be UTF-8 or UTF-16, with or without a byte order mark", () =>
    Effect.gen(function* () {
      for (const mark of ["", "\uFEFF"]) {
        for (const content of [mark + text, utf16("le", mark), utf16("be", mark)]) {
          assert.lengthOf((yield* load(content)).connections, 1)
        }
      }
    })
  )

  it.effect("is named where it is another one", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* problems(Buffer.from('{ "caf\xe9": 1 }', "latin1")), [
        ["NotText", "the file scanjobs.json is not UTF-8 text; save it as UTF-8"]
      ])
    })
  )
})

describe("defaults", () => {
  it.effect("apply to each connection whose provider has the setting, unless the connection has its own", () =>
    Effect.gen(function* () {
      const { connections } = yield* load(
        {
          defaults: { pageSize: "${SIZE}", region: "uk" },
          connections: [digicert, { ...avepoint, region: "us" }, { ...tenable, pageSize: 7 }]
        },
        { env: { SIZE: "50" } }
      )
      assert.deepStrictEqual(
        connections.map((connection) => ["pageSize", "region"].map((key) => Reflect.get(connection, key))),
        [
          [50, undefined],
          [50, "us"],
          [7, undefined]
        ]
      )
    })
  )

  it.effect("are named where they are what is wrong", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* problems({ defaults: { pageSize: 1000, pagesize: 2 }, connections: [digicert] }), [
        ["UnknownKey", 'defaults: pagesize: is not a setting of any provider (did you mean "pageSize"?)'],
        ["InvalidValue", 'connection "dc": pageSize: expected integer 1..512, got 1000 (from defaults)']
      ])
      assert.deepStrictEqual(yield* problems({ defaults: [], connections: [digicert] }), [
        ["InvalidValue", "defaults: expected object"]
      ])
    })
  )
})

describe("tags", () => {
  it.effect("are given by the name of each connection, and are no setting of a provider", () =>
    Effect.gen(function* () {
      const { tags } = yield* load({ connections: [{ ...digicert, tags: ["prod", "eu"] }, tenable] })
      assert.deepStrictEqual(
        [...tags],
        [
          ["dc", ["prod", "eu"]],
          ["tvm", []]
        ]
      )
    })
  )

  it.effect("are texts that are not empty", () =>
    Effect.gen(function* () {
      const found = yield* problems({
        connections: [
          { ...digicert, tags: "prod" },
          { ...tenable, tags: [""] }
        ]
      })
      assert.deepStrictEqual(found, [
        ["InvalidValue", 'connection "dc": tags: expected array of string'],
        ["InvalidValue", 'connection "tvm": tags: expected array of string']
      ])
    })
  )
})
