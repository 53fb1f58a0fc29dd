/**
 * An emulator to play with, as `scanjobs emulate` serves it: filled with made-up jobs, failing as often as it is told, and with
 * the settings that a connection to it needs.
 *
 * A provider's package exports it as `playground` from its entry point `emulator`; that is all it takes for
 * `scanjobs emulate` to serve the vendor, for a plugin as for a provider that is built in.
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
import type { Fault } from "./Fault.ts"
import * as Faults from "./Faults.ts"
import type { Ledger } from "./Ledger.ts"

/** What a playground is asked for. */
export interface Options {
  /** How many jobs each listing has, over all its scopes; a listing without an end stays so. Default: the emulator's own number. */
  readonly jobs?: number | undefined
  /** Equal seeds give equal jobs and equal faults. Default: the emulator's own seed. */
  readonly seed?: string | undefined
  /** How many requests of a hundred meet a fault, as a number from 0 to 1. Default 0. */
  readonly faults?: number | undefined
  /** How long every answer takes. Default: no time. */
  readonly latency?: Duration.Input | undefined
  /** Default: one that is free. */
  readonly port?: number | undefined
}

/** What the emulator's author is given: what to make up, and the settings to pass on to `Emulator.serve`. */
export interface Plan extends Settings {
  readonly jobs: number | undefined
  readonly seed: string | undefined
}

/** What an emulator gives back; what `serve` of most emulators gives has more, which does no harm. */
export interface Served {
  readonly ledger: Ledger
  /**
   * The settings of a connection to it, as they stand in a settings file, without `name` and `provider`. The secrets among them
   * are made up: they are printed.
   */
  readonly settings: { readonly [key: string]: unknown }
}

/** It cannot be served: nearly always because the port is taken. */
export class NotServed extends Schema.TaggedError<NotServed>()("NotServed", {
  provider: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `${this.provider}: its emulator cannot be served: ${this.detail}`
  }
}

/** An emulator that is ready to be played with. */
export interface Playground {
  /** The id of the provider that it emulates. */
  readonly provider: string
  /** Serves it until the scope ends. */
  readonly serve: (options?: Options) => Effect.Effect<Served, NotServed, Scope.Scope>
}

/** Makes a playground of a provider and of what serves its emulator. */
export const make = (
  provider: Pick<Provider.Any, "id" | "decode">,
  serve: (plan: Plan) => Effect.Effect<Served, never, Scope.Scope>
): Playground => ({
  provider: provider.id,
  serve: ({ faults = 0, jobs, latency, port, seed } = {}) =>
    serve({ jobs, seed, latency, port, fault: faults === 0 ? undefined : passing(seed ?? provider.id, faults) }).pipe(
      Effect.catchDefect((defect) => {
        const detail = whyNotServed(defect)
        return detail === undefined ? Effect.die(defect) : new NotServed({ provider: provider.id, detail })
      }),
      Effect.tap(({ settings }) => fitting(provider, settings))
    )
})

/**
 * Faults by chance that a client with this library's own policies gets over, however many there are: a request that met one is
 * answered when it is tried again, and none asks for a wait of more than a second.
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

/** Settings that do not fit are a mistake of the emulator's author, who is told at once. */
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
