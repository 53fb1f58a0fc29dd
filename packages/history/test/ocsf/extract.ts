/**
 * Compiles the class Scan Activity out of the sources of the Open Cybersecurity Schema Framework to a JSON Schema, as its schema
 * server does for validators: classes and objects with what they inherit, the types of the dictionary, required attributes,
 * enumerations with their captions, and no other attributes. Attributes of profiles are left out, because an event without
 * `metadata.profiles` has none. Objects that events of scanjobs do not have are not allowed.
 *
 * Usage: `node extract.ts FOLDER`, where FOLDER is a checkout of `ocsf/ocsf-schema`; it writes `fixtures/scan_activity.json`.
 */
import { globSync, readFileSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"

type Json = null | boolean | number | string | ReadonlyArray<Json> | Fields
interface Fields {
  readonly [key: string]: Json
}

const isFields = (json: Json | undefined): json is Fields =>
  typeof json === "object" && json !== null && !Array.isArray(json)
const fieldsOf = (json: Json | undefined): Fields => (isFields(json) ? json : {})
const textOf = (json: Json | undefined): string | undefined => (typeof json === "string" ? json : undefined)

const [, , folder = "."] = process.argv
const read = (file: string): Fields => fieldsOf(JSON.parse(readFileSync(join(folder, file), "utf8")))
const files = globSync("{events,objects}/**/*.json", { cwd: folder })
const sourceOf = (kind: string, name: string): Fields => {
  const found = files.find((file) => file.startsWith(`${kind}/`) && basename(file) === `${name}.json`)
  if (found === undefined) throw new Error(`there is no ${name} in ${kind}`)
  return read(found)
}

const dictionary = read("dictionary.json")
const types = fieldsOf(fieldsOf(dictionary["types"])["attributes"])
const general = fieldsOf(dictionary["attributes"])
/** The objects that events of scanjobs have. */
const objects = ["feature", "metadata", "product", "scan"]

interface Definition {
  readonly attributes: { readonly [name: string]: Fields }
  readonly atLeastOne: ReadonlyArray<Json>
}

/** A class or an object with everything that it inherits. */
const definitionOf = (kind: string, name: string): Definition => {
  const source = sourceOf(kind, name)
  const parent = textOf(source["extends"])
  const base: Definition = parent === undefined ? { attributes: {}, atLeastOne: [] } : definitionOf(kind, parent)
  const attributes: { [name: string]: Fields } = { ...base.attributes }
  for (const [key, own] of Object.entries(fieldsOf(source["attributes"]))) {
    if (key.startsWith("$")) continue
    const inherited = fieldsOf(attributes[key])
    const values = { ...fieldsOf(inherited["enum"]), ...fieldsOf(fieldsOf(own)["enum"]) }
    attributes[key] = { ...inherited, ...fieldsOf(own), enum: values }
  }
  const own = fieldsOf(source["constraints"])["at_least_one"]
  return { attributes, atLeastOne: Array.isArray(own) ? own : base.atLeastOne }
}

/** The JSON Schema of a type of the dictionary, or of an object. */
const typeOf = (name: string): Json => {
  if (objects.includes(name)) return { $ref: `#/$defs/${name}` }
  if (name === "object") return { type: "object" }
  const type = types[name]
  // An object that events of scanjobs do not have.
  if (type === undefined) return false
  const { max_len: maxLength, range, regex, type: base } = fieldsOf(type)
  if (textOf(base) !== undefined && base !== "string_t") return typeOf(textOf(base) ?? "")
  const [minimum = null, maximum = null] = Array.isArray(range) ? range : []
  if (name === "boolean_t") return { type: "boolean" }
  if (name === "integer_t" || name === "long_t") {
    return { type: "integer", ...(minimum === null ? {} : { minimum, maximum }) }
  }
  if (name === "float_t") return { type: "number" }
  if (name === "json_t") return true
  return {
    type: "string",
    ...(maxLength === undefined ? {} : { maxLength }),
    ...(regex === undefined ? {} : { pattern: regex })
  }
}

const captionOf = (value: Json | undefined): string => textOf(fieldsOf(value)["caption"]) ?? ""

const schemaOf = ({ atLeastOne, attributes }: Definition, fixed: { readonly [name: string]: number }): Fields => {
  const required: Array<string> = []
  const properties: { [name: string]: Json } = {}
  const siblings: Array<Json> = []
  for (const [name, attribute] of Object.entries(attributes).toSorted(([a], [b]) => (a < b ? -1 : 1))) {
    const common = fieldsOf(general[name])
    if (attribute["requirement"] === "required") required.push(name)
    const values = { ...fieldsOf(common["enum"]), ...fieldsOf(attribute["enum"]) }
    const type = typeOf(textOf(attribute["type"]) ?? textOf(common["type"]) ?? "")
    const isEnumeration = Object.keys(values).length > 0 && fixed[name] === undefined
    const one: Json =
      fixed[name] !== undefined
        ? { const: fixed[name] }
        : isEnumeration && isFields(type)
          ? { ...type, enum: Object.keys(values).map(Number) }
          : type
    properties[name] = common["is_array"] === true ? { type: "array", items: one } : one
    const sibling = textOf(common["sibling"])
    if (!isEnumeration || sibling === undefined) continue
    for (const [value, description] of Object.entries(values)) {
      // The value 99 stands for what the source calls it.
      if (value === "99") continue
      siblings.push({
        if: { required: [name], properties: { [name]: { const: Number(value) } } },
        // oxlint-disable-next-line unicorn/no-thenable -- the keyword of JSON Schema
        then: { properties: { [sibling]: { const: captionOf(description) } } }
      })
    }
  }
  return {
    type: "object",
    additionalProperties: false,
    required: required.toSorted(),
    ...(atLeastOne.length === 0 ? {} : { anyOf: atLeastOne.map((name) => ({ required: [name] })) }),
    properties,
    ...(siblings.length === 0 ? {} : { allOf: siblings })
  }
}

const activity = sourceOf("events", "scan_activity")
const category = Number(fieldsOf(fieldsOf(read("categories.json")["attributes"])["application"])["uid"])
const classUid = category * 1000 + Number(activity["uid"])
const definition = definitionOf("events", "scan_activity")
const activities = Object.keys({
  ...fieldsOf(fieldsOf(general["activity_id"])["enum"]),
  ...fieldsOf(definition.attributes["activity_id"]?.["enum"])
}).map(Number)

const schema = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  $comment: `ocsf/ocsf-schema, version ${textOf(read("version.json")["version"]) ?? ""}, Apache License 2.0`,
  ...schemaOf(definition, { category_uid: category, class_uid: classUid }),
  // The type is the class and the activity.
  oneOf: activities.map((id) => ({
    properties: { activity_id: { const: id }, type_uid: { const: classUid * 100 + id } }
  })),
  $defs: Object.fromEntries(objects.map((name) => [name, schemaOf(definitionOf("objects", name), {})]))
}
writeFileSync(join(import.meta.dirname, "fixtures/scan_activity.json"), `${JSON.stringify(schema, null, 2)}\n`)
