import { assert, describe, it } from "@effect/vitest"
import { NodeHttpClient } from "@effect/platform-node"
import { Notice, Target } from "@scanjobs/history"
import { Effect, Redacted, Schema } from "effect"
import { TestClock } from "effect/testing"
import { createHmac } from "node:crypto"
import { receiver, settled } from "./Receiver.ts"

const notice: Notice.Notice = {
  id: "7",
  cause: "missed",
  isOver: false,
  at: 1_767_232_800_000,
  provider: "acme",
  connection: "main",
  name: "Nightly <!channel>",
  job: "acme/main/plan/7",
  time: 1_767_225_600_000,
  detail: null
}

const sent = (target: Target.Target, notices: ReadonlyArray<Notice.Notice> = [notice]) =>
  Effect.provide(settled(Effect.result(Target.send(target, "main-7", notices))), NodeHttpClient.layerUndici)

describe("Target.send", () => {
  it.effect("signs a message for programs as Standard Webhooks does", () =>
    Effect.gen(function* () {
      const { received, to } = yield* receiver(200)
      const key = Buffer.from("0123456789abcdef0123456789abcdef")
      for (const secret of [key.toString(), `whsec_${key.toString("base64")}`]) {
        yield* TestClock.setTime(1_767_232_801_999)
        const result = yield* sent({ when: ["missed"], to, format: "json", secret: Redacted.make(secret) })
        assert.strictEqual(result._tag, "Success")
      }
      assert.lengthOf(received, 2)
      for (const { body, headers } of received) {
        assert.strictEqual(headers["webhook-id"], "main-7")
        assert.strictEqual(headers["webhook-timestamp"], "1767232801")
        const tag = createHmac("sha256", key).update(`main-7.1767232801.${body}`).digest("base64")
        assert.strictEqual(headers["webhook-signature"], `v1,${tag}`)
        assert.strictEqual(headers["content-type"], "application/json")
        assert.deepStrictEqual(JSON.parse(body), {
          type: "scanjobs.notices",
          timestamp: "2026-01-01T02:00:01.999Z",
          data: { notices: [notice] }
        })
      }
    })
  )

  it.effect("writes plain lines for chat rooms, in which vendor text is no markup", () =>
    Effect.gen(function* () {
      const { received, to } = yield* receiver(200)
      const over = { ...notice, id: "8", isOver: true, name: null, detail: "no\u202E\nroute" }
      yield* sent({ when: ["missed"], to, format: "slack" }, [notice, over])
      yield* sent({ when: ["missed"], to, format: "teams" }, [notice])
      assert.deepStrictEqual(JSON.parse(received[0]?.body ?? ""), {
        text: [
          "scanjobs: 1 problem, 1 over",
          "missed: Nightly &lt;!channel&gt;, main (acme), 2026-01-01 00:00 UTC",
          "over: missed: main (acme), 2026-01-01 00:00 UTC: no route"
        ].join("\n")
      })
      const { attachments } = JSON.parse(received[1]?.body ?? "")
      assert.deepStrictEqual(attachments[0].content.body[1].inlines, [
        { type: "TextRun", text: "missed: Nightly <!channel>, main (acme), 2026-01-01 00:00 UTC" }
      ])
    })
  )

  it.effect("groups at most twenty lines, and counts the rest", () =>
    Effect.gen(function* () {
      const { received, to } = yield* receiver(200)
      const many = Array.from({ length: 500 }, (_, id) => ({ ...notice, id: String(id), name: "x".repeat(100_000) }))
      yield* sent({ when: ["missed"], to, format: "slack" }, many)
      const { text } = JSON.parse(received[0]?.body ?? "")
      assert.lengthOf(text.split("\n"), 22)
      assert.match(text, /^scanjobs: 500 problems\n/)
      assert.match(text, /\nand 480 more$/)
      assert.isBelow(text.length, 10_000)
    })
  )

  it.effect("tries again where the receiver is busy or broken, with the same id", () =>
    Effect.gen(function* () {
      const { received, to } = yield* receiver(503, 429, 200)
      const result = yield* sent({ when: ["missed"], to, format: "json" })
      assert.strictEqual(result._tag, "Success")
      assert.lengthOf(received, 3)
    })
  )

  it.effect.each([
    [500, true, 4],
    [404, false, 1],
    [302, false, 1]
  ] as const)("fails after the status %d, which is retryable: %s, in %d requests", ([status, retryable, requests]) =>
    Effect.gen(function* () {
      const { received, to } = yield* receiver(status)
      const result = yield* sent({ when: ["missed"], to, format: "json" })
      assert.deepInclude(result._tag === "Failure" ? result.failure : {}, { status, retryable })
      assert.lengthOf(received, requests)
    })
  )

  it.effect("says which host did not answer, and not the address", () =>
    Effect.gen(function* () {
      const result = yield* sent({ when: ["missed"], to: Redacted.make("http://127.0.0.1:9/secret"), format: "json" })
      assert.strictEqual(result._tag, "Failure")
      if (result._tag === "Success") return
      assert.strictEqual(result.failure.message, "127.0.0.1:9 did not answer")
    })
  )
})

describe("Target.make", () => {
  it.each([
    "http://chat.example.com/hook",
    "ftp://chat.example.com/hook",
    "https://user:password@chat.example.com/hook",
    "http://127.0.0.1.example.com/hook",
    "chat.example.com/hook",
    ""
  ])("refuses the address %j", (to) => {
    assert.throws(() => Target.make({ when: ["missed"], to: Redacted.make(to), format: "slack" }))
  })
})

describe("Notice.lines", () => {
  it.prop("gives one line of bounded length for every notice", [Schema.NonEmptyArray(Notice.Notice)], ([notices]) => {
    const [title, ...lines] = Notice.lines(notices.map((one) => ({ ...one, time: null })))
    assert.match(title, /^scanjobs: \d/)
    for (const line of lines) {
      assert.notMatch(line, /[\p{Cc}\p{Zl}\p{Zp}]/u)
      assert.isAtMost(Array.from(line).length, 900)
    }
  })
})
