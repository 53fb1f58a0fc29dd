/**
 * Where the measured programs find the vendors, and how much there is.
 */

/** What a measured program is told. */
export interface Target {
  /** The server's origin. */
  readonly origin: string
  /** How many jobs there are; for several connections, each has as many. */
  readonly jobs: number
  readonly pageSize: number
  /** How long the server waits before each answer, in milliseconds. */
  readonly latency: number
  /** How many connections a program opens, where it opens many. */
  readonly connections: number
}

/** The address of AvePoint, which says how much is there, and how slow it is. */
export const baseUrlOf = ({ jobs, latency, origin }: Target): string => `${origin}/${jobs}/${latency}`

/** The address of AvePoint's token server. */
export const tokenUrlOf = (target: Target): string => `${baseUrlOf(target)}/token`

/** The address of the first page of jobs. */
export const firstPageOf = (target: Target): string =>
  `${baseUrlOf(target)}/aos/jobs?top=${target.pageSize}&skip=0&orderby=StartTime&sortorder=0`

/** How many runs DigiCert has, whose rows are not AvePoint's: so few that they do not count. */
export const digicertRuns = 1024

/** The client of the token server. */
export const client = { id: "bench-client", secret: "bench-secret" }
