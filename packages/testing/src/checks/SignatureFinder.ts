/**
 * Finds signatures in the headers of a request, whose form only the vendor's documentation tells.
 */
import { createHash } from "node:crypto"
import type { Entry } from "../ledger/Ledger.ts"

/** What looks like a signature: at least 160 bits in hexadecimal or Base64. */
const form = /(?<![\w+/])(?:[0-9a-f]{40,}|[\w+/-]{27,}={1,2})(?![\w+/=])/g

/** What may be signatures. A digest of the body looks the same and is none. */
export const signaturesIn = ({ body, headers }: Pick<Entry, "body" | "headers">): ReadonlyArray<string> => {
  const digests = digestsOf(textOf(body))
  return Object.values(headers)
    .flatMap((value) => value?.match(form) ?? [])
    .filter((text) => !digests.has(text))
}

const digestsOf = (text: string): ReadonlySet<string> =>
  new Set(
    ["sha1", "sha256", "sha512"].flatMap((algorithm) =>
      (["hex", "base64"] as const).map((encoding) => createHash(algorithm).update(text).digest(encoding))
    )
  )

/** The body as it was sent, unless its JSON had spaces. */
const textOf = (body: unknown): string => {
  if (body === null) return ""
  return typeof body === "string" ? body : (JSON.stringify(body) ?? "")
}
