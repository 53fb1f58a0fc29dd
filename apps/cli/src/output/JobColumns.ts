/**
 * The columns of the table of jobs.
 */
import type { ScanJob } from "@scanjobs/core"
import * as States from "./States.ts"
import type { Column } from "./TextTable.ts"
import * as TimeZone from "./TimeZone.ts"

/** The names of all columns, as `--columns` takes them. */
export const names = [
  "start",
  "finish",
  "state",
  "duration",
  "progress",
  "connection",
  "provider",
  "name",
  "scope",
  "definition",
  "listing",
  "kind",
  "category",
  "vendorState",
  "vendorId",
  "detail",
  "link",
  "id"
] as const
export type Name = (typeof names)[number]

/** The columns that are shown by default, from left to right. */
export const usual: ReadonlyArray<Name> = [
  "start",
  "state",
  "duration",
  "progress",
  "connection",
  "name",
  "scope",
  "definition",
  "listing",
  "vendorId",
  "category",
  "detail"
]

/** What the columns depend on. */
export interface Options {
  readonly zone: TimeZone.Zone
  /** Epoch milliseconds, up to which the duration of what still runs is counted. */
  readonly now: number
  /** The states that the query asks for; all where it is not given. */
  readonly states?: ReadonlyArray<ScanJob.State> | undefined
}

/** Where the reason is what the reader looks for. */
const troubled = new Set<ScanJob.State>(["failed", "partially_succeeded", "skipped", "cancelled", "unknown"])
/** Where the progress is what the reader looks for. */
const underWay = new Set<ScanJob.State>(["running", "paused", "queued"])

/** All columns by name. */
export const make = ({ now, states = [], zone }: Options): Readonly<Record<Name, Column<ScanJob.ScanJob>>> => {
  const isOnly = (wanted: ReadonlySet<ScanJob.State>) => states.length > 0 && states.every((state) => wanted.has(state))
  const time = (millis: number | null) => (millis === null ? "" : (TimeZone.format(millis, zone) ?? ""))
  return {
    start: { title: `START (${zone.name})`, rank: 100, least: 16, cell: (job) => time(job.startTime) || "-" },
    finish: { title: `FINISH (${zone.name})`, rank: 8, least: 16, cell: (job) => time(job.finishTime) },
    state: { title: "STATE", rank: 95, cell: (job) => job.state, colour: (job) => States.colour(job.state) },
    duration: { title: "DURATION", rank: 70, right: true, cell: (job) => durationOf(job, now) },
    progress: {
      title: "PROGRESS",
      rank: isOnly(underWay) ? 97 : 25,
      right: true,
      cell: ({ progress, state }) => (progress === null || !underWay.has(state) ? "" : `${Math.floor(progress)} %`)
    },
    connection: { title: "CONNECTION", rank: 80, least: 10, comfortable: 20, cell: (job) => job.connection },
    provider: { title: "PROVIDER", rank: 5, least: 8, comfortable: 12, cell: (job) => job.provider },
    name: { title: "NAME", rank: 90, least: 16, comfortable: 40, cell: (job) => job.name ?? "" },
    scope: { title: "SCOPE", rank: 60, least: 12, comfortable: 32, cell: ({ scope }) => scope ?? "" },
    definition: {
      title: "DEFINITION",
      rank: 40,
      least: 10,
      comfortable: 20,
      cell: ({ definitionId, scope }) => (definitionId === null || definitionId === scope ? "" : definitionId)
    },
    listing: { title: "LISTING", rank: 45, least: 7, comfortable: 16, cell: (job) => job.listing },
    kind: { title: "KIND", rank: 10, cell: (job) => job.kind },
    category: { title: "CATEGORY", rank: 20, cell: (job) => job.category },
    vendorState: { title: "VENDOR STATE", rank: 6, least: 8, cell: (job) => job.vendorState ?? "" },
    vendorId: { title: "ID", rank: 50, least: 8, comfortable: 20, cell: (job) => job.vendorId },
    detail: {
      title: "DETAIL",
      rank: isOnly(troubled) ? 98 : 30,
      least: isOnly(troubled) ? 40 : 24,
      comfortable: 60,
      cell: (job) => job.detail ?? ""
    },
    link: { title: "LINK", rank: 3, least: 20, cell: (job) => job.link ?? "" },
    id: { title: "UNIQUE ID", rank: 4, least: 20, cell: (job) => job.id }
  }
}

const durationOf = ({ finishTime, startTime, state }: ScanJob.ScanJob, now: number): string => {
  if (startTime === null) return ""
  const end = finishTime ?? (state === "running" ? now : null)
  return end === null || end < startTime ? "" : duration(end - startTime)
}

/** A length of time in its two largest units, such as `3h 05m`. */
export const duration = (millis: number): string => {
  const seconds = Math.round(millis / 1000)
  if (seconds < 60) return `${seconds}s`
  if (seconds < 3600) return `${Math.floor(seconds / 60)}m ${two(seconds % 60)}s`
  if (seconds < 86_400) return `${Math.floor(seconds / 3600)}h ${two((seconds % 3600) / 60)}m`
  return `${Math.floor(seconds / 86_400)}d ${two((seconds % 86_400) / 3600)}h`
}

const two = (n: number): string => String(Math.floor(n)).padStart(2, "0")
