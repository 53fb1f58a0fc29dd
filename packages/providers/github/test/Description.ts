/**
 * GitHub's own OpenAPI description as a judge of requests and answers.
 */
import { Emulator } from "@scanjobs/testing"
import type { Ledger } from "@scanjobs/testing"
import { Ajv } from "ajv"
import formats from "ajv-formats"
import { Effect } from "effect"
import description from "./fixtures/openapi.json" with { type: "json" }

const ajv = new Ajv({ strict: false, allErrors: true })
formats.default(ajv)
ajv.addSchema(description, "github")

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

/** Schemas refer to each other from the root of the description. */
const rooted = (schema: unknown): unknown =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/components/', '"github#/components/'))

const problemsOf = (schema: unknown, value: unknown, what: string): ReadonlyArray<string> => {
  const validate = ajv.compile(fieldsOf(rooted(schema)))
  return validate(value) ? [] : [`${what}: ${ajv.errorsText(validate.errors)}`]
}

interface Operation {
  readonly template: string
  readonly params: { readonly [name: string]: string }
  readonly parameters: ReadonlyArray<unknown>
  readonly responses: Fields
}

/** The operation that a path belongs to. */
const operationAt = (path: string): Operation | undefined => {
  for (const [template, { get }] of Object.entries(description.paths)) {
    const pattern = template.replaceAll(/\{(\w+)\}/g, "(?<$1>[^/]+)")
    const match = new RegExp(`^${pattern}$`).exec(path)
    if (match !== null) {
      return { template, params: { ...match.groups }, parameters: get.parameters, responses: get.responses }
    }
  }
  return undefined
}

/** What is wrong with a request. */
export const problemsOfRequest = ({ method, path, query }: Ledger.Entry): ReadonlyArray<string> => {
  const operation = operationAt(path)
  if (operation === undefined || method !== "GET") return [`${method} ${path}: no operation`]
  const parameters = operation.parameters.map(resolved)
  const known = new Set(parameters.filter((one) => one["in"] === "query").map((one) => one["name"]))
  const unknown = Object.keys(query).filter((name) => !known.has(name))
  const wrong = parameters.flatMap((parameter) => {
    const name = String(parameter["name"])
    const sent = parameter["in"] === "path" ? operation.params[name] : query[name]
    if (sent === undefined) return parameter["required"] === true ? [`${name} is missing`] : []
    const schema = resolved(parameter["schema"])
    return problemsOf(schema, schema["type"] === "integer" ? Number(sent) : sent, name)
  })
  return [...unknown.map((name) => `${name} is no parameter of ${operation.template}`), ...wrong]
}

/** What is wrong with an answer to a request for this path; what the operation does not describe is at least an error of GitHub's. */
export const problemsOfAnswer = (path: string, status: number, body: unknown): ReadonlyArray<string> => {
  const operation = operationAt(path)
  if (operation === undefined) return [`${path}: no operation`]
  const { schema } = fieldsOf(fieldsOf(resolved(operation.responses[String(status)])["content"])["application/json"])
  if (schema !== undefined) return problemsOf(schema, body, `${status} of ${path}`)
  return problemsOf(
    { allOf: [{ $ref: "#/components/schemas/basic-error" }], required: ["message", "documentation_url"] },
    body,
    `${status} of ${path}`
  )
}

/** GitHub's own example of an operation's answer. */
export const exampleOf = (template: keyof typeof description.paths): unknown => {
  const { content } = description.paths[template].get.responses["200"]
  return resolved(content["application/json"].examples.default)["value"]
}

/** An answer that went over the wire. */
export interface Sent {
  readonly path: string
  readonly status: number
  readonly body: unknown
}

/** Notes every answer of an emulator and leaves it as it is. */
export const witness =
  (sent: Array<Sent>, fault: Emulator.Fault = () => undefined): Emulator.Fault =>
  (entry, nth) =>
    fault(entry, nth) ??
    Emulator.rewrite((response) =>
      Effect.sync(() => {
        const text = response.body._tag === "Uint8Array" ? new TextDecoder().decode(response.body.body) : ""
        sent.push({ path: entry.path, status: response.status, body: text === "" ? null : JSON.parse(text) })
        return response
      })
    )
