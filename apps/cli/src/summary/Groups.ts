/**
 * Counts jobs by connection, definition, state or day, in memory that grows with the groups and not with the jobs.
 */
import type { ScanJob } from "@scanjobs/core"
import * as States from "../output/States.ts"
import * as TimeZone from "../output/TimeZone.ts"

/** What jobs can be grouped by. */
export const by = ["connection", "definition", "state", "day"] as const
export type By = (typeof by)[number]

/** A run in the strip of the latest ones. */
export interface Run {
  readonly state: ScanJob.State
  /** Epoch milliseconds. */
  readonly startTime: number | null
}

/** The jobs of one group. What the group is about is `null` where it is about something else. */
export interface Group {
  readonly connection: string | null
  readonly provider: string | null
  readonly scope: string | null
  readonly definitionId: string | null
  /** The name of the latest job. */
  name: string | null
  readonly state: ScanJob.State | null
  /** A local date such as `2026-01-31`. */
  readonly day: string | null
  readonly connections: Set<string>
  runs: number
  planned: number
  readonly states: Map<ScanJob.State, number>
  /** How many runs failed in the 30 days before now. */
  failures: number
  /** The latest runs, oldest first. */
  readonly recent: Array<Run>
  /** The next planned start after now, epoch milliseconds. */
  next: number | null
}

/** How jobs are grouped. */
export interface Options {
  readonly by: By
  readonly zone: TimeZone.Zone
  /** Epoch milliseconds. */
  readonly now: number
}

/** How many runs a strip has. */
export const stripLength = 20

const thirtyDays = 30 * 86_400_000

type Identity = Pick<Group, "connection" | "provider" | "scope" | "definitionId" | "name" | "state" | "day">

const nothing: Identity = {
  connection: null,
  provider: null,
  scope: null,
  definitionId: null,
  name: null,
  state: null,
  day: null
}

/** The groups of jobs that come one after another. */
export class Groups {
  readonly #groups = new Map<string, Group>()
  readonly #options: Options

  constructor(options: Options) {
    this.#options = options
  }

  /** Makes sure that a connection has a group, also where it has no jobs. */
  expect({ name, provider }: { readonly name: string; readonly provider: string }): void {
    if (this.#options.by === "connection") this.#groupOf({ ...nothing, connection: name, provider })
  }

  /** Counts a job. */
  add(job: ScanJob.ScanJob): void {
    const group = this.#groupOf(this.#identityOf(job))
    const { now } = this.#options
    group.connections.add(job.connection)
    group.states.set(job.state, (group.states.get(job.state) ?? 0) + 1)
    if (job.kind === "run") {
      group.runs++
      if (job.state === "failed" && job.startTime !== null && job.startTime > now - thirtyDays) group.failures++
      remember(group, job)
      return
    }
    group.planned++
    const isAhead = job.startTime !== null && job.startTime >= now && job.state === "scheduled"
    if (isAhead && (group.next === null || job.startTime < group.next)) group.next = job.startTime
  }

  /** All groups: days from the latest to the earliest, and everything else from the worst to the best. */
  get all(): ReadonlyArray<Group> {
    const groups = [...this.#groups.values()]
    switch (this.#options.by) {
      case "day":
        return groups.toSorted((a, b) => (b.day ?? "").localeCompare(a.day ?? ""))
      case "state":
        return groups.toSorted((a, b) => severityOf(a.state) - severityOf(b.state))
      default:
        return groups.toSorted(worstFirst)
    }
  }

  #groupOf(identity: Identity): Group {
    const { connection, day, definitionId, name, scope, state } = identity
    // Jobs that name no definition belong together where they have the same name.
    const key = JSON.stringify([connection, scope, definitionId, definitionId === null ? name : null, state, day])
    const known = this.#groups.get(key)
    if (known !== undefined) return known
    const group: Group = {
      ...identity,
      connections: new Set(),
      runs: 0,
      planned: 0,
      states: new Map(),
      failures: 0,
      recent: [],
      next: null
    }
    this.#groups.set(key, group)
    return group
  }

  #identityOf({ connection, definitionId, name, provider, scope, startTime, state }: ScanJob.ScanJob): Identity {
    switch (this.#options.by) {
      case "connection":
        return { ...nothing, connection, provider }
      case "definition":
        return { ...nothing, connection, provider, scope, definitionId, name }
      case "state":
        return { ...nothing, state }
      case "day":
        return { ...nothing, day: startTime === null ? null : TimeZone.day(startTime, this.#options.zone) }
    }
  }
}

const timeOf = ({ startTime }: Run): number => startTime ?? Number.NEGATIVE_INFINITY

/** Keeps the latest runs in order of their start. */
const remember = (group: Group, { name, startTime, state }: ScanJob.ScanJob): void => {
  const run: Run = { state, startTime }
  const { recent } = group
  let place = recent.length
  while (place > 0 && timeOf(recent[place - 1] ?? run) > timeOf(run)) place--
  if (place === recent.length && group.definitionId !== null && name !== null) group.name = name
  recent.splice(place, 0, run)
  if (recent.length > stripLength) recent.shift()
}

const underWay = new Set<ScanJob.State>(["running", "queued", "paused", "scheduled"])

/** The latest run. */
export const last = ({ recent }: Group): Run | undefined => recent.at(-1)

/** The state of the latest run that has ended: a run under way says nothing yet. */
export const outcome = ({ recent }: Group): ScanJob.State | null =>
  recent.findLast(({ state }) => !underWay.has(state))?.state ?? null

const severityOf = (state: ScanJob.State | null): number =>
  state === null ? States.worstFirst.length : States.severity(state)

const worstFirst = (a: Group, b: Group): number =>
  severityOf(outcome(a)) - severityOf(outcome(b)) || b.failures - a.failures || labelOf(a).localeCompare(labelOf(b))

const labelOf = ({ connection, name, scope }: Group): string => [connection, scope, name].join(" ")
