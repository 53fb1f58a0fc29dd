/**
 * The settings file as JSON Schema, for editors.
 */
import { JsonSchema, Predicate, Schema } from "effect"
import type { Installed } from "./Plugin.ts"
import type { Sections } from "./Sections.ts"

/** The part of JSON Schema that is rewritten here. */
interface Part {
  readonly [keyword: string]: unknown
}

const isPart = (value: unknown): value is Part => Predicate.isObject(value) && !Array.isArray(value)

const placeholder: Part = { type: "string", pattern: "\\$\\{[^{}]*\\}" }
const howToGiveSecrets = "A secret: give ${NAME}, ${file:PATH}, ${cmd:PROGRAM ARGUMENTS} or @FILE."

/** Also admits a placeholder, unless the schema admits any text already. */
const orPlaceholder = (schema: Part): Part => {
  if (schema["type"] === "string" && schema["enum"] === undefined) return schema
  return { anyOf: [schema["type"] === "array" ? arrayOf(schema) : schema, placeholder] }
}

/** A list whose elements may be placeholders. A list that must not be empty states its first element apart from the others. */
const arrayOf = ({ additionalItems, items, ...list }: Part): Part => {
  const element = isPart(additionalItems) ? additionalItems : items
  return isPart(element) ? { ...list, items: orPlaceholder(element) } : list
}

/** Says that whatever meets the condition must meet the consequence, too. */
const implication = (condition: Part, consequence: Part): Part => ({
  if: condition,
  // oxlint-disable-next-line unicorn/no-thenable -- a keyword of JSON Schema
  then: consequence
})

/** The program's own keys, and the definitions that they refer to. */
const partsOf = (sections: Sections) => {
  const parts = Object.entries(sections).map(([key, section]) => {
    const { definitions, schema } = JsonSchema.toDocumentDraft07(
      Schema.toJsonSchemaDocument(Schema.toCodecJson(section))
    )
    return { key, definitions, property: orPlaceholder(schema) }
  })
  const definitions = Object.assign({}, ...parts.map((part) => part.definitions))
  return {
    properties: Object.fromEntries(parts.map(({ key, property }) => [key, property])),
    definitions: Object.keys(definitions).length === 0 ? {} : { definitions }
  }
}

/** A provider's settings by key, and which of them are required. */
const settingsOf = (provider: Installed) => {
  const { schema } = JsonSchema.toDocumentDraft07(Schema.toJsonSchemaDocument(Schema.toCodecJson(provider.Connection)))
  const { properties, required } = schema
  const known = isPart(properties) ? properties : {}
  return {
    id: provider.id,
    required: Array.isArray(required) ? required.filter((key) => key !== "name" && key !== "provider") : [],
    properties: Object.fromEntries(
      provider.settings.flatMap(({ key, secret }) => {
        const setting = known[key]
        const admitted = isPart(setting) ? orPlaceholder(setting) : {}
        return [[key, secret ? { ...admitted, description: howToGiveSecrets } : admitted] as const]
      })
    )
  }
}

/**
 * The JSON Schema, draft 7, of a settings file whose connections are of these providers.
 *
 * It knows each provider's settings, and placeholders in place of numbers and enumerations. Rules between settings are left to
 * `Settings.load`. `sections` are the program's own keys. Required settings may be missing if the file has `defaults`.
 *
 * **Example** (a schema for an editor)
 *
 * ```ts run
 * import { DigiCert } from "@scanjobs/digicert"
 * import { SettingsSchema } from "@scanjobs/settings"
 * import * as assert from "node:assert"
 *
 * const schema = SettingsSchema.make([DigiCert])
 * assert.strictEqual(schema["title"], "Settings of scanjobs")
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const make = (providers: ReadonlyArray<Installed>, sections: Sections = {}): JsonSchema.JsonSchema => {
  const all = providers.map(settingsOf)
  const own = partsOf(sections)
  const ofProvider = (then: (settings: (typeof all)[number]) => Part) =>
    all.map((settings) =>
      implication({ properties: { provider: { const: settings.id } }, required: ["provider"] }, then(settings))
    )
  const name: Part = {
    type: "string",
    minLength: 1,
    description: "Your own name for the connection; it stands in every row."
  }
  const tags: Part = {
    type: "array",
    items: { type: "string", minLength: 1 },
    description: "Words to select connections by, with --tag."
  }
  const provider: Part = { anyOf: [{ enum: all.map(({ id }) => id) }, placeholder] }
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Settings of scanjobs",
    type: "object",
    required: ["connections"],
    additionalProperties: false,
    ...own.definitions,
    properties: {
      $schema: { type: "string" },
      ...own.properties,
      plugins: {
        type: "array",
        items: { type: "string", minLength: 1 },
        description: "Packages, or paths relative to this file, that export providers."
      },
      defaults: {
        type: "object",
        description: "Settings of every connection whose provider has them; a connection's own settings win.",
        additionalProperties: false,
        properties: Object.fromEntries(
          all.flatMap(({ properties }) => Object.keys(properties)).map((key) => [key, anyOf(key, all)])
        )
      },
      connections: {
        type: "array",
        minItems: 1,
        items: {
          type: "object",
          required: ["name", "provider"],
          properties: { name, provider, tags },
          allOf: ofProvider(({ properties }) => ({
            properties: { name, provider, tags, ...properties },
            additionalProperties: false
          }))
        }
      }
    },
    ...implication(
      { not: { required: ["defaults"] } },
      { properties: { connections: { items: { allOf: ofProvider(({ required }) => ({ required })) } } } }
    )
  }
}

/** Admits what at least one provider admits for this setting. */
const anyOf = (key: string, all: ReadonlyArray<{ readonly properties: { readonly [key: string]: Part } }>): Part => {
  const distinct = new Map(
    all.flatMap(({ properties }) => {
      const setting = properties[key]
      return setting === undefined ? [] : [[JSON.stringify(setting), setting] as const]
    })
  )
  const [first, ...others] = distinct.values()
  return first !== undefined && others.length === 0 ? first : { anyOf: [...distinct.values()] }
}
