/** A vendor's server on loopback, which answers as a test says and remembers what it was asked. */
import { Effect, Redacted } from "effect"
import { HttpClientRequest } from "effect/http"
import * as Http from "node:http"
import * as RetryPolicy from "../src/policies/RetryPolicy.ts"
import * as Secrets from "../src/secrets/Secrets.ts"
import * as Transport from "../src/http/Transport.ts"

/** A request that the vendor saw. */
export interface Seen {
  readonly method: string
  readonly url: URL
  readonly headers: Http.IncomingHttpHeaders
  readonly body: string
  /** True once the client has closed the connection before it had the whole answer. */
  isAbandoned: boolean
}

/** Writes an answer. */
export type Answer = (response: Http.ServerResponse) => void

/** A server that runs. */
export interface Vendor {
  /** Such as `http://127.0.0.1:40123`. */
  readonly origin: string
  /** What it was asked, in order of arrival. */
  readonly seen: ReadonlyArray<Seen>
}

const readBody = async (request: Http.IncomingMessage) => {
  const chunks: Array<string> = []
  for await (const chunk of request) chunks.push(String(chunk))
  return chunks.join("")
}

/** Serves for as long as the scope lives; `nth` counts the requests from 1. */
export const serve = (answer: (seen: Seen, nth: number) => Answer) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.callback<{ readonly server: Http.Server; readonly origin: string; readonly seen: Array<Seen> }>(
        (resume) => {
          const seen: Array<Seen> = []
          const handle = async (request: Http.IncomingMessage, response: Http.ServerResponse) => {
            const { headers, method = "", url = "" } = request
            const body = await readBody(request)
            const one: Seen = { method, url: new URL(url, "http://vendor"), headers, body, isAbandoned: false }
            response.on("close", () => (one.isAbandoned = !response.writableFinished))
            answer(one, seen.push(one))(response)
          }
          const server = Http.createServer((request, response) => void handle(request, response))
          server.listen(0, "127.0.0.1", () => {
            const address = server.address()
            const port = typeof address === "object" && address !== null ? address.port : 0
            resume(Effect.succeed({ server, seen, origin: `http://127.0.0.1:${port}` }))
          })
        }
      ),
      ({ server }) =>
        Effect.sync(() => {
          server.closeAllConnections()
          server.close()
        })
    ),
    ({ origin, seen }): Vendor => ({ origin, seen })
  )

/** Answers one after the other; the last one answers all the rest. */
export const script = (...answers: ReadonlyArray<Answer>) =>
  serve((_, nth) => answers[Math.min(nth, answers.length) - 1] ?? json({}))

/** An answer in JSON. */
export const json = (body: unknown, status = 200, headers: Http.OutgoingHttpHeaders = {}): Answer =>
  text(JSON.stringify(body), status, { "content-type": "application/json", ...headers })

/** An answer in text. */
export const text =
  (body: string, status = 200, headers: Http.OutgoingHttpHeaders = {}): Answer =>
  (response) => {
    response.writeHead(status, headers)
    response.end(body)
  }

/** Sends the client elsewhere. */
export const redirect = (location: string, status = 302): Answer => text("", status, { location })

/** Begins a body, says that it is longer, and breaks the connection. */
export const cut: Answer = (response) => {
  response.writeHead(200, { "content-length": "1000" })
  response.write('{"runs": [', () => response.destroy())
}

/** Breaks the connection without an answer. */
export const reset: Answer = (response) => response.socket?.resetAndDestroy()

/** Never answers. */
export const silence: Answer = () => {}

/** Sends the head and the beginning of a body, and then nothing more. */
export const stall: Answer = (response) => {
  response.writeHead(200)
  response.write('{"runs": [')
}

/** Sends a body one byte at a time, without ever ending it. */
export const drip: Answer = (response) => {
  response.writeHead(200)
  const timer = setInterval(() => response.write(" "), 5)
  response.on("close", () => clearInterval(timer))
}

/** A credential that gives these secrets, each until it is refused. */
export const renewing = (...secrets: ReadonlyArray<string>): Transport.Options<never>["credential"] => {
  let current = 0
  return {
    get: Effect.sync(() => Redacted.make(secrets[current] ?? "")),
    reject: () => Effect.sync(() => void current++),
    renewable: true
  }
}

/** The secret of a transport whose test does not say another one. */
export const canary = "canary-4e5f6a7b8c9d"

/** Asks for `path` under the policies in use, with a key that stays. */
export const ask = (origin: string, options: Partial<Transport.Options<never>> = {}, path = "/runs") =>
  send(origin, HttpClientRequest.get(path), options)

/** Sends a request whose address is a path, under the policies in use, with a key that stays. */
export const send = (
  origin: string,
  request: HttpClientRequest.HttpClientRequest,
  options: Partial<Transport.Options<never>> = {}
) =>
  Effect.gen(function* () {
    const transport = yield* Transport.make<never>({
      origin,
      key: origin,
      quotas: [],
      credential: { get: Effect.succeed(Redacted.make(canary)), reject: () => Effect.void, renewable: false },
      sign: (request, secret) => HttpClientRequest.setHeader(request, "authorization", Redacted.value(secret)),
      rejection: () => undefined,
      hint: () => undefined,
      secrets: Secrets.make([canary]),
      mayQuoteBody: true,
      budget: RetryPolicy.budget(yield* RetryPolicy.RetryPolicy),
      secretHeaders: [],
      secretInUrl: false,
      onRetry: () => Effect.void,
      ...options
    })
    return yield* transport.send(transport.client.execute(HttpClientRequest.prependUrl(request, origin)))
  })
