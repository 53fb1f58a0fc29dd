/**
 * The key file of a service account, and the tokens that it gives: signed here, or exchanged at Google's token server (RFC 7523).
 */
import { Credential, OAuth, Reason, Token } from "@scanjobs/core"
import { Effect, Option, Redacted, Schema } from "effect"

const Pem = Schema.String.check(
  Schema.makeFilter((text: string) => text.includes("-----BEGIN PRIVATE KEY-----"), {
    expected: "a private key in PEM"
  })
)

const Key = Schema.Struct({
  type: Schema.Literal("service_account"),
  client_email: Schema.NonEmptyString,
  private_key: Pem,
  private_key_id: Schema.NonEmptyString,
  token_uri: Schema.optionalKey(Schema.NonEmptyString)
})

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(Key))
const decodeAny = Schema.decodeUnknownOption(Schema.fromJsonString(Schema.Record(Schema.String, Schema.Unknown)))

/** Files that Google's own tools read in the same place, and that are no keys of service accounts. */
const others = new Set<unknown>([
  "authorized_user",
  "external_account",
  "external_account_authorized_user",
  "gdch_service_account",
  "impersonated_service_account"
])

const needed = ["client_email", "private_key", "private_key_id"] as const

/** What is wrong with a text as a key file, in words that do not quote it; `undefined` where nothing is. */
export const problemOf = (text: string): string | undefined => {
  if (Option.isSome(decode(text))) return undefined
  const members = Option.getOrUndefined(decodeAny(text))
  if (members === undefined) return "expected the JSON of a service account's key file, or @ and the path of the file"
  const { type } = members
  if (others.has(type)) return `is a file of the type ${String(type)}; expected the key file of a service account`
  const missing = needed.filter((name) => typeof members[name] !== "string" || members[name] === "")
  if (missing.length > 0)
    return `lacks ${missing.join(", ")}; expected the key file of a service account, as it was downloaded`
  return type === "service_account"
    ? "has a private_key that is no PEM (-----BEGIN PRIVATE KEY-----), or a token_uri that is no text"
    : "expected a key file of the type service_account"
}

/** The text of a key file. */
export const Text = Schema.String.check(Schema.makeFilter((text: string) => problemOf(text) ?? true))

/** How tokens are made: signed by the client itself, or exchanged for an assertion. */
export const Tokens = Schema.Literals(["selfSigned", "exchanged"])

/** What all three services accept. */
const scope = "https://www.googleapis.com/auth/cloud-platform"

/** Where key files usually point to. */
const usualServer = "https://oauth2.googleapis.com/token"

const hint = "check that the service account and its key are there and enabled, and check the clock of this computer"

/** The tokens that a key file gives. `setting` says in errors where it comes from. */
export const credential = (
  file: Redacted.Redacted,
  { setting, tokens }: { readonly setting: string; readonly tokens: typeof Tokens.Type }
): Credential.Standard => {
  const key = Option.getOrUndefined(decode(Redacted.value(file)))
  if (key === undefined) {
    const problem = `${setting}: ${problemOf(Redacted.value(file)) ?? "cannot be read"}`
    return Credential.unwrap(Effect.fail(new Reason.InvalidConnection({ problems: [problem] })))
  }
  const { client_email: issuer, private_key, private_key_id: keyId, token_uri: tokenUrl = usualServer } = key
  const own = { privateKey: Redacted.make(private_key), keyId, setting }
  return tokens === "exchanged"
    ? OAuth.jwtBearer({ ...own, tokenUrl, issuer, claims: { scope }, hint })
    : Token.selfSigned({ ...own, claims: { iss: issuer, sub: issuer, scope } })
}
