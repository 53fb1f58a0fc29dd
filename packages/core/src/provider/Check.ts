/**
 * What a provider's `check` reports: for each listing, what was tried, how it went and how long it took.
 *
 * A check asks for the first page of every scope that the settings name. Where scopes are discovered by reading a parent
 * listing, it reads the parents of every scope that the settings name and tries the first scope that they give.
 */
import type { ScanError } from "../model/ScanError.ts"

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
