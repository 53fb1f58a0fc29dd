/**
 * What a provider's `check` reports: for each listing, what was tried, how it went and how long it took.
 *
 * A check asks for the first page of every scope that the settings name. Where scopes are discovered by reading a parent
 * listing, it reads the parents of every scope that the settings name and tries the first scope that they give.
 */
import { Clock, Effect, Stream } from "effect"
import { ScanError } from "../model/ScanError.ts"
import type { Lane } from "../reading/Lane.ts"
import type { Lanes } from "../reading/Lanes.ts"
import { type Event, Progress } from "../telemetry/Progress.ts"

/**
 * How a check went: `ok`, the vendor listed rows; `empty`, it listed none; `noted`, it refused for a reason that means "nothing
 * to list here", such as a feature that is switched off; `failed`, it could not be read; `untried`, the settings name no scope.
 *
 * @since 0.1.0
 * @category models
 */
export type Status = "ok" | "empty" | "noted" | "failed" | "untried"

/**
 * How one scope of a listing was checked.
 *
 * @since 0.1.0
 * @category models
 */
export interface ScopeCheck {
  /** The scope that the settings name, as text; `null` for a listing without scopes. */
  readonly scope: string | null
  /** The scope that was discovered by reading the parents of `scope`, and tried; otherwise `null`. */
  readonly sample: string | null
  readonly status: Exclude<Status, "untried">
  /** Rows on the first page. */
  readonly rows: number
  /** Rows on the first page that do not fit the vendor's documented form. */
  readonly rejected: number
  /** What a person should know although nothing failed. */
  readonly notes: ReadonlyArray<string>
  /** Why the scope failed; otherwise `null`. */
  readonly error: ScanError | null
  /** How long it took, milliseconds. */
  readonly millis: number
}

/**
 * How one listing was checked.
 *
 * @since 0.1.0
 * @category models
 */
export interface ListingCheck {
  readonly provider: string
  readonly connection: string
  readonly listing: string
  /** The worst status of its scopes: `failed`, then `noted`, `empty`, `ok`. */
  readonly status: Status
  /** One for each scope that the settings name. */
  readonly scopes: ReadonlyArray<ScopeCheck>
  /** How long its scopes took in all, milliseconds. */
  readonly millis: number
}

/**
 * The failures of a check, one for each scope that failed.
 *
 * **Example** (fail where anything failed)
 *
 * ```ts
 * import { Check, type Provider } from "@scanjobs/core"
 * import { Effect } from "effect"
 *
 * declare const Acme: Provider.Provider<"acme", {}, {}>
 *
 * export const program = Effect.gen(function* () {
 *   const [first] = Check.failures(yield* Acme.check({ provider: "acme", name: "main" }))
 *   if (first !== undefined) return yield* first
 * })
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const failures = (report: ReadonlyArray<ListingCheck>): ReadonlyArray<ScanError> =>
  report.flatMap(({ scopes }) => scopes.flatMap(({ error }) => (error === null ? [] : [error])))

/** Whose listings are checked. */
export interface Subject {
  readonly provider: string
  readonly connection: string
}

/**
 * Checks all listings. It fails where the connection as a whole does not work: its credential cannot be obtained, or the vendor
 * does not accept it. The first scope is tried before the others, so that a wrong secret is sent once.
 */
export const run = <E>(
  subject: Subject,
  listings: ReadonlyArray<Lanes<unknown, E>>,
  concurrency: number
): Effect.Effect<ReadonlyArray<ListingCheck>, ScanError | E> =>
  Effect.gen(function* () {
    const [first, ...others] = listings.flatMap(unitsOf)
    if (first === undefined) return reportOf(subject, listings, [])
    const checked = [
      yield* checkScope(first),
      ...(yield* Effect.forEach(others, (unit) => checkScope(unit), { concurrency }))
    ]
    return reportOf(subject, listings, checked)
  })

/** One thing to try. */
interface Unit<E> {
  readonly listing: string
  readonly scope: string | null
  /** Whether `lanes` are discovered by reading parents. */
  readonly isDiscovered: boolean
  readonly lanes: Stream.Stream<Lane<unknown, E>>
}

interface Checked {
  readonly listing: string
  readonly scope: ScopeCheck
}

const unitsOf = <E>({ declared, discovered, listing }: Lanes<unknown, E>): ReadonlyArray<Unit<E>> => [
  ...declared.map((lane) => ({
    listing,
    scope: lane.source.scope,
    isDiscovered: false,
    lanes: Stream.succeed(lane)
  })),
  ...discovered.map(({ lanes, scope }) => ({ listing, scope, isDiscovered: true, lanes }))
]

const checkScope = Effect.fnUntraced(function* <E>({ isDiscovered, lanes, listing, scope }: Unit<E>) {
  const tell = yield* Progress
  const notes: Array<string> = []
  const listener = (event: Event) => {
    if (event._tag === "Noted") notes.push(event.message)
    return tell(event)
  }
  const began = yield* Clock.currentTimeMillis
  let sample: string | null = null
  let rows = 0
  let rejected = 0
  const error = yield* Stream.take(lanes, 1).pipe(
    Stream.flatMap((lane) => {
      if (isDiscovered) sample = lane.source.scope
      return Stream.provideService(Stream.take(lane.pages, 1), Progress, (event) => {
        if (event._tag === "PageRead") {
          rows += event.rows
          rejected += event.rejected.length
        }
        return listener(event)
      })
    }),
    Stream.runDrain,
    Effect.as(null),
    Effect.catchIf(isOfScope, (error) => Effect.succeed(error)),
    Effect.provideService(Progress, listener)
  )
  if (error !== null && error.scope === scope) sample = null
  const status = error !== null ? "failed" : rows > 0 ? "ok" : notes.length > 0 ? "noted" : "empty"
  const millis = (yield* Clock.currentTimeMillis) - began
  const checked: Checked = { listing, scope: { scope, sample, status, rows, rejected, notes, error, millis } }
  return checked
})

/** Whether an error is about one scope, and not about the connection. */
const isOfScope = (error: unknown): error is ScanError =>
  error instanceof ScanError && error.reason._tag !== "Unauthorized"

const reportOf = <E>(
  subject: Subject,
  listings: ReadonlyArray<Lanes<unknown, E>>,
  checked: ReadonlyArray<Checked>
): ReadonlyArray<ListingCheck> =>
  listings.map(({ listing }) => {
    const scopes = checked.filter((one) => one.listing === listing).map(({ scope }) => scope)
    return {
      ...subject,
      listing,
      status: worst.find((status) => scopes.some((scope) => scope.status === status)) ?? "untried",
      scopes,
      millis: scopes.reduce((sum, { millis }) => sum + millis, 0)
    }
  })

const worst = ["failed", "noted", "empty", "ok"] as const
