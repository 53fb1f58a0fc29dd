/**
 * The checks of pages: every page is read, every row comes once, and the listing ends where the vendor's list does.
 */
import { Cursor, type Reason } from "@scanjobs/core"
import { Effect, Random, Schema } from "effect"
import {
  type Definition,
  difference,
  expect,
  expectReason,
  expectSame,
  Found,
  readHealthy,
  start,
  usual,
  keyOf
} from "./Check.ts"
import * as CredentialCause from "./CredentialCause.ts"
import * as Faults from "../faults/Faults.ts"
import * as FaultSelection from "../faults/FaultSelection.ts"
import * as Reading from "./Reading.ts"
import * as ForeignServer from "./ForeignServer.ts"
import { type Bench, declaredOf, type Stage } from "./Subject.ts"

const asked = (stage: Stage, { expected }: Bench) =>
  Effect.map(stage.ledger.to(expected.wire.endpoint), (all) => all.length)

const firstPage: Definition = {
  id: "C03",
  title: "the first page gives its rows, for one request",
  advice: "`first` must be the request of the first page, `rows` its rows, and `job` must make a job of each",
  needs: "C02",
  verify: (bench) =>
    Effect.gen(function* () {
      const stage = yield* start(bench)
      const reading = yield* Reading.read(stage, { take: 1 })
      yield* expect(Reading.isWhole(reading), `the first page ${Reading.endOf(reading)}`)
      yield* expect(reading.jobs.length + reading.rejected > 0, "the first page has no jobs, and the vendor sent some")
      const requests = yield* asked(stage, bench)
      yield* expect(requests === 1, `the first page took ${requests} requests`)
    })
}

const allPages: Definition = {
  id: "C04",
  title: "every row of every page is read, and then the listing ends",
  advice:
    "`next` must name the request behind the rows received, or follow the vendor's link, and give undefined only at the end; `vendorId` must be the row's own id; requests must keep to the vendor's documentation",
  needs: "C03",
  ofParents: true,
  verify: (bench) =>
    Effect.gen(function* () {
      for (const size of [usual, { rows: 7, pageSize: 1 }]) {
        const { reading, sent, stage } = yield* readHealthy(bench, size)
        yield* expect(
          Reading.isWhole(reading),
          `a listing of ${size.rows} rows ${Reading.endOf(reading)}${causeOf(reading, sent.size === size.rows)}${
            reading.reason?._tag === "Unauthorized" ? CredentialCause.of(bench, yield* stage.ledger.entries) : ""
          }`
        )
        yield* expect(
          sent.size === size.rows,
          `the vendor has ${size.rows} rows, ${size.pageSize} a page, and was asked for ${sent.size} of them`
        )
        yield* expect(reading.rejected === 0, `${reading.rejected} of the vendor's ordinary rows were rejected`)
        const scopes = new Set(reading.jobs.map(({ scope }) => scope)).size
        yield* expect(
          bench.of === "rows" || scopes === size.rows,
          `of ${size.rows} parents with a row each, ${scopes} were read: look at \`child\` of \`parents\``
        )
        const asked = yield* differentRequests(bench, stage)
        yield* expect(
          bench.of === "rows" || asked >= size.rows,
          `the rows of ${size.rows} parents were asked for by ${asked} different requests: each scope must have one of its own`
        )
        const lost = bench.of === "rows" && bench.expected.several === true ? withoutJobs(bench, sent, reading) : []
        yield* expect(
          lost.length === 0,
          `${lost.length} of the vendor's ordinary rows became no job (${lost[0]}): let \`rows\` give all of them, and \`start\` make rows that plan something`
        )
        const violations = yield* stage.ledger.violations
        yield* expect(violations.length === 0, `the vendor would not take this: ${violations[0]}`)
      }
    })
}

/** How many different requests there were for the rows of the listing itself. */
const differentRequests = ({ listing, provider }: Bench, stage: Stage) => {
  const declared = provider.listings[listing]
  const endpoint = declared?.endpoint(declared.row).identifier
  return Effect.map(
    stage.ledger.entries,
    (entries) => new Set(entries.filter((entry) => entry.endpoint === endpoint).map(FaultSelection.identityOf)).size
  )
}

/** The ids of rows of which there is no job. */
const withoutJobs = (
  { expected: { wire } }: Bench,
  sent: ReadonlyMap<string, unknown>,
  { jobs }: Reading.Reading
): ReadonlyArray<string> => {
  const known = new Set(jobs.map(({ raw }) => keyOf(wire, raw)))
  return [...sent.keys()].filter((id) => !known.has(id))
}

/** The likely cause where a listing fails whose rows have all come. */
const causeOf = ({ reason }: Reading.Reading, hasAll: boolean): string =>
  hasAll && reason !== undefined && refusals.has(reason._tag)
    ? `, although every row had come. The vendor refuses the page behind its last one${statusOf(reason)}: let the strategy end at the last page, by \`more\` of \`Paging.pageNumber\` or \`Paging.offset\` where an answer has a flag or a link, by \`pages\` where it has their number, or by \`end: "total"\`; where it tells nothing, let the verb \`ends\` explain the refusal; a \`next\` of your own gives undefined there`
    : ""

