/**
 * Microsoft's own description of Purview's scanning, of which `fixtures/scanning.json` is an extract, as a judge of requests and answers.
 */
import { Emulator, type Ledger } from "@scanjobs/testing"
import { Ajv } from "ajv"
import formats from "ajv-formats"
import { Effect } from "effect"
import description from "./fixtures/scanning.json" with { type: "json" }

const ajv = new Ajv({ strict: false, allErrors: true })
formats.default(ajv)
ajv.addSchema(description, "scanning")

type Fields = { readonly [key: string]: unknown }

const fieldsOf = (value: unknown): Fields =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {}

/** The value itself, or what it refers to. */
const resolved = (value: unknown): Fields => {
  const reference = fieldsOf(value)["$ref"]
  if (typeof reference !== "string") return fieldsOf(value)
  return reference
    .split("/")
    .slice(1)
    .reduce<Fields>((part, key) => fieldsOf(part[key]), description)
}

interface Operation {
  readonly template: string
  readonly names: { readonly [name: string]: string }
  readonly parameters: ReadonlyArray<Fields>
  readonly responses: Fields
}

const operationAt = (path: string): Operation | undefined => {
  for (const [template, { get }] of Object.entries(description.paths)) {
    const match = new RegExp(`^${template.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")}$`).exec(path)
    if (match !== null) {
      const names = { ...match.groups }
      return { template, names, parameters: get.parameters.map(resolved), responses: get.responses }
    }
  }
  return undefined
}

/** The description has no `null`, and Microsoft's own examples have it for what is absent. */
const withoutNulls = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(withoutNulls)
  if (typeof value !== "object" || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([key, part]) => (part === null ? [] : [[key, withoutNulls(part)]]))
  )
}

const problemsOf = (schema: unknown, value: unknown, what: string): ReadonlyArray<string> => {
  const rooted: unknown = JSON.parse(JSON.stringify(schema).replaceAll('"#/definitions/', '"scanning#/definitions/'))
  const validate = ajv.compile(fieldsOf(rooted))
  return validate(withoutNulls(value)) ? [] : [`${what}: ${ajv.errorsText(validate.errors)}`]
}

/** What is wrong with a request. `skipToken` is in no operation, and in the links of Microsoft's examples. */
export const problemsOfRequest = ({ method, path, query }: Ledger.Entry): ReadonlyArray<string> => {
  const operation = operationAt(path)
  if (operation === undefined || method !== "GET") return [`${method} ${path}: no operation`]
  const { names, parameters, template } = operation
  const known = new Set(["skipToken", ...parameters.filter((one) => one["in"] === "query").map((one) => one["name"])])
  const unknown = Object.keys(query).filter((name) => !known.has(name))
  const wrong = parameters.flatMap((parameter) => {
    const name = String(parameter["name"])
    const sent = parameter["in"] === "path" ? names[name] : query[name]
    if (sent === undefined) return [`${name} is missing`]
    const { minLength, maxLength, pattern, type } = parameter
    return problemsOf(
      Object.fromEntries(
        Object.entries({ minLength, maxLength, pattern, type }).filter(([, value]) => value !== undefined)
      ),
      sent,
      name
    )
  })
  return [...unknown.map((name) => `${name} is no parameter of ${template}`), ...wrong]
}

/** What is wrong with an answer to a request for this path. */
export const problemsOfAnswer = ({ body, path, status }: Sent): ReadonlyArray<string> => {
  const operation = operationAt(path)
  if (operation === undefined) return [`${path}: no operation`]
  const { schema } = fieldsOf(operation.responses[status === 200 ? "200" : "default"])
  return problemsOf(schema, body, `${status} of ${path}`)
}

/** An answer that went over the wire. */
export interface Sent {
  readonly path: string
  readonly status: number
  readonly body: unknown
}

/** Notes every answer of an emulator's operations, and leaves it as it is. */
export const witness =
  (sent: Array<Sent>): Emulator.Fault =>
  ({ endpoint, path }) =>
    endpoint === null
      ? undefined
      : Emulator.rewrite((response) =>
          Effect.sync(() => {
            const text = response.body._tag === "Uint8Array" ? new TextDecoder().decode(response.body.body) : "null"
            sent.push({ path, status: response.status, body: JSON.parse(text) })
            return response
          })
        )
