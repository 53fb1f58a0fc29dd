/**
 * Reads the body of an answer, whole or not at all.
 */
import { Effect, Stream } from "effect"
import type { HttpClientError, HttpClientResponse } from "effect/http"
import * as Reason from "../model/Reason.ts"
import * as LongJson from "./LongJson.ts"

/** A body as text, and the JSON that it is. */
export interface Body extends LongJson.JsonText {
  /** Why the text is not what the vendor wrote, because its bytes cannot be decoded; such bytes are replaced by U+FFFD. */
  readonly undecodable?: string
}

/**
 * The largest body that is read, in bytes. A page of a listing is far smaller, and a body without an end must not fill the
 * memory.
 */
const largest = 256 * 1024 * 1024

/** Makes the reader of one transport. It calls `onBytes` for each part of the body; a body that is too large is `Malformed`. */
export const make = () => {
  const parse = LongJson.make()
  return (
    response: HttpClientResponse.HttpClientResponse,
    onBytes: () => void
  ): Effect.Effect<Body, HttpClientError.HttpClientError | Reason.Malformed> =>
    Effect.suspend(() => {
      const chunks: Array<Uint8Array> = []
      let size = 0
      const take = (some: ReadonlyArray<Uint8Array>) => {
        onBytes()
        for (const bytes of some) {
          chunks.push(bytes)
          size += bytes.length
        }
        return size > largest
          ? Effect.fail(malformed(response, "the answer is larger than 256 MiB", false))
          : Effect.void
      }
      const decoded = (bytes: Uint8Array) => decode(parse, bytes, response.headers["content-type"])
      return Stream.runForEachArray(response.stream, take).pipe(
        Effect.catchReason("HttpClientError", "EmptyBodyError", () => Effect.void),
        Effect.flatMap(() => {
          const bytes = join(chunks, size)
          return isGzip(bytes)
            ? Effect.map(decompress(response, bytes.slice()), (whole) => decoded(new Uint8Array(whole)))
            : Effect.succeed(decoded(bytes))
        })
      )
    })
}

/**
 * JSON is UTF-8 (RFC 8259), whatever the declared charset: servers declare ISO-8859-1 by default for text that is UTF-8. Only
 * bytes that are not UTF-8 are decoded by the declared charset. UTF-16 is an exception, because it may look like UTF-8.
 */
const decode = (
  parse: (bytes: Uint8Array) => LongJson.JsonText,
  bytes: Uint8Array,
  contentType: string | undefined
): Body => {
  const charset = charsetOf(contentType)
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

const charsetOf = (contentType = ""): string | undefined =>
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
 * gzip.
 */
const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

const decompress = (response: HttpClientResponse.HttpClientResponse, bytes: Uint8Array<ArrayBuffer>) =>
  Effect.tryPromise({
    try: () => new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer(),
    catch: () => malformed(response, "the answer is compressed and cannot be decompressed", true)
  })

const malformed = ({ status }: HttpClientResponse.HttpClientResponse, detail: string, transient: boolean) =>
  new Reason.Malformed({ ...Reason.unknownAnswer, status, detail, transient })
