/**
 * The consumer, the same for all programs: it counts jobs and looks at each, and notes when the first one came.
 */

/** What every form of a job has. */
export interface Identified {
  readonly id: string
}

/** Counts what a program gives. */
export class Meter {
  jobs = 0
  /** Milliseconds since the process began, or undefined before the first job. */
  first: number | undefined
  /** Keeps the reading of jobs from being optimised away. */
  letters = 0
  /** Called after each page with the number of jobs so far. */
  onPage: ((jobs: number) => void) | undefined

  page(rows: ReadonlyArray<Identified>): void {
    this.first ??= performance.now()
    for (const row of rows) this.letters += row.id.length
    this.jobs += rows.length
    this.onPage?.(this.jobs)
  }

  job(row: Identified): void {
    this.first ??= performance.now()
    this.letters += row.id.length
    this.jobs++
  }
}
