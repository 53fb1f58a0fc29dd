import { NodeHttpClient } from "@effect/platform-node"
import { Check, type Provider, type Query, RetryPolicy } from "@scanjobs/core"
import { assert, describe, layer } from "@effect/vitest"
import { Effect, Layer, Logger, References, Stream } from "effect"
import * as Job from "../Job.ts"
import * as Plain from "../Plain.ts"
import * as Vendor from "../Vendor.ts"

/** What a check fails with, as a whole or for a listing. */
const failureOf = <E, R>(checked: Effect.Effect<ReadonlyArray<Check.ListingCheck>, E, R>) =>
  Effect.flip(
    Effect.flatMap(checked, (report) => {
      const [failure] = Check.failures(report)
      return failure === undefined ? Effect.void : Effect.fail(failure)
    })
  )

const live = Layer.merge(NodeHttpClient.layerUndici, RetryPolicy.layer({ times: 0 }))

/** The ids of the jobs. */
const idsOf = <E, R>(jobs: Stream.Stream<Provider.JobOf<ReturnType<typeof Plain.make>>, E, R>) =>
  Effect.map(Stream.runCollect(jobs), Job.idsOf)

/** What a plugin in plain JavaScript may give, because no compiler has seen it. */
const unseen = (given: unknown) => given as never

