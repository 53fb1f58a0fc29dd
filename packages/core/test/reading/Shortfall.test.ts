import { NodeHttpClient } from "@effect/platform-node"
import { Credential, Listing, Paging, Provider, type Query, RetryPolicy } from "@scanjobs/core"
import { assert, layer } from "@effect/vitest"
import { Effect, Layer, Redacted, Schema } from "effect"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"
import * as Outcome from "../Outcome.ts"
import * as Vendor from "../Vendor.ts"

const live = Layer.merge(NodeHttpClient.layerUndici, RetryPolicy.layer({ times: 0 }))

const Row = Schema.Struct({
  id: Schema.String,
  next: Schema.Array(Schema.Int),
  isWhole: Schema.optionalKey(Schema.Boolean)
})

const plans = Listing.make({
  row: Row,
  endpoint: (row) =>
    HttpApiEndpoint.get("plans", "/plans", {
      query: { page: Schema.Int },
      success: Schema.Struct({
        plans: Schema.Array(row),
        pages: Schema.Int,
        unreachable: Schema.optionalKey(Schema.Array(Schema.String))
      })
    })
})

const Acme = Provider.make("acme", { connection: {}, security: HttpApiSecurity.bearer, listings: { plans } })({
  baseUrl: () => "https://acme.invalid",
  credential: () => Credential.fixed(Redacted.make(Vendor.canary)),
  listings: {
    plans: {
      paging: Paging.pageNumber({
        size: 10,
        request: (_, { page }) => ({ query: { page } }),
        page: ({ query }) => query.page,
        pages: ({ body }) => body.pages
      }),
      rows: (body) => body.plans,
      gaps: ({ unreachable = [] }) => unreachable,
      knownUntil: ({ isWhole = false, next }) => (isWhole ? undefined : next.at(-1)),
      job: ({ id, next }) =>
        next.map((startTime) => ({
          vendorId: `${id}@${startTime}`,
          kind: "occurrence",
          category: "web",
          state: "scheduled",
          vendorState: null,
          startTime
        }))
    }
  }
})

const serve = (...pages: ReadonlyArray<object>) =>
  Vendor.serve(({ url }) =>
    Vendor.json({ plans: [], ...pages[Number(url.searchParams.get("page")) - 1], pages: pages.length })
  )

const read = ({ origin }: Vendor.Vendor, query: Query.Input = {}, run: Provider.RunOptions<"plans"> = {}) =>
  Outcome.of(Acme.pages({ provider: "acme", name: "main", baseUrl: origin }, query, run))

const until = (time: number) =>
  `the vendor tells planned runs until ${new Date(time).toISOString()} only: later ones are missing`

layer(live, { excludeTestServices: true })("planned runs of which the vendor tells only so many", (it) => {
  const vendor = serve(
    { plans: [{ id: "daily", next: [10, 20, 30] }] },
    {
      plans: [
        { id: "weekly", next: [70, 140] },
        { id: "once", next: [5], isWhole: true }
      ]
    }
  )

  it.effect("end with a note, and say up to when they are complete", () =>
    Effect.gen(function* () {
      const { completed, failure, ids, notes } = yield* read(yield* vendor, { from: 0, until: 1000 })
      assert.isUndefined(failure)
      assert.lengthOf(ids, 6)
      assert.deepStrictEqual(notes, [until(30)])
      assert.deepInclude(completed[0], { by: "known", horizon: 30 })
    })
  )

  it.effect("are complete where no more is asked for than is told", () =>
    Effect.gen(function* () {
      const { completed, ids, notes } = yield* read(yield* vendor, { from: 0, until: 30 })
      assert.deepStrictEqual(ids, ["daily@10", "daily@20", "once@5"])
      assert.deepStrictEqual(notes, [])
      assert.deepInclude(completed[0], { by: "end", horizon: null })
    })
  )

  it.effect("are asked for up to the default horizon where the query has no end", () =>
    Effect.gen(function* () {
      const { completed } = yield* read(yield* vendor, { from: 0 })
      assert.deepInclude(completed[0], { by: "known", horizon: 30 })
    })
  )
})

layer(live, { excludeTestServices: true })("answers that say what they lack", (it) => {
  const row = (id: string) => ({ id, next: [1], isWhole: true })
  const pages = [
    { plans: [row("a")] },
    { plans: [row("b")], unreachable: ["east", "west"] },
    { plans: [row("c")], unreachable: ["west"] },
    { plans: [row("d")] }
  ]

  it.effect("are read to the end, and then fail the listing with what is missing", () =>
    Effect.gen(function* () {
      const { completed, failure, ids, notes } = yield* read(yield* serve(...pages))
      assert.deepStrictEqual(ids, ["a@1", "b@1", "c@1", "d@1"])
      assert.deepInclude(failure?.reason, { _tag: "Unreachable", missing: ["east", "west"], retryable: true })
      assert.include(
        failure?.message,
        "the vendor could not reach a part of what it lists (east, west); rows are missing"
      )
      assert.deepStrictEqual(completed, [])
      assert.deepStrictEqual(notes, [
        "the vendor could not reach east",
        "the vendor could not reach west",
        "the vendor could not reach west"
      ])
    })
  )

  it.effect("are read again from the first of them on, from the failure and from each page behind it", () =>
    Effect.gen(function* () {
      const { failure, pages: given } = yield* read(yield* serve(...pages))
      const whole = yield* serve(...pages.map(({ plans }) => ({ plans })))
      for (const cursor of [failure?.resume, ...given.slice(1).map(({ next }) => next)]) {
        const rest = yield* read(whole, {}, { resume: cursor === undefined || cursor === null ? [] : [cursor] })
        assert.isUndefined(rest.failure)
        assert.deepStrictEqual(rest.ids, ["b@1", "c@1", "d@1"])
      }
    })
  )

  it.effect("do not matter where the query's limit is reached all the same", () =>
    Effect.gen(function* () {
      const { completed, failure } = yield* read(yield* serve(...pages), { limit: 2 })
      assert.isUndefined(failure)
      assert.strictEqual(completed[0]?.by, "limit")
    })
  )
})
