/**
 * The checks of transport: whatever happens to a request or an answer, no row is lost or duplicated, and no reading hangs.
 */
import { type Cursor, Deadlines, RetryPolicy } from "@scanjobs/core"
import { Duration, Effect, Fiber, Layer } from "effect"
import { type Definition, expect, expectReason, expectSame, type Healthy, spotOf, start } from "./Check.ts"
import type { Fault } from "../faults/Fault.ts"
import * as Faults from "../faults/Faults.ts"
import * as Ledger from "../ledger/Ledger.ts"
import { accelerate } from "./AcceleratedClock.ts"
import * as Reading from "./Reading.ts"
import type { Bench } from "./Subject.ts"

const keepPolicies =
  "leave retries to the library: a provider has no retries, waits or loops of its own; where the vendor says `slow down` in its own way, `rejection` names it with `as` and `retryAfter`"

const onPages = ({ expected }: Bench, fault: Fault): Fault => Faults.on(expected.wire.endpoint, fault)

/** Injects a fault once. */
const once = (bench: Bench, fault: Fault): Fault => onPages(bench, Faults.nth(spotOf(bench).nth, fault))

/** Injects a fault from one request on. */
const forGood = (bench: Bench, fault: Fault): Fault => onPages(bench, Faults.from(spotOf(bench).nth, fault))

/** Reads with a fault that is injected once, and expects the same jobs. */
const readWith = (bench: Bench, healthy: Healthy, name: string, fault: Fault, options: Reading.Options = {}) =>
  Effect.gen(function* () {
    const stage = yield* start(bench, once(bench, fault))
    yield* expectSame(healthy, yield* Reading.read(stage, options), `with ${name} at ${spotOf(bench).name}`)
  })

/** How long the vendor asks to wait, in seconds; these checks run under an accelerated clock. */
const wait = 30

const retryAfter = (id: "C10" | "C11", as: "seconds" | "date"): Definition => ({
  id,
  title: `an answer of 429 with Retry-After ${as === "seconds" ? "in seconds" : "as a date"} is obeyed`,
  advice: keepPolicies,
  verify: (bench, healthy) => {
    const sleeps: Array<number> = []
    return Effect.gen(function* () {
      const fault = Faults.status(429, { retryAfter: Duration.seconds(wait), as })
      const stage = yield* start(bench, once(bench, fault))
      const policies = Deadlines.layer({ attempt: "10 hours", page: "10 hours" })
      const reading = yield* Reading.read(stage, { policies, patience: "8 hours" })
      yield* expect(reading.ids.length === healthy.ids.length, `after a 429, the listing ${Reading.endOf(reading)}`)
      // Under an accelerated clock an answer takes seconds, so only an intended wait counts. A date may have passed in that time.
      const isIntended = (millis: number) => millis >= wait * 1000 && millis < wait * 2000
      const waited = as === "date" || sleeps.some(isIntended)
      const entries = yield* stage.ledger.to(bench.expected.wire.endpoint)
      const [refused, again] = Ledger.alike(
        entries,
        entries.find(({ status }) => status === 429)
      )
      const between = (again?.time ?? 0) - (refused?.time ?? 0)
      yield* expect(
        waited && between >= wait * 1000,
        `the vendor asked to wait ${wait} s, and was asked again without that wait`
      )
    }).pipe(accelerate(1000, (millis) => sleeps.push(millis)))
  }
})

const beyondCap: Definition = {
  id: "C12",
  title: "a Retry-After beyond the policy's cap is a typed error at once",
  advice: keepPolicies,
  verify: (bench, healthy) =>
    Effect.gen(function* () {
      const stage = yield* start(bench, forGood(bench, Faults.status(429, { retryAfter: "3 hours" })))
      const reading = yield* Reading.read(stage, { patience: "10 seconds" })
      yield* expectReason(healthy, reading, ["RateLimited"], "with a Retry-After of 3 hours")
      const requests = Ledger.mostAlike(yield* stage.ledger.to(bench.expected.wire.endpoint))
      yield* expect(requests === 1, `with a Retry-After of 3 hours, the vendor was asked ${requests} times for a page`)
    })
}

