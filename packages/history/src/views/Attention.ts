/**
 * What needs attention, in one word.
 */
import type { StoredJob } from "../store/StoredJob.ts"

/**
 * Why a run, a planned run or a definition needs attention, most pressing first: `long` is a run that takes longer than earlier ones,
 * `silent` a definition that should have run by its own rhythm, and `partial` a run that succeeded in part.
 *
 * @since 0.3.0
 * @category constructors
 */
export const attentionNames = ["missed", "overdue", "failed", "long", "silent", "partial", "late", "unknown"] as const

/**
 * Why something needs attention.
 *
 * @since 0.3.0
 * @category models
 */
export type Attention = (typeof attentionNames)[number]

/** A run that is not over, as far as the vendor said last. */
export const isOpen = ({ state }: Pick<StoredJob, "state">): boolean =>
  state === "running" || state === "paused" || state === "queued"

const ofPlanned: ReadonlySet<string> = new Set<Attention>(["missed", "overdue", "late", "unknown"])
const isOfPlanned = (verdict: string | null): verdict is Attention => verdict !== null && ofPlanned.has(verdict)

/** Why a job needs attention; `null` where it does not. `isLong` tells of a run that is not over. */
export const of = (
  { kind, state, verdict }: Pick<StoredJob, "kind" | "state" | "verdict">,
  isLong: boolean
): Attention | null => {
  if (kind === "definition") return null
  if (kind === "occurrence") return isOfPlanned(verdict) ? verdict : null
  if (state === "failed") return "failed"
  if (state === "partially_succeeded") return "partial"
  if (isLong) return "long"
  return verdict === "late" ? "late" : null
}
