/**
 * The schema of a provider's connections, made from its settings: what decodes them, and what describes them to people.
 */
import { Duration, Result, Schema, SchemaAST, SchemaIssue } from "effect"
import { InvalidConnection } from "../model/Reason.ts"
import { BaseUrl, type Connection, type Problem, type Setting, tuning, Url } from "./Connection.ts"
import { isEnvironment } from "./EnvironmentSetting.ts"
import { isFileText } from "./FileText.ts"
import * as PlainHttp from "./PlainHttp.ts"
import { isTuning } from "./Tuning.ts"

const Quotas = Schema.Array(
  Schema.Struct({
    requests: Schema.Int.check(Schema.isGreaterThanOrEqualTo(1)),
    window: Schema.DurationFromString.check(
      Schema.makeFilter((window) => Duration.isFinite(window) && Duration.isPositive(window), {
        expected: 'a time such as "1 minute"'
      })
    )
  })
)

/** What every provider's connection has. */
const common = <const Id extends string>(id: Id) => ({
  provider: Schema.Literal(id),
  /** Tells connections apart, in output and in errors. */
  name: Schema.NonEmptyString,
  /** Replaces the vendor's own address: another region, a proxy, an emulator. */
  baseUrl: Schema.optionalKey(BaseUrl),
  /** Admits http addresses of other machines, to which the connection's secrets are then sent without encryption. */
  allowHttp: Schema.optionalKey(tuning(Schema.Boolean)),
  /**
   * Replaces the provider's quotas: for an account, or a server of one's own, that allows another number of requests. An empty
   * array lifts them.
   */
  quotas: Schema.optionalKey(tuning(Quotas))
})

/** What a person may set for every connection, besides its name and its provider. */
const { name: _name, provider: _provider, ...settable } = common("")

/** Whether a settings file may give this field's value as `@path`. */
export const isFile = (field: Schema.Constraint | undefined): boolean => field !== undefined && isFileText(field.ast)

/** The schema of a provider's connections. */
export const schema = <const Id extends string, const Fields extends Schema.Struct.Fields>(
  id: Id,
  fields: Fields
): Schema.Struct<ReturnType<typeof common<Id>> & Fields> => Schema.Struct({ ...common(id), ...fields })

/** Describes the settings of a provider, for people. */
export const describe = (fields: Schema.Struct.Fields): ReadonlyArray<Setting> =>
  Object.entries({ ...fields, ...settable, ...fields }).map(([key, field]) => settingOf(key, field))

const settingOf = (key: string, field: Schema.Constraint): Setting => ({
  key,
  type: typeName(Schema.toJsonSchemaDocument(Schema.toCodecJson(field)).schema),
  required: !SchemaAST.isOptional(field.ast),
  secret: isSecret(field.ast),
  ...(isTuning(field.ast) ? { tuning: true } : {})
})

const isSecret = (ast: SchemaAST.AST): boolean =>
  SchemaAST.isDeclaration(ast) && ast.annotations?.["expected"] === "Redacted"

const typeName = (json: unknown): string => {
  if (typeof json !== "object" || json === null) return "value"
  const schema: { readonly [key: string]: unknown } = { ...json }
  if (Array.isArray(schema["enum"])) return schema["enum"].map((value) => JSON.stringify(value)).join(" | ")
  if (Array.isArray(schema["anyOf"])) return schema["anyOf"].map(typeName).join(" | ")
  if (schema["type"] === "array") return `array of ${typeName(schema["items"])}`
  if (typeof schema["properties"] === "object" && schema["properties"] !== null) {
    return `{ ${Object.entries(schema["properties"])
      .map(([key, of]) => `${key}: ${typeName(of)}`)
      .join(", ")} }`
  }
  const { minimum, maximum } = schema
  const range =
    typeof minimum === "number" && typeof maximum === "number" && maximum !== Number.MAX_SAFE_INTEGER
      ? ` ${minimum}..${maximum}`
      : ""
  return `${typeof schema["type"] === "string" ? schema["type"] : "value"}${range}`
}

