/**
 * What goes wrong between a client and a vendor, and what vendors do to their own answers.
 *
 * Every value here is an `Emulator.Fault`, or makes one. Functions that take a `Wire` change the vendor's own answers, at that
 * listing's endpoint alone; the others apply to any answer. Some faults remember earlier answers, as their descriptions say.
 *
 * **Example** (the token server is down once, the third page is cut short, and every total is wrong)
 *
 * ```ts
 * import { Faults, type Wire } from "@scanjobs/testing"
 *
 * declare const wire: Wire.Wire
 *
 * export const flaky = Faults.firstOf(
 *   Faults.on("/connect/token", Faults.nth(1, Faults.status(503, { retryAfter: "1 second" }))),
 *   Faults.on(wire.endpoint, Faults.nth(3, Faults.cut)),
 *   Faults.total(wire, () => 2147483647)
 * )
 *
 * export const fault = process.env["CALM"] === "true" ? Faults.none : flaky
 * ```
 */
export { emptyPages } from "./EmptyPages.ts"
export { firstOf, from, inARow, none, nth, on, seeded, when } from "./FaultSelection.ts"
export * from "./ListFaults.ts"
export * from "./TransportFaults.ts"
