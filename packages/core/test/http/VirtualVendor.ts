/** A vendor in virtual time: its answers take as long as a test says, and no real time passes. */
import { Clock, Effect, Fiber, Layer } from "effect"
import { HttpClient, HttpClientResponse } from "effect/http"
import { TestClock } from "effect/testing"
import * as Vendor from "../Vendor.ts"

export const origin = "https://acme.example"

/** When every test begins, in epoch milliseconds. */
export const date = Date.parse("2026-01-01T00:00:00Z")

/** An answer, which takes as long as its effect sleeps. */
export type Answer = Effect.Effect<Response>

/** Answers at once. */
export const says = (status: number, headers: Record<string, string> = {}): Answer =>
  Effect.sync(() => new Response(status === 204 ? null : "", { status, headers }))

export const good: Answer = Effect.sync(() => Response.json({ runs: [1] }))

/** A body of these parts, each after a pause. */
export const flows = (pause: number, ...parts: ReadonlyArray<string>): Answer =>
  Effect.map(Effect.context(), (context) => {
    const sleep = Effect.runPromiseWith(context)
    const left = [...parts]
    const pull = async (controller: ReadableStreamDefaultController<Uint8Array>) => {
      const part = left.shift()
      if (part === undefined) return controller.close()
      await sleep(Effect.sleep(pause))
      controller.enqueue(new TextEncoder().encode(part))
    }
    return new Response(new ReadableStream({ pull }), { headers: { "content-type": "application/json" } })
  })

/** The answers one after the other, the last one for all further requests; `asked` tells when each request was sent. */
export const serve = (answers: ReadonlyArray<Answer>) => {
  const asked: Array<number> = []
  const client = HttpClient.make((request) =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => {
      const answer = answers[Math.min(asked.push(now - date), answers.length) - 1] ?? good
      return Effect.map(answer, (response) => HttpClientResponse.fromWeb(request, response))
    })
  )
  return { asked, layer: Layer.succeed(HttpClient.HttpClient, client) }
}

/** Lets time pass until the effect ends. */
export const ended = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    yield* TestClock.setTime(date)
    const fiber = yield* Effect.forkChild(Effect.result(effect))
    // A body takes real turns of the event loop, in which no time must pass.
    while (fiber.pollUnsafe() === undefined) {
      yield* turns(5)
      yield* TestClock.adjust("1 second")
    }
    return yield* Fiber.join(fiber)
  })

/** Sends one request to a vendor that gives these answers. */
export const ask = (answers: ReadonlyArray<Answer>, options: Parameters<typeof Vendor.ask>[1] = {}) =>
  Effect.gen(function* () {
    const { asked, layer } = serve(answers)
    const outcome = yield* ended(Vendor.ask(origin, options).pipe(Effect.provide(layer)))
    return { outcome, asked }
  })

const turns = (count: number) =>
  Effect.promise(async () => {
    for (let turn = 0; turn < count; turn++) await new Promise((resolve) => setImmediate(resolve))
  })
