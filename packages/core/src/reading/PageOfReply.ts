/**
 * Turns a vendor's answer into a page: its jobs, its rejected rows, and the request of the next page.
 */
import { Effect, Result } from "effect"
import type { Reply, Request } from "../contract/Exchange.ts"
import { isLink } from "../contract/PageStrategy.ts"
import * as Excerpt from "../contract/Excerpt.ts"
import type * as PageReader from "../decoding/PageReader.ts"
import * as VerbFailure from "../contract/VerbFailure.ts"
import type { Secrets } from "../secrets/Secrets.ts"
import * as ListingCount from "../loop/ListingCount.ts"
import type * as PageLoop from "../loop/PageLoop.ts"
import * as Reason from "../model/Reason.ts"
import { PageGuard } from "../policies/PageGuard.ts"
import * as Slices from "../policies/Slices.ts"
import type { ScanJob } from "../model/ScanJob.ts"
import type * as DriftWatch from "../telemetry/DriftWatch.ts"
import type { RejectedRow, Source } from "../telemetry/Progress.ts"
import type { HeldJobs } from "./HeldJobs.ts"
import * as EncodedRequest from "./EncodedRequest.ts"
import * as JobRows from "./JobRows.ts"
import type { PreparedListing } from "./PreparedListing.ts"

/** What the pages of one reading of a lane share. */
export interface Reading {
  /** What the lookup brought. */
  readonly looked: unknown
  readonly span: { readonly from: number; readonly until: number }
  readonly watch: DriftWatch.DriftWatch
  readonly held: HeldJobs
}

/** What the pages of a lane have in common. */
export interface Options {
  readonly listing: PreparedListing
  readonly source: Source
  /** Identifies the scope within the ids of jobs. */
  readonly scopeKey: string | null
  /** What the lane's verbs are called with: connection, scope, parent and query. */
  readonly start: object
  readonly encode: EncodedRequest.Encode
  readonly secrets: Secrets
}

/** Makes the reader of a lane's answers. A throwing verb of the plugin throws a `VerbFailure`. */
export const make = ({ encode, listing, scopeKey, secrets, source, start }: Options) => {
  const { codec, verbs } = listing
  const follow = VerbFailure.named("next", codec.follow)
  /** The page with the secrets that its links may need; cursors are scrubbed when they are made. */
  const asSent = ({ bodyWithSecrets }: Reply, scrubbed: Pick<PageReader.PageRows, "body" | "rows">) =>
    bodyWithSecrets === undefined ? scrubbed : Result.getOrElse(listing.read(bodyWithSecrets), () => scrubbed)
  const normalise = JobRows.normaliser(source, scopeKey)

  return (
    request: Request,
    reply: Reply,
    { held, looked, span, watch }: Reading
  ): Effect.Effect<PageLoop.Read<Request, ScanJob>, Reason.Reason> => {
    const page = listing.read(reply.body, reply.isCut)
    if (Result.isFailure(page)) {
      const detail = Excerpt.of(secrets, page.failure)
      return Effect.fail(new Reason.Malformed({ ...Reason.unknownAnswer, detail, transient: false }))
    }
    const { body, rejected, rows } = page.success
    const context = { ...start, body, lookup: looked, span }
    const received = rows.length + rejected.length
    const total = verbs.total?.(body, start)
    const stated = ListingCount.isTotal(total) ? total : undefined
    const following = VerbFailure.attempt(
      () => {
        const { body, rows } = asSent(reply, page.success)
        const turn = { ...start, body, request, headers: reply.headers, rows, received, total: stated }
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
    const outcome = function* (most: number, isDue: () => boolean) {
      const made = yield* JobRows.make(rows, { job: verbs.job, context, normalise, most, isDue })
      if (Result.isFailure(made)) return made
      const clean: Array<RejectedRow> = []
      for (const { index, issue, path, raw } of JobRows.rejectedOf(rejected, made.success, rows)) {
        yield
        clean.push({
          index,
          path: Excerpt.of(secrets, path),
          issue: Excerpt.of(secrets, issue),
          raw: yield* secrets.inSteps.scrubJson(raw)
        })
      }
      return Result.succeed({ ...made.success, rejected: clean })
    }
    const read = (made: JobRows.Made, rejected: ReadonlyArray<RejectedRow>) => {
      const { jobs, rowsWithoutJobs, unreadableTimes } = made
      return {
        rows: received,
        jobs,
        rowsWithoutJobs,
        rejected,
        next: following.next,
        linked: following.linked,
        advanced: following.advanced,
        pagesLeft: following.pagesLeft,
        total,
        onAccepted: () => {
          watch.page(reply.body)
          held.look(jobs)
          for (const row of rows) watch.row(row)
          for (const field of unreadableTimes) watch.unreadableTime(field)
          for (const { state, vendorState } of jobs) if (state === "unknown") watch.unknownState(vendorState)
        }
      }
    }
    return Effect.gen(function* () {
      const { maxPageJobs } = yield* PageGuard
      const done = yield* Slices.run((isDue) => outcome(maxPageJobs, isDue))
      if (Result.isFailure(done)) {
        const { failure } = done
        if (failure instanceof VerbFailure.VerbFailure) return yield* VerbFailure.raise(failure, secrets)
        return yield* new Reason.Malformed({ ...Reason.unknownAnswer, detail: failure.message, transient: false })
      }
      const { rejected, ...made } = done.success
      const mistake = "failure" in following ? following.failure : made.failed[0]?.failure
      if (mistake !== undefined) yield* VerbFailure.log(mistake, secrets)
      return read(made, rejected)
    })
  }
}
