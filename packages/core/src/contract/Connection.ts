/**
 * One configured account of a provider: its settings and secrets, with a name.
 *
 * A provider declares its settings as schema fields. That one declaration serves environment variables, JSON files, the
 * command line and databases, and tells people which settings there are.
 *
 * **Example** (the settings of a provider, and what they say of a connection)
 *
 * ```ts
 * import { Connection } from "@scanjobs/core"
 * import { Redacted, Schema } from "effect"
 *
 * export const settings = {
 *   clientId: Schema.String,
 *   tokenUrl: Schema.optionalKey(Connection.Url),
 *   certificate: Schema.optionalKey(Connection.Certificate),
 *   privateKey: Schema.optionalKey(Connection.PrivateKey),
 *   trustedRoots: Schema.optionalKey(Connection.Pem)
 * }
 *
 * export const connection: Connection.Input<"acme", { readonly token: Schema.Redacted<Schema.String> }> = {
 *   name: "production",
 *   token: Redacted.make("a secret")
 * }
 * export const secrets = Connection.secrets(connection)
 * ```
 */
import { Redacted, Schema } from "effect"
import type { Quota } from "../policies/Quota.ts"
import { isHttpUrl } from "../model/HttpUrl.ts"
import * as FileText from "./FileText.ts"
import * as Tuning from "./Tuning.ts"

export { Environment } from "./EnvironmentSetting.ts"

/**
 * An absolute http or https URL without a user or a password in it, for settings such as a token server's address. An http address of
 * another machine is refused unless the connection has `allowHttp`, because a secret would be sent there without encryption.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Url = Schema.String.check(
  Schema.makeFilter((text: string) => isHttpUrl(text), { expected: "an absolute http or https URL without a user" })
)

/**
 * The address of a server that each customer runs himself, as the setting `baseUrl`, which is then required. It may have a path, such as that
 * of a proxy, but no query, and a slash at its end makes no difference. An http address of another machine is refused unless the connection has `allowHttp`.
 *
 * **Example** (a vendor on premises)
 *
 * ```ts
 * import { Connection, Credential, Listing, Paging, Provider } from "@scanjobs/core"
 * import { Schema } from "effect"
 * import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"
 *
 * export const Acme = Provider.make("acme", {
 *   connection: { baseUrl: Connection.BaseUrl, token: Schema.Redacted(Schema.NonEmptyString) },
 *   security: HttpApiSecurity.bearer,
 *   listings: {
 *     runs: Listing.make({
 *       row: Schema.Struct({ id: Schema.String }),
 *       endpoint: (row) => HttpApiEndpoint.get("runs", "/api/runs", { success: Schema.Array(row) })
 *     })
 *   }
 * })({
 *   baseUrl: ({ baseUrl }) => baseUrl,
 *   credential: ({ token }) => Credential.fixed(token),
 *   listings: {
 *     runs: {
 *       paging: Paging.single({ request: () => ({}) }),
 *       rows: (runs) => runs,
 *       job: ({ id }) => ({ vendorId: id, kind: "run", category: "web", state: "succeeded", vendorState: null })
 *     }
 *   }
 * })
 * ```
 *
 * @since 0.3.0
 * @category schemas
 */
export const BaseUrl = Schema.String.check(
  Schema.makeFilter((text: string) => isHttpUrl(text) && !/[?#]/.test(text), {
    expected: "an absolute http or https URL without a user, a query or a fragment"
  })
)

/**
 * Marks a secret that is a whole file, such as a key file in JSON. It may have several lines, and a settings file may also give it as `@path`.
 * The schema within checks what the file says; its messages must not quote it.
 *
 * **Example** (the key file of a robot)
 *
 * ```ts
 * import { Connection } from "@scanjobs/core"
 * import { Option, Schema } from "effect"
 *
 * const decode = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Struct({ robot: Schema.String, key: Schema.String })))
 * const text = Schema.String.check(
 *   Schema.makeFilter((json: string) => Option.isSome(decode(json)), { expected: "the key file of a robot, as JSON" })
 * )
 *
 * export const settings = { robot: Connection.file(Schema.Redacted(text)) }
 * ```
 *
 * @since 0.3.0
 * @category schemas
 */
export const file = <S extends Schema.Top>(schema: S): S["Rebuild"] => schema.annotate(FileText.annotation)

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
 *
 * @since 0.1.0
 * @category schemas
 */
export const Pem = file(Schema.Redacted(PemText))

/**
 * A {@link Pem} that is an X.509 certificate.
 *
 * @since 0.1.0
 * @category schemas
 */
export const Certificate = file(Schema.Redacted(CertificateText))

/**
 * A {@link Pem} that is an RSA private key, PKCS#8 or PKCS#1, and not encrypted.
 *
 * @since 0.1.0
 * @category schemas
 */
export const PrivateKey = file(Schema.Redacted(PrivateKeyText))

