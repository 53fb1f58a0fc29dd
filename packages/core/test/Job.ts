/** Scan jobs for tests that do not care where they came from. */
import { ScanJob } from "@scanjobs/core"
import { Arbitrary, Schema } from "effect"

/** A job with this vendor id; what is not given does not matter to the test. */
export const make = (vendorId: string, fields: Partial<ScanJob.ScanJob> = {}): ScanJob.ScanJob => ({
  provider: "acme",
  connection: "main",
  listing: "runs",
  scope: null,
  id: `acme/main/runs/${vendorId}`,
  vendorId,
  kind: "run",
  definitionId: null,
  name: null,
  category: "web",
  state: "succeeded",
  vendorState: "done",
  detail: null,
  progress: null,
  startTime: null,
  finishTime: null,
  link: null,
  raw: {},
  ...fields
})

/** Jobs numbered from `first` to `last`, both inclusive, whose start time is their number where `fields` does not say. */
export const range = (
  first: number,
  last: number,
  fields: (number: number) => Partial<ScanJob.ScanJob> = () => ({})
): ReadonlyArray<ScanJob.ScanJob> =>
  Array.from({ length: last - first + 1 }, (_, index) =>
    make(String(first + index), { startTime: first + index, ...fields(first + index) })
  )

/** The vendor ids of jobs. */
export const idsOf = (jobs: Iterable<ScanJob.ScanJob>): ReadonlyArray<string> => Array.from(jobs, (job) => job.vendorId)

const instant = Schema.NullOr(Schema.Int.check(Schema.isBetween({ minimum: -8.64e15, maximum: 8.64e15 })))

/** Every job that there can be, with a small row. */
export const arbitrary = Arbitrary.schema(
  Schema.Struct({
    ...ScanJob.schema(Schema.Struct({ state: Schema.Int })).fields,
    startTime: instant,
    finishTime: instant
  })
)
