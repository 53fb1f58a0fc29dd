/**
 * The keys that requests are signed with: those of the settings, or those that AWS's own tools find on the machine, which may be temporary.
 */
import { type Connection, Credential, Reason, type Signer } from "@scanjobs/core"
import { Effect, Option, Redacted, Schema } from "effect"
import * as SignatureV4 from "./SignatureV4.ts"

const Keys = Schema.Struct({
  accessKeyId: Schema.NonEmptyString,
  secretAccessKey: Schema.NonEmptyString,
  sessionToken: Schema.optionalKey(Schema.UndefinedOr(Schema.String))
})

const decode = Schema.decodeUnknownOption(Keys)
const decodeJson = Schema.decodeUnknownOption(Schema.fromJsonString(Keys))

interface Settings {
  readonly accessKeyId?: string
  readonly secretAccessKey?: Redacted.Redacted
  readonly sessionToken?: Redacted.Redacted
  readonly credentials?: "environment"
  readonly profile?: string
}

type Setting = "accessKeyId" | "secretAccessKey" | "sessionToken" | "credentials" | "profile"

const wrong = (key: Setting, message: string): Connection.Problem => ({ key, message })

/** Either keys in the settings, or `credentials`. */
export const rules = (has: (key: Setting) => boolean): ReadonlyArray<Connection.Problem> => {
  if (has("credentials")) {
    return (["accessKeyId", "secretAccessKey", "sessionToken"] as const)
      .filter(has)
      .map((key) => wrong(key, "give either keys or credentials"))
  }
  const missing = 'missing key; give accessKeyId and secretAccessKey, or "credentials": "environment"'
  return [
    ...(["accessKeyId", "secretAccessKey"] as const).filter((key) => !has(key)).map((key) => wrong(key, missing)),
    ...(has("profile") ? [wrong("profile", 'is for "credentials": "environment" only')] : [])
  ]
}

const invalid = (problem: string) => new Reason.InvalidConnection({ problems: [`credentials: ${problem}`] })

/** A package that programs install beside this one, if they want it. */
const load = Effect.tryPromise({
  try: () => import("@aws-sdk/credential-providers"),
  catch: () => invalid('"environment" needs the package @aws-sdk/credential-providers; install it beside @scanjobs/aws')
})

/** What the chain says is left out of errors: it may quote what a program printed. */
const found = (chain: () => Promise<unknown>, profile: string | undefined) => {
  const from = profile === undefined ? "" : ` for the profile ${profile}`
  const advice = `try: aws sts get-caller-identity${profile === undefined ? "" : ` --profile ${profile}`}`
  return Effect.tryPromise({
    try: chain,
    catch: () => invalid(`AWS's own tools find no keys here${from}; ${advice}`)
  }).pipe(
    Effect.map(decode),
    Effect.flatMap(
      Option.match({
        onNone: () => Effect.fail(invalid(`AWS's own tools find no keys here${from}; ${advice}`)),
        onSome: Effect.succeed
      })
    ),
    Effect.map(({ accessKeyId, secretAccessKey, sessionToken }) =>
      textOf({ accessKeyId, secretAccessKey, sessionToken })
    )
  )
}

const textOf = (keys: typeof Keys.Type): Redacted.Redacted => Redacted.make(JSON.stringify(keys))

/** The keys, as the text that {@link signer} takes. The chain keeps them, and finds others before they end. */
export const credential = (settings: Settings): Credential.Standard => {
  const { accessKeyId = "", profile, secretAccessKey, sessionToken } = settings
  if (settings.credentials === undefined) {
    const token = sessionToken === undefined ? undefined : Redacted.value(sessionToken)
    const key = secretAccessKey === undefined ? "" : Redacted.value(secretAccessKey)
    return Credential.fixed(textOf({ accessKeyId, secretAccessKey: key, sessionToken: token }))
  }
  return Credential.unwrap(
    Effect.map(load, ({ fromNodeProviderChain }) =>
      Credential.fromEffect<never, never>(
        found(fromNodeProviderChain(profile === undefined ? {} : { profile }), profile)
      )
    )
  )
}

/** Signs with the keys of {@link credential}, for the service of the listing. The keys are kept out of errors and rows. */
export const signer =
  (service: (listing: string) => string): Signer.Signer =>
  (request, secret) =>
    Option.match(decodeJson(Redacted.value(secret)), {
      onNone: () =>
        Effect.fail(new Reason.InvalidConnection({ problems: ["accessKeyId: there are no keys to sign with"] })),
      onSome: ({ accessKeyId, secretAccessKey, sessionToken }) => {
        const [key, token] = [secretAccessKey, sessionToken].map((text) =>
          text === undefined ? undefined : Redacted.make(text)
        )
        const keys = [key, token].filter((one) => one !== undefined)
        return SignatureV4.make({ accessKeyId, sessionToken: token, service })(request, key ?? secret).pipe(
          Effect.map(({ headers, secrets }) => ({ headers, secrets: [...secrets, ...keys] }))
        )
      }
    })
