/**
 * What `scanjobs list` does.
 */
import { Catalog, Deadlines, Drift, Progress, Query } from "@scanjobs/core"
import { Clock, Effect, Layer, Option, Result, Stream } from "effect"
import type { Input } from "./ListFlags.ts"
import * as Formats from "../output/Formats.ts"
import * as ListQuery from "./ListQuery.ts"
import { NotComplete, type OutputFailed, UsageProblem } from "../Problem.ts"
import * as ProgressLine from "../report/ProgressLine.ts"
import * as RedisUrl from "../services/RedisUrl.ts"
import * as RejectedFile from "../report/RejectedFile.ts"
import * as RelativeTime from "./RelativeTime.ts"
import * as Report from "../report/Report.ts"
import * as Reporter from "../report/Reporter.ts"
import * as Resumption from "../resume/Resumption.ts"
import * as Secrets from "../report/HideSecrets.ts"
import * as Settings from "../settings/Settings.ts"
import * as StandardOutput from "../output/StandardOutput.ts"
import { Tally } from "../report/Tally.ts"
import * as WrittenPages from "../resume/WrittenPages.ts"

/** In milliseconds. A vendor that needs a long `--timeout` may be slow to begin an answer; half of it leaves room for a retry. */
const withRoom = (listing: number) => ({
  listing,
  attempt: Math.max(listing / 2, 30_000),
  page: Math.max(listing, 120_000)
})

const deadlinesOf = (timeout: Option.Option<string>) =>
  Option.isNone(timeout)
    ? Effect.succeed(Layer.empty)
    : Effect.mapBoth(Effect.fromResult(RelativeTime.duration(timeout.value)), {
        onSuccess: (listing) => Deadlines.layer(withRoom(listing)),
        onFailure: (expected) => new UsageProblem({ message: `--timeout ${timeout.value}: expected ${expected}` })
      })

/** The quotas are this process's own unless a Redis is named, whose modules are loaded only then. */
const rateLimitOf = Effect.fnUntraced(function* (url: Option.Option<string>) {
  if (Option.isNone(url)) return Layer.empty
  if (!RedisUrl.isRedisUrl(url.value)) {
    return yield* new UsageProblem({ message: `--rate-limit: expected ${RedisUrl.expected}` })
  }
  const shared = yield* Effect.promise(() => import("../services/SharedRateLimit.ts"))
  return shared.layer(url.value)
})

