/**
 * What `scanjobs list` does.
 */
import { type Progress, Query, type ScanJob } from "@scanjobs/core"
import { Clock, Effect, Option, Result, Stream } from "effect"
import * as DistinctFiles from "../files/DistinctFiles.ts"
import * as Formats from "../output/Formats.ts"
import type { Form } from "../output/JsonRows.ts"
import * as JobForm from "../output/JobForm.ts"
import * as Sorting from "../output/Sorting.ts"
import * as StandardOutput from "../output/StandardOutput.ts"
import { NotComplete, type OutputFailed } from "../Problem.ts"
import * as RejectedFile from "../report/RejectedFile.ts"
import * as Report from "../report/Report.ts"
import * as Account from "../resume/Account.ts"
import * as Resumption from "../resume/Resumption.ts"
import * as WrittenPages from "../resume/WrittenPages.ts"
import * as Settings from "../settings/Settings.ts"
import * as FailOn from "./FailOn.ts"
import * as HiddenDefinitions from "./HiddenDefinitions.ts"
import { type Input, onlyWithStored } from "./ListFlags.ts"
import * as ListQuery from "./ListQuery.ts"
import * as Presentation from "./Presentation.ts"
import * as Reading from "./Reading.ts"

/** Writes the jobs; fails with `NotComplete` where something is missing from the output. */
export const run = Effect.fnUntraced(function* (input: Input) {
  const destination = yield* Formats.destination
  const presented = yield* Presentation.read(input, destination)
  yield* FailOn.refuse(input.failOn, ["failed"], FailOn.onlyStored)
  yield* Presentation.refuse(Option.isSome(input.store) ? [onlyWithStored] : [])
  if (input.failOn.length > 0 && Option.isSome(input.resume)) {
    yield* Presentation.refuse(["--fail-on cannot go together with --resume: jobs of earlier runs would not count"])
  }
  const query: Query.Query = {
    ...(yield* ListQuery.read(input)),
    limit: Option.getOrUndefined(input.limit)
  }
  yield* DistinctFiles.check(filesOf(input))
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
        accounts: reading.sources.map(({ connection, provider }) =>
          input.demo ? Account.ofDemo(connection) : Account.of(connection, provider)
        ),
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
    // The first run has written the header of CSV, unless it was killed before; a table is complete in each run.
    headers: !input.noHeaders && (presented.format === "table" || isAtStart(resumption)),
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
  const held = Stream.suspend(() => reading.counted(Stream.fromIterable(sorter?.held() ?? [])))
  const ended = yield* reading.write(continued(resumption, form, form.write(reading.counted(rows))), {
    onEvent,
    onInterrupt: continued(resumption, form, rest(form, held)),
    onInterrupted:
      resumption === undefined
        ? Effect.void
        : finished(resumption, false).pipe(Effect.catch(({ message }) => reporter.note(message)))
  })
  if (ended === "broken-pipe") return
  if (resumption !== undefined) yield* finished(resumption, tally.failures.length === 0)
  yield* reporter.end(tally, "ended")
  if (unwritable !== undefined) return yield* unwritable
  if (!tally.isComplete || (resumption?.before.rejected ?? 0) > 0) return yield* new NotComplete()
  yield* FailOn.check(input.failOn, { failed: tally.states.get("failed") ?? 0 })
}, Effect.scoped)

/** The files that this run reads or writes, and what each is. */
const filesOf = ({ config, demo, rejected, resume }: Input) => [
  ...(demo ? [] : [{ purpose: "the settings file", path: Option.getOrElse(config, () => Settings.defaultName) }]),
  ...Option.match(resume, { onNone: () => [], onSome: Resumption.files }),
  ...Option.match(rejected, { onNone: () => [], onSome: (path) => [{ purpose: "--rejected", path }] })
]

/** Whether no row was written before, so that the header of the output may be missing. */
const isAtStart = (resumption: Resumption.Resumption | undefined): boolean =>
  resumption === undefined ||
  resumption.output === "nothing" ||
  (resumption.output === "cut" && resumption.before.rows === 0)

/** The text of a run that may continue an earlier one. A row in which that one was killed is ended before the first text. */
const continued = <E, R>(
  resumption: Resumption.Resumption | undefined,
  { mend }: Form,
  text: Stream.Stream<string, E, R>
): Stream.Stream<string, E | OutputFailed, R> =>
  resumption === undefined
    ? text
    : Stream.mapEffect(text, (piece) =>
        piece === ""
          ? Effect.succeed(piece)
          : Effect.map(resumption.begin, (isCut) => (isCut ? `${mend}${piece}` : piece))
      )

/** Records the end of a run once all of its text has left the program. Where the reader has gone, it may have left a row cut off. */
const finished = (resumption: Resumption.Resumption, isComplete: boolean): Effect.Effect<void, OutputFailed> =>
  StandardOutput.flushed.pipe(
    Effect.andThen(resumption.end(isComplete)),
    Effect.catchTag("ReaderGone", () => Effect.void)
  )

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
