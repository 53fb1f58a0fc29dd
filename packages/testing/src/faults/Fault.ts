/**
 * What a fault is: a function from a request to the answer that replaces or changes the vendor's own.
 */
import type { Effect } from "effect"
import type { HttpServerRequest, HttpServerResponse } from "effect/http"
import type * as Ledger from "../ledger/Ledger.ts"

/**
 * A change of the vendor's own answer: the emulator handles the request as usual, then passes its answer to `change`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Rewrite {
  readonly _tag: "Rewrite"
  readonly change: (
    response: HttpServerResponse.HttpServerResponse
  ) => Effect.Effect<HttpServerResponse.HttpServerResponse, never, HttpServerRequest.HttpServerRequest>
}

/**
 * Makes a fault's result that changes the vendor's own answer.
 *
 * **Example** (every answer lacks its content type)
 *
 * ```ts
 * import { Emulator } from "@scanjobs/testing"
 * import { Effect } from "effect"
 * import { HttpServerResponse } from "effect/http"
 *
 * export const untyped: Emulator.Fault = () =>
 *   Emulator.rewrite((response) => Effect.succeed(HttpServerResponse.setHeader(response, "content-type", "")))
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const rewrite = (change: Rewrite["change"]): Rewrite => ({ _tag: "Rewrite", change })

/**
 * What a fault returns: the answer, an effect that yields it, or a change of the vendor's own answer.
 *
 * @since 0.1.0
 * @category models
 */
export type Injected =
  | HttpServerResponse.HttpServerResponse
  | Effect.Effect<HttpServerResponse.HttpServerResponse, never, HttpServerRequest.HttpServerRequest>
  | Rewrite

/**
 * Decides how a request fails, or returns `undefined` to let it pass. The emulator calls it first for each request; `nth`
 * counts the requests to the same path and endpoint from 1. A returned effect may wait, never end, or give a response whose body breaks
 * off. `Faults` has the usual faults.
 *
 * **Example** (the second page fails once, the third is a gateway's HTML)
 *
 * ```ts
 * import type { Emulator } from "@scanjobs/testing"
 * import { HttpServerResponse } from "effect/http"
 *
 * export const flaky: Emulator.Fault = ({ endpoint }, nth) => {
 *   if (endpoint !== "jobs") return undefined
 *   if (nth === 2) return HttpServerResponse.empty({ status: 503 })
 *   return nth === 3 ? HttpServerResponse.html("<h1>Bad gateway</h1>") : undefined
 * }
 * ```
 *
 * @since 0.1.0
 * @category models
 */
export type Fault = (request: Ledger.Entry, nth: number) => Injected | undefined
