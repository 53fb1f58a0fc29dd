import { NodeHttpClient } from "@effect/platform-node"
import { Catalog, Credential, Listing, Provider, RetryPolicy, type ScanJob } from "@scanjobs/core"
import { assert, describe, it as plain, layer } from "@effect/vitest"
import { Cause, Effect, Fiber, Layer, Option, Redacted, Result, Schema, Stream } from "effect"
import { HttpApiEndpoint, HttpApiSecurity } from "effect/http-api"
import * as Acme from "../Acme.ts"
import * as Job from "../Job.ts"
import * as Vendor from "../Vendor.ts"

const live = Layer.merge(NodeHttpClient.layerUndici, RetryPolicy.layer({ times: 1, base: "1 millis", max: "1 millis" }))

/** A provider of one page, whose plugin has a mistake: it cannot read a row without a time. */
const Beta = Provider.make("beta", {
  connection: { key: Schema.Redacted(Schema.String) },
  security: HttpApiSecurity.apiKey({ key: "x-key" }),
  listings: {
    scans: Listing.make({
      row: Schema.Struct({ id: Schema.String, at: Schema.NullOr(Schema.Int) }),
      endpoint: (row) => HttpApiEndpoint.get("scans", "/scans", { success: Schema.Array(row) })
    })
  }
})({
  baseUrl: () => "https://beta.invalid",
  credential: ({ key, name }) =>
    name === "broken" ? () => Effect.die(new Error("the plugin did not expect that")) : Credential.fixed(key),
  listings: {
    scans: {
      first: () => ({}),
      rows: (body) => body,
      next: () => undefined,
      job: (row) => ({
        vendorId: row.id,
        kind: "run",
        category: "web",
        state: "succeeded",
        vendorState: null,
        startTime: row.at
      })
    }
  }
})

const All = Catalog.make(Acme.Acme, Beta)

const beta = ({ origin }: Vendor.Vendor, name = "b"): Provider.ConnectionOf<typeof Beta> => ({
  provider: "beta",
  name,
  key: Redacted.make("k3y"),
  baseUrl: origin
})

/** A vendor of Beta with scans at these times. */
const betaServer = (...times: ReadonlyArray<number | null>) =>
  Vendor.script(Vendor.json(times.map((at, index) => ({ id: `s${index}`, at }))))

const plans = (...times: ReadonlyArray<number>) => [{ plans: times.map((at) => ({ id: `p${at}`, at })) }]

const timesOf = (jobs: ReadonlyArray<ScanJob.ScanJob>) => jobs.map(({ startTime }) => startTime)

/** The jobs of a settled stream, with the failures that it told of. */
const settle = (
  connections: Parameters<typeof All.settled>[0],
  query?: Parameters<typeof All.settled>[2],
  options?: Parameters<typeof All.settled>[3]
) =>
  Effect.gen(function* () {
    const failures: Array<Parameters<Parameters<typeof All.settled>[1]>[0]> = []
    const jobs = yield* Stream.runCollect(
      All.settled(connections, (failure) => Effect.sync(() => void failures.push(failure)), query, options)
    )
    return { jobs, failures }
  })

