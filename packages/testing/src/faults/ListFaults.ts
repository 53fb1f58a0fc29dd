/**
 * Faults of lists: they change the rows, links and totals in the vendor's own answers.
 */
import { Format } from "@scanjobs/core"
import { Effect } from "effect"
import { HttpServerResponse } from "effect/http"
import { answerOf, bodyLike, isGood, withBody } from "./AnswerParts.ts"
import { ofEachList } from "./EachList.ts"
import { type Fault, rewrite } from "./Fault.ts"
import { identityOf, none, on } from "./FaultSelection.ts"
import type { Entry } from "../ledger/Ledger.ts"
import type { Wire } from "./Wire.ts"

/**
 * Changes the JSON of the vendor's own answers, or the plain values of another format. Answers that are not of the format, or have an
 * error status, stay as they are.
 *
 * **Example** (every answer has an additional field)
 *
 * ```ts
 * import { Faults } from "@scanjobs/testing"
 *
 * export const fault = Faults.body((json) => ({ ...Object(json), version: 2 }))
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const body =
  (change: (body: unknown, request: Entry) => unknown, format: Format.Format = Format.json): Fault =>
  (request) =>
    rewrite((response) => withBody(response, format, (values) => change(values, request)))

/**
 * Changes the rows of each page of a listing.
 *
 * **Example** (pages in reverse order)
 *
 * ```ts
 * import { Faults, type Wire } from "@scanjobs/testing"
 *
 * declare const wire: Wire.Wire
 *
 * export const fault = Faults.rows(wire, (rows) => rows.toReversed())
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const rows = (
  wire: Wire,
  change: (rows: ReadonlyArray<unknown>, request: Entry) => ReadonlyArray<unknown>
): Fault => inRows({ ...wire, ...wire.details }, change)

/** Changes the rows of each answer of an endpoint. */
const inRows = (
  { endpoint, format, rows: lens }: Pick<Wire, "endpoint" | "format" | "rows">,
  change: (rows: ReadonlyArray<unknown>, request: Entry) => ReadonlyArray<unknown>
): Fault =>
  on(
    endpoint,
    body((json, request) => lens.set(json, change(lens.get(json), request)), format)
  )

/**
 * Changes the row at `index`, counted from 0, of each page that has one.
 *
 * **Example** (the first row of each page is null)
 *
 * ```ts
 * import { Faults, type Wire } from "@scanjobs/testing"
 *
 * declare const wire: Wire.Wire
 *
 * export const fault = Faults.row(wire, 0, () => null)
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const row = (wire: Wire, index: number, change: (row: unknown) => unknown): Fault =>
  rows(wire, (all) => all.map((one, at) => (at === index ? change(one) : one)))

/**
 * Gives the row at `index` of each page another state, such as one that the vendor has not documented.
 *
 * **Example** (spoilt rows)
 *
 * ```ts
 * import { Faults, type Wire } from "@scanjobs/testing"
 *
 * declare const wire: Wire.Wire
 *
 * export const faults = [
 *   Faults.unknownState(wire, 0, "Paused by policy"),
 *   Faults.missingField(wire, 0, "started"),
 *   Faults.withField(wire, 0, "started", { not: "a time" })
 * ]
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const unknownState = (wire: Wire, index: number, state: unknown): Fault =>
  row(wire, index, (one) => wire.state?.set(one, state) ?? one)

/**
 * Removes one field of the row at `index` of each page.
 *
 * @since 0.1.0
 * @category constructors
 */
export const missingField = (wire: Wire, index: number, name: string): Fault =>
  row(wire, index, (one) => without(one, name))

/**
 * Sets one field of the row at `index` of each page: adds it, or replaces its value.
 *
 * @since 0.1.0
 * @category constructors
 */
export const withField = (wire: Wire, index: number, name: string, value: unknown): Fault =>
  row(wire, index, (one) => (typeof one === "object" && one !== null ? { ...one, [name]: value } : one))

const without = (one: unknown, name: string): unknown =>
  typeof one === "object" && one !== null
    ? Object.fromEntries(Object.entries(one).filter(([key]) => key !== name))
    : one

