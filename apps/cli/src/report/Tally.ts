/**
 * Counts what happens while connections are read, in memory that does not grow with the number of jobs.
 */
import type { Catalog, Drift, Progress, ScanJob } from "@scanjobs/core"
import * as TimesWithin from "./TimesWithin.ts"

/** How far one connection is. */
export interface Count {
  readonly pages: number
  readonly jobs: number
  /** Why the current request is being retried; `null` if it is not. */
  readonly retrying: string | null
}

const nothing: Count = { pages: 0, jobs: 0, retrying: null }

/** The rows of one connection that were left out. */
export interface Rejected {
  count: number
  /** The first few, in words. */
  readonly shown: Array<string>
}

/** A listing that the default horizon cut. */
export interface Cut {
  readonly connection: string
  readonly listing: string
  readonly scopes: Array<string>
  readonly horizon: number
}

/** A drift, over all scopes of a listing of one connection. */
export interface Drifts {
  readonly connection: string
  readonly listing: string
  readonly drift: Drift.Drift
}

/** The same note on scopes of one listing. Notes that differ in times only are the same. */
export interface Note {
  readonly connection: string
  readonly listing: string
  readonly message: string
  readonly times: ReadonlyArray<TimesWithin.Range>
  readonly scopes: Set<string>
}

const mostShown = 10
const mostNotes = 100

/** What was counted so far. */
export class Tally {
  /** How many connections are read. */
  readonly connections: number
  readonly counts = new Map<string, Count>()
  readonly rejected = new Map<string, Rejected>()
  readonly cuts = new Map<string, Cut>()
  readonly notes = new Map<string, Note>()
  /** Notes that are only counted, because there are too many to show. */
  unshown = 0
  readonly failures: Array<Catalog.Failure<unknown>> = []
  readonly drifts = new Map<string, Drifts>()
  /** How many of the written jobs are in each state. */
  readonly states = new Map<ScanJob.State, number>()
  /** The connections that are read to their end, well or not. */
  readonly ended = new Set<string>()
  /** The connections of which something failed. */
  readonly failing = new Set<string>()
  /** Rows that neighbouring pages had brought already. */
  repeats = 0
  /** Jobs that were written. */
  written = 0
  /** Definitions that a table leaves out. */
  hidden = 0

  constructor(connections = 0) {
    this.connections = connections
  }

  /** Counts jobs that are written. */
  write(jobs: ReadonlyArray<ScanJob.ScanJob>): void {
    this.written += jobs.length
    for (const { state } of jobs) this.states.set(state, (this.states.get(state) ?? 0) + 1)
  }

  /** Counts the jobs that were read as written, for a command that writes none. */
  countRead(): void {
    this.written = [...this.counts.values()].reduce((sum, { jobs }) => sum + jobs, 0)
  }

  /** Records a failure. */
  fail(failure: Catalog.Failure<unknown>): void {
    this.failures.push(failure)
    this.failing.add(failure.connection)
  }

  /** Records that a connection was read to its end. */
  end(connection: string): void {
    this.ended.add(connection)
  }

  /** Counts an event. */
  note(event: Progress.Event): void {
    switch (event._tag) {
      case "PageRead":
        return this.#page(event)
      case "Completed":
        return this.#completed(event)
      case "Noted":
        return this.#noted(event)
      case "Drifted":
        return this.#drifted(event)
      case "Retrying":
        this.counts.set(event.connection, {
          ...(this.counts.get(event.connection) ?? nothing),
          retrying: event.reason._tag
        })
        return
    }
  }

  /** Scopes of a listing usually have the same note, which is kept once. */
  #noted({ connection, listing, message, scope }: Progress.Noted): void {
    const key = JSON.stringify([connection, listing, TimesWithin.pattern(message)])
    const times = TimesWithin.of(message)
    const before = this.notes.get(key)
    if (before === undefined && this.notes.size >= mostNotes) {
      this.unshown++
      return
    }
    const note: Note =
      before === undefined
        ? { connection, listing, message, times, scopes: new Set() }
        : { ...before, times: TimesWithin.merge(before.times, times) }
    this.notes.set(key, note)
    if (scope !== null) note.scopes.add(scope)
  }

  /** Scopes of a listing drift alike, so they are counted together. Missing fields are left out: they rarely matter to a person. */
  #drifted({ connection, drift, listing }: Progress.Drifted): void {
    for (const one of drift) {
      if (one.kind === "missing") continue
      const key = JSON.stringify([connection, listing, one.kind, one.kind === "unknown_state" ? one.value : one.field])
      const before = this.drifts.get(key)?.drift
      if (before === undefined && this.drifts.size >= mostNotes) {
        this.unshown++
        continue
      }
      const rows = one.rows + (before !== undefined && before.kind !== "missing" ? before.rows : 0)
      this.drifts.set(key, { connection, listing, drift: { ...one, rows } })
    }
  }

  /** Records a job that was counted as written and turned out not to be writable. */
  lose({ connection, listing, state, vendorId }: ScanJob.ScanJob): void {
    this.written--
    this.states.set(state, (this.states.get(state) ?? 0) - 1)
    const rejected = this.rejected.get(connection) ?? { count: 0, shown: [] }
    this.rejected.set(connection, rejected)
    rejected.count++
    if (rejected.shown.length < mostShown) {
      rejected.shown.push(`${listing}, id ${vendorId}: is nested too deeply to be written as JSON`)
    }
  }

  /** Whether everything that was asked for is there. */
  get isComplete(): boolean {
    return this.failures.length === 0 && this.rejected.size === 0
  }

  /** How many rows were left out. */
  get left(): number {
    return [...this.rejected.values()].reduce((sum, { count }) => sum + count, 0)
  }

  #page(event: Progress.PageRead): void {
    const count = this.counts.get(event.connection) ?? nothing
    this.counts.set(event.connection, { pages: count.pages + 1, jobs: count.jobs + event.jobs, retrying: null })
    this.repeats += event.repeats
    if (event.rejected.length === 0) return
    const rejected = this.rejected.get(event.connection) ?? { count: 0, shown: [] }
    this.rejected.set(event.connection, rejected)
    rejected.count += event.rejected.length
    for (const row of event.rejected.slice(0, mostShown - rejected.shown.length)) {
      rejected.shown.push(
        `${placeOf(event)}, page ${event.page + 1}, row ${row.index + 1}: ${row.path === "" ? "" : `${row.path}: `}${row.issue}`
      )
    }
  }

  #completed(event: Progress.Completed): void {
    if (event.by !== "horizon" || event.horizon === null) return
    const key = JSON.stringify([event.connection, event.listing])
    const { connection, horizon, listing, scope } = event
    const cut = this.cuts.get(key) ?? { connection, listing, scopes: [], horizon }
    this.cuts.set(key, cut)
    if (scope !== null) cut.scopes.push(scope)
  }
}

/** A listing with its scope, such as `future 293514`. */
export const placeOf = ({ listing, scope }: { readonly listing: string; readonly scope: string | null }): string =>
  scope === null ? listing : `${listing} ${scope}`