layer(live, { excludeTestServices: true })("a catalog", (it) => {
  describe("whose failures are settled", () => {
    it.effect("gives the jobs of all connections where none fails", () =>
      Effect.gen(function* () {
        const [one, two] = [yield* Acme.serve({ plans: plans(1, 2) }), yield* betaServer(3)]
        const { failures, jobs } = yield* settle([Acme.connection(one, [], "a"), beta(two)])
        assert.sameMembers([...Job.idsOf(jobs)], ["p1", "p2", "s0"])
        assert.deepStrictEqual(failures, [])
      })
    )

    it.effect("gives the jobs of the others where a connection fails, and tells which and why", () =>
      Effect.gen(function* () {
        const [one, two] = [yield* Vendor.script(Vendor.text("", 403)), yield* betaServer(3)]
        const { failures, jobs } = yield* settle([Acme.connection(one, [], "a"), beta(two)])
        assert.deepStrictEqual(Job.idsOf(jobs), ["s0"])
        assert.strictEqual(failures.length, 1)
        assert.deepInclude(failures[0], { provider: "acme", connection: "a", listing: "plans", scope: null })
        const error = Option.getOrUndefined(Cause.findErrorOption(failures[0]?.cause ?? Cause.empty))
        assert.strictEqual(error?.reason._tag, "Forbidden")
      })
    )

    it.effect("gives the other listings of a connection, one of whose listings fails", () =>
      Effect.gen(function* () {
        const vendor = yield* Acme.serve({ runs: { a: Acme.runsOf("a", 4) }, plans: plans(7) }, ({ url }) =>
          url.pathname === "/plans" ? Vendor.text("", 400) : undefined
        )
        const { failures, jobs } = yield* settle([Acme.connection(vendor, ["a"])])
        assert.sameMembers([...Job.idsOf(jobs)], ["a0", "a1", "a2", "a3", "a"])
        assert.deepStrictEqual(
          failures.map(({ listing }) => listing),
          ["plans"]
        )
      })
    )

    it.effect("gives the jobs before a failure", () =>
      Effect.gen(function* () {
        const vendor = yield* Acme.serve({
          plans: [{ plans: [{ id: "p", at: 1 }], next: "http://elsewhere.invalid/" }]
        })
        const { failures, jobs } = yield* settle([Acme.connection(vendor)])
        assert.deepStrictEqual(Job.idsOf(jobs), ["p"])
        assert.strictEqual(failures.length, 1)
      })
    )

    it.effect("tells of settings that cannot work, of the connection as a whole", () =>
      Effect.gen(function* () {
        const vendor = yield* betaServer(3)
        const { failures, jobs } = yield* settle([Acme.connection({ origin: "nowhere" }, [], "a"), beta(vendor)])
        assert.deepStrictEqual(Job.idsOf(jobs), ["s0"])
        assert.deepInclude(failures[0], { connection: "a", listing: null })
      })
    )

    it.effect(
      "reads the listings that are asked for, of whichever provider has them, and refuses one that none has",
      () =>
        Effect.gen(function* () {
          const [one, two] = [yield* Acme.serve({ plans: plans(1) }), yield* betaServer(1)]
          const connections = [Acme.connection(one), beta(two)]
          // Plain JavaScript may name any listing.
          const read = (...listings: ReadonlyArray<string>) => settle(connections, {}, { listings: listings as [] })
          assert.deepStrictEqual(Job.idsOf((yield* read("scans")).jobs), ["s0"])
          assert.deepStrictEqual((yield* read("scans")).failures, [])
          const { failures, jobs } = yield* read("nope")
          assert.deepStrictEqual(
            [Job.idsOf(jobs), failures.map(({ connection }) => connection).toSorted()],
            [[], ["b", "main"]]
          )
        })
    )

    it.effect("tells of a mistake in a plugin, and gives the jobs of the others", () =>
      Effect.gen(function* () {
        const [one, two] = [yield* Acme.serve({ plans: plans(1) }), yield* betaServer(1)]
        const { failures, jobs } = yield* settle([Acme.connection(one), beta(two, "broken")])
        assert.deepStrictEqual(Job.idsOf(jobs), ["p1"])
        assert.deepInclude(failures[0], { connection: "broken", listing: "scans" })
        assert.include(
          Cause.pretty(failures[0]?.cause ?? Cause.empty),
          "the provider's `credential` failed: the plugin did not expect that"
        )
      })
    )

    it.effect.each(["arrival", "start"] as const)("settles alike sorted by %s", (sort) =>
      Effect.gen(function* () {
        const [one, two] = [yield* Vendor.script(Vendor.text("", 403)), yield* betaServer(3)]
        const { failures, jobs } = yield* settle([Acme.connection(one), beta(two)], {}, { sort })
        assert.deepStrictEqual(Job.idsOf(jobs), ["s0"])
        assert.strictEqual(failures.length, 1)
      })
    )

    it.effect("tells of a plugin that interrupts itself, and gives the jobs of the others", () =>
      Effect.gen(function* () {
        const own = Provider.make("own", {
          connection: {},
          security: HttpApiSecurity.bearer,
          listings: Beta.listings
        })({
          baseUrl: () => "https://own.invalid",
          credential: () => Credential.fromEffect(Effect.interrupt),
          listings: {
            scans: {
              first: () => ({}),
              rows: (body) => body,
              next: () => undefined,
              job: (row) => ({ vendorId: row.id, kind: "run", category: "web", state: "running", vendorState: null })
            }
          }
        })
        const failed: Array<string> = []
        const jobs = yield* Catalog.make(own, Beta)
          .settled([{ provider: "own", name: "o" }, beta(yield* betaServer(1, 2))], ({ connection }) =>
            Effect.sync(() => void failed.push(connection))
          )
          .pipe(Stream.runCollect)
        assert.deepStrictEqual([failed, timesOf(jobs)], [["o"], [1, 2]])
      })
    )

    it.effect("does not take an interruption for a failure", () =>
      Effect.gen(function* () {
        const vendor = yield* Vendor.script(Vendor.silence)
        const told: Array<unknown> = []
        const fiber = yield* Effect.forkChild(
          Stream.runDrain(All.settled([beta(vendor)], (failure) => Effect.sync(() => told.push(failure))))
        )
        while (vendor.seen.length === 0) yield* Effect.sleep(1)
        yield* Fiber.interrupt(fiber)
        assert.deepStrictEqual(told, [])
      })
    )
  })

  describe("whose failures fail the whole", () => {
    it.effect("fails with the first one", () =>
      Effect.gen(function* () {
        const [one, two] = [yield* Vendor.script(Vendor.text("", 403)), yield* betaServer(3)]
        const failure = yield* Effect.flip(Stream.runDrain(All.jobs([Acme.connection(one, [], "a"), beta(two)])))
        assert.deepInclude(failure, { connection: "a", listing: "plans" })
        assert.strictEqual(failure.reason._tag, "Forbidden")
      })
    )
  })

  describe("that sorts by start", () => {
    it.effect("gives all jobs oldest first, also those of a listing without an order", () =>
      Effect.gen(function* () {
        const one = yield* Acme.serve({
          runs: { a: Acme.runsOf("a", 7, 10), b: Acme.runsOf("b", 7, 5) },
          plans: plans(30, 1, 12, 6)
        })
        const two = yield* betaServer(40, 2, 11)
        const jobs = yield* Stream.runCollect(
          All.jobs([Acme.connection(one, ["a", "b"]), beta(two)], {}, { sort: "start" })
        )
        const times = timesOf(jobs).filter((time) => time !== null)
        assert.strictEqual(times.length, 21)
        assert.deepStrictEqual(
          times,
          times.toSorted((a, b) => a - b)
        )
      })
    )

    it.effect("takes the oldest where there is a limit", () =>
      Effect.gen(function* () {
        const [one, two] = [yield* Acme.serve({ plans: plans(5, 1, 9) }), yield* betaServer(7, 2, 8)]
        const jobs = yield* Stream.runCollect(
          All.jobs([Acme.connection(one), beta(two)], { limit: 3 }, { sort: "start" })
        )
        assert.deepStrictEqual(timesOf(jobs), [1, 2, 5])
      })
    )
  })

  describe("with a limit", () => {
    it.effect("counts jobs over all connections", () =>
      Effect.gen(function* () {
        const [one, two] = [yield* Acme.serve({ plans: plans(1, 2, 3) }), yield* betaServer(4, 5, 6)]
        const jobs = yield* Stream.runCollect(All.jobs([Acme.connection(one), beta(two)], { limit: 4 }))
        assert.strictEqual(jobs.length, 4)
      })
    )
  })

  describe("with several connections", () => {
    /** Vendors that answer only once both have been asked. */
    const waiting = Effect.gen(function* () {
      const held: Array<() => void> = []
      const answer: Vendor.Answer = (response) => {
        held.push(() => Vendor.json([])(response))
        if (held.length === 2) for (const go of held) go()
      }
      return [yield* Vendor.script(answer), yield* Vendor.script(answer)] as const
    })

    it.effect("reads them at once", () =>
      Effect.gen(function* () {
        const [one, two] = yield* waiting
        assert.deepStrictEqual(yield* Stream.runCollect(All.jobs([beta(one, "1"), beta(two, "2")])), [])
      })
    )

    it.effect("reads them one after the other where one at a time is wanted", () =>
      Effect.gen(function* () {
        const [one, two] = yield* waiting
        const fiber = yield* Effect.forkChild(
          Stream.runDrain(All.jobs([beta(one, "1"), beta(two, "2")], {}, { connections: 1 }))
        )
        while (one.seen.length + two.seen.length === 0) yield* Effect.sleep(1)
        yield* Effect.sleep("30 millis")
        assert.strictEqual(one.seen.length + two.seen.length, 1)
        yield* Fiber.interrupt(fiber)
      })
    )

    it.effect("tells their jobs apart", () =>
      Effect.gen(function* () {
        const vendor = yield* betaServer(1)
        const jobs = yield* Stream.runCollect(All.jobs([beta(vendor, "1"), beta(vendor, "2")]))
        assert.sameMembers(
          jobs.map(({ id }) => id),
          ["beta/1/scans/s0", "beta/2/scans/s0"]
        )
      })
    )
  })

  describe("read by pages", () => {
    it.effect("goes on from the last cursor of each listing, over all connections", () =>
      Effect.gen(function* () {
        const one = yield* Acme.serve({ runs: { a: Acme.runsOf("a", 8), b: Acme.runsOf("b", 4) } })
        const two = yield* betaServer(1, 2)
        const connections = [Acme.connection(one, ["a", "b"], "1"), beta(two, "2")]
        const whole = yield* Stream.runCollect(All.pages(connections, Effect.die))
        const idsOf = (pages: typeof whole) => pages.flatMap(({ jobs }) => jobs.map(({ id }) => id))
        for (let count = 0; count <= whole.length; count++) {
          const before = whole.slice(0, count)
          const last = new Map(before.map(({ next, source }) => [JSON.stringify(source), next]))
          const after = yield* Stream.runCollect(All.pages(connections, Effect.die, {}, { resume: [...last.values()] }))
          assert.sameMembers([...idsOf(before), ...idsOf(after)], idsOf(whole))
        }
      })
    )
  })
})

describe("a catalog as data", () => {
  plain("knows its providers by their ids", () => {
    assert.strictEqual(All.providers.acme, Acme.Acme)
    assert.strictEqual(All.providers.beta, Beta)
  })

  plain("decodes connections of each provider", () => {
    const decode = Schema.decodeUnknownResult(Schema.toCodecJson(Schema.Array(All.Connection)))
    const decoded = decode([
      { provider: "beta", name: "b", key: "k3y" },
      { provider: "acme", name: "a", token: "t", repositories: [] }
    ])
    assert.isTrue(Result.isSuccess(decoded))
    assert.isTrue(Result.isFailure(decode([{ provider: "gamma", name: "g" }])))
  })
})
