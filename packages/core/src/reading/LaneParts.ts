/**
 * The parts that a lane is put together from, from the one on that it is resumed in; usually one.
 */
import { Result, type Schema } from "effect"
import type { Request } from "../contract/Exchange.ts"
import type { Cursor } from "../model/Cursor.ts"
import type { Order } from "../model/Query.ts"
import * as VerbFailure from "../contract/VerbFailure.ts"
import * as EncodedRequest from "./EncodedRequest.ts"
import type { PreparedListing } from "./PreparedListing.ts"

/** A part of a lane. */
export interface Part {
  /** What the part's verbs are called with. */
  readonly start: object
  readonly first: Request
  /** The order of start time that the vendor promises. */
  readonly order: Order
  /** The part as JSON, for cursors; `undefined` where the listing has no parts. */
  readonly encoded: Schema.Json | undefined
}

/** The parts that are to be read, and the order of all their rows. */
export interface Begun {
  readonly parts: ReadonlyArray<Part>
  readonly order: Order
}

/** The parts from a cursor on, or from the beginning. It fails with the reason why the cursor does not fit. */
export const begin = (
  listing: PreparedListing,
  start: object,
  resumed: Cursor | undefined,
  encode: EncodedRequest.Encode
): Result.Result<Begun, string> => {
  const all = startsOf(listing, start)
  const at = resumed?.part === undefined ? 0 : all.findIndex(({ encoded }) => isSame(encoded, resumed.part))
  if (at < 0) return Result.fail("it has no such part")
  const [first, ...others] = all.slice(at)
  if (first === undefined) return Result.succeed({ parts: [], order: "none" })
  const { codec, verbs } = listing
  const orderOf = (one: object) => verbs.order?.(one) ?? "none"
  const firstOf = (one: object) => EncodedRequest.checked(verbs.first(one), encode, "first")
  const opened = (one: Started, request: Request): Part => ({ ...one, first: request, order: orderOf(one.start) })
  if (resumed?.request === null) return Result.succeed({ parts: [], order: orderOf(first.start) })
  const request = resumed === undefined ? Result.succeed(firstOf(first.start)) : codec.decode(resumed.request)
  return Result.map(request, (begins) => {
    const parts = [opened(first, begins), ...others.map((one) => opened(one, firstOf(one.start)))]
    // Lists that are each in order are not in order one after the other.
    return { parts, order: parts.length > 1 ? "none" : orderOf(first.start) }
  })
}

type Started = Pick<Part, "start" | "encoded">

const startsOf = ({ encodePart, verbs }: PreparedListing, start: object): ReadonlyArray<Started> => {
  if (encodePart === undefined || verbs.parts === undefined) return [{ start, encoded: undefined }]
  const encode = VerbFailure.named("parts", encodePart)
  return verbs.parts(start).map((part) => ({ start: { ...start, part }, encoded: encode(part) }))
}

const isSame = (one: Schema.Json | undefined, other: Schema.Json | undefined): boolean =>
  JSON.stringify(one) === JSON.stringify(other)
