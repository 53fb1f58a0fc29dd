/**
 * One check of the conformance suite, and how it fails.
 */
import { Effect, Schema, type Scope } from "effect"
import { firstOf, none, rows as rowsFault } from "../faults/Faults.ts"
import type { Fault } from "../faults/Fault.ts"
import type { Wire } from "../faults/Wire.ts"
import * as Reading from "./Reading.ts"
import type { Bench, CheckId, Stage } from "./Subject.ts"

/**
 * A provider fails a check. The message says what was seen, and what the provider's author must do.
 *
 * **Example** (the failed checks of a provider)
 *
 * ```ts
 * import { Conformance } from "@scanjobs/testing"
 * import { Effect } from "effect"
 *
 * export const isFailed = (check: Conformance.Check) =>
 *   Effect.scoped(check.run).pipe(
 *     Effect.as(false),
 *     Effect.catchIf((error) => error instanceof Conformance.ConformanceFailure, () => Effect.succeed(true)),
 *     Effect.catchIf((error) => error instanceof Conformance.Blocked, () => Effect.succeed(false))
 *   )
 * ```
 *
 * @since 0.1.0
 * @category errors
 */
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

/**
 * A check has no result, because another check, on which it builds, fails.
 *
 * @since 0.1.0
 * @category errors
 */
export class Blocked extends Schema.TaggedError<Blocked>()("Blocked", {
  check: Schema.String,
  /** The id of the check that fails. */
  by: Schema.String
}) {
  override get message(): string {
    return `${this.check} says nothing as long as ${this.by} fails`
  }
}

/** What a check saw. */
export class Found extends Schema.TaggedError<Found>()("Found", { what: Schema.String }) {}

/** The definition of a check, for any listing. */
export interface Definition {
  readonly id: CheckId
  readonly title: string
  /** What the provider's author must do if it fails, for any provider or for the one of a bench. */
  readonly advice: string | ((bench: Bench) => string)
  /** Whether it checks the provider as a whole, so that one listing is enough. Default: false. */
  readonly once?: boolean
  /** Whether it also checks how the parents of a listing are read. Default: false. */
  readonly ofParents?: boolean
  /** Why it does not apply to a listing; `undefined` if it applies. */
  readonly appliesNot?: (bench: Bench) => string | undefined
  readonly verify: (bench: Bench, healthy: Healthy) => Effect.Effect<void, Found | Blocked, Scope.Scope>
  /** The last of the {@link foundations} on which it builds, or `null` for none. Default: all of them. */
  readonly needs?: Foundation | null
}

/** The checks on which all others build, in this order. If one of them fails, the others have no result of their own. */
export const foundations = ["C02", "C03", "C04", "C27"] as const
export type Foundation = (typeof foundations)[number]

/** A listing read without faults, with which checks compare other readings. */
export interface Healthy {
  readonly reading: Reading.Reading
  readonly ids: ReadonlyArray<string>
  /** The rows that the vendor sent, by id. */
  readonly sent: ReadonlyMap<string, unknown>
}

/** The default number of rows of a listing and of a page: three pages, the last one short. */
export const usual = { rows: 12, pageSize: 5 } as const

/** Starts the vendor for a check. */
export const start = (
  bench: Bench,
  fault: Fault = none,
  size: { readonly rows: number; readonly pageSize: number } = usual
): Effect.Effect<Stage, never, Scope.Scope> => bench.start({ ...size, fault })

/** The page at which a check injects its fault: the second, or the only one. */
export const spotOf = ({ expected }: Bench): { readonly nth: number; readonly name: string } =>
  expected.single === true ? { nth: 1, name: "the only page" } : { nth: 2, name: "the second page" }

/** The id of a vendor's row, as a text that tells rows apart. */
export const keyOf = ({ id }: Pick<Wire, "id">, row: unknown): string => JSON.stringify(id.get(row) ?? null)

/** Reads a listing without faults, and keeps every row that the vendor sends. */
export const readHealthy = (
  bench: Bench,
  size: { readonly rows: number; readonly pageSize: number } = usual,
  options: Reading.Options = {}
): Effect.Effect<Healthy & { readonly stage: Stage }, never, Scope.Scope> =>
  Effect.gen(function* () {
    const { wire } = bench.expected
    const sent = new Map<string, unknown>()
    const note = rowsFault(wire, (rows) => {
      for (const row of rows) sent.set(keyOf(wire, row), row)
      return rows
    })
    const stage = yield* start(bench, firstOf(note), size)
    const reading = yield* Reading.read(stage, options)
    return { stage, reading, ids: reading.ids, sent }
  })

/** Fails with what was seen unless `isRight`. */
export const expect = (isRight: boolean, what: string): Effect.Effect<void, Found> =>
  isRight ? Effect.void : Effect.fail(new Found({ what }))

/** Expects a complete reading with the same jobs as the healthy one, in the same order, without duplicates. */
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

/** The same in any order. */
export const expectSameJobs = (
  { ids }: Pick<Healthy, "ids">,
  reading: Reading.Reading,
  circumstance: string
): Effect.Effect<void, Found> =>
  Effect.gen(function* () {
    yield* expect(Reading.isWhole(reading), `${circumstance}, the listing ${Reading.endOf(reading)}`)
    yield* expect(
      ids.length === reading.ids.length && new Set([...ids, ...reading.ids]).size === ids.length,
      `${circumstance}, ${difference(ids, reading.ids)}`
    )
  })

/** Describes how a list of ids differs from the expected one. */
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

/** Expects a reading to fail with one of these reasons, after jobs that are all right. */
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
