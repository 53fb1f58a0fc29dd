/**
 * The parts of an answer, and answers made from them.
 */
import type { Format } from "@scanjobs/core"
import { Effect, type Stream } from "effect"
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

/** The plain values of a successful answer; `undefined` if it is not of the format. */
export const answerOf = (response: Response, format: Format.Format) =>
  isGood(response)
    ? Effect.map(format.parse(new TextDecoder().decode(bytesOf(response))), (body) => ({
        body,
        headers: headersOf(response)
      })).pipe(Effect.orElseSucceed(() => undefined))
    : Effect.succeed(undefined)

/** The answer with another body. */
export const bodyLike = (response: Response, body: unknown, format: Format.Format): Response =>
  HttpServerResponse.text(format.render(body), { ...partsOf(response) })

/** Changes the plain values of a successful answer; any other answer stays as it is. */
export const withBody = (
  response: Response,
  format: Format.Format,
  change: (body: unknown) => unknown
): Effect.Effect<Response> =>
  Effect.map(answerOf(response, format), (answer) =>
    answer === undefined ? response : bodyLike(response, change(answer.body), format)
  )
