/**
 * The parts of a provider and its emulator that depend on how requests authenticate.
 */
import type { Choices, Options } from "./Options.ts"
import { text } from "./Text.ts"

/** Pieces of source text; a piece that a style does not need is empty. */
export interface Pieces {
  /** The fields of the connection. */
  readonly settings: string
  readonly security: string
  readonly credential: string
  /** What the user should check when a request is refused. */
  readonly hint: string
  /** The names to import from `@scanjobs/core`; `effect` is the same for `effect`. */
  readonly core: ReadonlyArray<string>
  readonly effect: ReadonlyArray<string>
  /** Another import, as a line. */
  readonly imports: string
  /** The emulator's account, as in a settings file. */
  readonly account: string
  /** What the emulator accepts: an expression of `credential` or `exchange`. */
  readonly accepted: string
  /** The names of the secret settings. */
  readonly secrets: ReadonlyArray<string>
}

const secret = (key: string, comment: string): string =>
  `/** ${comment} */\n${key}: Schema.Redacted(Schema.NonEmptyString)`

const base64 = 'import { Base64 } from "effect/encoding"'

const one = (key: string, comment: string, security: string): Pieces => ({
  settings: secret(key, comment),
  security,
  credential: `credential: ({ ${key} }) => Credential.fixed(${key}),`,
  hint: `check ${key}, and that it may read runs`,
  core: ["Credential"],
  effect: [],
  imports: "",
  account: `{ ${key}: "emulated-secret" }`,
  accepted: `credential === account.${key}`,
  secrets: [key]
})

const styles: { readonly [Style in Choices["auth"]]: (options: Options) => Pieces } = {
  bearer: () => one("token", "Create it in the vendor's console.", "HttpApiSecurity.bearer"),
  "api-key-header": () =>
    one("apiKey", "Sent as `X-Api-Key`.", 'HttpApiSecurity.apiKey({ in: "header", key: "X-Api-Key" })'),
  "api-key-query": () =>
    one("apiKey", "Sent as `api_key` in the URL's query.", 'HttpApiSecurity.apiKey({ in: "query", key: "api_key" })'),
  basic: () => ({
    settings: `username: Schema.NonEmptyString,\n${secret("password", "The password of a user who may read runs.")}`,
    security: 'HttpApiSecurity.http({ scheme: "Basic" })',
    credential: text`
      credential: ({ password, username }) =>
        Credential.fixed(Redacted.make(Base64.encode(\`\${username}:\${Redacted.value(password)}\`))),`,
    hint: "check username and password, and that the user may read runs",
    core: ["Credential"],
    effect: ["Redacted"],
    imports: base64,
    account: '{ username: "emulated-user", password: "emulated-secret" }',
    accepted: "credential === Base64.encode(`${account.username}:${account.password}`)",
    secrets: ["password"]
  }),
  "composite-header": () => ({
    settings: `${secret("accessKey", "Both are sent in `X-Api-Keys`.")},\nsecretKey: Schema.Redacted(Schema.NonEmptyString)`,
    security: 'HttpApiSecurity.apiKey({ in: "header", key: "X-Api-Keys" })',
    credential: text`
      credential: ({ accessKey, secretKey }) =>
        Credential.fixed(Redacted.make(\`accessKey=\${Redacted.value(accessKey)};secretKey=\${Redacted.value(secretKey)}\`)),`,
    hint: "check accessKey and secretKey, and that they may read runs",
    core: ["Credential"],
    effect: ["Redacted"],
    imports: "",
    account: '{ accessKey: "emulated-access", secretKey: "emulated-secret" }',
    accepted: "credential === `accessKey=${account.accessKey};secretKey=${account.secretKey}`",
    secrets: ["accessKey", "secretKey"]
  }),
  oauth: ({ name }) => ({
    settings: text`
      clientId: Schema.NonEmptyString,
      clientSecret: Schema.Redacted(Schema.NonEmptyString),
      /** Replaces the vendor's own token server. */
      tokenUrl: Schema.optionalKey(Connection.Url)`,
    security: "HttpApiSecurity.bearer",
    credential: text`
      credential: ({ clientId, clientSecret, tokenUrl = "https://auth.${name.id}.example/oauth/token" }) =>
        OAuth.clientCredentials({ tokenUrl, clientId, proof: { clientSecret }, scope: "runs.read", hint }),`,
    hint: "check clientId and clientSecret, and that the client may read runs",
    core: ["Connection", "OAuth"],
    effect: [],
    imports: "",
    account: '{ clientId: "emulated-client", clientSecret: "emulated-secret" }',
    accepted: "",
    secrets: ["clientSecret"]
  }),
  hmac: () => ({
    settings: `keyId: Schema.NonEmptyString,\n${secret("secret", "Requests are signed with it; it is never sent.")}`,
    security: '"none"',
    credential: text`
      credential: ({ secret }) => Credential.fixed(secret),
      sign: ({ keyId }) => Signature.signer(keyId),`,
    hint: "check keyId and secret, and that the key may read runs",
    core: ["Credential"],
    effect: [],
    imports: "",
    account: '{ keyId: "emulated-key", secret: "emulated-secret" }',
    accepted: "SignatureCheck.isSigned(exchange, account)",
    secrets: ["secret"]
  })
}

/** The pieces of the chosen style. */
export const piecesOf = (options: Options): Pieces => styles[options.auth](options)

/** The names of the required settings. */
export const settingsOf = (options: Options): ReadonlyArray<string> =>
  Array.from(piecesOf(options).account.matchAll(/(\w+): "/g), ([, key = ""]) => key)
