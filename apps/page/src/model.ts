/**
 * What the page shows, and how it says it.
 */
import type { StoredJob, Views } from "@scanjobs/history"
import { clock, dayOf, instant, moment, months, partsOf, type Zone } from "./zone.ts"

export type Connection = Views.Connection
export type Definition = Views.Definition

/** A connection, and how many rows it has. */
export interface HeadConnection extends Connection {
  readonly rows: number
}

/** A run, or a planned run that no run met; or the most pressing one of many that are close together. */
export interface Mark extends Pick<StoredJob.StoredJob, "id" | "state" | "verdict" | "why" | "delay"> {
  readonly kind: "run" | "occurrence"
  readonly start: number
  readonly finish: number | null
  readonly needs: Problem | null
  readonly together?: { readonly marks: number; readonly needing: number }
}

export interface Row {
  readonly definition: Definition
  readonly marks: ReadonlyArray<Mark>
}

/** What stands above the rows. */
export interface Head {
  readonly now: number
  readonly order: string
  readonly rows: number
  readonly counts: Readonly<Record<Problem, number>>
  readonly connections: ReadonlyArray<HeadConnection>
}

/** Something that needs attention. */
export interface Item {
  readonly needs: Problem
  readonly definition: Definition
  readonly mark: Mark | null
}

/** A scan of which something needs attention, and the latest job that does. */
export interface Pressing extends Item {
  readonly count: number
}

/** What matters first. */
export interface Overview {
  readonly wrong: { readonly total: number; readonly items: ReadonlyArray<Pressing> }
  readonly missing: { readonly total: number; readonly unknown: number; readonly items: ReadonlyArray<Pressing> }
  readonly due: {
    readonly total: number
    readonly items: ReadonlyArray<{ readonly definition: Definition; readonly mark: Mark }>
  }
}

export interface Job extends Omit<StoredJob.StoredJob, "startTime" | "finishTime"> {
  readonly startTime: string | null
  readonly finishTime: string | null
}

export interface Detail {
  readonly job: Job
  readonly definition: Definition | null
  readonly changes: ReadonlyArray<{
    readonly id: number
    readonly at: number
    readonly what: string
    readonly was: string | null
    readonly now: string | null
  }>
}

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour

export type Problem = Views.Attention

/** What needs attention, most pressing first. */
export const problems: ReadonlyArray<Problem> = [
  "missed",
  "overdue",
  "failed",
  "long",
  "silent",
  "partial",
  "late",
  "unknown"
]

export const labels: Record<Problem, string> = {
  missed: "missed",
  overdue: "overdue",
  failed: "failed",
  long: "running too long",
  silent: "gone silent",
  partial: "partly failed",
  late: "late",
  unknown: "not known"
}

/** Whether the vendor says that it is not over. */
export const isOpen = ({ state }: Pick<Mark, "state">) =>
  state === "running" || state === "paused" || state === "queued"

/** The mark of a job; `null` for one without a time, and for a definition. */
export const markOf = (job: Job, longest: number | null, now: number): Mark | null => {
  const { delay, finishTime, id, kind, startTime, state, verdict, why } = job
  if (startTime === null || kind === "definition") return null
  const start = Date.parse(startTime)
  const finish = finishTime === null ? null : Date.parse(finishTime)
  const mark = { id, kind, state, verdict, why, delay, start, finish, needs: null }
  return { ...mark, needs: isOpen(mark) && longest !== null && now - start > longest ? "long" : null }
}

/** The vendor's own page. The server gives only such addresses; a text that is none is no link here, either. */
export const pageOf = (link: string | null): URL | null => {
  const url = link === null ? null : URL.parse(link)
  return url?.protocol === "https:" || url?.protocol === "http:" ? url : null
}

/** Two repositories may have a workflow of the same name: where the scope is not the definition itself, it is told. */
const partsOfName = ({ category, definitionId, name, scope }: Definition): readonly [own: string, scope: string] => {
  const own = name ?? definitionId ?? `${category}, no name`
  return [own, scope === null || scope === definitionId || scope === own ? "" : `, ${scope}`]
}

/** The name of a definition. */
export const nameOf = (definition: Definition): string => partsOfName(definition).join("")

/** The same in parts: of a long name, the end is what tells it from others, so that it has room before the rest and the scope. */
export const labelOf = (definition: Definition): Readonly<Record<"own" | "tail" | "scope", string>> => {
  const [name, scope] = partsOfName(definition)
  const characters = [...name]
  const place = characters.length < 26 ? characters.length : -10
  return { own: characters.slice(0, place).join(""), tail: characters.slice(place).join(""), scope }
}

export const keyOf = ({ category, connection, definitionId, name, scope }: Definition) =>
  JSON.stringify([connection, scope, definitionId ?? `${category} ${name}`])

export const length = (millis: number) => {
  const m = Math.round(Math.abs(millis) / minute)
  if (m < 1) return "under a minute"
  if (m < 90) return `${m} min`
  const h = Math.floor(m / 60)
  if (h < 36) return m % 60 === 0 ? `${h} h` : `${h} h ${m % 60} min`
  return `${Math.round(h / 24)} days`
}

/** How far away a time is, in a word or two. */
export const ago = (t: number, now: number): string => {
  const far = brief(Math.abs(now - t))
  return t > now ? `in ${far}` : `${far} ago`
}

