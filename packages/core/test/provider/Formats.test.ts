import {
  BodyLimit,
  Credential,
  type Drift,
  Format,
  Listing,
  Paging,
  Progress,
  Provider,
  Rejection,
  RetryPolicy
} from "@scanjobs/core"
import { NodeHttpClient } from "@effect/platform-node"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Redacted, Schema, Stream } from "effect"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"
import * as Vendor from "../Vendor.ts"

const Run = Schema.Struct({ ID: Schema.String, TITLE: Schema.String })
const format = Format.xml({ lists: { RUNS: ["RUN"] } })
const Problem = Schema.Struct({ FAULT: Schema.Struct({ CODE: Schema.String, TEXT: Schema.String }) })

const endpoint = <Row extends Schema.Constraint>(row: Row) =>
  HttpApiEndpoint.get("runs", "/runs", { success: Schema.Struct({ RUNS: Schema.Struct({ RUN: Schema.Array(row) }) }) })

const plugin = Provider.make("plain", {
  connection: { token: Schema.Redacted(Schema.String) },
  security: HttpApiSecurity.bearer,
  format,
  listings: {
    runs: Listing.make({ row: Run, endpoint }),
    plans: Listing.make({
      row: Schema.Struct({ id: Schema.String }),
      format: Format.json,
      endpoint: (row) => HttpApiEndpoint.get("plans", "/plans", { success: Schema.Array(row) })
    })
  }
})({
  baseUrl: () => "https://plain.invalid",
  credential: ({ token }) => Credential.fixed(token),
  rejection: Rejection.fromSchema(Problem, ({ FAULT }) => ({ code: FAULT.CODE, message: FAULT.TEXT })),
  listings: {
    runs: {
      paging: Paging.single({ request: () => ({}) }),
      rows: ({ RUNS }) => RUNS.RUN,
      job: ({ ID, TITLE }) => ({
        vendorId: ID,
        name: TITLE,
        kind: "run",
        category: "web",
        state: "succeeded",
        vendorState: null
      })
    },
    plans: {
      paging: Paging.single({ request: () => ({}) }),
      rows: (rows) => rows,
      job: ({ id }) => ({ vendorId: id, kind: "definition", category: "web", state: "succeeded", vendorState: null })
    }
  }
})

const read = (origin: string, listing: "runs" | "plans" = "runs") =>
  Effect.gen(function* () {
    const events: Array<Progress.Event> = []
    const names: Array<string | null> = []
    const connection = { name: "main", token: Redacted.make(Vendor.canary), baseUrl: origin }
    const error = yield* plugin.jobs({ ...connection, provider: "plain" }, {}, { listings: [listing] }).pipe(
      Stream.runForEach(({ name, vendorId }) => Effect.sync(() => names.push(name ?? vendorId))),
      Effect.as(undefined),
      Effect.catch((error) => Effect.succeed(error)),
      Effect.provide(Progress.layer((event) => Effect.sync(() => void events.push(event))))
    )
    return { names, events, error }
  })

const answer = (text: string, status = 200, type = "text/xml") => Vendor.text(text, status, { "content-type": type })
const runs = (...rows: ReadonlyArray<string>) => `<RUNS>${rows.join("")}</RUNS>`
const run = (id: string, title = "a") => `<RUN><ID>${id}</ID><TITLE>${title}</TITLE></RUN>`

