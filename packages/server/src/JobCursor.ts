/**
 * Where a page of jobs ended: the start time and the id of its last job. What comes or goes before it shifts nothing.
 */
import { type Store, type StoredJob, type StoreError, Views } from "@scanjobs/history"
import { Effect, Schema, Stream } from "effect"
import { Base64Url } from "effect/encoding"
import { BadQuery } from "./Schemas.ts"

const Place = Schema.Tuple([Schema.NullOr(Schema.Finite), Schema.String])
const decode = Schema.decodeUnknownEffect(Schema.fromJsonString(Place))

/** Later than every time: what is left are jobs without one. */
const endOfTime = 8.64e15

/** A page, and the cursor of the next one. */
export interface Page {
  readonly jobs: ReadonlyArray<StoredJob.StoredJob>
  readonly next: string | null
}

/** The jobs after the cursor. */
export const page: (
  selection: Views.Selection,
  limit: number,
  cursor: string | undefined
) => Effect.Effect<Page, BadQuery | StoreError.StoreError, Store.Store> = Effect.fnUntraced(
  function* (selection, limit, cursor) {
    const place = cursor === undefined ? undefined : yield* read(cursor)
    // One more tells whether there is a next page.
    const found = yield* Stream.runCollect(Stream.take(after(selection, place), limit + 1))
    const jobs = found.slice(0, limit)
    const last = jobs.at(-1)
    return {
      jobs,
      next:
        found.length <= limit || last === undefined
          ? null
          : Base64Url.encode(JSON.stringify([last.startTime, last.id] satisfies typeof Place.Type))
    }
  }
)

const read = (cursor: string) =>
  Effect.fromResult(Base64Url.decodeString(cursor)).pipe(
    Effect.flatMap(decode),
    Effect.mapError(() => new BadQuery({ detail: "cursor: give what `next` of an earlier answer was" }))
  )

const after = (selection: Views.Selection, place: typeof Place.Type | undefined) => {
  if (place === undefined) return Views.jobs(selection)
  const [start, id] = place
  const { until } = selection
  const alike = Views.jobs({ ...selection, from: start ?? endOfTime, until: start === null ? until : start + 1 }).pipe(
    Stream.filter((job: StoredJob.StoredJob) => job.startTime === start),
    Stream.runCollect,
    // Where the job has another time meanwhile, those that start with it are given again rather than left out.
    Effect.map((jobs) => jobs.slice(jobs.findIndex((job) => job.id === id) + 1)),
    Stream.fromIterableEffect
  )
  return start === null ? alike : Stream.concat(alike, Views.jobs({ ...selection, from: start + 1 }))
}
