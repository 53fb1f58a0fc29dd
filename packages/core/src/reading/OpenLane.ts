/**
 * Opens a lane: the pages of one listing of one connection for one scope, read by the page loop.
 */
import { Effect, Result, Stream } from "effect"
import type { Request } from "../contract/Exchange.ts"
import * as VerbFailure from "../contract/VerbFailure.ts"
import * as PageLoop from "../loop/PageLoop.ts"
import type * as Cursor from "../model/Cursor.ts"
import type { Finder } from "../model/CursorFinder.ts"
import { Horizon, horizonAt, type Query } from "../model/Query.ts"
import * as Reason from "../model/Reason.ts"
import { ScanError } from "../model/ScanError.ts"
import { stackless } from "../model/Stackless.ts"
import type { ScanJob } from "../model/ScanJob.ts"
import type { Drift } from "../telemetry/Drift.ts"
import * as DriftWatch from "../telemetry/DriftWatch.ts"
import { type Event, Progress, type Source } from "../telemetry/Progress.ts"
import * as AskedPage from "./AskedPage.ts"
import * as EncodedRequest from "./EncodedRequest.ts"
import * as HeldJobs from "./HeldJobs.ts"
import type { Lane, Page } from "./Lane.ts"
import * as LaneParts from "./LaneParts.ts"
import * as Lookup from "./Lookup.ts"
import type { PreparedListing } from "./PreparedListing.ts"
import * as Scopes from "./Scopes.ts"
import type { Session } from "./Session.ts"

/** What the lanes of one listing of a run share. */
export interface Options<E> {
  readonly provider: string
  readonly connection: { readonly name: string }
  readonly listing: PreparedListing
  readonly session: Session<E>
  readonly query: Query
  /** When the reading began: epoch milliseconds. */
  readonly now: number
  readonly resume: Finder
  /** The earliest start time of a lane, in place of the query's `from`. */
  readonly since: (place: { readonly listing: string; readonly scope: string | null }) => number | undefined
  /** The most pages of a lane that are read at once. */
  readonly pageConcurrency: number
}

