/**
 * What a listing is for, as its provider declares it: which listings plan, which bring runs, and which name the same runs.
 */
import { Listing, type Provider, type ScanJob } from "@scanjobs/core"

/** What a listing is for. */
export interface ListingRole {
  readonly name: string
  /** Listings of one series name the same jobs. */
  readonly series: string
  /** Whether it lists what is to come, and nothing else. */
  readonly isPlan: boolean
  /** Whether it can list what is to come, besides other things. */
  readonly hasPlan: boolean
  /** Whether the vendor's list has no end, so that it must be cut at a time. */
  readonly isEndless: boolean
  /** Whether it lists runs, so that a planned run cannot be missed before it was read. */
  readonly hasRuns: boolean
}

/** The states of a run that is not over. */
const open: ReadonlySet<ScanJob.State> = new Set(["scheduled", "queued", "running", "paused", "unknown"])

/** Whether a job in this state is not over. */
export const isOpen = (state: ScanJob.State): boolean => open.has(state)

/**
 * The listings by series. In a series, those that list what is under way come first: a run that ends meanwhile is then in
 * both, and never in none.
 */
export const bySeries = (listings: Provider.Listings): ReadonlyArray<ReadonlyArray<ListingRole>> => {
  const groups = new Map<string, Array<ListingRole>>()
  const underWayFirst = Object.entries(listings).toSorted(([, a], [, b]) => Number(canBeOpen(b)) - Number(canBeOpen(a)))
  for (const [name, listing] of underWayFirst) {
    const series = Listing.seriesOf(name, listing)
    const group = groups.get(series) ?? []
    groups.set(series, group)
    const kinds = listing.holds?.kinds
    // A list without an end can only be a plan, unless its provider says that it has runs, too.
    const isEndless = listing.endless !== false
    const isPlan = kinds === undefined ? isEndless : kinds.every((kind) => kind === "occurrence")
    const hasPlan = kinds === undefined || kinds.includes("occurrence")
    const hasRuns = !isPlan && (kinds === undefined || kinds.includes("run"))
    group.push({ name, series, isPlan, hasPlan, hasRuns, isEndless })
  }
  return [...groups.values()]
}

const canBeOpen = ({ holds }: Listing.Any): boolean => holds?.states === undefined || holds.states.some(isOpen)
