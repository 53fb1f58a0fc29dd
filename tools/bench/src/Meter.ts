/**
 * The consumer of all programs: counts the jobs, reads each, and notes the time of the first.
 */

/** The fields that every program's jobs have. */
export interface Identified {
  readonly id: string
}

/** Counts the jobs of a program. */
export class Meter {
  jobs = 0
  /** Milliseconds since the process began, or undefined before the first job. */
  first: number | undefined
  /** Uses a field of every job, so that the compiler cannot remove the reading. */
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
