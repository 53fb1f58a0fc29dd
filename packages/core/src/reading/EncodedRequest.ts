/**
 * Encodes each request once, although it is checked, compared, sent and stored as a cursor.
 */
import type { Schema } from "effect"
import type { Request } from "../contract/Exchange.ts"
import * as VerbFailure from "../contract/VerbFailure.ts"

/** A request, as JSON for cursors and as text for comparison. */
export interface EncodedRequest {
  readonly request: Request
  readonly json: Schema.Json
  readonly text: string
}

/** Encodes requests. */
export type Encode = (request: Request) => EncodedRequest

/** Memoises the encodings of the latest requests. */
export const memoize = (encode: (request: Request) => Schema.Json): Encode => {
  const latest: Array<EncodedRequest> = []
  let next = 0
  return (request) => {
    // Called several times a page: the latest entry is looked at first, and no closure is allocated.
    for (let back = 1; back <= latest.length; back++) {
      const one = latest[(next - back + rememberedRequests) % rememberedRequests]
      if (one?.request === request) return one
    }
    const json = encode(request)
    const encoded = { request, json, text: JSON.stringify(json) }
    latest[next] = encoded
    next = (next + 1) % rememberedRequests
    return encoded
  }
}

/** More requests than any provider reads ahead by default. */
const rememberedRequests = 16

/** Returns the request that a verb gave. A request that its endpoint does not accept throws, naming the verb. */
export const checked = <A extends Request | undefined>(request: A, encode: Encode, verb: string): A => {
  if (request !== undefined) VerbFailure.named(verb, encode)(request)
  return request
}
