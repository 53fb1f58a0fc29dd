import { Deadlines, type Reason, type Rejection, RetryPolicy } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import * as Vendor from "../Vendor.ts"
import { date, ended, origin, says, serve } from "./VirtualVendor.ts"

const quotaState: Rejection.QuotaReader = ({ headers }) => ({
  remaining: Number(headers["left"] ?? Number.NaN),
  renewsAt: Number(headers["renews"] ?? Number.NaN)
})

const minute = 60_000

const page = (left: number, renewsIn: number) =>
  Effect.sync(() => Response.json({ runs: [1] }, { headers: { left: String(left), renews: String(date + renewsIn) } }))

const refusal = (renewsIn: number) => says(429, { left: "0", renews: String(date + renewsIn) })

/** Sends requests one after the other, and tells when each was sent, what was told, and how the last one ended. */
const askInTurn = (answers: Parameters<typeof serve>[0], count = answers.length) =>
  Effect.gen(function* () {
    const { asked, layer } = serve(answers)
    const told: Array<number> = []
    const onRetry = (_: Reason.Reason, wait: number) => Effect.sync(() => void told.push(wait))
    const one = Vendor.ask(origin, { key: "renewing", quotaState, onRetry })
    const outcome = yield* ended(
      Effect.forEach(Array.from({ length: count }), () => one, { discard: true }).pipe(Effect.provide(layer))
    )
    return { asked, told, outcome }
  })

describe("a quota whose rest the vendor tells", () => {
  it.effect("delays no request as long as something is left", () =>
    Effect.gen(function* () {
      const { asked, told } = yield* askInTurn([page(2, 50 * minute), page(1, 50 * minute)])
      assert.deepStrictEqual([asked, told], [[0, 0], []])
    })
  )

  it.effect("delays the next request until it renews, and tells for how long", () =>
    Effect.gen(function* () {
      const { asked, outcome, told } = yield* askInTurn([page(0, 50 * minute), page(4999, 110 * minute)])
      assert.strictEqual(outcome._tag, "Success")
      assert.deepStrictEqual([asked, told], [[0, 50 * minute], [50 * minute]])
    })
  )

  it.effect("that renewed already delays nothing", () =>
    Effect.gen(function* () {
      const { asked } = yield* askInTurn([page(0, -1000), page(4999, 60 * minute)])
      assert.deepStrictEqual(asked, [0, 0])
    })
  )

  it.effect("is waited for after a refusal, longer than any other wait that a vendor asks for", () =>
    Effect.gen(function* () {
      const { asked, outcome, told } = yield* askInTurn([refusal(50 * minute), page(9, 110 * minute)], 1)
      assert.strictEqual(outcome._tag, "Success")
      assert.isAtLeast(asked[1] ?? 0, 50 * minute)
      assert.isAtMost(asked[1] ?? 0, 50 * minute + 2000)
      assert.isAtLeast(told[0] ?? 0, 50 * minute)
    })
  )

  const failsAtOnce = Effect.gen(function* () {
    const { asked, outcome } = yield* askInTurn([page(0, 50 * minute), refusal(50 * minute)])
    assert.deepStrictEqual(asked, [0, 0])
    assert.deepInclude(outcome._tag === "Failure" ? outcome.failure : undefined, {
      _tag: "RateLimited",
      retryAfter: 50 * minute,
      hint: "the quota renews at 2026-01-01T00:50:00.000Z"
    })
  })

  it.effect("is not waited for longer than the policy allows: the refusal says when it renews", () =>
    failsAtOnce.pipe(Effect.provide(RetryPolicy.layer({ maxQuotaWait: "49 minutes" })))
  )

  it.effect("is not waited for where the deadline of the listing comes before", () =>
    failsAtOnce.pipe(Effect.provide(Deadlines.layer({ listing: "10 minutes" })))
  )
})
