/**
 * Turns a vendor's answer into a page: its jobs, its rejected rows, and the request of the next page.
 */
import { Effect, Result } from "effect"
import type { Reply, Request } from "../contract/Exchange.ts"
import { isLink } from "../contract/PageStrategy.ts"
import * as Excerpt from "../contract/Excerpt.ts"
import type * as PageReader from "../decoding/PageReader.ts"
import * as VerbFailure from "../contract/VerbFailure.ts"
import * as ListingCount from "../loop/ListingCount.ts"
import type * as PageLoop from "../loop/PageLoop.ts"
import * as Reason from "../model/Reason.ts"
import { PageGuard } from "../policies/PageGuard.ts"
import * as Slices from "../policies/Slices.ts"
import type { ScanJob } from "../model/ScanJob.ts"
import type * as DriftWatch from "../telemetry/DriftWatch.ts"
import type { RejectedRow, Source } from "../telemetry/Progress.ts"
import type { HeldJobs } from "./HeldJobs.ts"
import * as DetailsOfPage from "./DetailsOfPage.ts"
import * as EncodedRequest from "./EncodedRequest.ts"
import * as JobRows from "./JobRows.ts"
import type { PreparedListing } from "./PreparedListing.ts"
import type { Session } from "./Session.ts"

/** What the pages of one reading of a lane share. */
export interface Reading {
  /** What the lookup brought. */
  readonly looked: unknown
  readonly span: { readonly from: number; readonly until: number }
  readonly watch: DriftWatch.DriftWatch
  readonly held: HeldJobs
}

/** What the pages of a lane have in common. */
export interface Options<E> {
  readonly listing: PreparedListing
  readonly session: Session<E>
  readonly source: Source
  /** Identifies the scope within the ids of jobs. */
  readonly scopeKey: string | null
  /** What the lane's verbs are called with: connection, scope, parent and query. */
  readonly start: object
  readonly encode: EncodedRequest.Encode
}