layer(live, { excludeTestServices: true })("a plugin's mistake", (it) => {
  describe("of numbers that are none", () => {
    it.effect("leaves the field empty and keeps the job, also where a span is asked for", () =>
      Effect.gen(function* () {
        const vendor = yield* Plain.serve([{ id: "1", at: "soon" }])
        const provider = Plain.make({
          job: (row) => ({ ...Plain.verbs.job(row), finishTime: Number.POSITIVE_INFINITY, progress: 0 / 0 })
        })
        const jobs = yield* Stream.runCollect(provider.jobs(Plain.connection(vendor), { from: 0 }))
        assert.deepStrictEqual(
          jobs.map(({ finishTime, progress, startTime }) => [startTime, finishTime, progress]),
          [[null, null, null]]
        )
      })
    )
  })

  describe("of a job with a field that no job has", () => {
    it.effect("ends the listing and names the field that was meant, because the compiler does not see it", () =>
      Effect.gen(function* () {
        const vendor = yield* Plain.serve([{ id: "1" }])
        const provider = Plain.make({ job: (row) => ({ ...Plain.verbs.job(row), finishedTime: 0 }) })
        const { reason } = yield* Effect.flip(idsOf(provider.jobs(Plain.connection(vendor))))
        assert.include(reason.message, "`job` failed: a job has no field `finishedTime`, so it would be lost")
        assert.include(reason.message, "Did you mean `finishTime`?")
      })
    )
  })

  describe("of skipping whatever fails", () => {
    const provider = Plain.make({ skips: () => "nothing to list" })

    it.effect.each([
      ["Unauthorized", Vendor.json({}, 401)],
      ["RateLimited", Vendor.json({}, 429)],
      ["Unavailable", Vendor.json({}, 503)],
      ["Malformed", Vendor.json({ runs: 1 })]
    ] as const)("does not hide %s", ([reason, answer]) =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(answer)
        const failure = yield* failureOf(provider.check(Plain.connection(vendor)))
        assert.strictEqual(failure.reason._tag, reason)
      })
    )

    it.effect.each([403, 404])("skips what the vendor refuses with %s", (status) =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(Vendor.json({}, status))
        assert.deepStrictEqual(yield* idsOf(provider.jobs(Plain.connection(vendor))), [])
      })
    )
  })

  describe("of what is asked of it", () => {
    it.effect.each([
      ["listings", {}, { listings: ["runs", "nope"] }],
      ["from", { from: Number.NaN }, {}],
      ["until", { until: Number.NaN }, {}],
      [
        'until: expected epoch milliseconds, a DateTime or a duration from now such as "-7 days", got "soon"',
        { until: "soon" },
        {}
      ],
      ["from", { from: null }, {}],
      ["horizon", { horizon: Number.NaN }, {}],
      ["limit", { limit: 0 }, {}],
      ["limit", { limit: 1.5 }, {}],
      ["concurrency", {}, { concurrency: 0 }],
      ["pageConcurrency", {}, { pageConcurrency: 0 }]
    ] as const)("is InvalidConnection and no empty list, for `%s`", ([key, query, options]) =>
      Effect.gen(function* () {
        const vendor = yield* Plain.serve([{ id: "1" }])
        // Plain JavaScript may name any listing and give any time.
        const jobs = Plain.make().jobs(
          Plain.connection(vendor),
          query as Query.Input,
          options as Provider.RunOptions<never>
        )
        const { message } = yield* Effect.flip(Stream.runDrain(jobs))
        assert.include(message, `main (plain): InvalidConnection: ${key}`)
        assert.strictEqual(vendor.seen.length, 0)
      })
    )
  })

  describe("of a verb that throws", () => {
    const boom = (): never => {
      throw new Error(`boom ${Vendor.canary}`)
    }
    const three = [{ id: "1" }, { id: "2" }, { id: "3" }]

    it.effect("rejects a row alone that its `job` fails on, without a secret, and gives all others", () =>
      Effect.gen(function* () {
        const vendor = yield* Plain.serve([{ id: 0 }, ...three])
        const provider = Plain.make({
          job: (row) => (row.id === "1" || row.id === "2" ? boom() : Plain.verbs.job(row))
        })
        const pages = yield* Stream.runCollect(provider.pages(Plain.connection(vendor)))
        assert.deepStrictEqual(Job.idsOf(pages.flatMap(({ jobs }) => jobs)), ["3"])
        assert.deepStrictEqual(
          pages
            .flatMap(({ rejected }) => rejected)
            .map(({ index, issue, path }) => [index, path, issue])
            .slice(1),
          [
            [1, "", "the provider failed on it: boom <redacted>"],
            [0, "", "the provider failed on it: boom <redacted>"]
          ]
        )
      })
    )

    it.effect("rejects a row alone that it gives nothing for, or no id", () =>
      Effect.gen(function* () {
        const vendor = yield* Plain.serve(three)
        const provider = Plain.make({
          job: (row) =>
            row.id === "1" ? unseen(undefined) : row.id === "2" ? unseen({ kind: "run" }) : Plain.verbs.job(row)
        })
        assert.deepStrictEqual(yield* idsOf(provider.jobs(Plain.connection(vendor))), ["3"])
      })
    )

    it.effect.each([{ kind: "runs" }, { kind: undefined }, { category: "Web" }])(
      "rejects a row alone that it gives a value outside the model for: %j",
      (wrong) =>
        Effect.gen(function* () {
          const vendor = yield* Plain.serve(three)
          const provider = Plain.make({
            job: (row) => (row.id === "1" ? unseen({ ...Plain.verbs.job(row), ...wrong }) : Plain.verbs.job(row))
          })
          assert.deepStrictEqual(yield* idsOf(provider.jobs(Plain.connection(vendor))), ["2", "3"])
        })
    )

    it.effect("is no reason to leave a field out, or to give a number that the model does not have", () =>
      Effect.gen(function* () {
        const vendor = yield* Plain.serve([{ id: "1" }])
        const provider = Plain.make({
          job: (row) =>
            unseen({
              ...Plain.verbs.job(row),
              vendorState: undefined,
              name: 7,
              progress: -1,
              startTime: 8.64e15 + 1,
              finishTime: 0
            })
        })
        const [job] = yield* Stream.runCollect(provider.jobs(Plain.connection(vendor)))
        assert.deepInclude(job, { vendorState: null, name: "7", progress: null, startTime: null, finishTime: 0 })
      })
    )

    it.effect("leads people to no address but one of the web", () =>
      Effect.gen(function* () {
        const links = [
          ["https://vendor.example/scans/7?tab=log#end", "https://vendor.example/scans/7?tab=log#end"],
          ["HTTP://Vendor.example/a b\u202Etxt", "http://vendor.example/a%20b%E2%80%AEtxt"],
          ["javascript:alert(1)", null],
          ["java\nscript:alert(1)", null],
          ["data:text/html,<script>alert(1)</script>", null],
          ["vbscript:x", null],
          ["file:///etc/passwd", null],
          ["https://vendor.example@evil.example/", null],
          ["/scans/7", null],
          ["//evil.example/", null],
          ["", null],
          [7, null],
          [null, null],
          [undefined, null]
        ] as const
        const vendor = yield* Plain.serve(links.map((_, index) => ({ id: String(index) })))
        const provider = Plain.make({
          job: (row) => unseen({ ...Plain.verbs.job(row), link: links[Number(row.id)]?.[0] })
        })
        const jobs = yield* Stream.runCollect(provider.jobs(Plain.connection(vendor)))
        assert.deepStrictEqual(
          jobs.map(({ link }) => link),
          links.map(([, link]) => link)
        )
      })
    )

    it.effect.each([
      ["rows", { rows: boom }],
      ["total", { total: boom }],
      ["next", { paging: { ...Plain.verbs.paging, next: boom } }]
    ] as const)("fails the listing as Malformed, with the place to go on from, for `%s`", ([verb, verbs]) =>
      Effect.gen(function* () {
        const vendor = yield* Plain.serve(three)
        const failure = yield* Effect.flip(Stream.runDrain(Plain.make(verbs).jobs(Plain.connection(vendor))))
        assert.deepInclude(failure.reason, {
          _tag: "Malformed",
          detail: `the provider's \`${verb}\` failed: boom <redacted>`
        })
        assert.deepInclude(failure, { provider: "plain", connection: "main", listing: "runs" })
        assert.deepStrictEqual(failure.resume?.request, { query: { skip: "0" } })
      })
    )

    it.effect("keeps the page whose `next` fails, or is no request", () =>
      Effect.gen(function* () {
        for (const next of [boom, () => unseen(4)]) {
          const vendor = yield* Plain.serve(three)
          const provider = Plain.make({ paging: { ...Plain.verbs.paging, next } })
          const ids: Array<string> = []
          yield* Effect.flip(
            Stream.runForEach(provider.jobs(Plain.connection(vendor)), (job) =>
              Effect.sync(() => ids.push(job.vendorId))
            )
          )
          assert.deepStrictEqual(ids, ["1", "2"])
        }
      })
    )

    it.effect.each([
      [
        "a flag",
        true,
        "gave no request, but `true`. Give the next request, and undefined at the end; `Paging.pageNumber`"
      ],
      ["an address", "/runs?skip=2", "To follow a link, give `Paging.link(href)`"],
      ["a number", 2, "Give the request of the page with this number"],
      ["a promise", Promise.resolve({}), "A verb gives its result at once"]
    ] as const)("says what to give instead, where `next` gives %s", ([_what, given, part]) =>
      Effect.gen(function* () {
        const vendor = yield* Plain.serve(three)
        const provider = Plain.make({ paging: { ...Plain.verbs.paging, next: () => unseen(given) } })
        const failure = yield* Effect.flip(Stream.runDrain(provider.jobs(Plain.connection(vendor))))
        assert.include(failure.message, part)
      })
    )

    it.effect.each([
      ["first", { paging: { ...Plain.verbs.paging, first: boom } }],
      ["order", { order: boom }]
    ] as const)("fails the listing before anything is asked, for `%s`", ([verb, verbs]) =>
      Effect.gen(function* () {
        const vendor = yield* Plain.serve(three)
        const failure = yield* Effect.flip(Stream.runDrain(Plain.make(verbs).jobs(Plain.connection(vendor))))
        assert.include(failure.message, `main (plain runs): InvalidConnection: the provider's \`${verb}\` failed: boom`)
        assert.notInclude(failure.message, Vendor.canary)
        assert.strictEqual(vendor.seen.length, 0)
      })
    )

    it.effect.each(["baseUrl", "credential", "headers", "quotaOf", "rules"])("fails the connection, for `%s`", (verb) =>
      Effect.gen(function* () {
        const vendor = yield* Plain.serve(three)
        const { baseUrl: _, ...connection } = Plain.connection(vendor)
        const failure = yield* failureOf(Plain.make({}, { [verb]: boom }).check(connection))
        assert.include(
          failure.message,
          `main (plain): InvalidConnection: the provider's \`${verb}\` failed: boom <redacted>`
        )
      })
    )

    it.effect("fails the listing as Malformed for `rejection`, and hides no reason for `hint` or `skips`", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.serve(({ url }) => Vendor.json({ runs: [] }, url.pathname === "/runs" ? 404 : 200))
        const reasonOf = (provider: ReturnType<typeof Plain.make>) =>
          Effect.map(failureOf(provider.check(Plain.connection(vendor))), ({ reason }) => reason)
        const rejection = yield* reasonOf(Plain.make({}, { rejection: boom }))
        assert.deepInclude(rejection, {
          _tag: "Malformed",
          detail: "the provider's `rejection` failed: boom <redacted>"
        })
        const wordless = yield* reasonOf(Plain.make({}, { rejection: () => unseen({}) }))
        assert.deepInclude(wordless, { _tag: "VendorRejected", code: null, detail: null })
        const hint = yield* reasonOf(Plain.make({}, { hint: boom }))
        assert.deepInclude(hint, { _tag: "VendorRejected", hint: "the provider's `hint` failed: boom <redacted>" })
        const skips = yield* reasonOf(Plain.make({ skips: boom }))
        assert.deepInclude(skips, { _tag: "Malformed", detail: "the provider's `skips` failed: boom <redacted>" })
      })
    )

    it.effect.each([undefined, 4, "page 2", Promise.resolve({}), { query: { skip: "0" } }, {}])(
      "names the verb where the first request is none: %s",
      (given) =>
        Effect.gen(function* () {
          const vendor = yield* Plain.serve(three)
          const first = () => unseen(given)
          const provider = Plain.make({ paging: { ...Plain.verbs.paging, first } })
          const failure = yield* failureOf(provider.check(Plain.connection(vendor)))
          assert.include(failure.message, "InvalidConnection: the provider's `first` failed")
        })
    )

    it.effect("names the verb where the next request is none", () =>
      Effect.gen(function* () {
        const vendor = yield* Plain.serve(three)
        const next = () => ({ query: { skip: Number.NaN } })
        const provider = Plain.make({ paging: { ...Plain.verbs.paging, next } })
        const failure = yield* Effect.flip(Stream.runDrain(provider.jobs(Plain.connection(vendor))))
        assert.include(
          failure.message,
          "Malformed: the answer is not what the vendor documents (the provider's `next` failed"
        )
      })
    )

    it.effect("fails the listing, for `scopes`, also where they give what is none", () =>
      Effect.gen(function* () {
        for (const scopes of [boom, () => [unseen(1)]]) {
          const provider = Plain.scoped(scopes)
          const failure = yield* failureOf(provider.check(Plain.connection({ origin: "http://127.0.0.1:9", seen: [] })))
          assert.include(failure.message, "main (plain runs): InvalidConnection: the provider's `scopes` failed")
        }
      })
    )

    it.effect("fails the listing, for `child`", () =>
      Effect.gen(function* () {
        for (const child of [boom, () => unseen(1)]) {
          const vendor = yield* Plain.serve(three)
          const failure = yield* failureOf(Plain.found(child).check(Plain.connection(vendor)))
          assert.include(failure.message, "the provider's `child` failed")
          assert.deepInclude(failure, { listing: "runs", scope: null })
        }
      })
    )

    it.effect("logs where it was thrown, without a secret, at the level Debug", () =>
      Effect.gen(function* () {
        const vendor = yield* Plain.serve(three)
        const lines: Array<string> = []
        const logger = Logger.make(({ logLevel, message }) => void lines.push(`${logLevel} ${String(message)}`))
        yield* failureOf(Plain.make({ rows: boom }).check(Plain.connection(vendor))).pipe(
          Effect.provide(Logger.layer([logger])),
          Effect.provideService(References.MinimumLogLevel, "Debug")
        )
        const line = lines.find((text) => text.includes("`rows`"))
        assert.match(line ?? "", /^Debug .*boom <redacted>[^]*Mistakes\.test/)
      })
    )
  })
})
