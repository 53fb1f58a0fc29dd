import { Connection } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { Redacted, Result, Schema } from "effect"
import * as ConnectionSchema from "../../src/contract/ConnectionSchema.ts"

const canary = "canary-0f9d8c7b"
const fields = {
  region: Schema.Literals(["us", "uk"]),
  token: Schema.Redacted(Schema.String),
  privateKey: Schema.optionalKey(Connection.Pem),
  tokenUrl: Schema.optionalKey(Connection.Url),
  pageSize: Schema.optionalKey(Connection.tuning(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 512 })))),
  surveyDefIds: Schema.optionalKey(Schema.Array(Schema.Int)),
  strict: Schema.optionalKey(Schema.Boolean)
}
const good = { provider: "acme", name: "main", region: "us", token: canary }

const decode = (input: unknown) => ConnectionSchema.decode("acme", fields, input)
const problemsOf = (input: unknown) => {
  const decoded = decode(input)
  return Result.isFailure(decoded) ? decoded.failure : []
}
const keysOf = (input: unknown) => problemsOf(input).map(({ key }) => key)

describe("ConnectionSchema.decode", () => {
  it("gives the settings, with secrets wrapped", () => {
    const decoded = Result.getOrThrow(decode({ ...good, pageSize: 20 }))
    assert.strictEqual(Redacted.value(decoded.token), canary)
    assert.strictEqual(decoded.pageSize, 20)
    assert.notInclude(JSON.stringify(decoded), canary)
  })

  it("reports everything that is wrong at once, each by its key", () => {
    assert.sameMembers(
      [...keysOf({ provider: "acme", name: "", region: "mars", pageSize: 0, surveyDefIds: [1, "2"], strict: 1 })],
      ["name", "region", "token", "pageSize", "surveyDefIds.1", "strict"]
    )
  })

  it("says what was expected", () => {
    const [problem] = problemsOf({ ...good, pageSize: "20" })
    assert.include(problem?.message, "expected")
    assert.include(problem?.message, "number")
  })

  it("says that a setting is missing", () => {
    const { token: _, ...rest } = good
    const [problem] = problemsOf(rest)
    assert.strictEqual(problem?.key, "token")
    assert.include(problem?.message, "missing")
  })

  it("reports a key that is none of the provider's", () => {
    assert.deepStrictEqual(problemsOf({ ...good, tokne: canary }), [
      { key: "tokne", message: "is not a setting of this provider", code: "UnknownKey" }
    ])
  })

  it.each(["baseUrl", "tokenUrl"])("refuses a %s that is no absolute http or https URL", (key) => {
    for (const text of ["", "acme.example", "/path", "ftp://acme.example", "https://user@acme.example"]) {
      const [problem] = problemsOf({ ...good, [key]: text })
      assert.strictEqual(problem?.key, key, text)
      assert.include(problem?.message, "an absolute http or https URL")
    }
  })

  it.each(["https://acme.example", "http://127.0.0.1:8080/api/v1"])("takes the baseUrl %s", (baseUrl) => {
    assert.isTrue(Result.isSuccess(decode({ ...good, baseUrl })))
  })

  it.each([
    ["the secret is no text", { token: { value: canary } }],
    ["the secret is in a list", { token: [canary] }],
    ["another setting holds it", { region: canary }],
    ["a number holds it", { pageSize: canary }],
    ["a list holds it", { surveyDefIds: [canary] }],
    ["a URL holds it", { baseUrl: canary, tokenUrl: `https://user:${canary}@acme.example` }],
    ["an unknown setting holds it", { secret: canary }],
    ["the provider's name is replaced by it", { provider: canary }],
    ["the name is an object with it", { name: { canary } }]
  ])("repeats no value where %s", (_, wrong) => {
    const problems = problemsOf({ ...good, ...wrong })
    assert.isNotEmpty(problems)
    assert.notInclude(JSON.stringify(problems), canary)
  })

  it("repeats no value where the secret is a number", () => {
    assert.notInclude(JSON.stringify(problemsOf({ ...good, token: 918_273_645 })), "918273645")
  })

  it("tells programs the kind of each problem by a code", () => {
    const { token: _, ...rest } = good
    const found = Result.getOrThrow(
      Result.flip(ConnectionSchema.decode("acme", fields, { ...rest, pageSize: 0, strict: 1 }))
    )
    assert.sameDeepMembers(
      found.map(({ code, key }) => [key, code]),
      [
        ["pageSize", "InvalidValue"],
        ["strict", "InvalidType"],
        ["token", "MissingKey"]
      ]
    )
  })

  it("takes no base address with a query, a fragment, a user or a password", () => {
    for (const end of ["/?x=1", "?", "#", "/v1#top"]) {
      const [problem] = problemsOf({ ...good, baseUrl: `https://acme.example${end}` })
      assert.deepStrictEqual([problem?.key, problem?.code], ["baseUrl", "InvalidValue"], end)
    }
    for (const user of ["u@", "u:p@", ":p@"]) {
      assert.lengthOf(problemsOf({ ...good, baseUrl: `https://${user}acme.example` }), 1, user)
    }
    assert.deepStrictEqual(problemsOf({ ...good, baseUrl: "http://127.0.0.1:8080/gateway/v1/" }), [])
  })

  it("reports settings that are no object", () => {
    assert.isNotEmpty(problemsOf("acme"))
    assert.notInclude(JSON.stringify(problemsOf(canary)), canary)
  })
})

