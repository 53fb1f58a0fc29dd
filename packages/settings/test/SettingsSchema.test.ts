import { AvePoint } from "@scanjobs/avepoint"
import { DigiCert } from "@scanjobs/digicert"
import { GitHub } from "@scanjobs/github"
import { SettingsSchema } from "@scanjobs/settings"
import { Tenable } from "@scanjobs/tenable"
import { Ajv } from "ajv"
import { assert, describe, it } from "vitest"
import { avepoint, digicert, tenable } from "./Folder.ts"

const validate = new Ajv({ strict: false, allErrors: true }).compile(
  SettingsSchema.make([DigiCert, AvePoint, GitHub, Tenable])
)

/** The places that the schema complains of, without those of its own conditions. */
const placesIn = (content: unknown) => {
  validate(content)
  const errors = (validate.errors ?? []).filter(({ keyword }) => keyword !== "if" && keyword !== "anyOf")
  return [...new Set(errors.map(({ instancePath, message }) => `${instancePath} ${message}`))]
}

describe("the JSON Schema of the settings file", () => {
  it("accepts what the settings accept", () => {
    const github = { name: "gh", provider: "github", token: "${cmd:gh auth token}", repositories: ["octocat/hello"] }
    assert.deepStrictEqual(
      placesIn({
        $schema: "./scanjobs.schema.json",
        plugins: ["@acme/scanjobs-acme"],
        connections: [digicert, avepoint, tenable, { ...github, tags: ["prod"], baseUrl: "https://ghe.example/api/v3" }]
      }),
      []
    )
  })

  it("accepts a placeholder for a number, a member of an enumeration and a provider", () => {
    const connections = [
      { ...digicert, divisionId: "${DIVISION}", surveyDefIds: [3, "${SURVEY}"] },
      { ...avepoint, region: "${REGION:-us}" },
      { name: "any", provider: "${PROVIDER}", token: "t" }
    ]
    assert.deepStrictEqual(placesIn({ connections }), [])
  })

  it("complains of unknown keys, wrong types, missing keys and unknown providers", () => {
    const { apiKey: _, ...keyless } = digicert
    const found = placesIn({
      conections: [],
      connections: [
        { ...keyless, divisionId: "two" },
        { ...tenable, apikey: "x" },
        { ...avepoint, region: "eu" },
        { name: "x", provider: "nosuch" }
      ]
    })
    assert.includeMembers(found, [
      " must NOT have additional properties",
      "/connections/0 must have required property 'apiKey'",
      "/connections/0/divisionId must be integer",
      "/connections/1 must NOT have additional properties",
      "/connections/2/region must be equal to one of the allowed values",
      "/connections/3/provider must be equal to one of the allowed values"
    ])
  })

  it("does not miss in a connection what may come from the defaults", () => {
    const { apiKey: _, ...keyless } = digicert
    assert.deepStrictEqual(placesIn({ defaults: { apiKey: "${KEY}", pageSize: 50 }, connections: [keyless] }), [])
    assert.deepStrictEqual(placesIn({ defaults: { pagesize: 50 }, connections: [digicert] }), [
      "/defaults must NOT have additional properties"
    ])
  })
})
