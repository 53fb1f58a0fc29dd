/**
 * A server that receives notifications, and virtual time that goes on while real requests are under way.
 */
import { Effect, Fiber, Redacted } from "effect"
import { HttpClient } from "effect/http"
import { TestClock } from "effect/testing"
import { createServer, type IncomingHttpHeaders } from "node:http"

/** A request. */
export interface Received {
  readonly headers: IncomingHttpHeaders
  readonly body: string
}

/** A server that answers each request with the next of these statuses, and with the last of them from then on. */
export const receiver = (...statuses: ReadonlyArray<number>) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const received: Array<Received> = []
      const server = createServer((request, response) => {
        let body = ""
        request.on("data", (part: Buffer) => (body += part.toString()))
        request.on("end", () => {
          const status = statuses[Math.min(received.length, statuses.length - 1)] ?? 200
          received.push({ headers: request.headers, body })
          response.writeHead(status, { location: "/elsewhere" }).end()
        })
      })
      await new Promise<void>((done) => server.listen(0, "127.0.0.1", done))
      const address = server.address()
      const port = typeof address === "object" ? address?.port : undefined
      return { received, server, to: Redacted.make(`http://127.0.0.1:${port}/hook`) }
    }),
    ({ server }) =>
      Effect.promise(async () => {
        server.closeAllConnections()
        await new Promise((done) => server.close(done))
      })
  )

/** Lets virtual time go on until the effect ends. It stands still while a request is under way, however long that takes. */
export const settled = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    let underWay = 0
    const client = HttpClient.transform(yield* HttpClient.HttpClient, (request) =>
      Effect.suspend(() => {
        underWay++
        return Effect.ensuring(
          request,
          Effect.sync(() => void underWay--)
        )
      })
    )
    const fiber = yield* Effect.forkChild(Effect.provideService(effect, HttpClient.HttpClient, client))
    while (fiber.pollUnsafe() === undefined) {
      yield* Effect.promise(() => new Promise((done) => setTimeout(done, 2)))
      if (underWay === 0) yield* TestClock.adjust("100 millis")
    }
    return yield* Fiber.join(fiber)
  })
