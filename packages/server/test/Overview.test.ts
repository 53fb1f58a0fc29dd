import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { FetchHttpClient } from "effect/http"
import { HttpApiClient } from "effect/http-api"
import { Store } from "@scanjobs/history"
import { Api } from "../src/index.ts"
import { serve, serveFilled } from "./Fixture.ts"
import * as ManyScans from "./ManyScans.ts"

const clientOf = (url: string) => Effect.provide(HttpApiClient.make(Api.Api, { baseUrl: url }), FetchHttpClient.layer)

const names = (items: ReadonlyArray<{ readonly definition: { readonly name: string | null } }>) =>
  items.map(({ definition }) => definition.name?.slice(0, 20))

describe("the overview", () => {
  it.live("has what went wrong, what never happened and what is due, each scan once", () =>
    Effect.gen(function* () {
      const { url } = yield* serve()
      const { due, missing, wrong } = yield* (yield* clientOf(url)).overview({ query: {} })
      assert.strictEqual(wrong.total, 2)
      assert.deepStrictEqual(
        wrong.items.map(({ count, mark, needs }) => [needs, count, mark?.state]),
        [
          ["failed", 1, "failed"],
          ["partial", 1, "partially_succeeded"]
        ]
      )
      assert.deepStrictEqual([missing.total, missing.unknown], [1, 1])
      assert.deepStrictEqual(
        missing.items.map(({ definition, needs }) => [definition.name, needs]),
        [
          ["Weekly audit", "missed"],
          ["Perimeter", "unknown"]
        ]
      )
      assert.strictEqual(due.total, 1)
      assert.deepStrictEqual(
        due.items.map(({ definition, mark }) => [definition.name, mark.verdict]),
        [["Weekly audit", "planned"]]
      )
    }).pipe(Effect.scoped)
  )

  it.live("is of the scans that match a text", () =>
    Effect.gen(function* () {
      const { url } = yield* serve()
      const { due, missing, wrong } = yield* (yield* clientOf(url)).overview({ query: { text: "perim" } })
      assert.deepStrictEqual([wrong.total, missing.total, missing.unknown, due.total], [0, 0, 1, 0])
      assert.deepStrictEqual(names(missing.items), ["Perimeter"])
    }).pipe(Effect.scoped)
  )

  it.live("counts how often a scan needs attention, and names its latest job", () =>
    Effect.gen(function* () {
      const { store, url } = yield* serve()
      const { sql } = Store.Store.of(yield* Effect.provideContext(Store.Store, store))
      // Of the nightly scan's successes, four failed.
      yield* Effect.orDie(sql`UPDATE job SET state = 'failed' WHERE vendor_id IN ('v1', 'v2', 'v3', 'v4')`)
      const now = Date.now()
      const { wrong } = yield* (yield* clientOf(url)).overview({
        query: { from: now - 3 * 86_400_000 - 3_600_000, until: now + 86_400_000 }
      })
      const [first] = wrong.items
      assert.deepStrictEqual(
        [first?.definition.name, first?.count, first?.mark?.id],
        ["Nightly, all servers", 4, "tenable/acme/runs/v7"]
      )
    }).pipe(Effect.scoped)
  )

  it.live("tells the latest first, and no more than a few of ten thousand", () =>
    Effect.gen(function* () {
      const { url } = yield* serveFilled(ManyScans.write({ connections: 20, definitions: 10_000, days: 3 }))
      const { due, missing, wrong } = yield* (yield* clientOf(url)).overview({ query: {} })
      assert.isAbove(wrong.total, 100)
      assert.isAbove(missing.total, 100)
      assert.strictEqual(due.total, 5000)
      for (const { items } of [wrong, missing]) {
        const starts = items.map(({ mark }) => mark?.start ?? 0)
        assert.strictEqual(starts.length, 6)
        assert.deepStrictEqual(
          starts,
          starts.toSorted((a, b) => b - a)
        )
      }
      const planned = due.items.map(({ mark }) => mark.start)
      assert.deepStrictEqual(
        planned,
        planned.toSorted((a, b) => a - b)
      )
      assert.strictEqual(new Set(names(due.items)).size, 6)
    }).pipe(Effect.scoped)
  )
})
