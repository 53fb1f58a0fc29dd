/**
 * Chooses which requests meet a fault.
 */
import { Effect, Random } from "effect"
import type { Fault } from "./Fault.ts"
import type { Entry } from "../ledger/Ledger.ts"

/**
 * Lets every request pass.
 *
 * @since 0.1.0
 * @category combinators
 */
export const none: Fault = () => undefined

/**
 * Applies a fault to requests to one endpoint of the declaration, or to one path.
 *
 * @since 0.1.0
 * @category combinators
 */
export const on =
  (endpointOrPath: string, fault: Fault): Fault =>
  (request, nth) =>
    request.endpoint === endpointOrPath || request.path === endpointOrPath ? fault(request, nth) : undefined

/**
 * Applies a fault to requests for which `isMatch` returns true.
 *
 * **Example** (only requests that ask for rows of a later page)
 *
 * ```ts
 * import { Faults } from "@scanjobs/testing"
 *
 * export const fault = Faults.when(({ query }) => query["skip"] !== undefined, Faults.status(500))
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const when =
  (isMatch: (request: Entry, nth: number) => boolean, fault: Fault): Fault =>
  (request, nth) =>
    isMatch(request, nth) ? fault(request, nth) : undefined

/**
 * Applies a fault to the `n`th request to its path, counted from 1.
 *
 * @since 0.1.0
 * @category combinators
 */
export const nth = (n: number, fault: Fault): Fault => when((_, count) => count === n, fault)

/**
 * Applies a fault to the `n`th request to its path, counted from 1, and to all later ones.
 *
 * **Example** (the vendor is down after the first page)
 *
 * ```ts
 * import { Faults } from "@scanjobs/testing"
 *
 * export const fault = Faults.on("jobs", Faults.from(2, Faults.status(503)))
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const from = (n: number, fault: Fault): Fault => when((_, count) => count >= n, fault)

/**
 * Applies the first of the faults that does not let the request pass.
 *
 * @since 0.1.0
 * @category combinators
 */
export const firstOf =
  (...faults: ReadonlyArray<Fault>): Fault =>
  (request, count) => {
    for (const fault of faults) {
      const injected = fault(request, count)
      if (injected !== undefined) return injected
    }
    return undefined
  }

/**
 * Applies one of the faults to each request with the probability `rate`, from 0 to 1.
 *
 * The choice depends on the seed, on the request's method, path, query and body, and on how often that request came before. The
 * order of concurrent requests does not matter.
 *
 * **Example** (a third of all requests fail, but none twice in a row)
 *
 * ```ts
 * import { Faults } from "@scanjobs/testing"
 *
 * export const fault = Faults.inARow(1, Faults.seeded("acme", 0.3, [Faults.status(503), Faults.reset, Faults.cut]))
 * ```
 *
 * @since 0.1.0
 * @category combinators
 */
export const seeded = (seed: string, rate: number, faults: ReadonlyArray<Fault>): Fault => {
  const asked = new Map<string, number>()
  return (request, count) => {
    const key = identityOf(request)
    const times = (asked.get(key) ?? 0) + 1
    asked.set(key, times)
    const chosen = Effect.runSync(
      Random.withSeed(
        Effect.map(Effect.all([Random.next, Random.next]), ([hit, choice]) =>
          hit < rate ? faults[Math.floor(choice * faults.length)] : undefined
        ),
        `${seed} ${times} ${key}`
      )
    )
    return chosen?.(request, count)
  }
}

/**
 * Applies a fault at most `n` times in a row to equal requests, then lets one pass, so that a client that retries gets through.
 *
 * @since 0.1.0
 * @category combinators
 */
export const inARow = (n: number, fault: Fault): Fault => {
  const met = new Map<string, number>()
  return (request, count) => {
    const key = identityOf(request)
    const before = met.get(key) ?? 0
    const injected = before < n ? fault(request, count) : undefined
    if (injected === undefined) met.delete(key)
    else met.set(key, before + 1)
    return injected
  }
}

/** Equal for requests with the same method, path, query and body. */
export const identityOf = ({ body, method, path, query }: Entry): string => JSON.stringify([method, path, query, body])
