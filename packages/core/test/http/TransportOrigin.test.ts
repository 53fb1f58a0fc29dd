import { NodeHttpClient } from "@effect/platform-node"
import { Reason, RetryPolicy } from "@scanjobs/core"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Layer } from "effect"
import { FetchHttpClient, HttpClientRequest } from "effect/http"
import * as Vendor from "../Vendor.ts"

const good = Vendor.json({ runs: [1] })
const clients = [
  ["undici", NodeHttpClient.layerUndici],
  ["node:http", NodeHttpClient.layerNodeHttp],
  ["fetch", FetchHttpClient.layer]
] as const

for (const [name, client] of clients) {
  layer(Layer.merge(client, RetryPolicy.layer({ times: 2, base: "1 millis" })), { excludeTestServices: true })(
    `a transport over ${name}`,
    (it) => {
      describe("that is redirected", () => {
        it.effect("follows within its own origin, and says which address answered", () =>
          Effect.gen(function* () {
            const vendor = yield* Vendor.script(Vendor.redirect("/moved?page=1"), good)
            const reply = yield* Vendor.ask(vendor.origin)
            assert.deepStrictEqual(reply.body, { runs: [1] })
            assert.strictEqual(reply.url, `${vendor.origin}/moved?page=1`)
            assert.strictEqual(vendor.seen[1]?.headers.authorization, Vendor.canary)
          })
        )

        it.effect.each([301, 302, 303, 307, 308])("asks no other origin with %d, and names both", (status) =>
          Effect.gen(function* () {
            const other = yield* Vendor.script(good)
            const vendor = yield* Vendor.script(Vendor.redirect(`${other.origin}/runs`, status))
            const reason = yield* Effect.flip(Vendor.ask(vendor.origin))
            assert.deepInclude(reason, { _tag: "ForeignLink", origin: other.origin, expected: vendor.origin })
            assert.strictEqual(other.seen.length, 0)
            assert.strictEqual(vendor.seen.length, 1)
          })
        )

        it.effect("asks no other origin after a redirect within its own", () =>
          Effect.gen(function* () {
            const other = yield* Vendor.script(good)
            const vendor = yield* Vendor.script(Vendor.redirect("/moved"), Vendor.redirect(`${other.origin}/runs`))
            const reason = yield* Effect.flip(Vendor.ask(vendor.origin))
            assert.strictEqual(reason._tag, "ForeignLink")
            assert.strictEqual(other.seen.length, 0)
          })
        )

        it.effect("does not take another port of its host for its own origin", () =>
          Effect.gen(function* () {
            const other = yield* Vendor.script(good)
            const vendor = yield* Vendor.script(Vendor.redirect(other.origin.replace("http:", "")))
            assert.strictEqual((yield* Effect.flip(Vendor.ask(vendor.origin)))._tag, "ForeignLink")
            assert.strictEqual(other.seen.length, 0)
          })
        )

        it.effect.each([301, 302, 303])("does not let %d turn a POST into a GET", (status) =>
          Effect.gen(function* () {
            const vendor = yield* Vendor.script(Vendor.redirect("/moved", status), good)
            const reason = yield* Effect.flip(Vendor.send(vendor.origin, HttpClientRequest.post("/runs")))
            assert.deepInclude(reason, { _tag: "Malformed", status, transient: false })
            assert.include(reason.message, "/moved")
            assert.lengthOf(vendor.seen, 1)
          })
        )

        it.effect.each([301, 302, 303, 307, 308])("sends a POST to no other origin with %d, and names both", (status) =>
          Effect.gen(function* () {
            const other = yield* Vendor.script(good)
            const vendor = yield* Vendor.script(Vendor.redirect(`${other.origin}/runs`, status))
            const reason = yield* Effect.flip(Vendor.send(vendor.origin, HttpClientRequest.post("/runs")))
            assert.deepInclude(reason, { _tag: "ForeignLink", origin: other.origin, expected: vendor.origin })
            assert.lengthOf(other.seen, 0)
          })
        )

        it.effect("says what the plugin knows about a redirect to another origin", () =>
          Effect.gen(function* () {
            const vendor = yield* Vendor.script(Vendor.redirect("https://eu.acme.example/runs"))
            const hint = ({ _tag }: Reason.Reason) => (_tag === "ForeignLink" ? "check region" : undefined)
            const { message } = yield* Effect.flip(Vendor.ask(vendor.origin, { hint }))
            assert.match(message, /no request was sent there; check region$/)
          })
        )

        it.effect("says what is wrong with a proxy, whatever the plugin knows", () =>
          Effect.gen(function* () {
            const origin = "http://acme.example"
            const reason = new Reason.ForeignLink({ origin, expected: "https://acme.example", hint: "check region" })
            assert.include(reason.message, "have its proxy pass X-Forwarded-Proto")
          })
        )

        it.effect.each([307, 308])("sends a POST again with its body after %d", (status) =>
          Effect.gen(function* () {
            const vendor = yield* Vendor.script(Vendor.redirect("/moved", status), good)
            const post = HttpClientRequest.bodyText(HttpClientRequest.post("/runs"), "filter")
            assert.deepStrictEqual((yield* Vendor.send(vendor.origin, post)).body, { runs: [1] })
            assert.deepInclude(vendor.seen[1], { method: "POST", body: "filter" })
          })
        )

        it.effect("gives up on a circle", () =>
          Effect.gen(function* () {
            const vendor = yield* Vendor.script(Vendor.redirect("/runs"))
            const reason = yield* Effect.flip(Vendor.ask(vendor.origin))
            assert.deepInclude(reason, { _tag: "VendorRejected", status: 302 })
            assert.strictEqual(vendor.seen.length, 6)
          })
        )
      })

      describe("that is told to ask another origin", () => {
        it.effect("does not", () =>
          Effect.gen(function* () {
            const other = yield* Vendor.script(good)
            const vendor = yield* Vendor.script(good)
            const reason = yield* Effect.flip(Vendor.ask(vendor.origin, { origin: other.origin }))
            assert.deepInclude(reason, { _tag: "ForeignLink", origin: vendor.origin, expected: other.origin })
            assert.strictEqual(vendor.seen.length, 0)
          })
        )
      })
    }
  )
}