const statusOf = (reason: Reason.Reason): string =>
  "status" in reason && reason.status !== null ? `, with status ${reason.status}` : ""

const refusals: ReadonlySet<string> = new Set(["VendorRejected", "Forbidden", "Malformed", "Unavailable"])

const empty: Definition = {
  id: "C05",
  title: "an empty listing ends normally, without jobs",
  ofParents: true,
  advice: "`next` must give undefined where a page has no rows and no link, and `rows` must take a list that is null",
  verify: (bench) =>
    Effect.gen(function* () {
      const reading = yield* Reading.read(yield* start(bench, Faults.none, { rows: 0, pageSize: 5 }))
      yield* expect(Reading.isWhole(reading), `an empty listing ${Reading.endOf(reading)}`)
      yield* expect(reading.jobs.length === 0, `an empty listing gave ${reading.jobs.length} jobs`)
    })
}

const fullLastPage: Definition = {
  id: "C06",
  title: "a listing whose last page is exactly full ends there",
  ofParents: true,
  advice:
    "`next` must bear that the page behind a full last page is empty, and must not compute pages that there are not",
  verify: (bench) =>
    Effect.gen(function* () {
      const reading = yield* Reading.read(yield* start(bench, Faults.none, { rows: 10, pageSize: 5 }))
      yield* expect(Reading.isWhole(reading), `a listing of two full pages ${Reading.endOf(reading)}`)
      yield* expect(reading.jobs.length > 5, `of two full pages, ${reading.jobs.length} jobs came`)
    })
}

/**
 * How many requests a listing may make before the library notices a circle of pages: of eight at once, seven are read ahead, and they are
 * read again after each page whose rows all came before.
 */
const mostInCircle = 40

const circle = (id: "C07" | "C08", length: number, title: string): Definition => ({
  id,
  title,
  ofParents: true,
  advice:
    "`next` must be made of the answer and the request that brought it, and `total` must be the vendor's number of rows in all, so that the library can tell a circle from the end",
  appliesNot: ({ expected }) => (expected.single === true ? "everything is on one page" : undefined),
  verify: (bench, usually) =>
    Effect.gen(function* () {
      // Each of several lists must be longer than the circle.
      const isParted = declaredOf(bench)?.part !== undefined
      const size = isParted ? { rows: 2 * usual.rows, pageSize: usual.pageSize } : usual
      const healthy = isParted ? yield* readHealthy(bench, size) : usually
      const stage = yield* start(bench, Faults.circle(bench.expected.wire, length), size)
      const reading = yield* Reading.read(stage)
      const circumstance = `where the vendor gives ${length === 1 ? "one page" : `${length} pages`} again and again`
      yield* expectReason(healthy, reading, ["PaginationStalled", "Incomplete", "Malformed"], circumstance)
      const requests = yield* asked(stage, bench)
      const most = isParted ? 2 * mostInCircle : mostInCircle
      yield* expect(requests <= most, `${circumstance}, it was asked ${requests} times`)
    })
})

const foreignLink: Definition = {
  id: "C09",
  title: "a next link to another origin is a typed error, and no request goes there",
  ofParents: true,
  advice:
    "give the vendor's link to `Paging.link` as it is, and do not take it apart; where it is a token and no link, the wire says so by `Wire.tokenInBody`",
  appliesNot: ({ expected }) => (expected.wire.next?.is === "link" ? undefined : "its pages have no links"),
  verify: (bench, healthy) =>
    Effect.gen(function* () {
      const foreign = yield* ForeignServer.serve
      const reading = yield* Reading.read(yield* start(bench, Faults.foreignLink(bench.expected.wire, foreign.origin)))
      const visits = yield* foreign.visits
      yield* expect(visits.length === 0, `a request went to the other origin: ${visits[0]}`)
      yield* expectReason(healthy, reading, ["ForeignLink"], "with a next link to another origin")
    })
}

const Stored = Schema.fromJsonString(Cursor.Cursor)

/** The cursor after encoding to text and decoding. */
const throughText = (cursor: Cursor.Cursor) =>
  Effect.mapError(
    Effect.flatMap(Schema.encodeEffect(Stored)(cursor), Schema.decodeEffect(Stored)),
    ({ message }) => new Found({ what: `a page's cursor cannot be kept as text: ${message}` })
  )

const resume: Definition = {
  id: "C23",
  title: "resuming from the cursor of any page gives exactly the rest of the listing",
  advice: "a request must say by itself where to go on: nothing may be kept in a verb between two pages",
  verify: (bench) =>
    Effect.gen(function* () {
      const sizes = [usual, { rows: 10, pageSize: 5 }, yield* sizeByChance]
      for (const size of sizes) {
        const stage = yield* start(bench, Faults.none, size)
        const whole = yield* Reading.read(stage)
        const before: Array<string> = []
        const places: Array<Cursor.Cursor> = []
        // What a provider keeps of a listing outside of its requests is now about another one.
        yield* Reading.read(yield* start(bench, Faults.none, { rows: 9, pageSize: 8 }))
        for (const [index, { jobs, next }] of whole.pages.entries()) {
          before.push(...jobs.map(({ id }) => id))
          places.push(yield* throughText(next))
          const rest = yield* Reading.read(stage, { resume: Reading.latest(places) })
          const circumstance = `of ${size.rows} rows, ${size.pageSize} a page, going on after page ${index + 1}`
          const both = { ...rest, ids: [...before, ...rest.ids] }
          yield* expectSame({ reading: whole, ids: whole.ids, sent: new Map() }, both, circumstance)
        }
      }
    })
}