const passing: Definition = {
  id: "C13",
  title: "an answer of 503, then success, gives each record once",
  ofParents: true,
  advice: keepPolicies,
  verify: (bench, healthy) =>
    Effect.gen(function* () {
      for (const [name, fault] of [
        ["an answer of 503", Faults.status(503)],
        ["an answer of 500", Faults.status(500)],
        ["a gateway's HTML under 502", Faults.html(502)],
        ["a gateway's HTML under 200", Faults.html(200)],
        ["a connection that is reset", Faults.reset]
      ] as const) {
        yield* readWith(bench, healthy, name, fault)
      }
      // A provider may declare a long wait after a 429 without `Retry-After`.
      const patient = {
        policies: Deadlines.layer({ attempt: "10 hours", page: "10 hours" }),
        patience: "8 hours"
      } as const
      yield* readWith(bench, healthy, "an answer of 429", Faults.status(429), patient).pipe(accelerate(1000))
      const stage = yield* start(bench, forGood(bench, Faults.status(503)))
      const reading = yield* Reading.read(stage)
      yield* expectReason(
        healthy,
        reading,
        ["Unavailable"],
        `with a vendor that stays down from ${spotOf(bench).name} on`
      )
    })
}

const message = "no-such-thing-4711"

const errorUnder200: Definition = {
  id: "C14",
  title: "an error under status 200 is that error, in the vendor's words",
  advice:
    "give the provider a `rejection` that finds the error in the body, whatever the status: see `Rejection.fromSchema`",
  appliesNot: (bench) => (bench.errorUnder200 === null ? "the vendor sends no errors under 200" : undefined),
  verify: (bench, healthy) =>
    Effect.gen(function* () {
      const fault = Faults.json(bench.errorUnder200?.(message), 200, bench.expected.wire.format)
      const reading = yield* Reading.read(yield* start(bench, forGood(bench, fault)))
      const reasons = ["VendorRejected", "Forbidden", "Unauthorized", "RateLimited", "Unavailable"]
      yield* expectReason(healthy, reading, reasons, `with an error under 200 at ${spotOf(bench).name}`)
      yield* expect(
        reading.error?.message.includes(message) === true,
        `the vendor's message is not in the error: ${reading.error?.message}`
      )
    })
}

const cutBody: Definition = {
  id: "C15",
  title: "an answer that is cut off is never taken for a complete page",
  ofParents: true,
  advice: keepPolicies,
  verify: (bench, healthy) =>
    Effect.gen(function* () {
      yield* readWith(bench, healthy, "an answer that is cut off", Faults.cut)
      yield* readWith(bench, healthy, "an answer whose text ends in the middle", Faults.truncated)
      const stage = yield* start(bench, forGood(bench, Faults.cut))
      const reading = yield* Reading.read(stage)
      yield* expectReason(healthy, reading, ["Malformed", "Unavailable"], "with answers that are always cut off")
      // Parents are always read from their first page.
      yield* expect(
        bench.of === "parents" || reading.error?.resume != null,
        "the error does not say where to go on from"
      )
    })
}

const stalled: Definition = {
  id: "C16",
  title: "an answer that stalls is abandoned and requested again",
  ofParents: true,
  advice: keepPolicies,
  verify: (bench, healthy) =>
    Effect.gen(function* () {
      const policies = Deadlines.layer({ attempt: "200 millis", idle: "200 millis" })
      // On a busy machine, also good answers take longer than the deadline now and then, and are requested again.
      const patience = "30 seconds"
      const forEver = Effect.gen(function* () {
        const stage = yield* start(bench, forGood(bench, Faults.never))
        const impatient = Layer.merge(policies, RetryPolicy.layer({ times: 0 }))
        const reading = yield* Reading.read(stage, { policies: impatient, patience })
        yield* expectReason(healthy, reading, ["TimedOut"], "with a vendor that never answers")
      })
      yield* Effect.all(
        [
          readWith(bench, healthy, "an answer that stalls", Faults.stalled, { policies, patience }),
          readWith(bench, healthy, "no answer", Faults.never, { policies, patience }),
          forEver
        ],
        { concurrency: "unbounded", discard: true }
      )
    })
}

