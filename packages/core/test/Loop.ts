/** Runs the page loop over a scripted listing, and records its requests, events and pages. */
import {
  type Listing,
  type Progress,
  Progress as ProgressModule,
  type Query,
  Reason,
  type ScanJob
} from "@scanjobs/core"
import { Effect, Result, Stream } from "effect"
import * as PageLoop from "../src/loop/PageLoop.ts"
import * as Job from "./Job.ts"

/** The request for a page. */
export interface Request {
  readonly page: number
}

/** The content of a page. A row that is given as an id only has no start time. */
export interface Answer {
  readonly jobs: ReadonlyArray<ScanJob.ScanJob | string>
  /** How many rows the jobs are made of. Default: one for each. */
  readonly rows?: number
  readonly next?: number | Reason.Reason | undefined
  readonly linked?: boolean
  readonly total?: number | undefined
  readonly rejected?: PageLoop.Read<Request, ScanJob.ScanJob>["rejected"]
}

/** How the listing failed. */
export interface Failure {
  readonly reason: Reason.Reason
  readonly request: Request
}

/** The scripted listing. */
export interface Options {
  readonly answer: (page: number) => Answer | Effect.Effect<Answer, Reason.Reason>
  readonly first?: number
  readonly received?: number
  readonly query?: Query.Query
  readonly order?: Query.Order
  readonly endless?: Listing.Endless
  readonly approximateTotal?: boolean
  /** How many pages are read at once. The coming ones are guessed from the step between the last two. */
  readonly ahead?: number
}

/** The source of every event of these listings. */
export const source: Progress.Source = { provider: "acme", connection: "main", listing: "runs", scope: null }

/** The pages of the scripted listing. */
export const pages = ({
  ahead,
  answer,
  approximateTotal = false,
  endless = false,
  first = 0,
  received = 0,
  order = "none",
  query = {}
}: Options) =>
  PageLoop.pages<Request, ScanJob.ScanJob, never, Failure, never>({
    source,
    received,
    fingerprint: ({ page }) => String(page),
    query,
    endless,
    approximateTotal,
    failure: (reason, { request }) => ({ reason, request }),
    parts: [
      {
        first: { page: first },
        order,
        ahead:
          ahead === undefined
            ? undefined
            : { concurrency: ahead, guessNext: ({ page }, next) => ({ page: next.page + next.page - page }) },
        read: ({ page }) => {
          const given = answer(page)
          return Effect.map(
            Effect.isEffect(given) ? given : Effect.succeed(given),
            ({ jobs, linked = false, next, rejected, rows = jobs.length, total }) => ({
              rows: rows + (rejected?.length ?? 0),
              jobs: jobs.map((job) => (typeof job === "string" ? Job.make(job) : job)),
              rejected: rejected ?? [],
              next: typeof next === "number" ? { page: next } : next,
              linked,
              total
            })
          )
        }
      }
    ]
  })

/** Reads the listing to its end, or to its failure. */
export const run = (options: Options) =>
  Effect.gen(function* () {
    const asked: Array<number> = []
    const events: Array<Progress.Event> = []
    const given: Array<PageLoop.Page<Request, ScanJob.ScanJob>> = []
    const answer = (page: number) => {
      asked.push(page)
      return options.answer(page)
    }
    const outcome = yield* pages({ ...options, answer }).pipe(
      Stream.runForEach((page) => Effect.sync(() => given.push(page))),
      Effect.result,
      Effect.provide(ProgressModule.layer((event) => Effect.sync(() => events.push(event))))
    )
    return {
      asked,
      events,
      pages: given,
      ids: Job.idsOf(given.flatMap(({ jobs }) => jobs)),
      completed: events.find((event) => event._tag === "Completed"),
      failure: Result.isFailure(outcome) ? outcome.failure : undefined
    }
  })

/** Answers with these rows, `size` to a page. Each page starts with the last `overlap` rows of the page before. */
export const paged =
  (rows: ReadonlyArray<ScanJob.ScanJob | string>, size: number, overlap = 0) =>
  (page: number): Answer => {
    const start = page * (size - overlap)
    return { jobs: rows.slice(start, start + size), next: start + size < rows.length ? page + 1 : undefined }
  }

/** A vendor's refusal, for tests that need a reason. */
export const refusal = new Reason.VendorRejected({ ...Reason.unknownAnswer, status: 404 })
