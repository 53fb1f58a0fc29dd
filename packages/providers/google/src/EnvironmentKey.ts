/**
 * The key file that `GOOGLE_APPLICATION_CREDENTIALS` names, as Google's own tools take it first. Other places in which they look are not read, and
 * neither are files that say to run a program or to ask another address.
 */
import { Credential, Reason } from "@scanjobs/core"
import { Config, Effect, Option, Redacted } from "effect"
import * as ServiceAccount from "./ServiceAccount.ts"

const variable = "GOOGLE_APPLICATION_CREDENTIALS"

/** Far more than any key file has. */
const most = 65_536

const invalid = (problem: string) => new Reason.InvalidConnection({ problems: [`credentials: ${problem}`] })

const path = Config.option(Config.NonEmptyString(variable)).pipe(
  Effect.orElseSucceed(Option.none<string>),
  Effect.flatMap(
    Option.match({
      onNone: () =>
        Effect.fail(invalid(`the environment variable ${variable} is not set; expected the path of a key file`)),
      onSome: Effect.succeed
    })
  )
)

/** The file system is loaded when it is needed, so that programs without one can use the provider. */
const read = (file: string) =>
  Effect.tryPromise({
    try: async () => {
      const { readFile, stat } = await import("node:fs/promises")
      const found = await stat(file)
      return found.isFile() && found.size <= most ? await readFile(file, "utf8") : undefined
    },
    catch: () => invalid(`the file that ${variable} names cannot be read`)
  }).pipe(
    Effect.flatMap((text) =>
      text === undefined
        ? Effect.fail(invalid(`the file that ${variable} names is no key file: it is no plain file, or too large`))
        : Effect.succeed(text)
    )
  )

/** The tokens that the file gives. It is read once for each run. */
export const credential = (tokens: typeof ServiceAccount.Tokens.Type): Credential.Standard =>
  Credential.unwrap(
    Effect.map(Effect.flatMap(path, read), (text) =>
      ServiceAccount.credential(Redacted.make(text), {
        setting: `credentials: the file that ${variable} names`,
        tokens
      })
    )
  )