layer(Layer.merge(NodeHttpClient.layerUndici, RetryPolicy.layer({ times: 1, base: "1 millis" })), {
  excludeTestServices: true
})("a provider whose answers are XML", (it) => {
  it.effect("asks for XML, and reads a list of several, of one and of none", () =>
    Effect.gen(function* () {
      const vendor = yield* Vendor.script(
        answer(runs(run("1"), run("2", "b &amp; c"))),
        answer(runs(run("1"))),
        answer(runs())
      )
      assert.deepStrictEqual((yield* read(vendor.origin)).names, ["a", "b & c"])
      assert.deepStrictEqual((yield* read(vendor.origin)).names, ["a"])
      assert.deepStrictEqual((yield* read(vendor.origin)).names, [])
      assert.match(String(vendor.seen[0]?.headers["accept"]), /^application\/xml/)
    })
  )

  it.effect("reads a listing that is JSON beside them", () =>
    Effect.gen(function* () {
      const vendor = yield* Vendor.script(Vendor.json([{ id: "p" }]))
      assert.deepStrictEqual((yield* read(vendor.origin, "plans")).names, ["p"])
      assert.notMatch(String(vendor.seen[0]?.headers["accept"]), /xml/)
    })
  )

  it.effect("takes XML for XML, whatever it is called and whatever its charset", () =>
    Effect.gen(function* () {
      const latin = `<?xml version="1.0" encoding="ISO-8859-1"?>${runs(run("1", "Zürich"))}`
      const vendor = yield* Vendor.script(
        answer(runs(run("1")), 200, "application/json"),
        (response) => {
          response.writeHead(200, { "content-type": "text/xml" })
          response.end(Buffer.from(latin, "latin1"))
        },
        (response) => {
          response.writeHead(200, { "content-type": "text/xml; charset=iso-8859-1" })
          response.end(Buffer.from(runs(run("1", "Genève")), "latin1"))
        }
      )
      assert.deepStrictEqual((yield* read(vendor.origin)).names, ["a"])
      assert.deepStrictEqual((yield* read(vendor.origin)).names, ["Zürich"])
      assert.deepStrictEqual((yield* read(vendor.origin)).names, ["Genève"])
    })
  )

  for (const [what, status, body] of [
    ["an error in XML", 409, "<FAULT><CODE>1960</CODE><TEXT>wait</TEXT></FAULT>"],
    ["an error in XML under status 200", 200, "<FAULT><CODE>1960</CODE><TEXT>wait</TEXT></FAULT>"],
    ["an error in JSON", 400, JSON.stringify({ FAULT: { CODE: "1960", TEXT: "wait" } })]
  ] as const) {
    it.effect(`is refused in the vendor's words by ${what}`, () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(answer(body, status))
        const { error } = yield* read(vendor.origin)
        assert.deepInclude(error?.reason, { _tag: "VendorRejected", code: "1960", detail: "wait" })
      })
    )
  }

  for (const [what, body, detail] of [
    [
      "an HTML page",
      "<!DOCTYPE html><html><body>down</body></html>",
      /^not XML \(it is an HTML page\), it begins with "<!DOC/
    ],
    ["a document that ends in the middle", runs(run("1")).slice(0, 20), /^not XML \(unterminated end tag/],
    ["nothing", "", /^not XML: the body is empty$/]
  ] as const) {
    it.effect(`asks again for ${what}, and fails if it stays`, () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(answer(body), answer(runs(run("1"))), answer(body))
        assert.deepStrictEqual((yield* read(vendor.origin)).names, ["a"])
        const { error } = yield* read(vendor.origin)
        assert.strictEqual(error?.reason._tag, "Malformed")
        assert.match(String(error?.reason._tag === "Malformed" ? error.reason.detail : ""), detail)
      })
    )
  }

  it.effect("rejects a row that does not fit alone, and tells of fields that it does not know", () =>
    Effect.gen(function* () {
      const odd = "<RUN><ID>3</ID><TITLE>c</TITLE><NEW>1</NEW></RUN>"
      const vendor = yield* Vendor.script(answer(runs(run("1"), "<RUN>oops</RUN>", odd)))
      const { error, events, names } = yield* read(vendor.origin)
      assert.isUndefined(error)
      assert.deepStrictEqual(names, ["a", "c"])
      const rejected = events.flatMap((event) => (event._tag === "PageRead" ? event.rejected : []))
      assert.deepStrictEqual(
        rejected.map(({ index, raw }) => ({ index, raw })),
        [{ index: 1, raw: "oops" }]
      )
      const drift = events.flatMap((event): ReadonlyArray<Drift.Drift> => (event._tag === "Drifted" ? event.drift : []))
      assert.deepInclude(JSON.stringify(drift), "NEW")
    })
  )

  it.effect("removes a secret, however it is written", () =>
    Effect.gen(function* () {
      const [first = "", ...rest] = Vendor.canary
      const hidden = `&#${first.charCodeAt(0)};${rest.slice(0, 4).join("")}<!-- -->${rest.slice(4, 9).join("")}<![CDATA[${rest.slice(9).join("")}]]>`
      const vendor = yield* Vendor.script(
        answer(runs(run("1", `your key is ${hidden}`))),
        answer(`<FAULT><CODE>1</CODE><TEXT>bad key ${hidden}</TEXT></FAULT>`, 400)
      )
      assert.deepStrictEqual((yield* read(vendor.origin)).names, ["your key is <redacted>"])
      assert.deepInclude((yield* read(vendor.origin)).error?.reason, { detail: "bad key <redacted>" })
    })
  )

  it.effect("takes no answer that is larger than the limit, or has too many elements", () =>
    Effect.gen(function* () {
      const vendor = yield* Vendor.script(
        answer(runs(run("1", "x".repeat(1_100_000)))),
        answer(runs("<RUN/>".repeat(9000)))
      )
      const limited = read(vendor.origin).pipe(Effect.provide(BodyLimit.layer({ perAnswer: 1024 * 1024 })))
      const details = [(yield* limited).error?.message, (yield* limited).error?.message]
      assert.match(String(details[0]), /the answer is larger than 1 MiB/)
      assert.match(String(details[1]), /the answer has more than 8192 arrays and objects/)
    })
  )

  it.effect("rejects a row that is nested too deeply alone", () =>
    Effect.gen(function* () {
      const deep = `<RUN><ID>2</ID><TITLE>b</TITLE>${"<X>".repeat(400)}${"</X>".repeat(400)}</RUN>`
      const vendor = yield* Vendor.script(answer(runs(run("1"), deep)))
      const { events, names } = yield* read(vendor.origin)
      assert.deepStrictEqual(names, ["a"])
      assert.strictEqual(events.flatMap((event) => (event._tag === "PageRead" ? event.rejected : [])).length, 1)
    })
  )
})
