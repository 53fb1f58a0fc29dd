/**
 * Reads the body of an answer, whole or not at all.
 */
import { Data, Effect, Result, Stream } from "effect"
import type { HttpClientError, HttpClientResponse } from "effect/http"
import * as Format from "../decoding/Format.ts"
import * as Reason from "../model/Reason.ts"
import type * as BodyLimit from "../policies/BodyLimit.ts"
import * as LongJson from "./LongJson.ts"
import type { Flow } from "./Silence.ts"

/** A body as text, and the JSON that it is, or the plain values of another format. */
export interface Body extends LongJson.JsonText {
  /** Why the text is not what the vendor wrote, because its bytes cannot be decoded; such bytes are replaced by U+FFFD. */
  readonly undecodable?: string
}

/**
 * Only the beginning of an error's text is of use, and errors in JSON are short: a longer body of an answer without success is
 * cut here, in bytes.
 */
const largestError = 1024 * 1024

/** Bodies up to this size, in bytes, take no room. */
const small = 1024 * 1024

/**
 * A body may have one array or object per this many bytes of the largest body: small ones take far more memory than their text. In
 * short bodies, which cannot have many more, they are not counted.
 */
const bytesPerObject = 128

/** What one body is read with. */
export interface Reading {
  /** Waits for room in memory; called before more than 1 MiB of the body is held. */
  readonly makeRoom: Effect.Effect<void>
  readonly flow: Flow
}

/** Makes the reader of one transport. A body that is too large, or cannot be read for another reason, is `Malformed`. */
export const make = ({ perAnswer }: BodyLimit.Limits) => {
  const parse = LongJson.make()
  return (
    response: HttpClientResponse.HttpClientResponse,
    reading: Reading,
    format: Format.Format = Format.json
  ): Effect.Effect<Body, HttpClientError.HttpClientError | Reason.Malformed> =>
    Effect.suspend(() => {
      const isGood = response.status >= 200 && response.status < 300
      const most = isGood ? perAnswer : Math.min(perAnswer, largestError)
      return Effect.gen(function* () {
        const sent = collect(most, reading)
        yield* Stream.runForEachArray(response.stream, sent.take).pipe(
          Effect.catchReason("HttpClientError", "EmptyBodyError", () => Effect.void),
          Effect.catchTag("TooLarge", () => (isGood ? Effect.fail(tooLarge(response, perAnswer)) : Effect.void))
        )
        const bytes = sent.whole()
        const format = compressionOf(bytes)
        if (format === undefined) return bytes
        const plain = collect(most, reading)
        yield* Stream.runForEachArray(decompressed(bytes.slice(), format), plain.take).pipe(
          Effect.catchTag("TooLarge", () => (isGood ? Effect.fail(tooLarge(response, perAnswer)) : Effect.void)),
          Effect.catchTag("NotCompressed", () =>
            isGood
              ? Effect.fail(malformed(response, "the answer is compressed and cannot be decompressed", true))
              : Effect.void
          )
        )
        return plain.whole()
      }).pipe(
        Effect.flatMap((bytes) =>
          isGood && bytes.length > perAnswer / 32 && countsMoreThan(bytes, format.openers, perAnswer / bytesPerObject)
            ? Effect.fail(
                malformed(
                  response,
                  `the answer has more than ${Math.floor(perAnswer / bytesPerObject)} arrays and objects; ask for smaller pages, or raise BodyLimit`,
                  false
                )
              )
            : Effect.flatMap(
                Effect.try({
                  try: () =>
                    decode(format === Format.json ? parse : ofBytes, bytes, charsetIn(response, bytes, format)),
                  catch: (error) => malformed(response, `the answer cannot be read: ${String(error)}`, false)
                }),
                (body) => (format === Format.json ? Effect.succeed(body) : formatted(format, body, isGood))
              )
        )
      )
    })
}

/** More bytes came than the limit allows. */
class TooLarge extends Data.TaggedError("TooLarge") {}

/** The bytes are not what a compressed body is. */
class NotCompressed extends Data.TaggedError("NotCompressed") {}

/** Collects the parts of a body. After `TooLarge`, `whole` gives what came before the limit. */
const collect = (most: number, { flow, makeRoom }: Reading) => {
  const chunks: Array<Uint8Array> = []
  let size = 0
  const roomy = Effect.suspend(() => (size > small ? flow.paused(makeRoom) : Effect.void))
  const take = (some: ReadonlyArray<Uint8Array>): Effect.Effect<void, TooLarge> => {
    flow.onBytes()
    for (const bytes of some) {
      const left = most - size
      chunks.push(bytes.length > left ? bytes.subarray(0, left) : bytes)
      size += Math.min(bytes.length, left)
      if (bytes.length > left) return Effect.fail(new TooLarge())
    }
    return roomy
  }
  return { take, whole: () => join(chunks, size) }
}

