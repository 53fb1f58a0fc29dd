/**
 * AWS Signature Version 4, in headers: an HMAC of the whole request, for one service in one region.
 */
import type { Signer } from "@scanjobs/core"
import { Effect, Redacted } from "effect"
import { Digest, Mac } from "effect/crypto"
import { Hex } from "effect/encoding"

/** Whose key signs, and for what. */
export interface Options {
  readonly accessKeyId: string
  /** Of temporary keys. */
  readonly sessionToken: Redacted.Redacted | undefined
  readonly service: (listing: string) => string
}

const bytes = (text: string) => new TextEncoder().encode(text)

/** As RFC 3986 encodes: `encodeURIComponent` leaves five characters that AWS wants encoded. */
const encoded = (text: string): string =>
  encodeURIComponent(text).replaceAll(/[!'()*]/g, (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`)

/** Each segment of the path is encoded once more than it is sent. */
const pathOf = ({ pathname }: URL): string => pathname.split("/").map(encoded).join("/")

const queryOf = ({ searchParams }: URL): string =>
  [...searchParams]
    .map(([name, value]) => `${encoded(name)}=${encoded(value)}`)
    .toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0))
    .join("&")

/** Signs requests for the service of the listing in the region that is the scope. */
export const make = ({ accessKeyId, service, sessionToken }: Options): Signer.Signer =>
  Effect.fnUntraced(function* ({ body, headers, method, now, place, url }, secret) {
    const digest = yield* Digest.Digest
    const mac = yield* Mac.Mac
    const hmac = (key: Uint8Array, text: string) =>
      Effect.flatMap(Mac.key(Mac.hmacSha256, key), (made) => mac.sign(made, bytes(text)))

    const time = `${new Date(now).toISOString().slice(0, 19).replaceAll(/[-:]/g, "")}Z`
    const day = time.slice(0, 8)
    const scope = [day, place.scope ?? "", service(place.listing), "aws4_request"]
    const added = {
      "x-amz-content-sha256": yield* digest.digestHex(Digest.sha256, body),
      "x-amz-date": time,
      ...(sessionToken === undefined ? {} : { "x-amz-security-token": Redacted.value(sessionToken) })
    }
    const type = headers["content-type"]
    const signed = Object.entries({ host: url.host, ...(type === undefined ? {} : { "content-type": type }), ...added })
      .map(([name, value]) => [name, value.trim().replaceAll(/ +/g, " ")] as const)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
    const names = signed.map(([name]) => name).join(";")
    const request = [
      method,
      pathOf(url),
      queryOf(url),
      ...signed.map(([name, value]) => `${name}:${value}`),
      "",
      names,
      added["x-amz-content-sha256"]
    ].join("\n")
    const hash = yield* digest.digestHex(Digest.sha256, bytes(request))
    let key: Uint8Array = bytes(`AWS4${Redacted.value(secret)}`)
    for (const part of scope) key = yield* hmac(key, part)
    const signature = Hex.encode(yield* hmac(key, ["AWS4-HMAC-SHA256", time, scope.join("/"), hash].join("\n")))
    const credential = `Credential=${accessKeyId}/${scope.join("/")}`
    return {
      headers: {
        ...added,
        authorization: `AWS4-HMAC-SHA256 ${credential}, SignedHeaders=${names}, Signature=${signature}`
      },
      secrets: [Redacted.make(signature)]
    }
  })