/**
 * Replaces the vendor's total with one made from the page's number of rows. Lets requests pass if the vendor sends no total.
 *
 * **Example** (a sentinel in place of a total)
 *
 * ```ts
 * import { Faults, type Wire } from "@scanjobs/testing"
 *
 * declare const wire: Wire.Wire
 *
 * export const fault = Faults.total(wire, () => 2147483647)
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const total = (wire: Wire, lie: (rowsOfPage: number) => number): Fault => {
  const set = wire.total
  return set === null
    ? none
    : on(
        wire.endpoint,
        body((json) => set(json, lie(wire.rows.get(json).length)), wire.format)
      )
}

/**
 * Moves the links to the next page to another origin, with the same path and query, from the page `after` on (1 is the first).
 * Tokens stay as they are.
 *
 * **Example** (the link on the second page leads elsewhere)
 *
 * ```ts
 * import { Faults, type Wire } from "@scanjobs/testing"
 *
 * declare const wire: Wire.Wire
 *
 * export const fault = Faults.foreignLink(wire, "https://elsewhere.example", 2)
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const foreignLink = (wire: Wire, origin: string, after = 1): Fault => {
  const lens = wire.next
  if (lens?.is !== "link") return none
  let pages = 0
  return on(wire.endpoint, ({ path }) =>
    rewrite((response) =>
      Effect.map(answerOf(response, wire.format), (answer) => {
        const link = answer === undefined ? null : lens.get(answer)
        if (answer === undefined || link === null || link === "" || ++pages < after) return response
        const { pathname, search } = new URL(link, `${origin}${path}`)
        const changed = lens.set(answer, `${origin}${pathname}${search}`)
        return HttpServerResponse.setHeaders(bodyLike(response, changed.body, wire.format), changed.headers)
      })
    )
  )
}

/**
 * Repeats the first `length` different pages in turn, whatever the client asks for. With 1, the same page comes again and again.
 *
 * The fault remembers pages: make one for each emulator.
 *
 * **Example** (two pages in a circle)
 *
 * ```ts
 * import { Faults, type Wire } from "@scanjobs/testing"
 *
 * declare const wire: Wire.Wire
 *
 * export const fault = Faults.circle(wire, 2)
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const circle = (wire: Wire, length: number): Fault =>
  ofEachList(wire, () => {
    const known: Array<HttpServerResponse.HttpServerResponse> = []
    let count = 0
    return on(wire.endpoint, () =>
      rewrite((response) =>
        Effect.sync(() => {
          // A vendor that goes round in a circle never comes to the page that it would refuse.
          if (known.length < length) {
            if (!isGood(response)) return response
            known.push(response)
          }
          return known[count++ % length] ?? response
        })
      )
    )
  })

/**
 * Begins each page after the first with the last `by` rows of the page before, as if rows were inserted while the list is read.
 *
 * No page is larger than the first one if the client counts rows; nothing moves if it asks by the last row's key. The fault remembers rows: make
 * one for each emulator and scope.
 *
 * **Example** (each page repeats two rows)
 *
 * ```ts
 * import { Faults, type Wire } from "@scanjobs/testing"
 *
 * declare const wire: Wire.Wire
 *
 * export const fault = Faults.overlapping(wire, 2)
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const overlapping = (wire: Wire, by = 1): Fault => {
  if (wire.next?.is === "key") return none
  return ofEachList(wire, () => shifting(wire, by))
}

const shifting = (wire: Wire, by: number): Fault => {
  const given = new Map<string, ReadonlyArray<unknown>>()
  let before: ReadonlyArray<unknown> = []
  let held: ReadonlyArray<unknown> = []
  let size = 0
  let isFirst = true
  const shifted = (json: unknown, request: Entry): ReadonlyArray<unknown> => {
    const key = identityOf(request)
    const known = given.get(key)
    if (known !== undefined) return known
    const all = wire.rows.get(json)
    const isLast = wire.isLast?.(json) === true
    const page = isFirst ? all : [...(held.length > 0 ? held : before), ...all]
    const keeps = wire.next === null && !isFirst && !isLast && all.length > 0
    size = Math.max(size, all.length)
    const out = keeps ? page.slice(0, size) : page
    held = keeps ? page.slice(size) : []
    before = all.slice(-by)
    isFirst = isLast
    given.set(key, out)
    return out
  }
  return on(
    wire.endpoint,
    body((json, request) => wire.rows.set(json, shifted(json, request)), wire.format)
  )
}

/**
 * Removes the first `by` rows of each page after the first, as if rows were deleted while the list is read.
 *
 * The fault remembers the first request: make one for each emulator and scope.
 *
 * **Example** (each page lacks a row)
 *
 * ```ts
 * import { Faults, type Wire } from "@scanjobs/testing"
 *
 * declare const wire: Wire.Wire
 *
 * export const fault = Faults.removed(wire)
 * ```
 *
 * @since 0.1.0
 * @category constructors
 */
export const removed = (wire: Wire, by = 1): Fault =>
  ofEachList(wire, () => {
    let first: string | undefined
    return inRows(wire, (all, request) => {
      const key = identityOf(request)
      first ??= key
      return key === first ? all : all.slice(by)
    })
  })
