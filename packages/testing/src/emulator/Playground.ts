/**
 * Describes an emulator to `scanjobs emulate`: how to fill it with made-up jobs and faults, and which settings a connection to
 * it needs.
 *
 * `scanjobs emulate` serves every provider, built in or a plugin, whose entry point `./emulator` exports a `playground`.
 *
 * **Example** (in the `src/Emulator.ts` of AvePoint)
 *
 * ```ts
 * import { AvePoint } from "@scanjobs/avepoint"
 * import { generate, serve } from "@scanjobs/avepoint/emulator"
 * import { Playground } from "@scanjobs/testing"
 * import { Effect } from "effect"
 *
 * export const playground = Playground.make(AvePoint, ({ jobs, seed, ...settings }) =>
 *   Effect.gen(function* () {
 *     return yield* serve({ ...settings, jobs: yield* generate({ jobs, seed }) })
 *   })
 * )
 * ```
 */
import type { Provider } from "@scanjobs/core"
import { Effect, Result, type Duration, type Scope, Schema } from "effect"
import { HttpServerError } from "effect/http"
import type { Settings } from "./EmulatorOptions.ts"
import type { Fault } from "../faults/Fault.ts"
import * as Faults from "../faults/Faults.ts"
import type { Ledger } from "../ledger/Ledger.ts"

/**
 * The options of `scanjobs emulate`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Options {
  /** How many jobs each listing has over all its scopes; an endless listing stays endless. Default: chosen by the emulator. */
  readonly jobs?: number | undefined
  /** Equal seeds give equal jobs and faults. Default: chosen by the emulator. */
  readonly seed?: string | undefined
  /** The share of requests that fail, from 0 to 1. Default: 0. */
  readonly faults?: number | undefined
  /** The delay before every answer. Default: none. */
  readonly latency?: Duration.Input | undefined
  /** The port to listen on. Default: any free port. */
  readonly port?: number | undefined
  /**
   * A world in which time goes on, so many times faster than life: schedules come due, runs start, end, fail, come late, or never
   * come. Default: the jobs stay as they are made.
   */
  readonly live?: number | undefined
  /** From this time on, in epoch milliseconds, the vendor refuses every request with the status 401, as if the secret were revoked. */
  readonly refusesFrom?: number | undefined
}

/**
 * What an emulator's author receives: how many jobs to make up, from which seed, and the settings to pass to `Emulator.serve`.
 *
 * @since 0.1.0
 * @category models
 */
export interface Plan extends Settings {
  readonly jobs: number | undefined
  readonly seed: string | undefined
  /** How fast time goes on; `undefined` where the jobs stay as they are made. An emulator without a world ignores it. */
  readonly live: number | undefined
}

/**
 * A running emulator. The result of most `serve` functions fits, because it may have further fields.
 *
 * @since 0.1.0
 * @category models
 */
export interface Served {
  readonly ledger: Ledger
  /**
   * The settings of a connection to it, as in a settings file, without `name` and `provider`. `scanjobs emulate` prints them, with
   * their made-up secrets.
   */
  readonly settings: { readonly [key: string]: unknown }
}

/**
 * The emulator cannot listen, usually because its port is in use.
 *
 * **Example** (another port if the first is in use)
 *
 * ```ts
 * import { Playground } from "@scanjobs/testing"
 * import { Effect } from "effect"
 *
 * export const serve = (playground: Playground.Playground) =>
 *   Effect.catchIf(
 *     playground.serve({ port: 4000 }),
 *     (error) => error instanceof Playground.NotServed,
 *     () => playground.serve()
 *   )
 * ```
 *
 * @since 0.1.0
 * @category errors
 */
export class NotServed extends Schema.TaggedError<NotServed>()("NotServed", {
  provider: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `${this.provider}: its emulator cannot be served: ${this.detail}`
  }
}

/**
 * An emulator that `scanjobs emulate` can serve.
 *
 * @since 0.1.0
 * @category models
 */
export interface Playground {
  /** The id of the provider that it emulates. */
  readonly provider: string
  /** Serves it until the scope ends. */
  readonly serve: (options?: Options) => Effect.Effect<Served, NotServed, Scope.Scope>
}

/**
 * Makes a playground from a provider and a function that serves its emulator. Settings that the provider cannot decode are a defect.
 *
 * @since 0.1.0
 * @category emulators
 */
export const make = (
  provider: Pick<Provider.Any, "id" | "decode">,
  serve: (plan: Plan) => Effect.Effect<Served, never, Scope.Scope>
): Playground => ({
  provider: provider.id,
  serve: ({ faults = 0, jobs, latency, live, port, refusesFrom = Number.POSITIVE_INFINITY, seed } = {}) =>
    serve({
      jobs,
      seed,
      live,
      latency,
      port,
      fault: Faults.firstOf(
        Faults.when(({ time }) => time >= refusesFrom, Faults.status(401)),
        faults === 0 ? Faults.none : passing(seed ?? provider.id, faults)
      )
    }).pipe(
      Effect.catchDefect((defect) => {
        const detail = whyNotServed(defect)
        return detail === undefined ? Effect.die(defect) : new NotServed({ provider: provider.id, detail })
      }),
      Effect.tap(({ settings }) => fitting(provider, settings))
    )
})

/**
 * Random faults that a client with this library's default policies overcomes, at any rate: a retry always succeeds, and no fault asks for a
 * wait of more than a second.
 *
 * **Example** (every second request fails once)
 *
 * ```ts
 * import { Playground } from "@scanjobs/testing"
 *
 * export const fault = Playground.passing("acme", 0.5)
 * ```
 *
 * @since 0.1.0
 * @category policies
 */
export const passing = (seed: string, rate: number): Fault =>
  Faults.inARow(
    1,
    Faults.seeded(seed, rate, [
      Faults.status(503),
      Faults.status(503, { retryAfter: "1 second" }),
      Faults.status(500),
      Faults.status(429, { retryAfter: "1 second" }),
      Faults.html(502),
      Faults.reset,
      Faults.cut,
      Faults.drip("20 millis")
    ])
  )

const whyNotServed = (defect: unknown): string | undefined => {
  if (!(defect instanceof HttpServerError.ServeError)) return undefined
  const { cause } = defect
  return cause instanceof Error ? cause.message : String(cause)
}

/** Dies if the provider cannot decode the emulator's settings, which is a mistake of the emulator's author. */
const fitting = ({ decode, id }: Pick<Provider.Any, "id" | "decode">, settings: Served["settings"]) => {
  const decoded = decode({ ...settings, name: id, provider: id })
  return Result.isSuccess(decoded)
    ? Effect.void
    : Effect.die(
        new Error(
          `the settings of ${id}'s emulator do not fit: ${decoded.failure.map(({ key, message }) => `${key}: ${message}`).join("; ")}`
        )
      )
}