const messages = SchemaIssue.makeFormatterStandardSchemaV1({
  leafHook: (issue) =>
    issue._tag === "UnexpectedKey" ? "is not a setting of this provider" : SchemaIssue.defaultLeafHook(issue)
})

/** The same issues in the same order as in {@link messages}, with a code in place of each message. */
const codes = SchemaIssue.makeFormatterStandardSchemaV1({
  leafHook: ({ _tag }) => (_tag === "UnexpectedKey" ? "UnknownKey" : _tag),
  checkHook: () => "InvalidValue"
})

const codeOf = (text: string | undefined): NonNullable<Problem["code"]> =>
  text === "UnknownKey" || text === "MissingKey" || text === "InvalidType" ? text : "InvalidValue"

/**
 * Decodes settings as they stand in a JSON file. Fails with everything that is wrong, all at once. No value is quoted,
 * because it may be a secret.
 */
export const decode = <Id extends string, Fields extends Schema.Struct.Fields>(
  id: Id,
  fields: Fields,
  input: unknown
): Result.Result<Connection<Id, Fields>, ReadonlyArray<Problem>> => {
  const decoded = decodeJson<Id, Fields>(id, fields, input)
  const plain = sentInPlain(fields, input)
  if (plain.length === 0) return decoded
  return Result.fail([...(Result.isFailure(decoded) ? decoded.failure : []), ...plain])
}

/** Whether settings have a secret, or ask for one that the environment has. */
export const hasSecret = (fields: Schema.Struct.Fields, settings: object): boolean => {
  const given = new Map<string, unknown>(Object.entries(settings))
  return Object.entries(fields).some(
    ([key, { ast }]) => (isSecret(ast) || isEnvironment(ast)) && (given.get(key) ?? "") !== ""
  )
}

/** The addresses to which secrets would be sent without encryption. */
const sentInPlain = (fields: Schema.Struct.Fields, input: unknown): ReadonlyArray<Problem> => {
  if (typeof input !== "object" || input === null) return []
  const given = new Map<string, unknown>(Object.entries(input))
  if (given.get("allowHttp") === true || !hasSecret(fields, input)) return []
  return Object.entries({ ...fields, baseUrl: settable.baseUrl }).flatMap(([key, { ast }]) => {
    const address = given.get(key)
    return isUrl(ast) && typeof address === "string" && PlainHttp.leaves(address) ? [PlainHttp.problemOf(key)] : []
  })
}

/** Whether a field was declared as {@link Url}, or as the base URL, optional or not. */
const isUrl = ({ checks }: SchemaAST.AST): boolean => checks?.some((check) => urlChecks.has(check)) === true

const urlChecks = new Set([Url, BaseUrl].flatMap(({ ast: { checks } }) => checks ?? []))

const decodeJson = <Id extends string, Fields extends Schema.Struct.Fields>(
  id: Id,
  fields: Fields,
  input: unknown
): Result.Result<Connection<Id, Fields>, ReadonlyArray<Problem>> =>
  Result.mapError(
    Schema.decodeUnknownResult(plainJson<Id, Fields>(id, fields), { errors: "all", onExcessProperty: "error" })(input),
    ({ issue }) => {
      const { issues: coded } = codes(issue)
      return messages(issue).issues.map(({ message, path = [] }, index) => ({
        key: path.map(String).join("."),
        message: lowerFirst(message),
        code: codeOf(coded[index]?.message)
      }))
    }
  )

/** A connection's schema, read from JSON, gives a connection; its fields are generic here and need no services. */
const plainJson = <Id extends string, Fields extends Schema.Struct.Fields>(id: Id, fields: Fields) =>
  Schema.toCodecJson(schema(id, fields)) as Schema.Constraint as Schema.ConstraintDecoder<Connection<Id, Fields>>

const lowerFirst = (text: string): string => text.charAt(0).toLowerCase() + text.slice(1)

/** The problems as the reason of an error. */
export const invalid = (found: ReadonlyArray<Problem>): InvalidConnection =>
  new InvalidConnection({ problems: found.map(({ key, message }) => (key === "" ? message : `${key}: ${message}`)) })