/**
 * Marks a setting that only says how pages are asked for, such as the number of rows of a page.
 *
 * Every other setting that is no secret says what is listed, so that a listing that was begun with one value cannot be continued with
 * another one: the command line refuses to.
 *
 * **Example** (a setting that may change between two runs)
 *
 * ```ts
 * import { Connection } from "@scanjobs/core"
 * import { Schema } from "effect"
 *
 * export const settings = {
 *   accountId: Schema.NonEmptyString,
 *   pageSize: Schema.optionalKey(Connection.tuning(Schema.Int))
 * }
 * ```
 *
 * @since 0.1.0
 * @category schemas
 */
export const tuning = <S extends Schema.Top>(schema: S): S["Rebuild"] => schema.annotate(Tuning.annotation)

/**
 * The type of a provider's connections.
 *
 * @since 0.1.0
 * @category models
 */
export type Connection<Id extends string, Fields extends Schema.Struct.Fields> = {
  readonly provider: Id
  readonly name: string
  readonly baseUrl?: string
  readonly allowHttp?: boolean
  readonly quotas?: ReadonlyArray<Quota>
} & Schema.Struct.Type<Fields>

/**
 * A connection as a program gives it to its provider, which needs no `provider` to be told. Secrets stay `Redacted`: a plain
 * string would be printed wherever the connection is. `Provider.decode` takes plain JSON.
 *
 * @since 0.1.0
 * @category models
 */
export type Input<Id extends string, Fields extends Schema.Struct.Fields> = {
  readonly provider?: Id
  readonly name: string
  readonly baseUrl?: string
  readonly allowHttp?: boolean
  readonly quotas?: ReadonlyArray<Quota>
} & Schema.Struct.Type<Fields>

/**
 * What a person must know of one setting.
 *
 * @since 0.1.0
 * @category models
 */
export interface Setting {
  readonly key: string
  /** Such as `string`, `integer 1..512`, `array of integer`, `"us" | "uk"`. */
  readonly type: string
  readonly required: boolean
  /** A secret is never printed. */
  readonly secret: boolean
  /** It only says how pages are asked for, so that with another value the same rows are listed; see {@link tuning}. */
  readonly tuning?: true
}

/**
 * One thing that is wrong with a connection's settings.
 *
 * @since 0.1.0
 * @category models
 */
export interface Problem {
  readonly key: string
  readonly message: string
  /** The kind of the problem, for programs; a provider's own rules may leave it out. */
  readonly code?: "UnknownKey" | "MissingKey" | "InvalidType" | "InvalidValue"
}

/**
 * Whose rows a connection lists; see {@link identity}.
 *
 * @since 0.1.0
 * @category models
 */
export interface Identity {
  readonly provider: string
  readonly baseUrl: string | null
  /** The settings that say what is listed, by their keys, as they were decoded. */
  readonly settings: { readonly [key: string]: unknown }
}

/**
 * The secrets among a connection's values, as plain text, so that they can be kept out of errors; and the private keys in PEM that stand in one
 * of them, such as in a key file in JSON.
 *
 * @since 0.1.0
 * @category constructors
 */
export const secrets = (connection: object): ReadonlyArray<string> => {
  const given = Object.values(connection)
    .filter((value): value is Redacted.Redacted => Redacted.isRedacted(value))
    .map((value) => Redacted.value(value))
    .filter((value): value is string => typeof value === "string" && value !== "")
  return [...given, ...given.flatMap(keysWithin)]
}

/** In JSON, the lines of a key are parted by `\n`. */
const keysWithin = (secret: string): ReadonlyArray<string> =>
  secret
    .replaceAll("\\n", "\n")
    .match(/-----BEGIN (?:[A-Z]+ )?PRIVATE KEY-----[^-]+-----END (?:[A-Z]+ )?PRIVATE KEY-----/g) ?? []

/**
 * Whose rows a connection lists: its provider, its address, and each setting that is neither a secret nor for {@link tuning}.
 *
 * Cursors of one connection continue another one only where both have the same identity. Secrets may be renewed and the name may
 * change. `baseUrl` is `null` where the provider's own address is asked; an address that is written in another way stays the same.
 *
 * **Example** (whether cursors that were stored belong to a connection)
 *
 * ```ts
 * import { Connection } from "@scanjobs/core"
 * import { Equal } from "effect"
 *
 * declare const stored: Connection.Identity
 * declare const provider: { readonly settings: ReadonlyArray<Connection.Setting> }
 *
 * export const mayContinue = (connection: { readonly provider: string; readonly name: string }): boolean =>
 *   Equal.equals(Connection.identity(connection, provider.settings), stored)
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const identity = (
  connection: { readonly provider: string; readonly name: string },
  settings: ReadonlyArray<Setting>
): Identity => {
  const values = new Map<string, unknown>(Object.entries(connection))
  const baseUrl = values.get("baseUrl")
  return {
    provider: connection.provider,
    baseUrl: typeof baseUrl === "string" ? new URL(baseUrl).href.replace(/\/+$/, "") : null,
    settings: Object.fromEntries(
      settings
        .filter(({ key, secret, tuning }) => !secret && tuning !== true && key !== "baseUrl")
        .map(({ key }) => [key, values.get(key)] as const)
        .filter(([, value]) => value !== undefined)
    )
  }
}
