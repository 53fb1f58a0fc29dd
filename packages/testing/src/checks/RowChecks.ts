/**
 * The checks of rows: undocumented values are kept, and a row that cannot be read is the only one rejected.
 */
import { type ScanJob, Time } from "@scanjobs/core"
import { Effect } from "effect"
import { type Definition, difference, expect, expectSame, type Found, type Healthy, keyOf, start } from "./Check.ts"
import * as Faults from "../faults/Faults.ts"
import * as Reading from "./Reading.ts"
import type { Bench } from "./Subject.ts"
import type { Wire } from "../faults/Wire.ts"

const unheardOf = (value: unknown): unknown => (typeof value === "number" ? 987_654 : "NeverHeardOf")

/** The names of all fields of the vendor's rows. */
const namesOf = ({ sent }: Healthy): ReadonlyArray<string> => [
  ...new Set([...sent.values()].flatMap((row) => (typeof row === "object" && row !== null ? Object.keys(row) : [])))
]

const unknownEnum: Definition = {
  id: "C19",
  title: "a state that is not documented becomes unknown, and its value is kept",
  advice:
    "let the row's schema take any `String` or `Finite` as the state, map what you do not know to `unknown`, and put the vendor's value into `vendorState`",
  appliesNot: ({ expected, listing, provider }) => {
    if (expected.wire.state === null) return "its rows have no state"
    return provider.listings[listing]?.holds?.states?.length === 1 ? "its jobs are all in one state" : undefined
  },
  verify: (bench, healthy) =>
    Effect.gen(function* () {
      const { several = false, wire } = bench.expected
      const [[first, known] = []] = healthy.sent
      const value = unheardOf(wire.state?.get(known))
      const isSpoilt = (row: unknown) => keyOf(wire, row) === first
      const fault = Faults.rows(wire, (rows) =>
        rows.map((row) => (isSpoilt(row) ? (wire.state?.set(row, value) ?? row) : row))
      )
      const reading = yield* Reading.read(yield* start(bench, fault))
      const circumstance = `with a state of ${JSON.stringify(value)}`
      // A schedule in such a state may plan nothing.
      if (several) yield* expectOthers(healthy, reading, isSpoilt, circumstance)
      else yield* expectSame(healthy, reading, circumstance)
      const own = several ? reading.jobs.filter(({ raw }) => isSpoilt(raw)) : reading.jobs.slice(0, 1)
      const job = own.find(({ vendorState }) => vendorState === String(value)) ?? own[0]
      yield* expect(
        job?.vendorState === String(value),
        `of a state of ${JSON.stringify(value)}, vendorState is ${JSON.stringify(job?.vendorState)}`
      )
      yield* expect(job?.state === "unknown", `a state of ${JSON.stringify(value)} became ${job?.state}`)
    })
}

const extra = { name: "scanjobsExtraField", value: { kept: ["one", "two"] } }

const extraField: Definition = {
  id: "C20",
  title: "a field that is not documented is kept on the row",
  advice: "use plain schemas for the row (no classes, no transformations), so that `raw` is the row as it came",
  verify: (bench, healthy) =>
    Effect.gen(function* () {
      const fault = Faults.withField(bench.expected.wire, 0, extra.name, extra.value)
      const reading = yield* Reading.read(yield* start(bench, fault))
      yield* expectSame(healthy, reading, "with a field that is not documented")
      const raw = reading.jobs[0]?.raw
      const kept = typeof raw === "object" && raw !== null && JSON.stringify(raw).includes(JSON.stringify(extra.value))
      yield* expect(kept, `the field is not in \`raw\`: ${JSON.stringify(raw)}`)
    })
}

/** Reads the listing once for each field of its rows, with that field spoilt in one row. */
const spoilt = (
  bench: Bench,
  healthy: Healthy,
  spoil: (row: unknown, name: string) => unknown,
  circumstance: (name: string) => string
) =>
  Effect.gen(function* () {
    const { wire } = bench.expected
    const names = namesOf(healthy)
    const known = new Set(healthy.reading.jobs.map(({ vendorId }) => vendorId))
    for (const name of names) {
      const isSpoilt = (row: unknown) => keyOf(wire, row) === [...healthy.sent.keys()][1]
      const fault = Faults.rows(wire, (rows) => rows.map((row) => (isSpoilt(row) ? spoil(row, name) : row)))
      const reading = yield* Reading.read(yield* start(bench, fault))
      const what = circumstance(name)
      yield* expect(Reading.isWhole(reading), `${what}, the listing ${Reading.endOf(reading)}`)
      if (bench.expected.several === true) yield* expectOthers(healthy, reading, isSpoilt, what)
      else {
        const strange = reading.jobs.find(({ vendorId }) => !known.has(vendorId))
        yield* expect(strange === undefined, `${what}, a job has the vendorId ${JSON.stringify(strange?.vendorId)}`)
        yield* expect(
          reading.jobs.length + reading.rejected === healthy.ids.length,
          `${what}, ${reading.jobs.length} jobs came and ${reading.rejected} rows were rejected, of ${healthy.ids.length}`
        )
        yield* expect(
          reading.jobs.length >= healthy.ids.length - 1,
          `${what}, ${healthy.ids.length - reading.jobs.length} jobs were lost with it`
        )
      }
      const odd = reading.jobs.find(hasNonsense)
      yield* expect(odd === undefined, `${what}, a job is made of nonsense: ${JSON.stringify({ ...odd, raw: "…" })}`)
    }
  })

