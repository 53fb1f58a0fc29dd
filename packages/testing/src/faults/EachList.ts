/**
 * Faults that remember pages, for listings that are put together from several lists.
 */
import { Predicate } from "effect"
import type { Entry } from "../ledger/Ledger.ts"
import type { Fault } from "./Fault.ts"
import type { Wire } from "./Wire.ts"

/** A fault that remembers pages, made anew for each list that the wire's `part` tells apart. */
export const ofEachList = ({ part }: Wire, make: () => Fault): Fault => {
  const faults = new Map<string, Fault>()
  return (request, nth) => {
    const list = part === undefined ? "" : partOf(part, request)
    const fault = faults.get(list) ?? make()
    faults.set(list, fault)
    return fault(request, nth)
  }
}

const partOf = (part: string, { body, query }: Entry): string =>
  JSON.stringify(query[part] ?? (Predicate.isObject(body) ? Reflect.get(body, part) : null) ?? null)
