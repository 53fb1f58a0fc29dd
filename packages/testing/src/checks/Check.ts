/**
 * One check of the conformance suite, and how it fails.
 */
import { Effect, Schema, type Scope } from "effect"
import { firstOf, none, rows as rowsFault } from "../emulator/Faults.ts"
import type { Fault } from "../emulator/Fault.ts"
import * as Reading from "./Reading.ts"
import type { Bench, CheckId, Stage } from "./Subject.ts"

/** The provider does not do what it must; the message says what was seen and what its author must do. */
export class ConformanceFailure extends Schema.TaggedError<ConformanceFailure>()("ConformanceFailure", {
  check: Schema.String,
  listing: Schema.String,
  title: Schema.String,
  /** What was seen. */
  found: Schema.String,
  /** What the provider's author must do. */
  advice: Schema.String
}) {
  override get message(): string {
    return `${this.check} · ${this.title} (${this.listing}): ${this.found}. ${this.advice}`
  }
}

/** The check says nothing, because another one, which it builds on, fails. */
export class Blocked extends Schema.TaggedError<Blocked>()("Blocked", {
  check: Schema.String,
  /** The check that fails. */
  by: Schema.String
}) {
  override get message(): string {
    return `${this.check} says nothing as long as ${this.by} fails`
  }
}

/** What a check saw. */
export class Found extends Schema.TaggedError<Found>()("Found", { what: Schema.String }) {}

/** A check, before it is put to a bench. */
export interface Definition {
  readonly id: CheckId
  readonly title: string
  /** What the provider's author must do where it fails. */
  readonly advice: string
  /** Whether it is about the provider as a whole, so that one of its listings is enough. Default false. */
  readonly once?: boolean
  /** Why it does not apply to a bench, where it does not. */
  readonly appliesNot?: (bench: Bench) => string | undefined
  readonly verify: (bench: Bench, healthy: Healthy) => Effect.Effect<void, Found | Blocked, Scope.Scope>
  /** The last of the {@link foundations} that it builds on, or `null` for none. Default: all of them. */
  readonly needs?: Foundation | null
}

/** The checks that all later ones build on, in this order: what fails here would fail there for no reason of its own. */
export const foundations = ["C02", "C03", "C04", "C27"] as const
export type Foundation = (typeof foundations)[number]

/** A listing read without faults: what other readings are held against. */
export interface Healthy {
  readonly reading: Reading.Reading
  readonly ids: ReadonlyArray<string>
  /** The rows as the vendor sent them, once each, by their ids. */
  readonly sent: ReadonlyMap<string, unknown>
}

/** How many rows a listing has, and a page, where a check does not say otherwise: three pages, the last one short. */
export const usual = { rows: 12, pageSize: 5 } as const

/** Starts the vendor for a check. */
export const start = (
  bench: Bench,
  fault: Fault = none,
  size: { readonly rows: number; readonly pageSize: number } = usual
): Effect.Effect<Stage, never, Scope.Scope> => bench.start({ ...size, fault })

/** Where things go wrong: at the second page, or at the only one. */
export const spotOf = ({ expected }: Bench): { readonly nth: number; readonly name: string } =>
  expected.single === true ? { nth: 1, name: "the only page" } : { nth: 2, name: "the second page" }

/** Reads a listing without faults, and notes every row that the vendor sends. */
export const readHealthy = (
  bench: Bench,
  size: { readonly rows: number; readonly pageSize: number } = usual,
  options: Reading.Options = {}
): Effect.Effect<Healthy & { readonly stage: Stage }, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { wire } = bench.expected
    const sent = new Map<string, unknown>()
    const note = rowsFault(wire, (rows) => {
      for (const row of rows) sent.set(JSON.stringify(wire.id.get(row) ?? null), row)
      return rows
    })
    const stage = yield* start(bench, firstOf(note), size)
    const reading = yield* Reading.read(stage, options)
    return { stage, reading, ids: reading.ids, sent }
  })

/** Fails with what was seen, unless `isRight`. */
export const expect = (isRight: boolean, what: string): Effect.Effect<void, Found> =>
  isRight ? Effect.void : Effect.fail(new Found({ what }))

/** Expects that a reading is whole, with the healthy one's jobs, once each and in their order. */
export const expectSame = (
  { ids }: Healthy,
  reading: Reading.Reading,
  circumstance: string
): Effect.Effect<void, Found> =>
  Effect.gen(function* () {
    yield* expect(Reading.isWhole(reading), `${circumstance}, the listing ${Reading.endOf(reading)}`)
    yield* expect(
      ids.length === reading.ids.length && ids.every((id, index) => id === reading.ids[index]),
      `${circumstance}, ${difference(ids, reading.ids)}`
    )
  })

/** How a list of ids differs from what it should be. */
export const difference = (expected: ReadonlyArray<string>, found: ReadonlyArray<string>): string => {
  const seen = new Set(found)
  const known = new Set(expected)
  const missing = expected.filter((id) => !seen.has(id))
  const strange = found.filter((id) => !known.has(id))
  const parts = [
    missing.length === 0 ? undefined : `${missing.length} of ${expected.length} jobs are missing (${missing[0]})`,
    strange.length === 0 ? undefined : `${strange.length} jobs should not be there (${strange[0]})`,
    seen.size === found.length ? undefined : `${found.length - seen.size} jobs come twice`
  ].filter((part) => part !== undefined)
  return parts.length === 0 ? "the jobs come in another order" : parts.join(", ")
}

/** Expects that a reading fails with one of these reasons, and that what came before is right. */
export const expectReason = (
  { ids }: Healthy,
  reading: Reading.Reading,
  reasons: ReadonlyArray<string>,
  circumstance: string
): Effect.Effect<void, Found> =>
  Effect.gen(function* () {
    yield* expect(
      reading.reason !== undefined && reasons.includes(reading.reason._tag),
      `${circumstance}, the listing ${Reading.endOf(reading)}, and not with ${reasons.join(" or ")}`
    )
    const known = new Set(ids)
    yield* expect(
      reading.ids.every((id) => known.has(id)) && new Set(reading.ids).size === reading.ids.length,
      `${circumstance}, ${difference(ids, reading.ids)}`
    )
  })
