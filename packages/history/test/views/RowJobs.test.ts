import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Store, type StoredJob, Views } from "@scanjobs/history"
import { Effect, Stream } from "effect"
import { databases } from "../Databases.ts"

const hour = 3_600_000
const day = 24 * hour
const begin = Date.UTC(2026, 0, 10)
const span: Views.Span = { from: begin - 3 * day, until: begin }

interface Given {
  readonly definition: number
  readonly kind: "run" | "occurrence" | "definition"
  readonly state: string
  readonly verdict: string | null
  readonly start: number | null
  readonly length: number | null
  readonly isGone: boolean
  readonly isMet: boolean
}

const definitions = 7

/** Jobs that a seed chooses. Some start at the same time. */
const jobsOf = (seed: number): ReadonlyArray<Given> => {
  const random = numbersOf(seed)
  const one = <A>(values: readonly [A, ...ReadonlyArray<A>]): A =>
    values[Math.floor(random() * values.length)] ?? values[0]
  const hours = (least: number, most: number) => Math.floor(least + random() * (most - least)) * hour
  return Array.from({ length: 400 }, () => ({
    definition: 1 + Math.floor(random() * definitions),
    kind: one(["run", "run", "run", "occurrence", "definition"]),
    state: one(["succeeded", "failed", "partially_succeeded", "running", "queued", "scheduled", "skipped"]),
    verdict: one([null, null, "ran", "late", "missed", "overdue", "unknown", "due", "withdrawn"]),
    start: one([true, true, true, true, false]) ? begin + hours(-7 * 24, 24) : null,
    length: one([true, true, false]) ? hours(0, 60) : null,
    isGone: one([false, false, false, true]),
    isMet: one([false, false, false, true])
  }))
}

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
const numbersOf = (seed: number) => {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

/** A run says what became of the plan that it met; only what is planned can be missed, and is met. */
const isPossible = ({ isMet, kind, verdict }: Given) =>
  kind === "occurrence" ||
  (!isMet && (verdict === null || (kind === "run" && (verdict === "ran" || verdict === "late"))))

const fill = Effect.fnUntraced(function* (jobs: ReadonlyArray<Given>) {
  const { sql } = yield* Store.Store
  yield* sql`INSERT INTO connection (id, provider, name) VALUES (1, 'tenable', 'b'), (2, 'tenable', 'a')`
  yield* sql`INSERT INTO listing (id, connection_id, name, is_plan, has_runs, whole_at, whole_from)
    VALUES (1, 1, 'runs', 0, 1, ${begin}, 0), (2, 2, 'runs', 0, 1, ${begin}, 0)`
  yield* sql`INSERT INTO series (id, connection_id, name, scope, id_scope) VALUES (1, 1, 'runs', '', ''), (2, 2, 'runs', '', '')`
  for (let id = 1; id <= definitions; id++) {
    yield* sql`INSERT INTO definition (id, connection_id, name_key, vendor_id, scope, name, named_at, category, has_plan)
      VALUES (${id}, ${(id % 2) + 1}, ${`d${id}`}, ${`d${id}`}, '', ${`scan ${9 - id}`}, ${begin}, 'vulnerability', ${id % 3 === 0 ? 1 : 0})`
  }
  for (const [index, job] of jobs.entries()) {
    const place = (job.definition % 2) + 1
    const finish = job.start === null || job.length === null ? null : job.start + job.length
    yield* sql`INSERT INTO job (series_id, vendor_id, listing_id, definition_id, kind, name, category, state, start_time, finish_time,
        digest, first_seen, changed_at, gone_at, verdict, met_vendor_id)
      VALUES (${place}, ${`v${index}`}, ${place}, ${job.definition}, ${job.kind}, 'scan', 'vulnerability', ${job.state}, ${job.start},
        ${finish}, 1, ${begin}, ${begin}, ${job.isGone ? begin : null}, ${job.verdict}, ${job.isMet ? "met" : null})`
  }
})

/** What belongs to the span, by the words of its description and without the statements that look for it. */
const expected = Effect.map(Stream.runCollect(Views.jobs({}, { raw: false })), (jobs) =>
  jobs.filter(({ finishTime, kind, startTime, state }) => {
    if (kind === "definition" || startTime === null || startTime >= span.until) return false
    if (startTime >= span.from) return true
    const isOpen = kind === "run" && (state === "running" || state === "queued" || state === "paused")
    return isOpen || (startTime >= span.from - 2 * day && finishTime !== null && finishTime >= span.from)
  })
)

const sorted = (jobs: ReadonlyArray<StoredJob.StoredJob>) => jobs.map(({ id }) => id).toSorted()

for (const { empty, name, skip } of databases) {
  describe.skipIf(skip !== undefined)(`rows of ${name}${skip === undefined ? "" : ` (${skip})`}`, () => {
    it.live(
      "have the jobs of the span, and the counters count those of them that need attention, whatever is stored",
      () =>
        Effect.gen(function* () {
          const open = yield* empty
          const store = open()
          for (const seed of [1, 2, 3]) {
            yield* Effect.gen(function* () {
              const { sql } = yield* Store.Store
              yield* sql`DELETE FROM job`
              yield* sql`DELETE FROM connection`
              yield* fill(jobsOf(seed).filter(isPossible))
              const outline = yield* Views.outline(span)
              assert.deepStrictEqual(
                outline.map((row) => [row.connection, row.name]),
                outline.map((row) => [row.connection, row.name]).toSorted((a, b) => (String(a) < String(b) ? -1 : 1))
              )
              const ids = outline.map(({ id }) => id)
              assert.strictEqual(ids.length, definitions)
              const wanted = yield* expected
              assert.isAbove(wanted.length, 20)
              const rows = yield* Stream.runCollect(Views.rowJobs(ids, span))
              assert.deepStrictEqual(sorted(rows.map(({ job }) => job)), sorted(wanted))
              const some = yield* Stream.runCollect(Views.rowJobs(ids.slice(2, 4), span))
              assert.deepStrictEqual(
                sorted(some.map(({ job }) => job)),
                sorted(rows.filter(({ definition }) => ids.slice(2, 4).includes(definition)).map(({ job }) => job))
              )
              const needing = rows.filter(({ needs }) => needs !== null)
              for (const { attention, id, latest } of outline) {
                for (const reason of Views.attentionNames) {
                  if (reason === "silent") continue
                  const own = needing.filter(({ definition, needs }) => definition === id && needs === reason)
                  assert.strictEqual(attention[reason] ?? 0, own.length, `${reason} of ${id}`)
                  const starts = own.map(({ job }) => job.startTime ?? 0)
                  assert.strictEqual(latest[reason], own.length === 0 ? undefined : Math.max(...starts))
                }
              }
              // Pages of any size have all of them once, and each reason has its own.
              const found: Array<Views.RowJob> = []
              for (let offset = 0; offset < needing.length + 7; offset += 7) {
                found.push(...(yield* Views.attentionJobs(span, { offset, limit: 7 })))
              }
              assert.deepStrictEqual(sorted(found.map(({ job }) => job)), sorted(needing.map(({ job }) => job)))
              for (const of of Views.attentionNames) {
                const one = yield* Views.attentionJobs(span, {
                  of,
                  definitions: ids.slice(0, 5),
                  offset: 0,
                  limit: 1000
                })
                assert.deepStrictEqual(
                  sorted(one.map(({ job }) => job)),
                  sorted(
                    needing
                      .filter(({ definition, needs }) => needs === of && ids.slice(0, 5).includes(definition))
                      .map(({ job }) => job)
                  )
                )
              }
              // Several reasons have what each of them has.
              const several: ReadonlyArray<Views.Attention> = ["missed", "silent", "partial"]
              const ofSeveral = yield* Views.attentionJobs(span, { of: several, offset: 0, limit: 1000 })
              assert.deepStrictEqual(
                sorted(ofSeveral.map(({ job }) => job)),
                sorted(needing.filter(({ needs }) => needs !== null && several.includes(needs)).map(({ job }) => job))
              )
              const isPlanned = ({ job }: Views.RowJob) =>
                job.kind === "occurrence" && (job.verdict === "planned" || job.verdict === "due")
              const planned = rows
                .filter((row) => isPlanned(row) && (row.job.startTime ?? 0) >= span.from)
                .toSorted((a, b) => (a.job.startTime ?? 0) - (b.job.startTime ?? 0) || a.definition - b.definition)
              const soonest = planned.filter(
                ({ definition }, index) => planned.findIndex((other) => other.definition === definition) === index
              )
              assert.isAtLeast(soonest.length, 2)
              const { next, total } = yield* Views.planned(span, { limit: 2 })
              assert.strictEqual(total, planned.length)
              assert.deepStrictEqual(
                next.map(({ definition, job }) => [definition, job.startTime]),
                soonest.slice(0, 2).map(({ definition, job }) => [definition, job.startTime])
              )
              const [one] = soonest
              const among = yield* Views.planned(span, {
                definitions: one === undefined ? [] : [one.definition],
                limit: 3
              })
              assert.deepStrictEqual(
                among.next.map(({ definition }) => definition),
                one === undefined ? [] : [one.definition]
              )
              const counts = yield* Views.jobCounts(ids, span)
              assert.isTrue(rows.every(({ definition }) => counts.has(definition)))
            }).pipe(Effect.provide(store))
          }
        }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
    )

    it.live("come whole where one has more jobs than are read at once", () =>
      Effect.gen(function* () {
        const open = yield* empty
        yield* Effect.gen(function* () {
          const { sql } = yield* Store.Store
          yield* fill([])
          yield* sql`WITH RECURSIVE t(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM t WHERE n < 11999)
            INSERT INTO job (series_id, vendor_id, listing_id, definition_id, kind, category, state, start_time, digest, first_seen, changed_at)
            SELECT d.connection_id, 'v' || d.id || '-' || t.n, d.connection_id, d.id, 'run', 'vulnerability', 'succeeded',
              ${begin} - 1000 * (1 + t.n / 40), 1, ${begin}, ${begin} FROM definition d CROSS JOIN t WHERE d.id IN (2, 3) OR (d.id < 6 AND t.n < 50)`
          const rows = yield* Stream.runCollect(Views.rowJobs([5, 3, 1, 2, 4], span))
          assert.strictEqual(rows.length, 24_150)
          assert.strictEqual(new Set(rows.map(({ job }) => job.id)).size, 24_150)
        }).pipe(Effect.provide(open()))
      }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))
    )
  })
}
