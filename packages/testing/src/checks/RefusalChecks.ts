/**
 * The checks of refusals: what the vendor does not let a credential read is told, and never taken for an empty list or for its end.
 */
import { Effect } from "effect"
import { type Definition, expectReason, start } from "./Check.ts"
import type { Fault } from "../faults/Fault.ts"
import * as Faults from "../faults/Faults.ts"
import * as Reading from "./Reading.ts"
import type { Bench } from "./Subject.ts"

/** What a refusal may be, where only the vendor's words say which. */
export const reasons: ReadonlyArray<string> = [
  "VendorRejected",
  "Malformed",
  "Forbidden",
  "Unauthorized",
  "RateLimited",
  "Unavailable"
]

/** The answers by which a vendor says that a credential may not read something: without a word, and in the vendor's own. */
const prohibitions = ({ expected, forbidden }: Bench): ReadonlyArray<readonly [name: string, fault: Fault]> => [
  ["a 403", Faults.status(403)],
  ...(forbidden === undefined
    ? []
    : [
        [
          "a refusal for want of a permission",
          Faults.json(forbidden.body, forbidden.status ?? 403, expected.wire.format)
        ] as const
      ])
]

const refusedFirst: Definition = {
  id: "C41",
  title: "a first page that the vendor refuses is a typed error, and no empty listing",
  advice:
    "let `skips` name only refusals by which the vendor says that a scope has nothing to list, by their code or words; every other one is an error, above all one for want of a permission",
  ofParents: true,
  verify: (bench, healthy) =>
    Effect.gen(function* () {
      const { endpoint } = bench.expected.wire
      for (const [name, fault] of [["a 400", Faults.status(400)] as const, ...prohibitions(bench)]) {
        const reading = yield* Reading.read(yield* start(bench, Faults.on(endpoint, fault)))
        yield* expectReason(healthy, reading, reasons, `with ${name} at the first page`)
      }
    })
}

const refusedLater: Definition = {
  id: "C46",
  title: "a later page, or details of rows, that may not be read is a typed error, and not the end",
  advice:
    "let `ends` and `absent` name only refusals by which the vendor says that there is nothing more, by their status, code or words",
  ofParents: true,
  appliesNot: ({ expected }) =>
    expected.single === true && expected.wire.details === undefined ? "everything is on one page" : undefined,
  verify: (bench, healthy) =>
    Effect.gen(function* () {
      const { single = false, wire } = bench.expected
      for (const [name, fault] of prohibitions(bench)) {
        const places = [
          ...(single ? [] : [["from the second page on", Faults.on(wire.endpoint, Faults.from(2, fault))] as const]),
          ...(wire.details === undefined
            ? []
            : [["at the details of its rows", Faults.on(wire.details.endpoint, fault)] as const])
        ]
        for (const [where, refusing] of places) {
          const reading = yield* Reading.read(yield* start(bench, refusing))
          yield* expectReason(healthy, reading, reasons, `with ${name} ${where}`)
        }
      }
    })
}

/** The checks of refusals. */
export const checks: ReadonlyArray<Definition> = [refusedFirst, refusedLater]