/** Opens the lane of a scope. `filter` replaces the query as the test of which jobs are kept. */
export const open = <E>(
  options: Options<E>,
  { encoded, key, parent, scope }: Scopes.Scope,
  filter?: Query
): Lane<ScanJob, E> => {
  const { connection, listing, session } = options
  const { codec, verbs } = listing
  const source: Source = {
    provider: options.provider,
    connection: connection.name,
    listing: listing.name,
    scope: Scopes.textOf(encoded)
  }
  const since = options.since({ listing: source.listing, scope: source.scope })
  const query = since === undefined ? options.query : { ...options.query, from: since }
  const place = { connection: connection.name, listing: listing.name, scope: encoded }
  const encode = EncodedRequest.memoize(codec.encode)
  const resumed = options.resume({ ...place, key })
  const failed = (reason: Reason.Reason) => stackless(new ScanError({ ...source, resume: resumed ?? null, reason }))
  const invalid = (problem: string): Lane<ScanJob, E> => ({
    source,
    order: "none",
    pages: Stream.fail(failed(new Reason.InvalidConnection({ problems: [problem] })))
  })

  if (since !== undefined && !Number.isFinite(since)) {
    return invalid(`since: expected epoch milliseconds for the listing ${listing.name}, got ${since}`)
  }
  const start = { connection, scope, parent, query, now: options.now }
  const begun = VerbFailure.attempt(
    () => LaneParts.begin(listing, start, resumed, encode),
    (failure) => failure
  )
  if (begun instanceof VerbFailure.VerbFailure) {
    const reason = Effect.mapError(VerbFailure.raise(begun, session.secrets), failed)
    return { source, order: "none", pages: Stream.fromEffectDrain(reason) }
  }
  if (Result.isFailure(begun)) return invalid(`the cursor to resume from does not fit the listing: ${begun.failure}`)
  const { order, parts } = begun.success
  const [first] = parts
  if (resumed?.request === null || first === undefined) return { source, order, pages: Stream.empty }

  const withoutSecrets = ({ json, text }: EncodedRequest.EncodedRequest) =>
    session.secrets.isIn(text) ? session.secrets.scrubData(json) : json
  const cursor = ({ next, part, received }: Pick<PageLoop.Page<Request, never>, "next" | "received" | "part">) => {
    const ofPart = parts[part]?.encoded
    const from: Cursor.Cursor = {
      ...place,
      request: next === undefined ? null : withoutSecrets(encode(next)),
      ...(ofPart === undefined || next === undefined ? {} : { part: ofPart })
    }
    return received === 0 ? from : { ...from, received }
  }
  const readerOf = (part: LaneParts.Part) =>
    AskedPage.make({
      ...options,
      source,
      scopeKey: key,
      start: part.start,
      encode,
      place: (request) => {
        if (part !== first) return request === part.first ? "first" : "later"
        if (request !== part.first || (resumed?.received ?? 0) > 0) return "later"
        return resumed === undefined ? "first" : "resumed"
      }
    })

  const pages = Effect.gen(function* () {
    const lookUp = yield* Effect.cached(Lookup.ask(listing, session, source, first.start))
    const watch = DriftWatch.make(listing.fields, listing.shape)
    const held = HeldJobs.watch(listing.holds)
    const { note, span } = yield* spanOf(query, options.now)
    // Read here, because a stream that ends early runs its finalizers without the services provided to it.
    const tell = yield* Progress
    const opened = (part: LaneParts.Part): PageLoop.Part<Request, ScanJob, E, never> => {
      const read = readerOf(part)
      const isAhead = verbs.ahead !== undefined && options.pageConcurrency > 1 && part.order !== "descending"
      return {
        first: part.first,
        order: part.order,
        read:
          listing.lookup === undefined || verbs.identity !== undefined
            ? (request) => read(request, { looked: null, span, watch, held })
            : (request) => Effect.flatMap(lookUp, (looked) => read(request, { looked, span, watch, held })),
        ahead: isAhead ? { concurrency: options.pageConcurrency, guessNext: guessNext(listing, part.start) } : undefined
      }
    }
    return PageLoop.pages({
      source,
      parts: [opened(first), ...parts.slice(1).map(opened)],
      received: resumed?.received ?? 0,
      fingerprint: (request) => encode(request).text,
      query: filter ?? query,
      endless: listing.endless,
      approximateTotal: listing.approximateTotal,
      failure: (reason, { part, received, request }) =>
        stackless(new ScanError({ ...source, resume: cursor({ next: request, part, received }), reason }))
    }).pipe(Stream.ensuring(Effect.suspend(() => report(tell, source, watch.found(), [note(), held.note()]))))
  })
  return {
    source,
    order,
    pages: Stream.unwrap(pages).pipe(
      Stream.map(({ index, jobs, rejected, ...after }): Page<ScanJob> => ({
        source,
        index,
        jobs,
        rejected,
        next: cursor(after)
      })),
      Stream.withSpan("scanjobs.listing", { attributes: { ...source }, captureStackTrace: false })
    )
  }
}

/** The request after `next`, where the plugin can tell. It never extrapolates past parameters that the vendor put into its link. */
const guessNext =
  ({ verbs }: PreparedListing, start: object) =>
  (request: Request, next: Request): Request | undefined =>
    next.extra === undefined
      ? VerbFailure.attempt(
          () => verbs.ahead?.({ ...start, request, next }),
          () => undefined
        )
      : undefined

/** A span for working out planned runs, which knows whether a verb relied on its default start. */
interface PlannedSpan {
  readonly span: { readonly from: number; readonly until: number }
  /** What to tell about the default start; `undefined` where the query gives one, or no verb asked for it. */
  readonly note: () => string | undefined
}

/** The default start is when the reading began, so that it is the same for all lanes, which then say the same. */
const spanOf = Effect.fnUntraced(function* (query: Query, now: number): Effect.fn.Return<PlannedSpan> {
  const until = query.until ?? query.horizon ?? horizonAt(query, yield* Horizon, now)
  const { from } = query
  if (from !== undefined) return { span: { from, until }, note: () => undefined }
  let isDefaultUsed = false
  const span = {
    until,
    get from() {
      isDefaultUsed = true
      return now
    }
  }
  const note = "planned runs are worked out from now on; a `from` in the past asks for earlier ones"
  return { span, note: () => (isDefaultUsed ? note : undefined) }
})

/** Tells what a lane learned beside its pages. */
const report = Effect.fnUntraced(function* (
  tell: (event: Event) => Effect.Effect<void>,
  source: Source,
  drift: ReadonlyArray<Drift>,
  notes: ReadonlyArray<string | undefined>
) {
  for (const message of notes) if (message !== undefined) yield* tell({ _tag: "Noted", ...source, message })
  if (drift.length > 0) yield* tell({ _tag: "Drifted", ...source, drift })
})
