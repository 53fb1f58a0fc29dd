/**
 * The source of what signs requests, and of what verifies signatures.
 */
import type { Options } from "./Options.ts"
import { text } from "./Text.ts"

/** The file of the signer. */
export const signatureOf = ({ name }: Options): string => text`
  /**
   * How requests to ${name.title} are signed: by an HMAC-SHA256 of the method, the address, the time and the body.
   */
  import type { Signer } from "@scanjobs/core"
  import { Effect, Redacted } from "effect"
  import { Digest, Mac } from "effect/crypto"
  import { Hex } from "effect/encoding"

  const bytes = (text: string) => new TextEncoder().encode(text)

  /** Signs with the secret of a key. Each attempt is signed anew, so that \`now\` is the time of this one. */
  export const signer = (keyId: string): Signer.Signer =>
    Effect.fnUntraced(function* ({ body, method, now, url }, secret) {
      const digest = yield* Digest.Digest
      const mac = yield* Mac.Mac
      const time = String(Math.floor(now / 1000))
      const text = [method, url.pathname + url.search, time, yield* digest.digestHex(Digest.sha256, body)].join("\\n")
      const key = yield* Mac.key(Mac.hmacSha256, bytes(Redacted.value(secret)))
      const signature = Hex.encode(yield* mac.sign(key, bytes(text)))
      return {
        headers: { authorization: \`HMAC-SHA256 \${keyId}:\${time}:\${signature}\` },
        // Nobody may see the signature, should the vendor repeat it.
        secrets: [Redacted.make(signature)]
      }
    })
  `

/** The file that verifies signatures, for the emulator. */
export const signatureCheckOf = ({ name }: Options): string => text`
  /**
   * Verifies signatures as ${name.title} does, from what arrived. It shares nothing with the code that signs.
   */
  import type { Emulator } from "@scanjobs/testing"
  import { createHash, createHmac } from "node:crypto"

  const form = /^HMAC-SHA256 ([^:]+):(\\d+):([0-9a-f]{64})$/

  /** How old a signature may be, in milliseconds. */
  const longest = 300_000

  /** Whether a request has a signature of its own that is made with this key, and is not old. */
  export const isSigned = (
    { entry, sent }: Emulator.Exchange,
    key: { readonly keyId: string; readonly secret: string }
  ): boolean => {
    const [, keyId, time = "", signature] = form.exec(entry.headers["authorization"] ?? "") ?? []
    const body = createHash("sha256").update(sent.body).digest("hex")
    const text = [entry.method, sent.target, time, body].join("\\n")
    const expected = createHmac("sha256", key.secret).update(text).digest("hex")
    return keyId === key.keyId && signature === expected && Math.abs(entry.time - Number(time) * 1000) < longest
  }
  `