/** Makes the reader of a lane's answers. A throwing verb of the plugin throws a `VerbFailure`. */
export const make = <E>({ encode, listing, scopeKey, session, source, start }: Options<E>) => {
  const { codec, verbs } = listing
  const { secrets } = session
  const follow = VerbFailure.named("next", codec.follow)
  /** The page with the secrets that its links may need; cursors are scrubbed when they are made. */
  const asSent = ({ bodyWithSecrets }: Reply, scrubbed: Pick<PageReader.PageRows, "body" | "rows">) =>
    bodyWithSecrets === undefined ? scrubbed : Result.getOrElse(listing.read(bodyWithSecrets), () => scrubbed)
  const normalise = JobRows.normaliser(source, scopeKey)

  return (
    request: Request,
    reply: Reply,
    { held, looked, span, watch }: Reading
  ): Effect.Effect<PageLoop.Read<Request, ScanJob>, Reason.Reason | E> => {
    const page = listing.read(reply.body, reply.isCut)
    if (Result.isFailure(page)) {
      const detail = Excerpt.of(secrets, page.failure)
      return Effect.fail(new Reason.Malformed({ ...Reason.unknownAnswer, detail, transient: false }))
    }
    const { body, rejected, rows } = page.success
    const received = rows.length + rejected.length
    const total = verbs.total?.(body, start)
    const stated = ListingCount.isTotal(total) ? total : undefined
    const followingOf = (details: DetailsOfPage.Details | undefined) =>
      VerbFailure.attempt(
        () => {
          const { body, rows } = asSent(reply, page.success)
          const found = details?.chunks.flatMap((chunk) => chunk.rows) ?? rows
          const turn = {
            ...start,
            body,
            request,
            headers: reply.headers,
            rows,
            details: found,
            received,
            total: stated
          }
          const next = verbs.next(turn)
          const isFollowed = next !== undefined && isLink(next)
          return {
            linked: isFollowed || verbs.tellsLast === true,
            advanced: verbs.advances?.(turn) ?? false,
            pagesLeft: verbs.pagesLeft?.(turn),
            next: isFollowed ? follow(next, request, reply.url, secrets) : EncodedRequest.checked(next, encode, "next")
          }
        },
        // The page itself is good: it is emitted before the failure.
        (failure) => ({
          linked: false,
          advanced: false,
          pagesLeft: undefined,
          next: VerbFailure.reasonOf(failure, secrets),
          failure
        })
      )
    const gaps = verbs.gaps?.(body, start).map((gap) => Excerpt.of(secrets, gap))

    /** What the rows of one answer give. */
    const ofChunk = function* (chunk: PageReader.PageRows, first: number, most: number, isDue: () => boolean) {
      const context = { ...start, body: chunk.body, lookup: looked, span }
      const made = yield* JobRows.make(chunk.rows, { job: verbs.job, context, normalise, most, isDue })
      if (Result.isFailure(made)) return made
      const known = VerbFailure.attempt(
        () => knownUntil(verbs, chunk.rows, context, span.until),
        (failure) => failure
      )
      if (known instanceof VerbFailure.VerbFailure) return Result.fail(known)
      const clean: Array<RejectedRow> = []
      for (const { index, issue, path, raw } of JobRows.rejectedOf(chunk.rejected, made.success, chunk.rows)) {
        yield
        clean.push({
          index: first + index,
          path: Excerpt.of(secrets, path),
          issue: Excerpt.of(secrets, issue),
          raw: yield* secrets.inSteps.scrubJson(raw)
        })
      }
      return Result.succeed({ ...made.success, rejected: clean, knownUntil: known })
    }
    const outcome = function* (chunks: ReadonlyArray<PageReader.PageRows>, most: number, isDue: () => boolean) {
      let whole: Made = nothing
      let rows = 0
      for (const chunk of chunks) {
        const made = yield* ofChunk(chunk, rows, most, isDue)
        if (Result.isFailure(made)) return made
        whole = chunks.length === 1 ? made.success : joined(whole, made.success)
        if (whole.jobs.length > most) return Result.fail(new JobRows.TooMany({ most }))
        rows += chunk.rows.length + chunk.rejected.length
      }
      return Result.succeed(whole)
    }
    const read = (
      made: Made,
      details: DetailsOfPage.Details | undefined,
      following: ReturnType<typeof followingOf>
    ): PageLoop.Read<Request, ScanJob> => {
      const { jobs, rejected, rowsWithoutJobs, unreadableTimes } = made
      const chunks = details?.chunks ?? [page.success]
      const missing = details?.missing ?? []
      return {
        rows: chunks.reduce((sum, one) => sum + one.rows.length + one.rejected.length, missing.length),
        jobs,
        // A row that does not exist any more is one that the vendor lists, all the same.
        rowsWithoutJobs: missing.length === 0 ? rowsWithoutJobs : [...rowsWithoutJobs, ...missing],
        rejected,
        next: following.next,
        linked: following.linked,
        advanced: following.advanced,
        pagesLeft: following.pagesLeft,
        total,
        notes: details?.notes,
        gaps,
        knownUntil: made.knownUntil,
        onAccepted: () => {
          watch.page(reply.body)
          for (const { body } of details?.replies ?? []) watch.page(body, listing.details?.shape)
          held.look(jobs)
          for (const { rows } of chunks) for (const row of rows) watch.row(row)
          for (const field of unreadableTimes) watch.unreadableTime(field)
          for (const { state, vendorState } of jobs) if (state === "unknown") watch.unknownState(vendorState)
        }
      }
    }
    return Effect.gen(function* () {
      const { maxPageJobs } = yield* PageGuard
      const details =
        listing.details === undefined
          ? undefined
          : yield* DetailsOfPage.ask({ listing, session, source, start }, page.success.rows)
      const chunks = details?.chunks ?? [page.success]
      const done = yield* Slices.run((isDue) => outcome(chunks, maxPageJobs, isDue))
      if (Result.isFailure(done)) {
        const { failure } = done
        if (failure instanceof VerbFailure.VerbFailure) return yield* VerbFailure.raise(failure, secrets)
        return yield* new Reason.Malformed({ ...Reason.unknownAnswer, detail: failure.message, transient: false })
      }
      const following = followingOf(details)
      const mistake = "failure" in following ? following.failure : done.success.failed[0]?.failure
      if (mistake !== undefined) yield* VerbFailure.log(mistake, secrets)
      return read(done.success, details, following)
    })
  }
}

/** What the rows of a page give. */
interface Made extends JobRows.Made {
  readonly rejected: ReadonlyArray<RejectedRow>
  /** The earliest time from which on planned runs are not known; `undefined` where all that are asked for are. */
  readonly knownUntil: number | undefined
}

const nothing: Made = {
  jobs: [],
  rowsWithoutJobs: [],
  failed: [],
  unreadableTimes: [],
  rejected: [],
  knownUntil: undefined
}

const joined = (one: Made, other: Made): Made => ({
  jobs: [...one.jobs, ...other.jobs],
  rowsWithoutJobs: [...one.rowsWithoutJobs, ...other.rowsWithoutJobs],
  failed: [...one.failed, ...other.failed],
  unreadableTimes: [...one.unreadableTimes, ...other.unreadableTimes],
  rejected: [...one.rejected, ...other.rejected],
  knownUntil: earlier(one.knownUntil, other.knownUntil)
})

/** The earlier of two times, of which each may be none. */
const earlier = (one: number | undefined, other: number | undefined): number | undefined =>
  one === undefined || other === undefined ? (one ?? other) : Math.min(one, other)

/** The earliest time up to which the vendor tells the runs that rows plan, where more is asked for. */
const knownUntil = (
  verbs: PreparedListing["verbs"],
  rows: ReadonlyArray<unknown>,
  context: object,
  until: number
): number | undefined => {
  if (verbs.knownUntil === undefined) return undefined
  let earliest: number | undefined
  for (const row of rows) {
    const known = verbs.knownUntil(row, context)
    if (known !== undefined && known < until) earliest = earlier(earliest, known)
  }
  return earliest
}
