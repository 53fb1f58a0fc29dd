/**
 * The tokens of Microsoft Entra ID, which both providers get in the same way.
 */
import { Connection, type Credential, OAuth } from "@scanjobs/core"
import { Redacted, Schema } from "effect"
import * as Errors from "./Errors.ts"

const Name = Schema.NonEmptyString

/** The settings of an app registration. */
export const settings = {
  /** The tenant's id, or one of its domains. */
  tenantId: Schema.String.check(
    Schema.isPattern(/^[A-Za-z0-9](?:[A-Za-z0-9.-]*[A-Za-z0-9])?$/, {
      expected: "the tenant's id, or one of its domains"
    })
  ),
  clientId: Name,
  clientSecret: Schema.optionalKey(Schema.Redacted(Name)),
  /** Instead of a secret: the certificate of the app registration, with its RSA key in `privateKey`. */
  certificate: Schema.optionalKey(Connection.Certificate),
  privateKey: Schema.optionalKey(Connection.PrivateKey),
  /** Where the tenant is, which says who gives tokens. Default `public`. */
  cloud: Schema.optionalKey(Schema.Literals(["public", "usGov", "china"])),
  /** The address of the token server, in place of that of the cloud. */
  authorityHost: Schema.optionalKey(Connection.Url),
  /** The scope of the token, which ends with `/.default`. Default: that of the public cloud. */
  tokenScope: Schema.optionalKey(Name)
}

const hosts = {
  public: "https://login.microsoftonline.com",
  usGov: "https://login.microsoftonline.us",
  china: "https://login.chinacloudapi.cn"
} as const

/** An app registration, as {@link settings} decode it. */
export interface App {
  readonly tenantId: string
  readonly clientId: string
  readonly clientSecret?: Redacted.Redacted
  readonly certificate?: Redacted.Redacted
  readonly privateKey?: Redacted.Redacted
  readonly cloud?: keyof typeof hosts
  readonly authorityHost?: string
  readonly tokenScope?: string
}

/** Gets tokens for the service that a scope names. */
export const credential = (
  { authorityHost, cloud = "public", tokenScope, ...app }: App,
  scope: string
): Credential.Standard =>
  OAuth.clientCredentials({
    tokenUrl: `${(authorityHost ?? hosts[cloud]).replace(/\/+$/, "")}/${app.tenantId}/oauth2/v2.0/token`,
    setting: "authorityHost",
    clientId: app.clientId,
    proof: proofOf(app),
    scope: tokenScope ?? scope,
    rejection: Errors.ofToken,
    hint: Errors.hintOfToken
  })

/** The rules guarantee either a secret, or a certificate with its key. */
const proofOf = ({ certificate, clientSecret, privateKey }: App): OAuth.Proof =>
  certificate !== undefined && privateKey !== undefined
    ? { certificate, privateKey, algorithm: "PS256", sendsClientId: true }
    : { clientSecret: clientSecret ?? Redacted.make("") }

/** What the app registration is counted by, where a service limits requests. */
export const quotaOf = ({ clientSecret, privateKey }: App): Redacted.Redacted =>
  clientSecret ?? privateKey ?? Redacted.make("")

const problem = (key: string, message: string) => [{ key, message }]

/** What is wrong with the secret or the certificate. */
export const rules = (has: (key: "clientSecret" | "certificate" | "privateKey") => boolean) => {
  if (has("clientSecret")) {
    return has("certificate") || has("privateKey")
      ? problem("clientSecret", "give either clientSecret, or certificate and privateKey")
      : []
  }
  if (!has("certificate") && !has("privateKey")) {
    return problem("clientSecret", "missing key; give clientSecret, or certificate and privateKey")
  }
  if (!has("privateKey")) return problem("privateKey", "missing key; certificate needs it")
  return has("certificate") ? [] : problem("certificate", "missing key; privateKey needs it")
}
