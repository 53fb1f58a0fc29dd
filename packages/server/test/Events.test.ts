import { assert, describe, it } from "@effect/vitest"
import { Store } from "@scanjobs/history"
import { Effect, Fiber } from "effect"
import { Agent, get } from "node:http"
import { serve } from "./Fixture.ts"

/** 2,000 readers where `SCANJOBS_LASTING` is set. */
const readers = process.env["SCANJOBS_LASTING"] === undefined ? 50 : 2000

/** Hears changes until so many have come; keeps what came. */
const hear = (url: string, lastEventId: number, count: number, agent: Agent, heard: (id: number) => void) =>
  Effect.callback<ReadonlyArray<number>>((resume) => {
    const ids: Array<number> = []
    const asked = get(
      `${url}/api/v1/events`,
      { agent, headers: { "last-event-id": String(lastEventId) } },
      (answer) => {
        let rest = ""
        answer.setEncoding("utf8").on("data", (text: string) => {
          const events = (rest + text).split("\n\n")
          rest = events.pop() ?? ""
          for (const event of events) {
            const id = /^id: ?(\d+)$/m.exec(event)?.[1]
            if (id === undefined) continue
            ids.push(Number(id))
            heard(Number(id))
          }
          if (ids.length >= count) resume(Effect.succeed(ids))
        })
      }
    )
    asked.on("error", (error) => resume(Effect.die(error)))
    return Effect.sync(() => asked.destroy())
  })

describe("events", () => {
  it.live(
    `reach ${readers} readers at once, each once and in order, and go on after the last one that a reader has`,
    () =>
      Effect.gen(function* () {
        const { store, url } = yield* serve()
        const { sql } = Store.Store.of(yield* Effect.provideContext(Store.Store, store))
        const change = Effect.orDie(
          sql`INSERT INTO change (at, what, series_id, vendor_id, was, now) VALUES (1, 'state', 1, 'v8', 'running', 'succeeded')`
        )
        const agent = new Agent({ maxSockets: Number.POSITIVE_INFINITY })
        const first = { waiting: readers }
        yield* change
        const hearing = yield* Effect.forkChild(
          Effect.forEach(
            Array.from({ length: readers }),
            () => hear(url, 0, 6, agent, (id) => void (id === 1 && first.waiting--)),
            { concurrency: "unbounded" }
          )
        )
        // All of them are there before the other changes come.
        while (first.waiting > 0) yield* Effect.sleep("20 millis")
        for (let n = 0; n < 5; n++) yield* change
        const all = yield* Fiber.join(hearing)
        assert.strictEqual(all.length, readers)
        for (const ids of all) assert.deepStrictEqual(ids, [1, 2, 3, 4, 5, 6])
        assert.deepStrictEqual(yield* hear(url, 4, 2, agent, () => {}), [5, 6])
        agent.destroy()
      }).pipe(Effect.scoped)
  )
})
