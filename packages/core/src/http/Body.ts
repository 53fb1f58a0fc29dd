/**
 * Reads the body of an answer as text, whole or not at all.
 */
import { Effect, Stream } from "effect"
import type { HttpClientError, HttpClientResponse } from "effect/http"
import * as Reason from "../model/Reason.ts"

/** The largest answer that is read, in bytes; a page of a listing is far smaller, and a body without an end must not fill the memory. */
const largest = 256 * 1024 * 1024

/**
 * What `make` makes of the bytes of the body, which it must not keep: their memory is used again. A body that is too large is
 * `Malformed`. `onBytes` is called whenever something has come.
 *
 * Some servers compress without being asked, and not every client undoes that; a body that begins as gzip does, which no JSON
 * can, is therefore decompressed here.
 */
export const read = <A>(
  response: HttpClientResponse.HttpClientResponse,
  onBytes: () => void,
  make: (bytes: Uint8Array) => A
): Effect.Effect<A, HttpClientError.HttpClientError | Reason.Malformed> =>
  Effect.suspend(() => {
    const chunks: Array<Uint8Array> = []
    let size = 0
    const take = (some: ReadonlyArray<Uint8Array>) => {
      onBytes()
      for (const bytes of some) {
        chunks.push(bytes)
        size += bytes.length
      }
      return size > largest ? Effect.fail(malformed(response, "the answer is larger than 256 MiB", false)) : Effect.void
    }
    return Stream.runForEachArray(response.stream, take).pipe(
      Effect.catchReason("HttpClientError", "EmptyBodyError", () => Effect.void),
      Effect.flatMap(() => {
        const bytes = join(chunks, size)
        return isGzip(bytes)
          ? Effect.map(decompress(response, bytes.slice()), (whole) => make(new Uint8Array(whole)))
          : Effect.succeed(make(bytes))
      })
    )
  })

/** The chunks in one piece, which lasts until the next call. */
const join = (chunks: ReadonlyArray<Uint8Array>, size: number): Uint8Array => {
  const [only] = chunks
  if (only !== undefined && chunks.length === 1) return only
  const whole = size > keptSpace ? new Uint8Array(size) : spaceFor(size)
  let at = 0
  for (const chunk of chunks) {
    whole.set(chunk, at)
    at += chunk.length
  }
  return whole.subarray(0, size)
}

/** The most bytes that are kept to be used again: new memory costs more than what is done with it. */
const keptSpace = 1024 * 1024

let space = new Uint8Array(0)

const spaceFor = (size: number): Uint8Array => {
  if (space.length < size) space = new Uint8Array(Math.min(keptSpace, 2 ** Math.ceil(Math.log2(size))))
  return space
}

const isGzip = (bytes: Uint8Array): boolean => bytes[0] === 0x1f && bytes[1] === 0x8b

const decompress = (response: HttpClientResponse.HttpClientResponse, bytes: Uint8Array<ArrayBuffer>) =>
  Effect.tryPromise({
    try: () => new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).arrayBuffer(),
    catch: () => malformed(response, "the answer is compressed and cannot be decompressed", true)
  })

const malformed = ({ status }: HttpClientResponse.HttpClientResponse, detail: string, transient: boolean) =>
  new Reason.Malformed({ ...Reason.unknownAnswer, status, detail, transient })