const brief = (millis: number): string => {
  const m = Math.max(1, Math.round(millis / minute))
  if (m < 90) return `${m} min`
  const h = Math.round(m / 60)
  return h < 48 ? `${h} h` : `${Math.round(h / 24)} days`
}

const stateWords: Readonly<Record<string, string>> = {
  succeeded: "Succeeded",
  partially_succeeded: "Partly failed",
  failed: "Failed",
  running: "Running",
  cancelled: "Cancelled",
  skipped: "Skipped",
  queued: "Queued",
  paused: "Paused",
  scheduled: "Scheduled",
  unknown: "Unknown state"
}
const stateOf = (state: string) => stateWords[state] ?? state

/** What a mark is called, in a word or two. */
export const wordOf = (mark: Mark): string => {
  if (mark.needs !== null) return labels[mark.needs]
  return mark.kind === "run" ? stateOf(mark.state).toLowerCase() : (mark.verdict ?? "planned")
}

/** A mark in a sentence, for who hovers and for who listens. */
export const sentence = (mark: Mark, longest: number | null, now: number, zone: Zone): string => {
  const at = moment(mark.start, zone)
  if (mark.together !== undefined) return several(mark, mark.together, at, zone)
  if (mark.kind === "occurrence") return occurrence(mark, at, now)
  const word = stateOf(mark.state)
  const late = mark.verdict === "late" && mark.delay !== null ? `, ${length(mark.delay)} after its planned time` : ""
  if (!isOpen(mark)) {
    return `${word}: ${at}${mark.finish === null ? "" : `, took ${length(mark.finish - mark.start)}`}${late}`
  }
  const long = mark.needs === "long" && longest !== null ? `; earlier runs took at most ${length(longest)}` : ""
  return `${word} for ${length(now - mark.start)}, since ${at}${late}${long}`
}

const several = (mark: Mark, { marks, needing }: NonNullable<Mark["together"]>, at: string, zone: Zone): string => {
  const span = `${marks} from ${at}${mark.finish === null ? "" : ` to ${moment(mark.finish, zone)}`}`
  if (mark.needs === null) return `${span}, none of which needs attention`
  return `${span}, of which ${needing} ${needing === 1 ? "needs" : "need"} attention, first of all: ${labels[mark.needs]}`
}

const occurrence = ({ start, verdict, why }: Mark, at: string, now: number): string => {
  switch (verdict) {
    case "missed":
      return `Missed: planned for ${at}, and no run came`
    case "overdue":
      return `Overdue: planned for ${at}, ${length(now - start)} ago, and no run yet`
    case "unknown":
      return `Planned for ${at}; not known whether it ran${why === null ? "" : `, because ${reasons[why]}`}`
    case "withdrawn":
      return `Was planned for ${at}, and then taken off the plan`
    case "skipped":
    case "cancelled":
      return `Planned for ${at}, ${verdict} by the vendor`
    case "due":
      return `Due since ${at}`
    default:
      return `Planned for ${at}`
  }
}

const reasons: Record<NonNullable<Mark["why"]>, string> = {
  "runs not read": "the runs have not been read completely since then",
  "runs not read so far back": "the runs were not read so far back",
  "plan not read": "the plan was not read shortly before and after that time",
  "plan changed": "the plan was changed around that time"
}

export interface Tick {
  readonly t: number
  readonly label: string
  readonly isDay: boolean
}

/** The lines of the axis: days, and hours between them where there is room. */
export const ticksOf = (from: number, until: number, width: number, zone: Zone): ReadonlyArray<Tick> => {
  const perDay = (width * day) / (until - from)
  const step = [1, 3, 6, 12].find((hours) => (perDay * hours) / 24 > 84) ?? 24
  const skip = perDay < 22 ? 7 : perDay < 48 ? 2 : 1
  const found: Array<Tick> = []
  const first = partsOf(from, zone)
  let days = 0
  // Goes through the times that clocks show, so that a day of 23 hours has its lines at the right hours.
  for (let hours = 0; ; hours += step) {
    const t = instant({ ...first, hour: hours, minute: 0 }, zone)
    if (t >= until) return found
    const parts = partsOf(t, zone)
    const isDay = parts.hour === 0
    if (isDay) days += 1
    if (t < from || (isDay && skip !== 1 && days % skip !== 0)) continue
    const label = isDay ? (perDay < 80 ? `${parts.date} ${months[parts.month]}` : dayOf(t, zone)) : clock(t, zone)
    found.push({ t, isDay, label })
  }
}

/** Since when a connection is not read, as far as a row tells; `undefined` where it is. */
export const blindSince = ({ completeAt, failingSince }: Connection): number | undefined =>
  failingSince === null ? undefined : (completeAt ?? 0)

/** Why a connection is not read, in words. */
export const trouble = ({ completeAt, failures, name }: Connection, now: number): string => {
  const since = completeAt === null ? "never read completely" : `not read for ${length(now - completeAt)}`
  const [first] = failures
  if (first === undefined) return since
  const place = [first.listing, first.scope].filter((part) => part !== null).join(" ")
  const more = failures.length > 1 ? `, and ${failures.length - 1} more` : ""
  // A message begins with the connection's name, and with the place in brackets; both stand here already.
  const message = first.message.startsWith(`${name} (`) ? first.message.replace(/^.*?\): /, "") : first.message
  return `${since}: ${place === "" ? "" : `${place}: `}${message}${more}`
}
