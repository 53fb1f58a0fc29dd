/**
 * The one loop that reads every listing, page by page.
 *
 * It knows nothing of HTTP or of vendors. It ends normally only where the listing is complete, or where the caller's own
 * limit, span or horizon cuts it; everything else is a `ScanError` that carries the request to go on from.
 */
import { Clock, Duration, Effect, Metric, Option, Stream, Tracer } from "effect"
import { Deadlines } from "../policies/Deadlines.ts"
import * as PageCounts from "../telemetry/PageCounts.ts"
import * as PageGuard from "../policies/PageGuard.ts"
import * as PageNotes from "./PluginWarnings.ts"
import { type Completed, Progress, type RejectedRow, type Source } from "../telemetry/Progress.ts"
import * as Query from "../model/Query.ts"
import * as ReadAhead from "./ReadAhead.ts"
import * as Reason from "../model/Reason.ts"
import type { ScanJob } from "../model/ScanJob.ts"
import * as Telemetry from "../telemetry/Telemetry.ts"

/** What reading one request brought. */
export interface Read<Request, Job> {
  readonly jobs: ReadonlyArray<Job>
  /** Rows that no job was made of. */
  readonly idle?: ReadonlyArray<unknown>
  /** How many jobs there are beyond one for each row that is not idle. */
  readonly several?: number
  readonly rejected: ReadonlyArray<RejectedRow>
  /** The next request, a reason why there can be none, or `undefined` at the end. */
  readonly next: Request | Reason.Reason | undefined
  /** Whether the vendor named the next request, and so will name none behind the last page. Default false. */
  readonly linked?: boolean
  /** How many rows the vendor says there are in all, where it says so. */
  readonly total: number | undefined
  /** Is told once this becomes a page; what was read in vain does not. */
  readonly taken?: () => void
}

/** One page of a listing. */
export interface Page<out Request, out Job> {
  /** Counted from 0. */
  readonly index: number
  readonly request: Request
  /** The jobs that match the query, in the vendor's order, without those that neighbouring pages had brought. */
  readonly jobs: ReadonlyArray<Job>
  readonly rejected: ReadonlyArray<RejectedRow>
  /**
   * The request to go on from after this page; `undefined` where nothing more can match. After a page that the query's limit
   * cut, or that named no usable next page, it is that page's own request.
   */
  readonly next: Request | undefined
  /** How many different rows came before `next`. */
  readonly received: number
}

/** What the loop is to read. */
export interface Options<Request extends object, Job extends ScanJob, E, Failure, R> {
  readonly source: Source
  readonly first: Request
  /** How many different rows earlier runs had before `first`. */
  readonly received: number
  /** Equal for equal requests, and only for those. */
  readonly fingerprint: (request: Request) => string
  /** Reads one page, with retries. */
  readonly read: (request: Request) => Effect.Effect<Read<Request, Job>, Reason.Reason | E, R>
  readonly query: Query.Query
  readonly order: Query.Order
  readonly endless: boolean
  /** Several pages at once, where the requests of the coming ones can be told. */
  readonly ahead?: Ahead<Request> | undefined
  /** The failure of a listing for a reason, at the request that was not answered, before which so many rows came. */
  readonly failure: (reason: Reason.Reason, request: Request, received: number) => Failure
}

/** How pages are read ahead. */
export interface Ahead<Request> {
  /** How many pages are in flight at once, at most. */
  readonly concurrency: number
  /** The request after `next`, if paging goes on as from `request` to `next`. */
  readonly follow: (request: Request, next: Request) => Request | undefined
}

/** Where the requests of the coming pages cannot be told. */
const oneByOne = { concurrency: 1, follow: () => undefined }

/** Totals from here on are sentinels for "unknown", such as 2147483647. */
const unknownTotal = 2 ** 31 - 1

/** Whether a vendor's total is one. */
export const isTotal = (total: number | undefined): total is number => total !== undefined && total < unknownTotal

/** As many rows in a row as a page has must lie beyond a bound before the rest is given up, but no fewer or more than these. */
const lookAhead = { least: 10, most: 100 }

