/**
 * One configured account of a provider: its settings and secrets, with a name.
 *
 * A provider declares its settings as schema fields. That one declaration serves environment variables, JSON files, the
 * command line and databases, and tells people which settings there are.
 */
import { Duration, Redacted, Result, Schema, SchemaAST, SchemaIssue } from "effect"
import { InvalidConnection } from "../model/Reason.ts"
import type { Quota } from "../policies/Quota.ts"

/** Whether a text is an absolute http or https address without a user or a password in it. */
export const isHttpUrl = (text: string): boolean => {
  const url = URL.parse(text)
  if (url === null || (url.protocol !== "https:" && url.protocol !== "http:")) return false
  return url.username === "" && url.password === ""
}

/** An absolute http or https URL, for settings such as a token server's address. */
export const Url = Schema.String.check(
  Schema.makeFilter((text: string) => isHttpUrl(text), { expected: "an absolute http or https URL" })
)

/** An address that paths are appended to, so that it has no query and no fragment. */
const BaseUrl = Schema.String.check(
  Schema.makeFilter((text: string) => isHttpUrl(text) && !/[?#]/.test(text), {
    expected: "an absolute http or https URL without a user, a query or a fragment"
  })
)

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
  /**
   * Replaces the provider's quotas: for an account, or a server of one's own, that allows another number of requests. An empty
   * array lifts them.
   */
  quotas: Schema.optionalKey(Quotas)
})

const pem = (pattern: RegExp, expected: string) =>
  Schema.String.check(Schema.makeFilter((text: string) => pattern.test(text), { expected }))

const PemText = pem(/-----BEGIN [A-Z0-9 ]+-----/, "PEM text, or @ and the path of a PEM file")
const CertificateText = pem(/-----BEGIN CERTIFICATE-----/, "a PEM certificate (-----BEGIN CERTIFICATE-----)")
const PrivateKeyText = pem(
  /-----BEGIN (?:RSA )?PRIVATE KEY-----/,
  "an RSA private key in PEM, not encrypted (-----BEGIN PRIVATE KEY-----)"
)

/**
 * A secret text that a settings file may also give as `@path`, the file that holds it: a PEM certificate or key.
 * `isFile` tells such a field from others.
 */
export const Pem = Schema.Redacted(PemText)

/** A {@link Pem} that is an X.509 certificate. */
export const Certificate = Schema.Redacted(CertificateText)

/** A {@link Pem} that is an RSA private key, PKCS#8 or PKCS#1, and not encrypted. */
export const PrivateKey = Schema.Redacted(PrivateKeyText)

/** Whether a settings file may give this field's value as `@path`. */
export const isFile = (field: Schema.Constraint | undefined): boolean =>
  field !== undefined &&
  SchemaAST.isDeclaration(field.ast) &&
  field.ast.typeParameters.some((text) => fileTexts.some(({ ast }) => ast === text))

const fileTexts = [PemText, CertificateText, PrivateKeyText]

/** The schema of a provider's connections. */
export const schema = <const Id extends string, const Fields extends Schema.Struct.Fields>(
  id: Id,
  fields: Fields
): Schema.Struct<ReturnType<typeof common<Id>> & Fields> => Schema.Struct({ ...common(id), ...fields })

/** The type of a provider's connections. */
export type Connection<Id extends string, Fields extends Schema.Struct.Fields> = {
  readonly provider: Id
  readonly name: string
  readonly baseUrl?: string
  readonly quotas?: ReadonlyArray<Quota>
} & Schema.Struct.Type<Fields>

/**
 * A connection as a program gives it to its provider, which needs no `provider` to be told. Secrets stay `Redacted`: a plain
 * string would be printed wherever the connection is. `Provider.decode` takes plain JSON.
 */
export type Input<Id extends string, Fields extends Schema.Struct.Fields> = {
  readonly provider?: Id
  readonly name: string
  readonly baseUrl?: string
  readonly quotas?: ReadonlyArray<Quota>
} & Schema.Struct.Type<Fields>

/** What a person must know of one setting. */
export interface Setting {
  readonly key: string
  /** Such as `string`, `integer 1..512`, `array of integer`, `"us" | "uk"`. */
  readonly type: string
  readonly required: boolean
  /** A secret is never printed. */
  readonly secret: boolean
}

/** Describes the settings of a provider, for people. */
export const describe = (fields: Schema.Struct.Fields): ReadonlyArray<Setting> =>
  Object.entries({ ...fields, baseUrl: common("").baseUrl, quotas: common("").quotas }).map(([key, field]) => ({
    key,
    type: typeName(Schema.toJsonSchemaDocument(Schema.toCodecJson(field)).schema),
    required: !SchemaAST.isOptional(field.ast),
    secret: isSecret(field.ast)
  }))

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

/** One thing that is wrong with a connection's settings. */
export interface Problem {
  readonly key: string
  readonly message: string
  /** The kind of the problem, for programs; a provider's own rules may leave it out. */
  readonly code?: "UnknownKey" | "MissingKey" | "InvalidType" | "InvalidValue"
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
 * Decodes settings as they stand in a JSON file. What fails is everything that is wrong, all at once; no value is repeated,
 * because it may be a secret.
 */
export const decode = <Id extends string, Fields extends Schema.Struct.Fields>(
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

/** The secrets among a connection's values, as plain text, so that they can be kept out of errors. */
export const secrets = (connection: object): ReadonlyArray<string> =>
  Object.values(connection)
    .filter((value): value is Redacted.Redacted => Redacted.isRedacted(value))
    .map((value) => Redacted.value(value))
    .filter((value): value is string => typeof value === "string" && value !== "")
