/**
 * Runs a provider's check.
 */
import { Effect, Stream } from "effect"
import { ScanError } from "../model/ScanError.ts"
import * as Monotonic from "../policies/Monotonic.ts"
import type { Lane } from "../reading/Lane.ts"
import type { Lanes } from "../reading/Lanes.ts"
import { type Event, Progress } from "../telemetry/Progress.ts"
import type { ListingCheck, ScopeCheck } from "./Check.ts"

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
  const began = yield* Monotonic.now
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
  const millis = Math.round((yield* Monotonic.now) - began)
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