/** The pages of a listing. */
export const pages = <Request extends object, Job extends ScanJob, E, Failure, R>(
  options: Options<Request, Job, E, Failure, R>
): Stream.Stream<Page<Request, Job>, Failure | E, R> =>
  Stream.unwrap(
    Effect.gen(function* () {
      const guard = yield* PageGuard.PageGuard
      const deadlines = yield* Deadlines
      const tell = yield* Progress
      const clock = yield* Clock.Clock
      const now = clock.currentTimeMillisUnsafe()
      const horizon =
        options.endless && options.query.until === undefined
          ? (options.query.horizon ?? Query.horizonAt(options.query, yield* Query.Horizon, now))
          : null
      const query = horizon === null ? options.query : { ...options.query, until: horizon }
      const limit = query.limit ?? Number.POSITIVE_INFINITY
      const isMatch = Query.matches(query)
      const runMillis = Duration.toMillis(deadlines.run)
      const pageMillis = Duration.toMillis(deadlines.page)

      const requests = PageGuard.requests()
      const keys = PageGuard.keys()
      const notes = PageNotes.make(options.order)
      let index = 0
      let found = 0
      let distinct = options.received
      let beforePage = distinct
      let barren = 0
      let leftOut = 0
      let isCutByHorizon = false
      let waited = 0
      let rowsOfPage = 0
      let latest = 0
      let largest = 0
      let isLinked = false
      let total: number | undefined
      // A list without an end goes on into the future, also where its vendor promises no order.
      const order = options.endless && options.order === "none" ? "ascending" : options.order
      const span = Query.span(query, order, () => Math.min(lookAhead.most, Math.max(lookAhead.least, rowsOfPage)))

      const { connection, listing, provider } = options.source
      const count = yield* PageCounts.make({ provider, connection, listing })
      const countOutcome = (outcome: string) =>
        Metric.update(Metric.withAttributes(Telemetry.listings, { provider, connection, listing, outcome }), 1)

      // Without a tracer that somebody gave, nobody could read the spans of pages.
      const isTraced = (yield* Effect.tracer) !== Tracer.nativeTracer
      const readPage = (request: Request, page: number) =>
        isTraced
          ? Effect.withSpan(options.read(request), "scanjobs.page", { attributes: { page } })
          : options.read(request)
      const reader = yield* ReadAhead.make({
        ...(options.ahead ?? oneByOne),
        fingerprint: options.fingerprint,
        read: readPage,
        // New rows of an ascending list come behind those that are there.
        shifts: options.order !== "ascending",
        differ: (before, after) => isTotal(before.total) && isTotal(after.total) && before.total !== after.total
      })

      const fail = (reason: Reason.Reason, request: Request, received = distinct) =>
        reader.stop.pipe(
          Effect.andThen(countOutcome(reason._tag)),
          Effect.andThen(Effect.fail(options.failure(reason, request, received)))
        )
      const stalled = (how: Reason.PaginationStalled["how"], request: Request) =>
        fail(new Reason.PaginationStalled({ how, pages: index }), request)
      const isCounted = () => isTotal(total)
      const hasAll = () => isCounted() && distinct >= (total ?? 0)
      const complete = (by: Completed["by"]) =>
        reader.stop.pipe(
          Effect.andThen(countOutcome(by)),
          Effect.andThen(tell({ _tag: "Completed", ...options.source, pages: index, jobs: found, by, horizon }))
        )

      /** How many pages from the next one on are wanted for certain, unless the vendor's list is shorter than it looks. */
      const certain = () => {
        if (barren > 0 || latest < largest) return 1
        // A total that was passed is none.
        const left = isCounted() && distinct <= (total ?? 0) ? (total ?? 0) - distinct : Number.POSITIVE_INFINITY
        const pagesOf = (rows: number) => Math.ceil(rows / latest)
        // Who counts by himself learns from an empty page that a full one was the last.
        const closing = !isLinked && left % latest === 0 ? 1 : 0
        return Math.min(pagesOf(limit - found), pagesOf(left) + closing, guard.maxPages - index)
      }

      const readInTime = (request: Request) => {
        const started = clock.currentTimeMillisUnsafe()
        const ofRun = runMillis - waited
        const [deadline, after, millis] =
          ofRun < pageMillis ? (["run", runMillis, ofRun] as const) : (["page", pageMillis, pageMillis] as const)
        const left = (now: number) => {
          const rest = started + millis - now
          return rest > 0 ? rest : new Reason.TimedOut({ deadline, after })
        }
        return Effect.map(reader.read({ request, index, certain: certain(), left }), (read) => {
          waited += clock.currentTimeMillisUnsafe() - started
          return read
        })
      }

      const select = (jobs: ReadonlyArray<Job>) => {
        /** None as long as all jobs are selected, as they usually are. */
        let some: Array<Job> | undefined
        let fresh = 0
        let unknownStates = 0
        let at = 0
        for (const job of jobs) {
          const isNew = keys.isNew(job.vendorId)
          if (isNew) {
            fresh++
            span.note(job.startTime)
            if (horizon !== null && job.startTime !== null && job.startTime >= horizon) isCutByHorizon = true
          }
          if (!isNew || found >= limit || !isMatch(job)) some ??= jobs.slice(0, at)
          else {
            found++
            if (job.state === "unknown") unknownStates++
            some?.push(job)
          }
          at++
        }
        return { selected: some ?? jobs, fresh, unknownStates }
      }

      const endOf = (next: Request | Reason.Reason | undefined): Completed["by"] | undefined => {
        if (found >= limit) return "limit"
        // Where no order is promised and the list does have an end, it is read to that.
        const passed = options.order !== "none" || !isCounted() || hasAll() ? span.passed() : undefined
        if (passed !== undefined) return passed === "until" && horizon !== null ? "horizon" : passed
        if (next !== undefined) return undefined
        return isCutByHorizon ? "horizon" : "end"
      }

      const step = Effect.fnUntraced(function* (request: Request) {
        const circle = requests.note(options.fingerprint(request))
        if (circle !== undefined) {
          if (barren === 0 || !hasAll()) return yield* stalled(circle, request)
          yield* complete("end")
          // No page was read, but whoever keeps the place learns that it is the end.
          const closing = { index, request, jobs: [], rejected: [], next: undefined, received: distinct }
          return [[closing], Option.none<Step<Request>>()] as const
        }
        if (index >= guard.maxPages || (options.endless && distinct >= guard.maxEndless)) {
          return yield* stalled("cap", request)
        }

        const read = yield* Effect.catchIf(readInTime(request), Reason.isReason, (reason) => fail(reason, request))
        const { idle = [], several = 0 } = read
        rowsOfPage = read.jobs.length
        const rows = rowsOfPage - several + idle.length + read.rejected.length
        read.taken?.()
        latest = rows
        isLinked = read.linked ?? false
        largest = Math.max(largest, rows)
        total = read.total ?? total
        const selection = select(read.jobs)
        const { selected } = selection
        // Where a row makes several jobs, they count as what they came from.
        const made = Math.max(Math.min(selection.fresh, 1), selection.fresh - several)
        const fresh = made + idle.filter((row) => keys.isNew(`idle ${JSON.stringify(row)}`)).length
        const rejected = read.rejected.filter(({ raw }) => keys.isNew(`rejected ${JSON.stringify(raw)}`))
        beforePage = distinct
        distinct += fresh + rejected.length
        barren = fresh + rejected.length === 0 ? barren + 1 : 0
        const next = read.next
        const page = index++
        const repeats = rows - fresh - rejected.length
        count({
          rows,
          repeats,
          rejected: rejected.length,
          jobs: selected.length,
          unknownStates: selection.unknownStates
        })
        yield* tell({
          _tag: "PageRead",
          ...options.source,
          page,
          rows,
          jobs: selected.length,
          repeats,
          rejected
        })
        for (const message of notes.of(read.jobs, selection.fresh < read.jobs.length)) {
          yield* tell({ _tag: "Noted", ...options.source, message })
        }

        leftOut += rejected.length
        const end = endOf(next) ?? (barren > guard.maxBarren && hasAll() ? "end" : undefined)
        const given = { index: page, request, jobs: selected, rejected }
        const again = { next: request, received: beforePage }
        if (end === "end" && isCounted() && !hasAll()) {
          const message = `the vendor says that there are ${total} rows, and its list ended after ${distinct}`
          yield* tell({ _tag: "Noted", ...options.source, message })
        }
        if (end !== undefined && leftOut <= guard.maxRejected) {
          yield* complete(end)
          const place = end === "limit" ? again : { next: undefined, received: distinct }
          return [[{ ...given, ...place }], Option.none<Step<Request>>()] as const
        }
        if (leftOut > guard.maxRejected) {
          const reason = new Reason.TooManyRejected({ rejected: leftOut, allowed: guard.maxRejected })
          return [[{ ...given, ...again }], Option.some<Step<Request>>({ request, next: reason })] as const
        }
        const place = next === undefined || Reason.isReason(next) ? again : { next, received: distinct }
        return [[{ ...given, ...place }], Option.some<Step<Request>>({ request, next })] as const
      })

      return Stream.paginate<Step<Request>, Page<Request, Job>, Failure | E, R>(
        { request: options.first, next: options.first },
        ({ request, next }) => {
          if (next === undefined || Reason.isReason(next))
            return next === undefined ? Effect.succeed(nothing) : fail(next, request, beforePage)
          if (barren <= guard.maxBarren) return step(next)
          return isTotal(total)
            ? fail(new Reason.Incomplete({ expected: total, received: distinct }), next)
            : stalled("barren", next)
        }
      )
    })
  )

/** Where to go from a page: its own request, and what it said of the next one. */
interface Step<Request> {
  readonly request: Request
  readonly next: Request | Reason.Reason | undefined
}

const nothing = [[], Option.none()] as const