/** Expects that a spoilt row does not change the jobs of other rows. Its own jobs may be anything. */
const expectOthers = (
  healthy: Healthy,
  reading: Reading.Reading,
  isSpoilt: (row: unknown) => boolean,
  circumstance: string
) =>
  Effect.gen(function* () {
    const others = healthy.reading.jobs.flatMap(({ id, raw }) => (isSpoilt(raw) ? [] : [id]))
    const found = new Set(reading.ids)
    const missing = others.filter((id) => !found.has(id))
    yield* expect(
      missing.length === 0,
      `${circumstance}, ${difference(
        others,
        [...found].filter((id) => others.includes(id))
      )}`
    )
    yield* expect(found.size === reading.ids.length, `${circumstance}, ${difference(reading.ids, reading.ids)}`)
    const odd = reading.jobs.find(({ vendorId }) => /\b(?:undefined|NaN|null)\b|\[object /.test(vendorId))
    yield* expect(odd === undefined, `${circumstance}, a job has the vendorId ${JSON.stringify(odd?.vendorId)}`)
  })

const hasNonsense = (job: ScanJob.ScanJob): boolean =>
  Object.values({ ...job, raw: null }).some(
    (value) =>
      (typeof value === "number" && !Number.isFinite(value)) ||
      (typeof value === "string" && /\[object |^(?:undefined|null|NaN)$/.test(value))
  )

const missingField: Definition = {
  id: "C21",
  title: "a row that lacks a field is read, or rejected alone",
  advice:
    "declare the fields that a job cannot do without as required, the others as `optionalKey`, and let no verb fail on what the schema takes",
  verify: (bench, healthy) =>
    spoilt(
      bench,
      healthy,
      (row, name) =>
        typeof row === "object" && row !== null
          ? Object.fromEntries(Object.entries(row).filter(([key]) => key !== name))
          : row,
      (name) => `with a row without \`${name}\``
    )
}

const wrongType: Definition = {
  id: "C22",
  title: "a row with a field of a wrong type is read without it, or rejected alone",
  advice:
    "give every field that `job` reads its type in the row's schema; `Schema.Any` is for fields that nobody reads",
  verify: (bench, healthy) =>
    spoilt(
      bench,
      healthy,
      (row, name) => (typeof row === "object" && row !== null ? { ...row, [name]: { not: "expected" } } : row),
      (name) => `with a row whose \`${name}\` is an object`
    )
}

const keys: Definition = {
  id: "C27",
  title: "every row has an id of its own, and the same one each time",
  advice: "make `vendorId` of the vendor's own id of the row, which no other row of the scope has",
  needs: "C04",
  verify: (bench, healthy) =>
    Effect.gen(function* () {
      const { ids, reading, sent } = healthy
      const bad = reading.jobs.find(({ vendorId }) => /^(?:|undefined|null|NaN|\[object .*)$/.test(vendorId))
      yield* expect(bad === undefined, `a job has the vendorId ${JSON.stringify(bad?.vendorId)}`)
      if (bench.expected.several === true)
        yield* expect(
          Reading.repeatsOf(reading) === 0,
          "some jobs of a row, or of two rows, have the same id, and only the first one came"
        )
      else {
        const advice = ids.length > sent.size ? "; where a row becomes several jobs, say `several: true`" : ""
        yield* expect(
          ids.length === sent.size,
          `the vendor sent ${sent.size} different rows, and they have ${ids.length} different ids${advice}`
        )
      }
      const again = yield* Reading.read(yield* start(bench))
      yield* expect(
        ids.every((id, index) => again.ids[index] === id),
        `read once more, ${difference(ids, again.ids)}`
      )
    })
}

const noTimes = [null, "", "N/A", "not a time", "0001-01-01T00:00:00.0000000+00:00"]

/** The same instant written in another time zone; `undefined` if the text is not an instant. */
const inOtherZone = (text: string): string | undefined => {
  const millis = Time.fromIso(text)
  return millis === null || Number.isNaN(millis)
    ? undefined
    : `${new Date(millis + 19_800_000).toISOString().slice(0, -1)}+05:30`
}

/** A check of one of the times of a row. */
const instant = (
  id: "C28" | "C49",
  which: "start" | "finish",
  field: "startTime" | "finishTime",
  also: (bench: Bench, healthy: Healthy) => Effect.Effect<void, Found> = () => Effect.void
): Definition => ({
  id,
  title: `a ${which} time is the instant that the vendor means, or none`,
  advice:
    "read times by `Time.fromIso` and `Time.fromEpoch`: they know zones, units and the values that vendors send for `no time`",
  appliesNot: ({ expected }) => {
    if (expected.several === true) return "a row becomes several jobs, whose times are not its own"
    return lensOf(expected.wire, which) === null ? `its rows have no ${which} time` : undefined
  },
  verify: (bench, healthy) =>
    Effect.gen(function* () {
      const { wire } = bench.expected
      const lens = lensOf(wire, which)
      yield* also(bench, healthy)
      const [first, ...others] = healthy.sent.values()
      const row = [first, ...others].find((one) => meantBy(lens?.get(one)) !== null) ?? first
      const sent = lens?.get(row)
      const meant = meantBy(sent)
      const ofRow = healthy.reading.jobs.find(({ raw }) => keyOf(wire, raw) === keyOf(wire, row))?.[field]
      yield* expect(
        meant === null || ofRow === meant,
        `a ${which} time of ${JSON.stringify(sent)} became ${ofRow}, and means ${meant}`
      )
      const readAs = (value: unknown) =>
        Effect.gen(function* () {
          const fault = Faults.row(wire, 0, (one) => lens?.set(one, value) ?? one)
          const reading = yield* Reading.read(yield* start(bench, fault), { take: 1 })
          yield* expect(
            Reading.isWhole(reading),
            `with a ${which} time of ${JSON.stringify(value)}, the listing ${Reading.endOf(reading)}`
          )
          return reading.jobs.find(({ id }) => id === healthy.ids[0])
        })
      for (const value of noTimes) {
        const job = yield* readAs(value)
        yield* expect(
          job === undefined || job[field] === null,
          `a ${which} time of ${JSON.stringify(value)} became ${job?.[field]}, and should be null`
        )
      }
      const elsewhere = typeof sent === "string" && row === first ? inOtherZone(sent) : undefined
      if (elsewhere === undefined) return
      const job = yield* readAs(elsewhere)
      yield* expect(
        job?.[field] === Time.fromIso(elsewhere),
        `a ${which} time of ${elsewhere} became ${job?.[field]}, and means ${Time.fromIso(elsewhere)}`
      )
    })
})

const lensOf = (wire: Wire, which: "start" | "finish") => (which === "start" ? wire.start : (wire.finish ?? null))

/** The instant that a vendor's value means; `null` for what is none. */
const meantBy = (sent: unknown): number | null => (typeof sent === "string" ? instantOf(sent) : epochOf(sent))

const isNone = (value: unknown): boolean => value === undefined || value === null || value === ""

/** Expects that no job ends before it starts. */
const inTurn = ({ expected: { wire } }: Bench, { reading, sent }: Healthy): Effect.Effect<void, Found> => {
  if ([...sent.values()].every((row) => isNone(wire.finish?.get(row))))
    return expect(false, "no row has a finish time: let `start` make some that have ended")
  const turned = reading.jobs.find(
    ({ finishTime, startTime }) => startTime !== null && finishTime !== null && finishTime < startTime
  )
  return expect(
    turned === undefined,
    `the job ${turned?.id} starts at ${turned?.startTime} and ends before that, at ${turned?.finishTime}`
  )
}

/** The instant of a text in ISO 8601 or digits; `null` for any other text. */
const instantOf = (text: string): number | null =>
  [Time.fromIso(text), Time.fromEpoch(text)].find((millis) => millis !== null && !Number.isNaN(millis)) ?? null

const epochOf = (value: unknown): number | null => (typeof value === "number" ? Time.fromEpoch(value) : null)

const ofStart = instant("C28", "start", "startTime")
const ofFinish = instant("C49", "finish", "finishTime", inTurn)

/** The checks of rows. */
export const checks: ReadonlyArray<Definition> = [
  unknownEnum,
  extraField,
  missingField,
  wrongType,
  keys,
  ofStart,
  ofFinish
]
