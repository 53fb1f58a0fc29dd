import { NodeHttpClient } from "@effect/platform-node"
import { type Reason, Rejection, RetryPolicy } from "@scanjobs/core"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Layer, Schema } from "effect"
import * as Vendor from "../Vendor.ts"

const hurried = RetryPolicy.layer({ times: 2, base: "1 millis", max: "2 millis" })
const good = Vendor.json({ runs: [1] })
const inBody: Rejection.Reader = Rejection.fromSchema(
  Schema.Struct({ error: Schema.Struct({ code: Schema.String, message: Schema.String, wait: Schema.Finite }) }),
  ({ error: { code, message, wait } }) => ({ code, message, retryAfter: wait })
)

layer(Layer.merge(NodeHttpClient.layerUndici, hurried), { excludeTestServices: true })("a transport", (it) => {
  describe("that gets a good answer", () => {
    it.effect("gives its body as JSON, its headers and its address", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(Vendor.json({ runs: [1] }, 200, { "x-total": "1" }))
        const reply = yield* Vendor.ask(vendor.origin, {}, "/runs?page=1")
        assert.deepStrictEqual(reply.body, { runs: [1] })
        assert.strictEqual(reply.headers["x-total"], "1")
        assert.strictEqual(reply.url, `${vendor.origin}/runs?page=1`)
      })
    )

    it.effect("has asked for JSON, with the credential, and told the vendor nothing of our traces", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(good)
        yield* Effect.withSpan(Vendor.ask(vendor.origin), "test")
        const [seen] = vendor.seen
        assert.include(seen?.headers, { accept: "application/json", authorization: Vendor.canary })
        assert.isUndefined(seen?.headers["traceparent"])
        assert.isUndefined(seen?.headers["b3"])
      })
    )
  })

  describe("that gets an error", () => {
    it.effect.each([
      [400, "VendorRejected", 1],
      [401, "Unauthorized", 1],
      [403, "Forbidden", 1],
      [404, "VendorRejected", 1],
      [408, "Unavailable", 3],
      [418, "VendorRejected", 1],
      [429, "RateLimited", 3],
      [500, "Unavailable", 3],
      [502, "Unavailable", 3],
      [503, "Unavailable", 3],
      [504, "Unavailable", 3]
    ] as const)("takes %d for %s after %d requests", ([status, tag, requests]) =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(Vendor.text("no", status))
        const reason = yield* Effect.flip(Vendor.ask(vendor.origin))
        assert.deepInclude(reason, { _tag: tag, status, detail: "no" })
        assert.strictEqual(vendor.seen.length, requests)
      })
    )

    it.effect("tries again and gives the good answer that follows", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(Vendor.text("", 503), Vendor.text("", 500), good)
        assert.deepStrictEqual((yield* Vendor.ask(vendor.origin)).body, { runs: [1] })
        assert.strictEqual(vendor.seen.length, 3)
      })
    )

    it.effect("tells of each attempt that is made again, and of no other", () =>
      Effect.gen(function* () {
        const told: Array<Reason.Reason["_tag"]> = []
        const vendor = yield* Vendor.script(Vendor.text("", 503), Vendor.text("", 429), Vendor.text("", 500))
        const waits: Array<number> = []
        const onRetry = (reason: Reason.Reason, wait: number) =>
          Effect.sync(() => {
            told.push(reason._tag)
            waits.push(wait)
          })
        yield* Effect.flip(Vendor.ask(vendor.origin, { onRetry }))
        assert.deepStrictEqual(told, ["Unavailable", "RateLimited"])
        for (const wait of waits) assert.isAbove(wait, 0)
      })
    )

    it.effect("stops when the run has no retry in hand", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(Vendor.text("", 503))
        const budget = RetryPolicy.budget(RetryPolicy.make({ budget: 1 }))
        yield* Effect.flip(Vendor.ask(vendor.origin, { budget }))
        yield* Effect.flip(Vendor.ask(vendor.origin, { budget }))
        assert.strictEqual(vendor.seen.length, 3)
      })
    )

    it.effect("has a retry in hand again after each good answer", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(Vendor.text("", 503), good, Vendor.text("", 503), good)
        const budget = RetryPolicy.budget(RetryPolicy.make({ budget: 1 }))
        yield* Vendor.ask(vendor.origin, { budget })
        yield* Vendor.ask(vendor.origin, { budget })
        assert.strictEqual(vendor.seen.length, 4)
      })
    )

    it.effect.each(["x-request-id", "request-id", "x-ms-request-id"])("keeps the vendor's id from %s", (name) =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(Vendor.text("", 400, { [name]: "req-7" }))
        const reason = yield* Effect.flip(Vendor.ask(vendor.origin))
        assert.deepInclude(reason, { _tag: "VendorRejected", requestId: "req-7" })
        assert.include(reason.message, "request id req-7")
      })
    )

    it.effect("says what a person can do", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(Vendor.text("", 403))
        const hint = ({ _tag }: Reason.Reason) => (_tag === "Forbidden" ? "ask for the role Reader" : undefined)
        const reason = yield* Effect.flip(Vendor.ask(vendor.origin, { hint }))
        assert.deepInclude(reason, { _tag: "Forbidden", hint: "ask for the role Reader" })
      })
    )
  })

  describe("that gets an error inside its body", () => {
    const fault = { error: { code: "E17", message: "no such account", wait: 0 }, data: [] }

    it.effect("takes it for the vendor's refusal, although the status is 200", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(Vendor.json(fault))
        const reason = yield* Effect.flip(Vendor.ask(vendor.origin, { rejection: inBody }))
        assert.deepInclude(reason, { _tag: "VendorRejected", status: 200, code: "E17", detail: "no such account" })
        assert.strictEqual(vendor.seen.length, 1)
      })
    )

    it.effect("takes the condition of its status where that is no good one", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(Vendor.json(fault, 403))
        const reason = yield* Effect.flip(Vendor.ask(vendor.origin, { rejection: inBody }))
        assert.deepInclude(reason, { _tag: "Forbidden", status: 403, code: "E17" })
      })
    )

    it.effect("takes the condition that the plugin reads in it", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(Vendor.json(fault, 403), good)
        const rejection: Rejection.Reader = ({ status }) =>
          status === 403 ? { code: "throttled", message: null, as: "RateLimited", retryAfter: 1 } : undefined
        assert.deepStrictEqual((yield* Vendor.ask(vendor.origin, { rejection })).body, { runs: [1] })
        assert.strictEqual(vendor.seen.length, 2)
      })
    )

    it.effect("waits as long as it says there", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(Vendor.json({ error: { ...fault.error, wait: 1_000_000 } }, 429))
        const reason = yield* Effect.flip(Vendor.ask(vendor.origin, { rejection: inBody }))
        assert.deepInclude(reason, { _tag: "RateLimited", retryAfter: 1_000_000 })
        assert.strictEqual(vendor.seen.length, 1)
      })
    )
  })

  describe("that gets something else than JSON", () => {
    it.effect("tries again, and gives the good answer that follows", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(Vendor.text("<h1>Gateway</h1>"), good)
        assert.deepStrictEqual((yield* Vendor.ask(vendor.origin)).body, { runs: [1] })
      })
    )

    it.effect("is Malformed in the end, and quotes how it begins", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(Vendor.text("<h1>Gateway</h1>"))
        const reason = yield* Effect.flip(Vendor.ask(vendor.origin))
        assert.deepInclude(reason, { _tag: "Malformed", status: 200, transient: true })
        assert.include(reason.message, "<h1>Gateway</h1>")
        assert.strictEqual(vendor.seen.length, 3)
      })
    )

    it.effect.each([204, 205])("fails at once where the answer is %d, which never has content", (status) =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(Vendor.text("", status))
        const reason = yield* Effect.flip(Vendor.ask(vendor.origin))
        assert.deepInclude(reason, { _tag: "Malformed", status, transient: false })
        assert.include(reason.message, "has no content")
        assert.strictEqual(vendor.seen.length, 1)
      })
    )

    it.effect("says that a body is empty", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(Vendor.text(""))
        const reason = yield* Effect.flip(Vendor.ask(vendor.origin))
        assert.include(reason.message, "not JSON: the body is empty")
        assert.strictEqual(vendor.seen.length, 3)
      })
    )

    it.effect("quotes nothing where bodies hold tokens", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(Vendor.text("access_token=t0ken"), Vendor.text("access_token=t0ken", 400))
        for (const _ of ["a 200", "a 400"]) {
          const reason = yield* Effect.flip(Vendor.ask(vendor.origin, { mayQuoteBody: false }))
          assert.notInclude(JSON.stringify(reason), "t0ken")
        }
      }).pipe(Effect.provide(RetryPolicy.layer({ times: 0 })))
    )
  })

  describe("whose connection fails", () => {
    it.effect("tries again where a body is cut, and gives the good answer that follows", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(Vendor.cut, good)
        assert.deepStrictEqual((yield* Vendor.ask(vendor.origin)).body, { runs: [1] })
        assert.strictEqual(vendor.seen.length, 2)
      })
    )

    it.effect("is Malformed where every body is cut", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(Vendor.cut)
        const reason = yield* Effect.flip(Vendor.ask(vendor.origin))
        assert.deepInclude(reason, { _tag: "Malformed", transient: true })
        assert.strictEqual(vendor.seen.length, 3)
      })
    )

    it.effect("tries again where it is reset", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(Vendor.reset, good)
        assert.deepStrictEqual((yield* Vendor.ask(vendor.origin)).body, { runs: [1] })
      })
    )

    it.effect("is Unavailable where every one is reset", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(Vendor.reset)
        const reason = yield* Effect.flip(Vendor.ask(vendor.origin))
        assert.deepInclude(reason, { _tag: "Unavailable", status: null })
        assert.strictEqual(vendor.seen.length, 3)
      })
    )

    it.effect("is Unavailable where nobody listens, and says so", () =>
      Effect.gen(function* () {
        const { origin } = yield* Effect.scoped(Vendor.script(good))
        const reason = yield* Effect.flip(Vendor.ask(origin))
        assert.strictEqual(reason._tag, "Unavailable")
        assert.include(reason.message, "ECONNREFUSED")
      })
    )
  })

  describe("whose credential is refused", () => {
    it.effect("asks exactly once more, with another secret", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.serve(({ headers }) =>
          headers.authorization === "second" ? good : Vendor.text("", 401)
        )
        const reply = yield* Vendor.ask(vendor.origin, { credential: Vendor.renewing("first", "second", "third") })
        assert.deepStrictEqual(reply.body, { runs: [1] })
        assert.deepStrictEqual(
          vendor.seen.map(({ headers }) => headers.authorization),
          ["first", "second"]
        )
      })
    )

    it.effect("is Unauthorized when the other secret is refused too", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(Vendor.text("", 401))
        const reason = yield* Effect.flip(
          Vendor.ask(vendor.origin, { credential: Vendor.renewing("first", "second", "third") })
        )
        assert.strictEqual(reason._tag, "Unauthorized")
        assert.strictEqual(vendor.seen.length, 2)
      })
    )
  })

  describe("whose vendor repeats the secret", () => {
    const { canary } = Vendor
    const rejection: Rejection.Reader = ({ body }) =>
      typeof body === "object" ? { code: canary, message: `the key ${canary} is locked`, requestId: canary } : undefined

    it.effect.each([
      ["in a page", Vendor.text(`<p>${canary}</p>`)],
      ["in an error's text", Vendor.text(`the key ${canary} is locked`, 400)],
      ["in an error's fields", Vendor.json({}, 400)],
      ["in a header", Vendor.text("", 400, { "x-request-id": canary, "x-echo": canary })],
      ["in Base64", Vendor.text(Buffer.from(canary).toString("base64"), 500)],
      ["where a quotation is cut", Vendor.text(`${".".repeat(290)}${canary}`, 500)],
      ["in what is not JSON, where the quotation is cut", Vendor.text(`${".".repeat(290)}${canary}`)],
      ["in a redirect that is not followed", Vendor.redirect(`http://elsewhere.example/?key=${canary}`)],
      ["in a redirect's own user", Vendor.redirect(`http://${canary}@elsewhere.example/`)]
    ] as const)("%s has no part of it in the reason", ([, answer]) =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(answer)
        const reason = yield* Effect.flip(Vendor.ask(vendor.origin, { rejection }))
        const shown = `${reason.message} ${JSON.stringify(reason)} ${String(reason)} ${reason.stack}`
        assert.notInclude(shown, canary.slice(0, 8))
        assert.notInclude(shown, Buffer.from(canary).toString("base64"))
      })
    )
  })
})
