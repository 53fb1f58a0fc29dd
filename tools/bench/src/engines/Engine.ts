/**
 * What is compared: something that sees to it that each connection is worked on again and again, by one process at a time.
 */

/** Where an engine works, and on what. */
export interface Place {
  /** The address of a PostgreSQL database of its own. */
  readonly database: string
  /** A port that only this process listens on. */
  readonly port: number
  /** The names of all connections. */
  readonly names: ReadonlyArray<string>
  /** How often each connection is due, in milliseconds. */
  readonly every: number
  /** How many connections one process works on at once. */
  readonly slots: number
  /** After how long without a sign a process counts as gone, in milliseconds, where the engine lets one choose. */
  readonly lease: number
}

/** Works on one connection, which was due at a time in epoch milliseconds. */
export type Work = (name: string, due: number) => Promise<void>

/** A way to spread the work over processes. */
export interface Engine {
  /** Makes the tables, and makes every connection due: now, or at its own time of each interval. */
  readonly seed: (place: Place, when: "now" | "spread") => Promise<void>
  /** Works until the process ends. */
  readonly run: (place: Place, work: Work) => Promise<void>
}

/** The milliseconds into each interval at which a connection is due, so that not all are due at once. */
export const offsetOf = (name: string, every: number): number => {
  let hash = 0
  for (const letter of name) hash = (Math.imul(hash, 31) + (letter.codePointAt(0) ?? 0)) | 0
  // Multiplied, so that names that differ in their last letter alone are far from each other.
  return (Math.imul(hash, 0x9e3779b1) >>> 0) % every
}

/** The first time after `now` at which a connection is due. */
export const dueAfter = (name: string, every: number, now: number): number => {
  const offset = offsetOf(name, every)
  return Math.ceil((now + 1 - offset) / every) * every + offset
}

/** When a connection is due for the first time. */
export const firstDue = (name: string, every: number, when: "now" | "spread"): number =>
  when === "now" ? Date.now() : dueAfter(name, every, Date.now())