/** Writes the jobs; fails with `NotComplete` where something is missing from the output. */
export const run = Effect.fnUntraced(function* (input: Input) {
  if (Option.isSome(input.resume) && input.sort === "start") {
    return yield* new UsageProblem({
      message: "--sort start cannot go together with --resume: pages are written as they come"
    })
  }
  const asked = yield* ListQuery.read(input)
  const deadlines = yield* deadlinesOf(input.timeout)
  const rateLimit = yield* rateLimitOf(input.rateLimit)
  const settings = yield* Settings.load(input.config)
  const connections = yield* Settings.select(settings, input.connection)
  const hide = Secrets.hider(connections)
  const reporter = yield* (input.jsonErrors ? Reporter.json : Reporter.text)({
    hide,
    connections: connections.length
  })
  const limits = yield* Layer.build(rateLimit)

  const resumption = Option.isNone(input.resume)
    ? undefined
    : yield* Resumption.open(input.resume.value, {
        query: {
          ...asked,
          horizon: Query.horizonAt(asked, yield* Query.Horizon, yield* Clock.currentTimeMillis)
        },
        given: { from: Option.getOrNull(input.from), until: Option.getOrNull(input.until) },
        connections: connections.map(({ name }) => name)
      })
  if (resumption?.before.complete === true) {
    return yield* reporter.note(
      `everything was written before (${Report.count(resumption.before.rows, "job")}); delete ${Option.getOrElse(input.resume, () => "the file")} to start anew`
    )
  }
  if (resumption !== undefined && resumption.before.pages > 0) {
    yield* reporter.note(`going on after ${Report.count(resumption.before.rows, "job")} of earlier runs`)
  }
  const leaveOut = Option.isNone(input.rejected)
    ? undefined
    : yield* RejectedFile.open(input.rejected.value, (resumption?.before.pages ?? 0) > 0, hide)
  const tally = new Tally()
  const format = yield* Formats.choose(input.format)
  const form = yield* Formats.open(format, {
    continues: (resumption?.before.rows ?? 0) > 0,
    lost: (job) => tally.lose(job)
  })

  const catalog = Catalog.make(...settings.providers.map(({ provider }) => provider))
  const onFailure = (failure: Catalog.Failure<unknown>) => Effect.sync(() => void tally.failures.push(failure))
  const atOnce = {
    connections: Option.getOrUndefined(input.concurrency),
    pageConcurrency: Option.getOrUndefined(input.pageConcurrency)
  }
  const rows =
    resumption === undefined
      ? catalog.settled(connections, onFailure, asked, {
          ...atOnce,
          sort: input.sort === "start" ? "start" : "arrival"
        })
      : WrittenPages.jobs(
          catalog.pages(connections, onFailure, resumption.query, {
            ...atOnce,
            resume: resumption.cursors
          }),
          resumption.query.limit,
          ({ jobs, page }) =>
            Effect.gen(function* () {
              yield* StandardOutput.flushed
              yield* leaveOut?.(page.source, page.index, page.rejected) ?? Effect.void
              yield* resumption.record({ next: page.next, rows: jobs, rejected: page.rejected.length })
            })
        )
  const counted = Stream.mapArray(rows, (page) => {
    tally.written += page.length
    return page
  })

  let unwritable: OutputFailed | undefined
  const listen = Effect.fnUntraced(function* (event: Progress.Event) {
    yield* log(event, hide)
    tally.note(event)
    yield* reporter.event(event)
    // With --resume, a page's rows are written together with word of the page.
    if (event._tag !== "PageRead" || leaveOut === undefined || resumption !== undefined) return
    const written = yield* Effect.result(leaveOut(event, event.page, event.rejected))
    if (Result.isFailure(written)) unwritable ??= written.failure
  })
  const text = form.write(counted)
  const ended = yield* (
    input.jsonErrors ? StandardOutput.write(text) : ProgressLine.during(tally, text, StandardOutput.write)
  ).pipe(
    Effect.provide([Progress.layer(listen), deadlines]),
    Effect.provide(limits),
    Effect.onInterrupt(() =>
      Effect.andThen(
        Effect.ignore(StandardOutput.write(Stream.suspend(() => Stream.make(form.close())))),
        reporter.end(tally, "interrupted")
      )
    )
  )
  if (ended === "broken-pipe") return
  if (tally.failures.length === 0) yield* resumption?.complete ?? Effect.void
  yield* reporter.end(tally, "ended")
  if (unwritable !== undefined) return yield* unwritable
  if (!tally.isComplete || (resumption?.before.rejected ?? 0) > 0) return yield* new NotComplete()
}, Effect.scoped)

const log = (event: Progress.Event, hide: (text: string) => string): Effect.Effect<void> => {
  const { connection } = event
  switch (event._tag) {
    case "Retrying":
      return Effect.logDebug(hide(`${connection}: trying again: ${event.reason._tag}: ${event.reason.message}`))
    case "PageRead":
      return Effect.logDebug(
        `${connection}: ${event.listing}: page ${event.page + 1}, ${event.rows} rows, ${event.jobs} jobs`
      )
    case "Completed":
      return Effect.logDebug(`${connection}: ${event.listing}: read to ${event.by}`)
    case "Drifted":
      return Effect.logDebug(`${connection}: ${event.listing}: ${event.drift.map(Drift.format).join("; ")}`)
    default:
      return Effect.void
  }
}
