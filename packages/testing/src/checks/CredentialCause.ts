/**
 * Why a vendor most likely refuses the credential of a request.
 */
import type * as Ledger from "../ledger/Ledger.ts"
import type { Bench } from "./Subject.ts"

/** The likely cause of the first refusal, as a part of a sentence; an empty text where none was refused. */
export const of = ({ security }: Bench, entries: ReadonlyArray<Ledger.Entry>): string => {
  const refused = entries.find(({ credential }) => credential === "refused")
  if (refused !== undefined) {
    const what = `${refused.method} ${refused.path}`
    if (security === "none") return `; the vendor does not accept the signature of ${what}: look at \`sign\``
    return hasCredential(security, refused)
      ? `; the vendor does not accept the credential of ${what}: look at \`credential\``
      : `; there is no credential where the vendor looks for it in ${what}: look at \`security\``
  }
  const token = entries.find(({ endpoint, status }) => endpoint === null && status !== null && status >= 400)
  return token === undefined ? "" : `; ${token.method} ${token.path} was refused: look at \`credential\``
}

/** Whether there is a credential in the place that the provider declares. */
const hasCredential = (security: Exclude<Bench["security"], "none">, { headers }: Ledger.Entry): boolean =>
  security._tag === "ApiKey"
    ? security.in !== "header" || headers[security.key.toLowerCase()] !== undefined
    : headers["authorization"] !== undefined
