/**
 * The check of answers of 200 that have no list of rows: something else than the vendor answered, or it did so without its list.
 */
import type { Format } from "@scanjobs/core"
import { Effect } from "effect"
import * as Faults from "../faults/Faults.ts"
import { type Definition, expectReason, start } from "./Check.ts"
import * as Reading from "./Reading.ts"
import * as RefusalChecks from "./RefusalChecks.ts"
import type { Bench } from "./Subject.ts"

const reasons = [...RefusalChecks.reasons, "Incomplete"]

/** Says that an answer has no list that could be taken away. */
const nothing = Symbol("nothing")

type Change = (body: unknown) => unknown

const hasWithin = (value: unknown, row: unknown): boolean =>
  value === row ||
  (typeof value === "object" && value !== null && Object.values(value).some((inner) => hasWithin(inner, row)))

/** The body without the field that holds its rows; `nothing` where the body is that list itself, or has no rows. */
const withoutList = (body: unknown, [first]: ReadonlyArray<unknown>): unknown => {
  if (typeof body !== "object" || body === null || Array.isArray(body) || first === undefined) return nothing
  const found = Object.entries(body).find(([, value]) => hasWithin(value, first))
  if (found === undefined) return nothing
  const [name, value] = found
  if (value !== first && !Array.isArray(value)) return { ...body, [name]: withoutList(value, [first]) }
  return Object.fromEntries(Object.entries(body).filter(([other]) => other !== name))
}

/** Whether any plain value is an answer: a document of XML has one root element. */
const isOfJson = ({ render }: Format.Format): boolean => {
  try {
    return render([]) === "[]"
  } catch {
    return false
  }
}

/** A gateway's words in place of the vendor's. */
const foreign = { message: "the service is under maintenance" }

/** Where the list is taken away: at a page of the listing, or at the details of its rows. */
const placesOf = ({ expected: { single = false, wire } }: Bench) => [
  { name: "the first page", endpoint: wire.endpoint, nth: 1, lens: wire.rows },
  ...(single ? [] : [{ name: "the second page", endpoint: wire.endpoint, nth: 2, lens: wire.rows }]),
  ...(wire.details === undefined
    ? []
    : [{ name: "the details of the rows", endpoint: wire.details.endpoint, nth: 1, lens: wire.details.rows }])
]

const listless: Definition = {
  id: "C52",
  title: "an answer of 200 that lacks the list of rows is a typed error, and no empty listing",
  advice:
    "let the schema of the endpoint demand the field that holds the rows; if the vendor leaves it out where there are none, say so by `leavesOutEmpty: true` in the wire",
  ofParents: true,
  verify: (bench, healthy) =>
    Effect.gen(function* () {
      const { format, leavesOutEmpty = false } = bench.expected.wire
      for (const { endpoint, lens, name, nth } of placesOf(bench)) {
        const cut: Change = (body) => {
          const bare = withoutList(body, lens.get(body))
          // In XML, a list without elements is an empty one.
          const isEmptyList = bare !== nothing && format.render(bare) === format.render(lens.set(body, []))
          return isEmptyList ? nothing : bare
        }
        const isWithin: (change: Change) => Change = (change) => (body) =>
          cut(body) === nothing ? nothing : change(body)
        const answers: ReadonlyArray<readonly [what: string, change: Change]> = [
          ...(leavesOutEmpty ? [] : [["without its list", cut] as const]),
          ...(leavesOutEmpty || nth > 1
            ? []
            : [["that is an object of another kind", isWithin(() => foreign)] as const]),
          ...(nth > 1 || !isOfJson(format)
            ? []
            : [["of null", (() => null) as Change] as const, ["of an empty list", isWithin(() => [])] as const])
        ]
        for (const [what, change] of answers) {
          let isSpoilt = false
          const spoil = Faults.body((body) => {
            const spoilt = change(body)
            if (spoilt === nothing) return body
            isSpoilt = true
            return spoilt
          }, format)
          const stage = yield* start(bench, Faults.on(endpoint, Faults.from(nth, spoil)))
          const reading = yield* Reading.read(stage)
          // A body that is itself the row is rejected as that row, and not passed over.
          if (isSpoilt && reading.rejected === 0)
            yield* expectReason(healthy, reading, reasons, `with an answer ${what} at ${name}`)
        }
      }
    })
}

/** The checks of answers without a list. */
export const checks: ReadonlyArray<Definition> = [listless]
