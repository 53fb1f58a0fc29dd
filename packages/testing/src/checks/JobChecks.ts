/**
 * The checks of jobs: they are what the listing says that it holds, their times do not depend on the machine, and their order is the
 * vendor's.
 */
import { type ScanJob } from "@scanjobs/core"
import { Effect, Semaphore } from "effect"
import { env } from "node:process"
import { type Definition, difference, expect, readHealthy, start, usual } from "./Check.ts"
import * as Reading from "./Reading.ts"

const held: Definition = {
  id: "C38",
  title:
    "every job is of a kind, a state and a category that its listing holds, and planned runs come where it holds them",
  advice:
    "in `holds`, declare only what the vendor makes certain, and all of it: a query for a state that is not there does not ask the vendor; a listing that holds occurrences must give them for the schedules that the subject starts, such as by `Recurrence`",
  appliesNot: ({ listing, provider }) =>
    provider.listings[listing]?.holds === undefined ? "the listing does not declare what it holds" : undefined,
  verify: ({ listing, provider }, { reading }) =>
    Effect.gen(function* () {
      const holds = provider.listings[listing]?.holds ?? {}
      const states = holds.states === undefined ? undefined : [...holds.states, "unknown" as const]
      for (const { category, id, kind, state } of reading.jobs) {
        yield* expectHeld("kind", kind, holds.kinds, id)
        yield* expectHeld("state", state, states, id)
        yield* expectHeld("category", category, holds.categories, id)
      }
      yield* expect(
        holds.kinds?.includes("occurrence") !== true || reading.jobs.some(({ kind }) => kind === "occurrence"),
        "the listing declares that it holds occurrences, and none of its rows has one"
      )
    })
}

const expectHeld = <A extends string>(field: string, value: A, among: ReadonlyArray<A> | undefined, id: string) =>
  expect(
    among === undefined || among.includes(value),
    `the job ${id} has the ${field} ${value}, and the listing holds only ${among?.join(", ")}`
  )

/** Zones far from each other, of which no machine can have more than one. */
const zones = ["Pacific/Kiritimati", "America/St_Johns"]

/** A process has one time zone. */
const zone = Semaphore.makeUnsafe(1)

/** Runs an effect while the process believes to be in another time zone. */
const inZone = <A, E, R>(name: string, effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  zone.withPermits(1)(
    Effect.acquireUseRelease(
      Effect.sync(() => {
        const before = env["TZ"]
        env["TZ"] = name
        return before
      }),
      () => effect,
      (before) =>
        Effect.sync(() => {
          if (before === undefined) delete env["TZ"]
          else env["TZ"] = before
        })
    )
  )

const anywhere: Definition = {
  id: "C39",
  title: "the times of a job do not depend on the time zone of the machine",
  advice:
    "read times by `Time.fromIso` and `Time.fromEpoch`, which take a time without a zone for UTC; `new Date(…)` and `Date.parse` take it for the machine's own zone",
  verify: (bench) =>
    Effect.gen(function* () {
      const stage = yield* start(bench)
      const here = yield* Reading.read(stage)
      yield* expect(Reading.isWhole(here), `the listing ${Reading.endOf(here)}`)
      for (const name of zones) {
        const there = yield* inZone(name, Reading.read(stage))
        yield* expect(Reading.isWhole(there), `in the time zone ${name}, the listing ${Reading.endOf(there)}`)
        const known = new Map(here.jobs.map((job) => [job.id, job]))
        const moved = there.jobs.find((job) => timesOf(job) !== timesOf(known.get(job.id) ?? job))
        yield* expect(
          moved === undefined,
          `in the time zone ${name}, a job starts at ${moved?.startTime} and ends at ${moved?.finishTime}, and elsewhere at ${known.get(moved?.id ?? "")?.startTime} and ${known.get(moved?.id ?? "")?.finishTime}`
        )
        yield* expect(
          there.ids.length === here.ids.length && there.ids.every((id) => known.has(id)),
          `in the time zone ${name}, ${difference(here.ids, there.ids)}`
        )
      }
    })
}

const timesOf = ({ finishTime, startTime }: ScanJob.ScanJob): string => `${startTime} ${finishTime}`

const order: Definition = {
  id: "C42",
  title: "jobs come in the vendor's order, whatever the size of its pages",
  advice: "`rows` must give the rows as the answer has them, and `next` the pages one after the other",
  appliesNot: ({ expected }) => (expected.single === true ? "everything is on one page" : undefined),
  verify: (bench, { ids }) =>
    Effect.gen(function* () {
      const { reading } = yield* readHealthy(bench, { rows: usual.rows, pageSize: usual.rows })
      const known = new Set(ids)
      const order = reading.ids.filter((id) => known.has(id))
      const at = ids.findIndex((id, index) => order[index] !== undefined && order[index] !== id)
      yield* expect(
        at < 0,
        `on one page, the job ${order[at]} comes at place ${at + 1}, and on several pages, ${ids[at]} does`
      )
    })
}

/** The checks of jobs. */
export const checks: ReadonlyArray<Definition> = [held, anywhere, order]