const sizeByChance = Random.withSeed(
  Effect.map(Effect.all([Random.nextIntBetween(1, 12), Random.nextIntBetween(1, 4)]), ([rows, pageSize]) => ({
    rows,
    pageSize
  })),
  "C23"
)

/** Wrong totals that vendors send: zero, one, the number of rows on the page, a sentinel. */
const lies: ReadonlyArray<readonly [name: string, lie: (rows: number) => number]> = [
  ["0", () => 0],
  ["1", () => 1],
  ["the page's number of rows", (rows) => rows],
  ["2147483647", () => 2_147_483_647]
]

const lyingTotal: Definition = {
  id: "C30",
  title: "a total that is wrong ends nothing early",
  advice: "`next` must not look at the total: vendors send the page's, none, or a wrong one; only `total` may read it",
  appliesNot: ({ expected }) => (expected.wire.total === null ? "the vendor sends no total" : undefined),
  verify: (bench, healthy) =>
    Effect.gen(function* () {
      for (const [name, lie] of lies) {
        const reading = yield* Reading.read(yield* start(bench, Faults.total(bench.expected.wire, lie)))
        yield* expectSame(healthy, reading, `with a total of ${name}`)
      }
    })
}

const shortList: Definition = {
  id: "C36",
  title: "a list that ends below the vendor's total is incomplete, after all its rows",
  advice:
    "`total` must be the vendor's number of rows in all; where that may be above what is listed, declare the listing with `approximateTotal: true`",
  appliesNot: ({ expected, listing, provider }) => {
    if (expected.wire.total === null) return "the vendor sends no total"
    if (expected.endless === true) return "the vendor's list has no end"
    return provider.listings[listing]?.approximateTotal === true ? "the vendor's total is approximate" : undefined
  },
  verify: (bench, healthy) =>
    Effect.gen(function* () {
      for (const total of [950, healthy.sent.size + 1]) {
        const fault = Faults.total(bench.expected.wire, () => total)
        const reading = yield* Reading.read(yield* start(bench, fault))
        const circumstance = `where the vendor says that there are ${total} rows and lists fewer`
        yield* expectReason(healthy, reading, ["Incomplete"], circumstance)
        yield* expect(
          reading.ids.length === healthy.ids.length,
          `${circumstance}, ${difference(healthy.ids, reading.ids)}`
        )
      }
    })
}

const shifting: Definition = {
  id: "C31",
  title: "rows that are inserted or removed during a listing do not affect the others",
  advice:
    "`vendorId` must be the row's own id, so that the library knows a row that comes again; where pages are asked for by the last row's key, the wire's `next` is `Wire.byKey()`",
  verify: (bench, healthy) =>
    Effect.gen(function* () {
      const { wire } = bench.expected
      // The fault repeats rows of the page that it sent last, so pages must be requested in order.
      const inserted = yield* Reading.read(yield* start(bench, Faults.overlapping(wire)), { pageConcurrency: 1 })
      yield* expectSame(healthy, inserted, "with rows inserted before those that are read")
      const removed = yield* Reading.read(yield* start(bench, Faults.removed(wire)))
      const known = new Set(healthy.ids)
      yield* expect(
        removed.exit !== undefined && removed.ids.every((id) => known.has(id)),
        `with rows removed before those that are read, the listing ${Reading.endOf(removed)}`
      )
      yield* expect(
        new Set(removed.ids).size === removed.ids.length,
        `with rows removed before those that are read, ${difference(removed.ids, removed.ids)}`
      )
    })
}

const parents: Definition = {
  id: "C37",
  title: "the parents of a listing are checked, too",
  advice:
    "give the subject's listing `parents: { wire }`, and let `start` make `rows` parents with one row each where `of` is `parents`, at each `level`; otherwise a fault in their paging loses all rows of later parents unnoticed",
  needs: null,
  ofParents: true,
  appliesNot: (bench) => {
    if (typeof bench.expected.parents === "string") return bench.expected.parents
    return declaredOf(bench)?.parents === undefined ? "its scopes are not found by parents" : undefined
  },
  verify: ({ expected }) => expect(expected.parents !== undefined, "the subject does not say how to check the parents")
}

/** The checks of pages. */
export const checks: ReadonlyArray<Definition> = [
  firstPage,
  allPages,
  empty,
  fullLastPage,
  circle("C07", 1, "a page that repeats again and again ends the listing with a typed error"),
  circle("C08", 2, "pages that form a cycle end the listing with a typed error"),
  foreignLink,
  resume,
  lyingTotal,
  shifting,
  shortList,
  parents
]
