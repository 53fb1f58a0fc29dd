/**
 * The part of time that is shown, and how wide it is.
 */
import type { Zone } from "./zone.ts"

export interface Span {
  readonly from: number
  readonly until: number
  readonly now: number
  readonly width: number
  readonly zone: Zone
}

/** Where a time stands. */
export const at = ({ from, until, width }: Span, t: number): number => ((t - from) / (until - from)) * width

/** The lines behind a row, as two paths. */
export interface Grid {
  readonly days: string
  readonly hours: string
}