/** Whether a body has more arrays and objects than that. What opens one counts within texts too, of which no body of rows has as many. */
const countsMoreThan = (bytes: Uint8Array, openers: string, most: number): boolean => {
  if (bytes.length <= most) return false
  const first = openers.charCodeAt(0)
  const second = openers.charCodeAt(openers.length - 1)
  let count = 0
  for (const byte of bytes) if (byte === first || byte === second) count++
  return count > most
}

const utf8 = new TextDecoder("utf-8", { fatal: true })

/** The text of bytes that are no JSON. */
const ofBytes = (bytes: Uint8Array): LongJson.JsonText => LongJson.ofValue(utf8.decode(bytes), unparsed)

const unparsed = Result.fail("it is not parsed yet")

/** The charset of an answer, as it declares it. */
const charsetIn = (
  { headers }: HttpClientResponse.HttpClientResponse,
  bytes: Uint8Array,
  { charset }: Format.Format
): string | undefined =>
  charsetOf(headers["content-type"]) ?? charset?.(String.fromCharCode(...bytes.subarray(0, declarationLength)))

/** How far into a body its charset may be declared. */
const declarationLength = 200

/** Reads a body in its format. Gateways and some vendors answer errors in JSON, whatever the format. */
const formatted = (format: Format.Format, body: Body, isGood: boolean): Effect.Effect<Body> => {
  const text = body.parts.join("")
  return Effect.map(Effect.result(format.parse(text)), (parsed) => ({
    ...body,
    ...LongJson.ofValue(text, Result.isFailure(parsed) && !isGood ? LongJson.ofText(text).json : parsed)
  }))
}

/**
 * JSON is UTF-8 (RFC 8259), whatever the declared charset: servers declare ISO-8859-1 by default for text that is UTF-8. Only
 * bytes that are not UTF-8 are decoded by the declared charset. UTF-16 is an exception, because it may look like UTF-8.
 */
const decode = (
  parse: (bytes: Uint8Array) => LongJson.JsonText,
  bytes: Uint8Array,
  charset: string | undefined
): Body => {
  if (!charset?.startsWith("utf-16")) {
    try {
      return parse(bytes)
    } catch {
      // Not UTF-8.
    }
  }
  const known = charset === undefined || charset === "utf-8" || charset === "utf8" ? undefined : charset
  if (known !== undefined) {
    try {
      return LongJson.ofText(new TextDecoder(known, { fatal: true }).decode(bytes))
    } catch {
      // Not the declared charset, or one that is not known.
    }
  }
  const undecodable = `the answer is not in UTF-8${known === undefined ? "" : `, nor in the charset ${known} that it declares`}`
  return { ...LongJson.ofText(new TextDecoder().decode(bytes)), undecodable }
}

/** The charset that a content type declares, in lower case. */
export const charsetOf = (contentType = ""): string | undefined =>
  /;\s*charset\s*=\s*"?([\w.:-]+)/i.exec(contentType)?.[1]?.toLowerCase()

/** The chunks in one piece, which is valid until the next call. */
const join = (chunks: ReadonlyArray<Uint8Array>, size: number): Uint8Array => {
  const [only] = chunks
  if (only !== undefined && chunks.length === 1) return only
  const whole = size > largestBuffer ? new Uint8Array(size) : bufferFor(size)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole.subarray(0, size)
}

/** The largest buffer that is kept for reuse, in bytes: touching new memory costs more than copying into it. */
const largestBuffer = 1024 * 1024

let buffer = new Uint8Array(0)

const bufferFor = (size: number): Uint8Array => {
  if (buffer.length < size) buffer = new Uint8Array(Math.min(largestBuffer, 2 ** Math.ceil(Math.log2(size))))
  return buffer
}

/**
 * Some servers compress without being asked, and not every client decompresses then. No JSON begins with the magic number of
 * gzip (RFC 1952) or with the header of zlib (RFC 1950), which HTTP calls `deflate`.
 */
const compressionOf = (bytes: Uint8Array): "gzip" | "deflate" | undefined => {
  const [first = 0, second = 0] = bytes
  if (first === 0x1f && second === 0x8b) return "gzip"
  return first === 0x78 && (first * 256 + second) % 31 === 0 ? "deflate" : undefined
}

const decompressed = (bytes: Uint8Array<ArrayBuffer>, format: "gzip" | "deflate") =>
  Stream.fromReadableStream({
    evaluate: () => new Blob([bytes]).stream().pipeThrough(new DecompressionStream(format)),
    onError: () => new NotCompressed()
  })

const tooLarge = (response: HttpClientResponse.HttpClientResponse, limit: number) =>
  malformed(
    response,
    `the answer is larger than ${Math.round((limit / 1024 / 1024) * 10) / 10} MiB; ask for smaller pages, or raise BodyLimit`,
    false
  )

const malformed = ({ status }: HttpClientResponse.HttpClientResponse, detail: string, transient: boolean) =>
  new Reason.Malformed({ ...Reason.unknownAnswer, status, detail, transient })