const interrupted: Definition = {
  id: "C24",
  title: "an interruption releases the connection at once",
  ofParents: true,
  advice: "keep no fibers, timers or sockets of your own in a provider",
  verify: (bench) =>
    Effect.gen(function* () {
      const stage = yield* start(bench, once(bench, Faults.never))
      const fiber = yield* Effect.forkChild(Reading.read(stage))
      const spoilt = Effect.map(
        stage.ledger.to(bench.expected.wire.endpoint),
        (entries) => entries[spotOf(bench).nth - 1]?.state
      )
      const until = (state: string, most: number) =>
        Effect.gen(function* () {
          for (let tries = 0; tries < most && (yield* spoilt) !== state; tries++) yield* Effect.sleep(5)
          return (yield* spoilt) === state
        })
      yield* expect(yield* until("open", 2000), `${spotOf(bench).name} was never asked for`)
      // The pauses are counted, which a busy machine makes longer, and not the time.
      const interruption = yield* Effect.forkChild(Fiber.interrupt(fiber))
      yield* expect(yield* until("abandoned", 300), "the request is still open after the interruption")
      yield* Fiber.join(interruption)
    })
}

const disguised: Definition = {
  id: "C32",
  title: "an answer that is compressed, slow, or of another content type is still read",
  ofParents: true,
  advice: "leave reading answers to the library: it takes JSON for JSON, and XML for XML, whatever it is called",
  verify: (bench, healthy) =>
    Effect.gen(function* () {
      const isWelcome = Faults.when(({ headers }) => headers["accept-encoding"]?.includes("gzip") === true, Faults.gzip)
      const gzipped = yield* start(bench, onPages(bench, isWelcome))
      yield* expectSame(healthy, yield* Reading.read(gzipped, { fetch: true }), "with compressed answers")
      yield* readWith(bench, healthy, "an answer in drips", Faults.drip("2 millis"))
      yield* readWith(bench, healthy, "an answer that is called text", Faults.contentType("text/plain; charset=utf-8"))
      yield* readWith(bench, healthy, "a clock that is behind", Faults.clockSkew("-2 hours"))
    })
}

const transient: ReadonlyArray<Fault> = [
  Faults.status(503),
  Faults.status(429),
  Faults.html(502),
  Faults.reset,
  Faults.cut,
  Faults.drip("1 millis", 3)
]

const byChance: Definition = {
  id: "C33",
  title: "a listing with faults gives the same rows as one without, also over several runs",
  advice: keepPolicies,
  verify: (bench, healthy) =>
    Effect.gen(function* () {
      for (const seed of ["one", "two", "three"]) {
        const stage = yield* start(bench, onPages(bench, Faults.seeded(seed, 0.3, transient)))
        const policies = RetryPolicy.layer({ times: 1, base: "1 millis", max: "1 millis", maxRetryAfter: "1 second" })
        const ids: Array<string> = []
        const places: Array<Cursor.Cursor> = []
        let reading = yield* Reading.read(stage, { policies })
        for (let runs = 1; runs < 20 && reading.error !== undefined; runs++) {
          ids.push(...reading.ids)
          places.push(...Reading.placesOf(reading))
          reading = yield* Reading.read(stage, { policies, resume: Reading.latest(places) })
        }
        ids.push(...reading.ids)
        yield* expectSame(healthy, { ...reading, ids }, `with faults by chance (seed ${seed})`)
      }
    })
}

/** The checks of transport. */
export const checks: ReadonlyArray<Definition> = [
  retryAfter("C10", "seconds"),
  retryAfter("C11", "date"),
  beyondCap,
  passing,
  errorUnder200,
  cutBody,
  stalled,
  interrupted,
  disguised,
  byChance
]
