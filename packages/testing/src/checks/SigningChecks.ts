/**
 * The check of signed requests: the secret itself is never sent, and each attempt has a signature of its own.
 */
import { Deadlines } from "@scanjobs/core"
import { Duration, Effect } from "effect"
import { HttpServerResponse } from "effect/http"
import { type Definition, expect, expectSame, spotOf, start } from "./Check.ts"
import { accelerate } from "./AcceleratedClock.ts"
import type { Fault } from "../faults/Fault.ts"
import * as Faults from "../faults/Faults.ts"
import * as LeakWitness from "./LeakWitness.ts"
import * as Ledger from "../ledger/Ledger.ts"
import * as Reading from "./Reading.ts"
import type { Bench } from "./Subject.ts"

const patient = {
  policies: Deadlines.layer({ attempt: "10 hours", page: "10 hours" }),
  patience: "8 hours"
} as const

/** How long the vendor asks to wait. */
const wait = Duration.minutes(1)

/** How far the vendor's clock is ahead. */
const ahead = Duration.hours(1)

const headersOf = (entry: Ledger.Entry | undefined): string => JSON.stringify(entry?.headers ?? null)

/** A page that is refused at first, and the attempts at it. */
const attemptsAt = (bench: Bench, fault: Fault) =>
  Effect.gen(function* () {
    const { endpoint } = bench.expected.wire
    const stage = yield* start(bench, Faults.on(endpoint, Faults.nth(spotOf(bench).nth, fault)))
    const reading = yield* Reading.read(stage, patient)
    const entries = yield* stage.ledger.to(endpoint)
    const refused = entries.find(({ credential }) => credential === null)
    return { reading, all: yield* stage.ledger.entries, attempts: Ledger.alike(entries, refused) }
  })

/** The vendor refuses a signature because its own clock is ahead. */
const tooOld: Fault = ({ time }) =>
  HttpServerResponse.empty({
    status: 401,
    headers: { date: new Date(time + Duration.toMillis(ahead)).toUTCString() }
  })

const signed: Definition = {
  id: "C43",
  title: "every request is signed, each attempt anew and by the vendor's clock, and the secret itself is in none",
  advice:
    "let `sign` make its headers of what it is given, at each call: of `now` in place of the program's clock, and with nothing kept of an earlier request; send only what is made of the secret, and name it in `secrets`",
  appliesNot: ({ security }) => (security === "none" ? undefined : "requests carry the credential itself"),
  verify: (bench, healthy) =>
    Effect.gen(function* () {
      const waited = yield* attemptsAt(bench, Faults.status(429, { retryAfter: wait }))
      yield* expectSame(healthy, waited.reading, "with a 429")
      const unsigned = waited.all.find(({ credential }) => credential === "refused")
      yield* expect(
        unsigned === undefined,
        `the vendor does not accept the signature of ${unsigned?.method} ${unsigned?.path}`
      )
      const [first, second] = waited.attempts
      yield* expect(
        headersOf(first) !== headersOf(second),
        "a request that is sent again after a wait of a minute has the signature that it had before"
      )
      const corrected = yield* attemptsAt(bench, tooOld)
      const [early, late] = corrected.attempts
      yield* expect(
        early !== undefined && late !== undefined,
        "a signature that the vendor refuses by a clock of its own is not made anew"
      )
      yield* expect(
        late?.credential === "refused",
        "where the vendor's clock is an hour ahead, a request is signed by the program's own clock, or the emulator takes signatures of any time"
      )
      const stage = yield* start(bench)
      yield* Reading.read(stage)
      const holds = LeakWitness.finder(stage.declaredSecrets)
      for (const entry of yield* stage.ledger.entries) {
        const { body, headers, path, query } = entry
        yield* expect(
          !holds(JSON.stringify([path, query, headers, body])),
          `the secret itself is in ${entry.method} ${path}, and not only what is made of it`
        )
      }
      // A signature must not become old while it is on its way.
    }).pipe(accelerate(100))
}

/** The checks of signatures. */
export const checks: ReadonlyArray<Definition> = [signed]
