/**
 * A provider's verbs for one connection, where one that throws is a failure of that connection, or of the answer that it judges.
 */
import type { Redacted } from "effect"
import type { Problem } from "../contract/Connection.ts"
import type { Credential } from "../auth/Credential.ts"
import type * as Reason from "../model/Reason.ts"
import type { Reader, Rejection } from "../contract/Rejection.ts"
import * as VerbFailure from "../contract/VerbFailure.ts"

/** The verbs, as `Provider.Verbs` explains them. */
export interface Verbs<C, CE, CR> {
  readonly baseUrl: (connection: C) => string
  readonly credential: (connection: C) => Credential<CE, CR>
  readonly quotaOf?: (connection: C) => Redacted.Redacted
  readonly rejection?: Reader
  readonly hint?: (reason: Reason.Reason, connection: C) => string | undefined
  readonly headers?: (connection: C) => { readonly [name: string]: string }
}

const { attempt, named } = VerbFailure

/** What the verbs say before anything is asked of the vendor. */
export const make = <C extends { readonly baseUrl?: string }, CE, CR>(
  connection: C,
  verbs: Verbs<C, CE, CR>,
  rules: (connection: C) => ReadonlyArray<Problem>
) =>
  attempt(
    () => ({
      broken: named("rules", rules)(connection),
      baseUrl: connection.baseUrl ?? named("baseUrl", () => verbs.baseUrl(connection))(),
      quotaOf: named("quotaOf", () => verbs.quotaOf?.(connection))(),
      credential: named("credential", () => functionOf(verbs.credential(connection)))(),
      headers: named("headers", () => verbs.headers?.(connection) ?? {})(),
      rejection: named("rejection", (answer: Parameters<Reader>[0]) => wordsOf(verbs.rejection?.(answer))),
      hint: (reason: Reason.Reason) =>
        attempt(
          named("hint", () => verbs.hint?.(reason, connection)),
          // The reason stays what it is.
          ({ message }) => message
        )
    }),
    (mistake) => mistake
  )

const functionOf = <A>(given: A): A => {
  if (typeof given === "function") return given
  throw new Error("it gave no credential, such as `Credential.fixed` makes")
}

/** No words are `null`, also where a plugin in plain JavaScript leaves them out. */
const wordsOf = (rejection: Rejection | undefined): Rejection | undefined =>
  rejection === undefined
    ? undefined
    : { ...rejection, code: textOf(rejection.code), message: textOf(rejection.message) }

const textOf = (given: unknown): string | null => {
  if (given === undefined || given === null) return null
  return typeof given === "string" ? given : JSON.stringify(given)
}
