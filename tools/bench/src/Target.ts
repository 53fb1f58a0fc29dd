/**
 * Where the measured programs find the vendors, and how many jobs those have.
 */

/** The parameters of a measured program. */
export interface Target {
  /** The server's origin. */
  readonly origin: string
  /** How many jobs each connection has. */
  readonly jobs: number
  readonly pageSize: number
  /** How long the server waits before each answer, in milliseconds. */
  readonly latency: number
  /** How many connections a program with many of them opens. */
  readonly connections: number
  /** Where a program keeps a history, as `Store.layer` takes it. */
  readonly store?: string
  /** How many definitions are judged. */
  readonly definitions?: number
}

/** The address of the AvePoint server; its path sets the number of jobs and the latency. */
export const baseUrlOf = ({ jobs, latency, origin }: Target): string => `${origin}/${jobs}/${latency}`

/** The address of AvePoint's token server. */
export const tokenUrlOf = (target: Target): string => `${baseUrlOf(target)}/token`

/** The address of the first page of jobs. */
export const firstPageOf = (target: Target): string =>
  `${baseUrlOf(target)}/aos/jobs?top=${target.pageSize}&skip=0&orderby=StartTime&sortorder=0`

/** How many runs DigiCert has: too few to affect the measurement, because its rows differ from AvePoint's. */
export const digicertRuns = 1024

/** The client of the token server. */
export const client = { id: "bench-client", secret: "bench-secret" }
