/**
 * The parts of an answer, and answers made from them.
 */
import type { Stream } from "effect"
import { HttpServerResponse } from "effect/http"

type Response = HttpServerResponse.HttpServerResponse

/** Whether the status says success. */
export const isGood = ({ status }: Response): boolean => status >= 200 && status < 300

/** The body; empty if it is a stream. */
export const bytesOf = ({ body }: Response): Uint8Array => (body._tag === "Uint8Array" ? body.body : new Uint8Array())

/** The headers without those that describe the body. */
export const headersOf = ({ headers }: Response): { readonly [name: string]: string } => {
  const { "content-length": _, "content-type": _type, ...others } = headers
  return others
}

/** The parts of an answer that stay when its body is replaced. */
export const partsOf = (response: Response) => ({
  status: response.status,
  headers: headersOf(response),
  contentType: response.headers["content-type"] ?? "application/json"
})

/** The answer with a stream made from its body, under the body's own length. */
export const streamed = (response: Response, stream: (bytes: Uint8Array) => Stream.Stream<Uint8Array>): Response => {
  const bytes = bytesOf(response)
  return HttpServerResponse.stream(stream(bytes), { ...partsOf(response), contentLength: bytes.length })
}

/** The JSON of a successful answer; `undefined` if it is not JSON. */
export const answerOf = (response: Response) => {
  if (!isGood(response)) return undefined
  try {
    const json: unknown = JSON.parse(new TextDecoder().decode(bytesOf(response)))
    return { body: json, headers: headersOf(response) }
  } catch {
    return undefined
  }
}

/** The answer with another JSON body. */
export const jsonLike = (response: Response, json: unknown): Response =>
  HttpServerResponse.jsonUnsafe(json, { ...partsOf(response) })

/** Changes the JSON of a successful answer; any other answer stays as it is. */
export const withJson = (response: Response, change: (json: unknown) => unknown): Response => {
  const answer = answerOf(response)
  return answer === undefined ? response : jsonLike(response, change(answer.body))
}
