import { Reason, ScanError } from "@scanjobs/core"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { withHint } from "../../src/model/ReasonHint.ts"

const answer: Reason.Answer = {
  status: 403,
  code: "E7",
  detail: "not this account",
  requestId: "req-1",
  hint: "ask for the role Reader"
}
const every: ReadonlyArray<Reason.Reason> = [
  new Reason.Unauthorized(answer),
  new Reason.Forbidden(answer),
  new Reason.RateLimited({ ...answer, retryAfter: 1500 }),
  new Reason.Unavailable({ ...answer, retryAfter: null }),
  new Reason.TimedOut({ deadline: "page", after: 300_000 }),
  new Reason.Malformed({ ...answer, transient: true }),
  new Reason.VendorRejected(answer),
  new Reason.PaginationStalled({ how: "cycle", pages: 3 }),
  new Reason.ForeignLink({ origin: "https://a.example", expected: "https://b.example" }),
  new Reason.Incomplete({ expected: 9, received: 7 }),
  new Reason.InvalidConnection({ problems: ["token: is missing"] })
]
const named = every.map((reason) => [reason._tag, reason] as const)

describe("a reason", () => {
  it("says its status, the vendor's code and words, the hint and the request id", () => {
    const { message } = new Reason.Forbidden(answer)
    assert.include(message, "HTTP 403 E7; not this account; ask for the role Reader; request id req-1")
  })

  it("says a code once that is the status", () => {
    const { message } = new Reason.Forbidden({ ...Reason.unknownAnswer, status: 403, code: "403", detail: "no" })
    assert.include(message, "(HTTP 403; no)")
  })

  it("leaves out what is not known", () => {
    const { message } = new Reason.Unauthorized({ ...Reason.unknownAnswer, status: 401 })
    assert.include(message, "(HTTP 401)")
  })

  it("says how long the vendor asks to wait", () => {
    assert.include(new Reason.RateLimited({ ...answer, retryAfter: 1500 }).message, "wait 2 s")
  })

  it.each([
    ["attempt", true],
    ["page", false],
    ["listing", false]
  ] as const)("of a deadline of a %s that passed is retryable: %s", (deadline, retryable) => {
    assert.strictEqual(new Reason.TimedOut({ deadline, after: 1 }).retryable, retryable)
  })

  it("is told from other errors", () => {
    for (const reason of every) assert.isTrue(Reason.isReason(reason), reason._tag)
    for (const other of [new Error("x"), undefined, { _tag: "Forbidden" }]) assert.isFalse(Reason.isReason(other))
  })
})

describe("withHint", () => {
  it.each(named)("keeps everything else of %s", (_, reason) => {
    const { hint, ...rest } = { hint: undefined, ...withHint(reason, "another hint") }
    const { hint: before, ...restBefore } = { hint: undefined, ...reason }
    assert.deepStrictEqual<unknown>(rest, restBefore)
    const takesHint = before !== undefined || reason._tag === "ForeignLink"
    assert.strictEqual(hint, takesHint ? "another hint" : undefined)
  })
})

describe("Reason.retryAfter", () => {
  it("is what the vendor asks for, where it does", () => {
    assert.deepStrictEqual(
      every.map(Reason.retryAfter).filter((wait) => wait !== null),
      [1500]
    )
  })
})

describe("ScanError", () => {
  const error = (reason: Reason.Reason, listing: string | null = "runs", scope: string | null = "a") =>
    new ScanError.ScanError({ provider: "acme", connection: "main", listing, scope, resume: null, reason })

  it("says where it arose, and why", () => {
    const reason = new Reason.Incomplete({ expected: 9, received: 7 })
    assert.strictEqual(error(reason).message, `main (acme runs a): Incomplete: ${reason.message}`)
    assert.strictEqual(error(reason, null, null).message, `main (acme): Incomplete: ${reason.message}`)
  })

  it.each(named)("is as retryable as %s", (_, reason) => {
    assert.strictEqual(error(reason).retryable, reason.retryable)
  })

  it.effect.each(named)("goes through JSON text with %s", ([, reason]) =>
    Effect.gen(function* () {
      const codec = Schema.fromJsonString(Schema.toCodecJson(ScanError.ScanError))
      const back = yield* Effect.flatMap(Schema.encodeEffect(codec)(error(reason)), Schema.decodeEffect(codec))
      assert.deepStrictEqual<unknown>({ ...back.reason }, { ...reason })
      assert.strictEqual(back.message, error(reason).message)
    })
  )

  it.effect("is handled by one of its reasons", () =>
    Effect.gen(function* () {
      const handled = yield* Effect.fail(error(new Reason.RateLimited({ ...answer, retryAfter: 5 }))).pipe(
        Effect.catchReason("ScanError", "RateLimited", ({ retryAfter }) => Effect.succeed(retryAfter))
      )
      assert.strictEqual(handled, 5)
    })
  )
})

describe("Reason.statusOf", () => {
  it("is the status of the answer, or null where there was none", () => {
    const answer = { ...Reason.unknownAnswer, status: 404 }
    assert.strictEqual(Reason.statusOf(new Reason.VendorRejected(answer)), 404)
    assert.isNull(Reason.statusOf(new Reason.VendorRejected(Reason.unknownAnswer)))
    assert.isNull(Reason.statusOf(new Reason.TimedOut({ deadline: "page", after: 1 })))
  })
})
