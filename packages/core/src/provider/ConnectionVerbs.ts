/**
 * A provider's verbs for one connection. A verb that throws fails the connection, or the answer that it judges.
 */
import type { Redacted } from "effect"
import type { Problem } from "../contract/Connection.ts"
import type { Credential } from "../auth/Credential.ts"
import type { Signer } from "../contract/Signer.ts"
import type * as Reason from "../model/Reason.ts"
import type { Place } from "../contract/Place.ts"
import type { QuotaReader, Reader, Rejection } from "../contract/Rejection.ts"
import * as VerbFailure from "../contract/VerbFailure.ts"

/** The verbs; `Provider.Verbs` documents them. */
export interface Verbs<C, CE, CR> {
  readonly baseUrl: (connection: C, place: Place) => string
  readonly credential: (connection: C) => Credential<CE, CR>
  readonly sign?: (connection: C) => Signer
  readonly quotaOf?: (connection: C) => Redacted.Redacted
  readonly rejection?: Reader
  readonly quotaState?: QuotaReader
  readonly hint?: (reason: Reason.Reason, connection: C) => string | undefined
  readonly headers?: (connection: C) => { readonly [name: string]: string }
}

const { attempt, named } = VerbFailure

/** Calls the verbs that are needed before the first request. It returns the failure of the first one that throws. */
export const make = <C extends { readonly baseUrl?: string }, CE, CR>(
  connection: C,
  verbs: Verbs<C, CE, CR>,
  rules: (connection: C) => ReadonlyArray<Problem>
) =>
  attempt(
    () => ({
      broken: named("rules", rules)(connection),
      baseUrl: connection.baseUrl ?? addressOf(connection, verbs),
      quotaOf: named("quotaOf", () => verbs.quotaOf?.(connection))(),
      credential: named("credential", () =>
        functionOf(verbs.credential(connection), "credential, such as `Credential.fixed` makes")
      )(),
      sign: named("sign", () =>
        verbs.sign === undefined ? undefined : functionOf(verbs.sign(connection), "function that signs a request")
      )(),
      headers: named("headers", () => verbs.headers?.(connection) ?? {})(),
      quotaState:
        verbs.quotaState === undefined
          ? undefined
          : named("quotaState", (answer: Parameters<QuotaReader>[0]) => verbs.quotaState?.(answer)),
      rejection: named("rejection", (answer: Parameters<Reader>[0]) => wordsOf(verbs.rejection?.(answer))),
      hint: (reason: Reason.Reason) =>
        attempt(
          named("hint", () => verbs.hint?.(reason, connection)),
          // A hint that throws leaves the reason as it is.
          ({ message }) => message
        )
    }),
    (mistake) => mistake
  )

/** The address; where the verb takes a place, the function that tells the address for it. */
const addressOf = <C>(connection: C, { baseUrl }: Pick<Verbs<C, unknown, unknown>, "baseUrl">) => {
  const told = named("baseUrl", (place: Place) => baseUrl(connection, place))
  return baseUrl.length < 2 ? told({ listing: "", scope: null }) : told
}

const functionOf = <A>(given: A, what: string): A => {
  if (typeof given === "function") return given
  throw new Error(`it returned no ${what}`)
}

/** Normalises what a plugin in plain JavaScript returns: missing texts become `null`. */
const wordsOf = (rejection: Rejection | undefined): Rejection | undefined =>
  rejection === undefined
    ? undefined
    : { ...rejection, code: textOf(rejection.code), message: textOf(rejection.message) }

const textOf = (given: unknown): string | null => {
  if (given === undefined || given === null) return null
  return typeof given === "string" ? given : JSON.stringify(given)
}
