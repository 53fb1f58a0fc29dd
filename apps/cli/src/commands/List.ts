/**
 * What `scanjobs list` does.
 */
import { type Progress, Query, type ScanJob } from "@scanjobs/core"
import { Clock, Effect, Option, Result, Stream } from "effect"
import * as Formats from "../output/Formats.ts"
import type { Form } from "../output/JsonRows.ts"
import * as JobForm from "../output/JobForm.ts"
import * as Sorting from "../output/Sorting.ts"
import * as StandardOutput from "../output/StandardOutput.ts"
import { NotComplete, type OutputFailed } from "../Problem.ts"
import * as RejectedFile from "../report/RejectedFile.ts"
import * as Report from "../report/Report.ts"
import * as Resumption from "../resume/Resumption.ts"
import * as WrittenPages from "../resume/WrittenPages.ts"
import * as FailOn from "./FailOn.ts"
import * as HiddenDefinitions from "./HiddenDefinitions.ts"
import type { Input } from "./ListFlags.ts"
import * as ListQuery from "./ListQuery.ts"
import * as Presentation from "./Presentation.ts"
import * as Reading from "./Reading.ts"

/** Writes the jobs; fails with `NotComplete` where something is missing from the output. */
export const run = Effect.fnUntraced(function* (input: Input) {
  const destination = yield* Formats.destination
  const presented = yield* Presentation.read(input, destination)
  yield* FailOn.refuse(input.failOn, ["failed"], "only what is stored tells which scans never happened")
  if (input.failOn.length > 0 && Option.isSome(input.resume)) {
    yield* Presentation.refuse(["--fail-on cannot go together with --resume: jobs of earlier runs would not count"])
  }
  const query: Query.Query = {
    ...(yield* ListQuery.read(input)),
    limit: Option.getOrUndefined(input.limit)
  }
  const reading = yield* Reading.open(input, { footer: presented.format === "table" ? "states" : "none" })
  const { connections, listings, reporter, secrets, tally } = reading

  const resumption = Option.isNone(input.resume)
    ? undefined
    : yield* Resumption.open(input.resume.value, {
        query: {
          ...query,
          horizon: Query.horizonAt(query, yield* Query.Horizon, yield* Clock.currentTimeMillis)
        },
        given: { from: Option.getOrNull(input.from), until: Option.getOrNull(input.until) },
        connections: connections.map(({ name }) => name),
        listings: listings ?? []
      })
  if (resumption?.before.complete === true) {
    return yield* reporter.note(
      `everything was written before (${Report.count(resumption.before.rows, "job")}); delete ${Option.getOrElse(input.resume, () => "the file")} to start again`
    )
  }
  if (resumption !== undefined && resumption.before.pages > 0) {
    yield* reporter.note(`continuing after ${Report.count(resumption.before.rows, "job")} of earlier runs`)
  }
  const leaveOut = Option.isNone(input.rejected)
    ? undefined
    : yield* RejectedFile.open(input.rejected.value, (resumption?.before.pages ?? 0) > 0, secrets)
  const form: Form = yield* JobForm.open(presented.format, {
    ...presented,
    destination,
    now: yield* Clock.currentTimeMillis,
    states: query.states,
    // The first run has written the header of CSV; a table is complete in each run.
    headers: !input.noHeaders && (presented.format === "table" || (resumption?.before.rows ?? 0) === 0),
    lost: (job) => tally.lose(job)
  })

  const hides = presented.format === "table" && query.kinds === undefined
  const shown: Shown = hides ? HiddenDefinitions.hide(tally) : (jobs) => jobs
  const sorter = presented.order === "none" ? undefined : Sorting.make(presented.order)
  const rows =
    resumption === undefined
      ? ordered(reading, query, presented, sorter, shown)
      : shown(
          WrittenPages.jobs(
            reading.pages(resumption.query, resumption.cursors),
            resumption.query.limit,
            ({ jobs, page }) =>
              Effect.gen(function* () {
                yield* StandardOutput.flushed
                yield* leaveOut?.(page.source, page.index, page.rejected) ?? Effect.void
                yield* resumption.record({ next: page.next, rows: jobs, rejected: page.rejected.length })
              })
          )
        )

  let unwritable: OutputFailed | undefined
  // With --resume, a page's rejected rows are written together with the record of the page.
  const onEvent = (event: Progress.Event) =>
    event._tag !== "PageRead" || leaveOut === undefined || resumption !== undefined
      ? Effect.void
      : Effect.map(Effect.result(leaveOut(event, event.page, event.rejected)), (written) => {
          if (Result.isFailure(written)) unwritable ??= written.failure
        })
  const ended = yield* reading.write(form.write(reading.counted(rows)), {
    onEvent,
    onInterrupt: Stream.suspend(() => rest(form, reading.counted(Stream.fromIterable(sorter?.held() ?? []))))
  })
  if (ended === "broken-pipe") return
  if (tally.failures.length === 0) yield* resumption?.complete ?? Effect.void
  yield* reporter.end(tally, "ended")
  if (unwritable !== undefined) return yield* unwritable
  if (!tally.isComplete || (resumption?.before.rejected ?? 0) > 0) return yield* new NotComplete()
  yield* FailOn.check(input.failOn, { failed: tally.states.get("failed") ?? 0 })
}, Effect.scoped)

/** What is still to be written after an interruption: the jobs that were held for sorting, and the end of the form. */
const rest = (form: Form, held: Stream.Stream<ScanJob.ScanJob>): Stream.Stream<string> =>
  Stream.concat(
    form.write(held),
    Stream.suspend(() => Stream.make(form.close()))
  )

/** Leaves out what is not to be shown. */
type Shown = <E, R>(jobs: Stream.Stream<ScanJob.ScanJob, E, R>) => Stream.Stream<ScanJob.ScanJob, E, R>

/** The jobs in the order that is wanted. The limit counts what is shown, so that it is applied here. */
const ordered = (
  reading: Effect.Success<ReturnType<typeof Reading.open>>,
  query: Query.Query,
  { format, isImplicit, order }: Presentation.Presentation,
  sorter: Sorting.Sorter | undefined,
  shown: Shown
) => {
  const { limit, ...unlimited } = query
  const limited = <Job, E, R>(jobs: Stream.Stream<Job, E, R>) => (limit === undefined ? jobs : Stream.take(jobs, limit))
  // A table may hide rows that the vendor would count.
  const arriving = shown(reading.arriving(format === "table" ? unlimited : query))
  if (order === "none" || sorter === undefined) return limited(arriving)
  if (isImplicit) return sorter.hold(limited(arriving))
  if (order.field === "start" && !order.isDescending) return limited(shown(reading.merged(unlimited)))
  return limited(sorter.hold(shown(reading.arriving(unlimited))))
}
