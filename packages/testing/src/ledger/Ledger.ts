/**
 * Records the requests that an emulator receives, in order, for the assertions of tests.
 */
import type { Effect } from "effect"

/**
 * One request and its outcome.
 *
 * **Example** (the pages that a client asked for)
 *
 * ```ts
 * import type { Emulator } from "@scanjobs/testing"
 * import { Effect } from "effect"
 *
 * export const offsets = (vendor: Emulator.Emulator) =>
 *   Effect.map(vendor.ledger.to("jobs"), (entries) => entries.map(({ query }) => query["skip"]))
 * ```
 *
 * @since 0.1.0
 * @category models
 */
export interface Entry {
  /** The number of the request since the emulator started, from 1. `clear` does not reset it. */
  readonly index: number
  /** The number of the request among those to this path and endpoint, from 1. */
  readonly nth: number
  /** When the whole request had arrived, in epoch milliseconds of the emulator's clock. */
  readonly time: number
  readonly method: string
  /**
   * The origin that was asked: the emulator's own, or the one that a proxy names in `X-Forwarded-Host` and `X-Forwarded-Proto`, such as
   * `https://eu.acme.example`.
   */
  readonly origin: string
  readonly path: string
  /** The query parameters; a name that occurs more than once has a list. */
  readonly query: { readonly [name: string]: string | ReadonlyArray<string> }
  /** By lower-case name. They include the credential: do not log a ledger. */
  readonly headers: { readonly [name: string]: string | undefined }
  /** JSON as a value, a form as a record, any other body as text; `null` if there was no body. */
  readonly body: unknown
  /** The endpoint's name in the provider's declaration; `null` for plain routes and unknown addresses. */
  readonly endpoint: string | null
  /** Whether the vendor accepted the credential; `null` if the address needs none. */
  readonly credential: "accepted" | "refused" | null
  /** The answer's status; `null` until it is sent, and if the client gave up before. */
  readonly status: number | null
  readonly state: "open" | "answered" | "abandoned"
  /** How many requests were open when this one arrived, including this one. */
  readonly inFlight: number
  /** The vendor's documented rules that the request breaks. */
  readonly violations: ReadonlyArray<string>
}

/**
 * The requests that one emulator received.
 *
 * @since 0.1.0
 * @category models
 */
export interface Ledger {
  /** Every request since the start or the last `clear`, in the order of arrival. */
  readonly entries: Effect.Effect<ReadonlyArray<Entry>>
  /** The requests to one endpoint of the declaration, or to one path. */
  readonly to: (endpointOrPath: string) => Effect.Effect<ReadonlyArray<Entry>>
  /** One line for each rule of the vendor that a request broke. */
  readonly violations: Effect.Effect<ReadonlyArray<string>>
  readonly clear: Effect.Effect<void>
}

/**
 * The entries with the same method, path, query and body as `one`, including `one` itself; none if it is `undefined`.
 *
 * **Example** (how long the client waited before it asked again)
 *
 * ```ts
 * import { Ledger } from "@scanjobs/testing"
 *
 * export const pause = (entries: ReadonlyArray<Ledger.Entry>) => {
 *   const [first, again] = Ledger.alike(entries, entries.find(({ status }) => status === 429))
 *   return first === undefined || again === undefined ? undefined : again.time - first.time
 * }
 * ```
 *
 * @since 0.1.0
 * @category accessors
 */
export const alike = (entries: ReadonlyArray<Entry>, one: Entry | undefined): ReadonlyArray<Entry> =>
  one === undefined ? [] : entries.filter((entry) => wish(entry) === wish(one))

/**
 * How often the most frequent request was made: requests are the same if their method, path, query and body are.
 *
 * **Example** (no request was made more than three times, and no more than eight at once)
 *
 * ```ts
 * import { Ledger } from "@scanjobs/testing"
 *
 * export const isModest = (entries: ReadonlyArray<Ledger.Entry>) =>
 *   Ledger.mostAlike(entries) <= 3 && Ledger.mostInFlight(entries) <= 8
 * ```
 *
 * @since 0.1.0
 * @category accessors
 */
export const mostAlike = (entries: ReadonlyArray<Entry>): number =>
  Math.max(0, ...Array.from(Map.groupBy(entries, wish).values(), (all) => all.length))

/**
 * The most requests that were open at the same time.
 *
 * @since 0.1.0
 * @category accessors
 */
export const mostInFlight = (entries: ReadonlyArray<Entry>): number =>
  entries.reduce((most, { inFlight }) => Math.max(most, inFlight), 0)

const wish = ({ body, method, path, query }: Entry): string => JSON.stringify([method, path, query, body])