describe("ConnectionSchema.describe", () => {
  it("tells each setting's type as text, whether it is required, whether it is secret, and whether it only tunes", () => {
    assert.deepStrictEqual(ConnectionSchema.describe(fields), [
      { key: "region", type: '"us" | "uk"', required: true, secret: false },
      { key: "token", type: "string", required: true, secret: true },
      { key: "privateKey", type: "string", required: false, secret: true },
      { key: "tokenUrl", type: "string", required: false, secret: false },
      { key: "pageSize", type: "integer 1..512", required: false, secret: false, tuning: true },
      { key: "surveyDefIds", type: "array of integer", required: false, secret: false },
      { key: "strict", type: "boolean", required: false, secret: false },
      { key: "baseUrl", type: "string", required: false, secret: false },
      { key: "allowHttp", type: "boolean", required: false, secret: false, tuning: true },
      {
        key: "quotas",
        type: "array of { requests: integer, window: string }",
        required: false,
        secret: false,
        tuning: true
      }
    ])
  })
})

describe("Connection.identity", () => {
  const settings = ConnectionSchema.describe(fields)
  const identityOf = (input: object) =>
    Connection.identity({ ...Result.getOrThrow(decode({ ...good, ...input })) }, settings)

  it("is what is listed: the provider, the address, and settings that are neither secret nor tuning", () => {
    const input = { surveyDefIds: [1, 2], pageSize: 20, allowHttp: true, baseUrl: "http://EU.acme.example/api/" }
    assert.deepStrictEqual<unknown>(identityOf(input), {
      provider: "acme",
      baseUrl: "http://eu.acme.example/api",
      settings: { region: "us", surveyDefIds: [1, 2] }
    })
  })

  it("stays the same with another name, another secret and another page size, and no other setting", () => {
    const before = identityOf({ strict: true })
    assert.deepStrictEqual(identityOf({ strict: true, name: "other", token: "renewed", pageSize: 7 }), before)
    assert.notDeepEqual(identityOf({ strict: false }), before)
    assert.notDeepEqual(identityOf({ strict: true, baseUrl: "https://acme.example" }), before)
  })
})

describe("ConnectionSchema.isFile", () => {
  it("tells a PEM setting from other secrets, also an optional one", () => {
    assert.isTrue(ConnectionSchema.isFile(Connection.Pem))
    assert.isTrue(ConnectionSchema.isFile(fields.privateKey))
    assert.isFalse(ConnectionSchema.isFile(fields.token))
    assert.isFalse(ConnectionSchema.isFile(fields.region))
    assert.isFalse(ConnectionSchema.isFile(undefined))
  })
})

describe("a setting that stands for secrets of the environment", () => {
  const own = {
    ...fields,
    token: Schema.optionalKey(fields.token),
    credentials: Schema.optionalKey(Connection.Environment)
  }
  const { token: _token, ...without } = good
  const baseUrl = "http://vendor.example"
  const problems = (input: object) =>
    Result.match(ConnectionSchema.decode("acme", own, { ...without, ...input }), {
      onFailure: (found) => found.map(({ key }) => key),
      onSuccess: () => []
    })

  it("is refused with a plain http address of another machine, as a secret is, and only where it is given", () => {
    assert.deepStrictEqual(problems({ credentials: "environment", baseUrl }), ["baseUrl"])
    assert.deepStrictEqual(problems({ credentials: "environment", baseUrl, allowHttp: true }), [])
    assert.deepStrictEqual(problems({ credentials: "environment", baseUrl: "http://127.0.0.1:1" }), [])
    assert.deepStrictEqual(problems({ baseUrl }), [])
    assert.deepStrictEqual(problems({ credentials: "somewhere" }), ["credentials"])
  })
})

describe("a setting that is a file", () => {
  const text = Schema.String.check(Schema.makeFilter((json: string) => json.startsWith("{"), { expected: "JSON" }))

  it("is one by its mark, stays a secret, and says what was expected without quoting it", () => {
    const key = Schema.optionalKey(Connection.file(Schema.Redacted(text)))
    assert.isTrue(ConnectionSchema.isFile(key))
    assert.isFalse(ConnectionSchema.isFile(Schema.optionalKey(Schema.Redacted(text))))
    const [setting] = ConnectionSchema.describe({ key })
    assert.deepStrictEqual(setting, { key: "key", type: "string", required: false, secret: true })
    const input = { provider: "acme", name: "main", key: canary }
    const decoded = ConnectionSchema.decode("acme", { key }, input)
    assert.isTrue(Result.isFailure(decoded))
    assert.include(JSON.stringify(decoded), "JSON")
    assert.notInclude(JSON.stringify(decoded), canary)
  })

  it("hides the private keys that stand in it as well as the whole text", () => {
    const pem = "-----BEGIN PRIVATE KEY-----\nAAAAB3NzaC1yc2EAAAAD\nBBBBQABAAABgQC7\n-----END PRIVATE KEY-----"
    const json = JSON.stringify({ robot: "r2", private_key: `${pem}\n` })
    assert.deepStrictEqual(Connection.secrets({ robot: "r2", key: Redacted.make(json) }), [json, pem])
    assert.deepStrictEqual(Connection.secrets({ key: Redacted.make("plain") }), ["plain"])
  })
})

describe("ConnectionSchema.invalid", () => {
  it("is a reason that names each key with its problem", () => {
    const reason = ConnectionSchema.invalid([
      { key: "region", message: "is missing" },
      { key: "", message: "give one of two" }
    ])
    assert.strictEqual(reason.message, "region: is missing; give one of two")
    assert.isFalse(reason.retryable)
  })
})

describe("Connection.secrets", () => {
  it("gives the values of secret settings, without empty ones", () => {
    const connection = { name: "main", token: Redacted.make(canary), key: Redacted.make(""), more: Redacted.make("s2") }
    assert.deepStrictEqual(Connection.secrets(connection), [canary, "s2"])
  })
})
