/**
 * Waits that a person should know of, because nothing else happens for so long.
 */
import type { Progress } from "@scanjobs/core"
import { isoOf } from "../output/IsoTime.ts"

/** From which length on a wait is reported, in milliseconds. */
const long = 10_000

/** Remembers which waits were reported: all requests of a connection wait for the same time. */
export class LongWaits {
  /** Until when each connection waits, as far as it was reported. */
  readonly #reported = new Map<string, number>()

  /** What is to be said of an event at epoch milliseconds `now`, if anything. */
  of(event: Progress.Event, now: number): string | undefined {
    if (event._tag !== "Retrying") return undefined
    const { connection, reason, wait } = event
    const until = now + wait
    if (wait < long || until < (this.#reported.get(connection) ?? 0) + long) return undefined
    this.#reported.set(connection, until)
    return `waits until ${isoOf(until)} (${Math.ceil(wait / 1000)} s) before it tries again: ${reason._tag}: ${reason.message}`
  }
}
