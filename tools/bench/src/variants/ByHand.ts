/**
 * The loop that one would write by hand: request, check with zod, build a record. It has no limits, retries, deadlines or guards.
 */
import { z } from "zod"
import type { Meter } from "../Meter.ts"
import type { Target } from "../Target.ts"
import { pages as wirePages, type WireJob } from "./Floor.ts"

const Row = z.object({
  id: z.string(),
  type: z.number(),
  state: z.number(),
  startTime: z.string().nullable(),
  finishTime: z.string().nullable(),
  scanProfileName: z.string().nullable(),
  category: z.number().nullable()
})

const Page = z.object({ jobs: z.array(Row), totalCount: z.number(), nextLink: z.string().nullable() })

const states = ["unknown", "running", "succeeded", "failed", "partially_succeeded", "skipped", "queued"]

/** Builds the same record as scanjobs' programs, in the obvious way. */
export const normalise = (row: z.infer<typeof Row> | WireJob) => ({
  provider: "avepoint",
  connection: "bench",
  listing: "jobs",
  scope: null,
  id: `avepoint/bench/jobs/${row.id}`,
  vendorId: row.id,
  kind: "run",
  definitionId: null,
  name: row.scanProfileName,
  category: row.type === 11 ? "import" : "inventory",
  state: states[row.state] ?? "unknown",
  vendorState: String(row.state),
  detail: null,
  progress: null,
  startTime: row.startTime === null ? null : Date.parse(row.startTime),
  finishTime: row.finishTime === null ? null : Date.parse(row.finishTime),
  raw: row
})

async function* pages(target: Target) {
  for await (const page of wirePages(target)) yield Page.parse(page).jobs.map(normalise)
}

async function* jobs(target: Target) {
  for await (const page of pages(target)) yield* page
}

/** A page at a time. */
export const byHandPages = async (target: Target, meter: Meter): Promise<void> => {
  for await (const page of pages(target)) meter.page(page)
}

/** A job at a time. */
export const byHandJobs = async (target: Target, meter: Meter): Promise<void> => {
  for await (const job of jobs(target)) meter.job(job)
}
